/** All layers. Their files, in `layers/`, go by what they do; this is the list. */
export { BatchNorm1d, BatchNorm2d, type NormLayerOptions, type RunningNormOptions } from './layers/batch-norm.js';
export { Conv2d, ConvTranspose2d, type Conv2dLayerOptions, type ConvTranspose2dLayerOptions } from './layers/conv.js';
export { Dropout, Dropout2d } from './layers/dropout.js';
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  MSELoss,
  NLLLoss,
  SmoothL1Loss,
} from './layers/losses.js';
export {
  CircularPad2d,
  ConstantPad2d,
  ReflectionPad2d,
  ReplicationPad2d,
  ZeroPad2d,
  type Padding2d,
} from './layers/padding.js';
export { Identity, Linear } from './layers/linear.js';
export { GroupNorm, InstanceNorm2d, LayerNorm, type LayerNormOptions } from './layers/normalization.js';
export { AdaptiveAvgPool2d, AdaptiveMaxPool2d, AvgPool2d, MaxPool2d } from './layers/pooling.js';
export { Hardsigmoid, Hardswish, Hardtanh, LeakyReLU, PReLU, ReLU, ReLU6 } from './layers/rectifiers.js';
export { Flatten, Upsample } from './layers/resampling.js';
export {
  CELU,
  ELU,
  GELU,
  LogSigmoid,
  Mish,
  SELU,
  Sigmoid,
  SiLU,
  Softplus,
  Softsign,
  Tanh,
} from './layers/smooth-activations.js';
export { LogSoftmax, Softmax } from './layers/softmax.js';
export type { ActivationOptions } from './layers/activation.js';
