/** The public names of Backlight. Importing this file also installs the ops and hooks as methods of Tensor. */
import './ops/methods.js';
import './hooks/tensor-hooks.js';

export * from './errors.js';
export { setWarningHandler, type WarningHandler } from './warnings.js';

export { Tensor, type NestedNumbers } from './tensor/tensor.js';
export { setPrintOptions, type PrintOptions } from './tensor/format-tensor.js';
export { keep, tidy } from './tensor/memory.js';
export { manualSeed, RandomGenerator, type RandomState } from './tensor/random.js';
export type { Shape } from './tensor/shape.js';
export type { Backend, BackendInfo, DType } from './tensor/backend.js';
export type { Gradients } from './tensor/grad-node.js';

export { backendInfo, backendNames, setBackend, useBackend, withBackend, type BackendName } from './backends/active.js';
export type { GpuMode, GpuOptions } from './backends/gpu/start.js';
export { configure, setThreads, type ConfigureOptions } from './backends/configure.js';
export { createReferenceBackend } from './backends/reference/reference-backend.js';
export { createWasmBackend, type WasmBackendOptions } from './backends/wasm/wasm-backend.js';

export { backward, grad, type BackwardOptions, type GradOptions } from './autograd/backward.js';
export {
  AutogradFunction,
  type FunctionDefinition,
  type FunctionGradients,
  type FunctionOutput,
} from './autograd/function.js';
export { FunctionContext } from './autograd/function-context.js';
export { gradcheck, gradgradcheck, type Differentiable, type GradcheckOptions } from './autograd/gradcheck.js';
export { enableGrad, isGradEnabled, noGrad, setGradEnabled } from './autograd/grad-mode.js';
export { record, type GradientOf } from './autograd/record.js';

export {
  arange,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  rand,
  randn,
  tensor,
  zeros,
  zerosLike,
  type TensorData,
  type TensorOptions,
} from './ops/creation.js';
export { amax, amin } from './ops/amax.js';
export { all, any } from './ops/any.js';
export { add, div, mul, sub, type Operand } from './ops/arithmetic.js';
export { adaptiveMaxPool2d } from './ops/adaptive-max-pool2d.js';
export { adaptiveAvgPool2d, avgPool2d, type AvgPool2dOptions } from './ops/avg-pool2d.js';
export { batchNorm, type BatchNormOptions } from './ops/batch-norm.js';
export { cat, stack } from './ops/cat.js';
export { isFinite, isInf, isNaN } from './ops/classify.js';
export { clone } from './ops/clone.js';
export { eq, ge, gt, le, lt, ne } from './ops/compare.js';
export { conv1d, conv2d, type Conv1dOptions, type Conv2dOptions } from './ops/conv2d.js';
export type { Padding } from './ops/conv-dims.js';
export { convTranspose2d, type ConvTranspose2dOptions } from './ops/conv-transpose2d.js';
export {
  crossEntropy,
  nllLoss,
  type ClassIndices,
  type CrossEntropyOptions,
  type NllLossOptions,
  type Reduction,
} from './ops/cross-entropy.js';
export { cumprod, cumsum, prod } from './ops/cumsum.js';
export { dropout } from './ops/dropout.js';
export { expand } from './ops/expand.js';
export { celu, elu, selu } from './ops/exponential-units.js';
export { argmax, argmin, max, min, type ValuesAndIndices } from './ops/extremes.js';
export { flip, repeat, roll } from './ops/flip.js';
export { gather, indexSelect, scatterAdd } from './ops/gather.js';
export { gelu, mish, silu } from './ops/gated-units.js';
export { groupNorm } from './ops/group-norm.js';
export { instanceNorm, type InstanceNormOptions } from './ops/instance-norm.js';
export { acosh, asinh, atanh, cosh, sinh } from './ops/hyperbolic.js';
export { interpolate, type InterpolateOptions } from './ops/interpolate.js';
export type { Indices } from './ops/indices.js';
export { acos, asin, atan } from './ops/inverse-trigonometry.js';
export { layerNorm } from './ops/layer-norm.js';
export { linear } from './ops/linear.js';
export { log10, log2, square } from './ops/logarithms.js';
export { logsumexp } from './ops/logsumexp.js';
export { matmul } from './ops/matmul.js';
export { maximum, minimum } from './ops/maximum.js';
export { maxPool2d, maxPool2dWithIndices, type MaxPool2dOptions } from './ops/max-pool2d.js';
export { at, narrow, select } from './ops/narrow.js';
export { norm } from './ops/norm.js';
export { oneHot } from './ops/one-hot.js';
export { pad, type PadOptions } from './ops/pad.js';
export type { PadMode } from './ops/pad-modes.js';
export type { Pair } from './ops/pair.js';
export { movedim, permute, t, transpose } from './ops/permute.js';
export {
  adaptiveAvgPool1d,
  adaptiveMaxPool1d,
  avgPool1d,
  maxPool1d,
  type AvgPool1dOptions,
  type MaxPool1dOptions,
} from './ops/pool1d.js';
export { addmm, bmm, dot, mm, mv, outer, type AddmmOptions } from './ops/products.js';
export {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  klDiv,
  type BinaryCrossEntropyOptions,
  type KlDivOptions,
  type LogitsOptions,
} from './ops/probability-losses.js';
export { randint, randLike, randnLike, randperm } from './ops/random.js';
export { hardsigmoid, hardswish, hardtanh, leakyRelu, prelu, relu6 } from './ops/rectifiers.js';
export {
  huberLoss,
  l1Loss,
  mseLoss,
  smoothL1Loss,
  type HuberOptions,
  type LossOptions,
  type SmoothL1Options,
} from './ops/regression-losses.js';
export { relu } from './ops/relu.js';
export { ceil, floor, round, trunc } from './ops/rounding.js';
export { flatten, reshape, squeeze, unflatten, unsqueeze, view } from './ops/reshape.js';
export { logSoftmax, softmax } from './ops/softmax.js';
export { logSigmoid, softplus, softsign } from './ops/softplus.js';
export { scatter } from './ops/scatter.js';
export { argsort, sort, topk, type TopkOptions } from './ops/sort.js';
export { erf, erfc, expm1, log1p } from './ops/special.js';
export { chunk, split, unbind } from './ops/split.js';
export { mean, sum, type Dims } from './ops/sum.js';
export { tril, triu } from './ops/triangle.js';
export { cos, sin, tan } from './ops/trigonometry.js';
export { clamp } from './ops/clamp.js';
export { pow } from './ops/power.js';
export { abs, exp, log, neg, reciprocal, rsqrt, sigmoid, sign, sqrt, tanh } from './ops/unary.js';
export { std, variance, type VarianceOptions } from './ops/variance.js';
export { maskedFill, where } from './ops/where.js';

export type { RemovableHandle } from './hooks/handle.js';
export type { ForwardRegisterOptions, RegisterOptions } from './hooks/hook-list.js';
export type { BackwardHook, BackwardPreHook, ForwardHook, ForwardPreHook } from './hooks/hook-types.js';
export type { PostAccumulateHook, TensorHook } from './hooks/tensor-hooks.js';

export {
  registerModuleForwardHook,
  registerModuleForwardPreHook,
  registerModuleFullBackwardHook,
  registerModuleFullBackwardPreHook,
} from './nn/global-hooks.js';
export * as init from './nn/init.js';
export {
  AdaptiveAvgPool2d,
  AdaptiveMaxPool2d,
  AvgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  BCELoss,
  BCEWithLogitsLoss,
  CELU,
  CircularPad2d,
  ConstantPad2d,
  Conv2d,
  ConvTranspose2d,
  CrossEntropyLoss,
  Dropout,
  Dropout2d,
  ELU,
  Flatten,
  GELU,
  GroupNorm,
  Hardsigmoid,
  Hardswish,
  Hardtanh,
  HuberLoss,
  Identity,
  InstanceNorm2d,
  KLDivLoss,
  L1Loss,
  LayerNorm,
  LeakyReLU,
  Linear,
  LogSigmoid,
  LogSoftmax,
  MaxPool2d,
  Mish,
  MSELoss,
  NLLLoss,
  PReLU,
  ReflectionPad2d,
  ReLU,
  ReLU6,
  ReplicationPad2d,
  SELU,
  Sigmoid,
  SiLU,
  SmoothL1Loss,
  Softmax,
  Softplus,
  Softsign,
  Tanh,
  Upsample,
  ZeroPad2d,
  type ActivationOptions,
  type Conv2dLayerOptions,
  type ConvTranspose2dLayerOptions,
  type LayerNormOptions,
  type NormLayerOptions,
  type Padding2d,
  type RunningNormOptions,
} from './nn/layers.js';
export { ModuleDict } from './nn/module-dict.js';
export { ModuleList } from './nn/module-list.js';
export { Module, type AnyModule } from './nn/module.js';
export { Parameter } from './nn/parameter.js';
export { Sequential, type NamedModules } from './nn/sequential.js';
export type { StateDict } from './nn/state-dict.js';
export { Adam, AdamW, type AdamOptions } from './nn/optim/adam.js';
export { updateAverage } from './nn/optim/average.js';
export { clipGradNorm_, clipGradValue_ } from './nn/optim/clip-grad.js';
export { Optimizer, type ParamGroup, type ParamGroupInit } from './nn/optim/optimizer.js';
export type { OptimizerStateDict } from './nn/optim/optimizer-state.js';
export type { ParameterState } from './nn/optim/parameter-state.js';
export { OneCycleLR, type OneCycleOptions } from './nn/optim/one-cycle.js';
export { Schedule, type ScheduleState } from './nn/optim/schedule.js';
export {
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  StepLR,
  type LinearLrOptions,
  type WarmRestartsOptions,
} from './nn/optim/schedules.js';
export { SGD, type SgdOptions } from './nn/optim/sgd.js';
export { AlexNet, alexnet, type AlexNetOptions } from './nn/models/alexnet.js';
export {
  BasicBlock,
  Bottleneck,
  ResNet,
  resnet,
  resnet18,
  resnet34,
  resnet50,
  type ResNetHead,
  type ResNetOptions,
} from './nn/models/resnet.js';
export {
  Fire,
  SqueezeNet,
  squeezenet1_0,
  squeezenet1_1,
  type SqueezeNetHead,
  type SqueezeNetOptions,
} from './nn/models/squeezenet.js';
export {
  VGG,
  vgg,
  vgg11,
  vgg11_bn,
  vgg13,
  vgg13_bn,
  vgg16,
  vgg16_bn,
  vgg19,
  vgg19_bn,
  type VggCfg,
  type VggHead,
  type VggOptions,
} from './nn/models/vgg.js';

export { applyColorMap, colorMaps, colorMapTable, isColorMapName, type ColorMapName } from './image/colormaps.js';
export { contactSheet, type ContactSheetOptions, type Tile } from './image/contact-sheet.js';
export { decodeImage, type DecodeOptions } from './image/decode.js';
export { blendHeat, maskPicture, overlayHeat } from './image/overlay.js';
export { createPicture, rgbToGray, swapRedBlue, toRgb, type Picture } from './image/picture.js';
export { encodePng } from './image/png.js';
export { resize, resizeMap, type ResizeMethod, type ResizeOptions } from './image/resize.js';

export type { RunOptions } from './cam/batched-runs.js';
export { cam, camMethodNames, isCamMethod, type CamMap, type CamMethodName, type CamRequest } from './cam/cam.js';
export {
  femMap,
  gradCamElementWiseMap,
  gradCamPlusPlusMap,
  hiResCamMap,
  layerCamMap,
  xGradCamMap,
} from './cam/channel-maps.js';
export { eigenCamMap, eigenGradCamMap } from './cam/eigen-cam.js';
export { explain, type Captured, type Explanation, type ExplainOptions, type ExplainResult } from './cam/explain.js';
export { GradCam, overlayMask, type CamOptions, type CamResult } from './cam/grad-cam.js';
export { GuidedBackpropagation, type GuidedBackpropagationOptions } from './cam/guided-backprop.js';
export { integratedGradients, type IntegratedGradientsOptions } from './cam/integrated-gradients.js';
export { classScore, gradCamMap, normalizeGradient, scaleMap } from './cam/maps.js';
export { defaultMethods, methodNames, methods, methodTitle, type MethodInfo, type MethodName } from './cam/methods.js';
export { occlusion, type OcclusionOptions, type OcclusionResult } from './cam/occlusion.js';
export { guidedGradCam, inputGradient, showGradient } from './cam/saliency.js';

export { parseLabels } from './weights/labels.js';
export {
  describeModel,
  loadModel,
  type LoadedModel,
  type LoadModelOptions,
  type ModelDescription,
} from './weights/load-model.js';
export { buildModel, checkModelSpec, modelNames, type ModelOptions, type ModelSpec } from './weights/model-registry.js';
export { readNpy, writeNpy } from './weights/npy.js';
export { pictureToDrawOn, preprocess, seenRegion, type Region } from './weights/preprocess.js';
export {
  parsePreprocess,
  preprocessPresets,
  type Preprocess,
  type PreprocessPreset,
} from './weights/preprocess-spec.js';
export { workingSize, type TriedSize, type WorkingSize } from './weights/working-size.js';
export {
  parseSafetensors,
  readFloat32,
  readFloat64,
  readInt32,
  readTensor,
  type SafetensorsFile,
} from './weights/safetensors.js';
export { writeSafetensors, type SafetensorsInput } from './weights/safetensors-writer.js';
export { modelMetadata, stateToSafetensors, type ModelCard } from './weights/save-model.js';
