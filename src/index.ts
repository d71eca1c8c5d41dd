/** The public names of Backlight. Importing this file also installs the ops and hooks as methods of Tensor. */
import './ops/methods.js';
import './hooks/tensor-hooks.js';

export * from './errors.js';
export { setWarningHandler, type WarningHandler } from './warnings.js';

export { Tensor, type NestedNumbers } from './tensor/tensor.js';
export { keep, tidy } from './tensor/memory.js';
export { manualSeed, RandomGenerator } from './tensor/random.js';
export type { Shape } from './tensor/shape.js';
export type { Backend, BackendInfo, DType } from './tensor/backend.js';
export type { Gradients } from './tensor/grad-node.js';

export { backendInfo, backendNames, setBackend, useBackend, withBackend, type BackendName } from './backends/active.js';
export { createReferenceBackend } from './backends/reference/reference-backend.js';
export { createWasmBackend, type WasmBackendOptions } from './backends/wasm/wasm-backend.js';

export { backward, grad, type BackwardOptions } from './autograd/backward.js';
export { gradcheck, gradgradcheck, type Differentiable, type GradcheckOptions } from './autograd/gradcheck.js';
export { enableGrad, isGradEnabled, noGrad } from './autograd/grad-mode.js';
export { record, type GradientOf } from './autograd/record.js';

export {
  arange,
  full,
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
export { amax } from './ops/amax.js';
export { add, div, mul, sub, type Operand } from './ops/arithmetic.js';
export { adaptiveAvgPool2d, avgPool2d, type AvgPool2dOptions } from './ops/avg-pool2d.js';
export { batchNorm, type BatchNormOptions } from './ops/batch-norm.js';
export { cat, stack } from './ops/cat.js';
export { clone } from './ops/clone.js';
export { eq, ge, gt, le, lt, ne } from './ops/compare.js';
export { conv2d, type Conv2dOptions } from './ops/conv2d.js';
export {
  crossEntropy,
  nllLoss,
  type ClassIndices,
  type CrossEntropyOptions,
  type Reduction,
} from './ops/cross-entropy.js';
export { dropout } from './ops/dropout.js';
export { expand } from './ops/expand.js';
export { interpolate, type InterpolateOptions } from './ops/interpolate.js';
export { linear } from './ops/linear.js';
export { matmul } from './ops/matmul.js';
export { maximum, minimum } from './ops/maximum.js';
export { maxPool2d, type MaxPool2dOptions } from './ops/max-pool2d.js';
export { at, narrow, select } from './ops/narrow.js';
export { pad } from './ops/pad.js';
export type { Pair } from './ops/pair.js';
export { permute, transpose } from './ops/permute.js';
export { relu } from './ops/relu.js';
export { flatten, reshape, squeeze, unsqueeze, view } from './ops/reshape.js';
export { logSoftmax, softmax } from './ops/softmax.js';
export { mean, sum, type Dims } from './ops/sum.js';
export { abs, clamp, exp, log, neg, pow, reciprocal, rsqrt, sigmoid, sign, sqrt, tanh } from './ops/unary.js';
export { std, variance, type VarianceOptions } from './ops/variance.js';

export type { RemovableHandle } from './hooks/handle.js';
export type { ForwardRegisterOptions, RegisterOptions } from './hooks/hook-list.js';
export type { BackwardHook, BackwardPreHook, ForwardHook, ForwardPreHook } from './hooks/hook-types.js';
export type { PostAccumulateHook, TensorHook } from './hooks/tensor-hooks.js';

export { BatchNorm2d, type BatchNormLayerOptions } from './nn/batch-norm.js';
export {
  registerModuleForwardHook,
  registerModuleForwardPreHook,
  registerModuleFullBackwardHook,
  registerModuleFullBackwardPreHook,
} from './nn/global-hooks.js';
export * as init from './nn/init.js';
export { AdaptiveAvgPool2d, AvgPool2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d, ReLU } from './nn/layers.js';
export { Module, type AnyModule } from './nn/module.js';
export { Parameter } from './nn/parameter.js';
export { Sequential } from './nn/sequential.js';
export type { StateDict } from './nn/state-dict.js';
export { Optimizer, type ParamGroup } from './nn/optim/optimizer.js';
export { CosineAnnealingLR, OneCycleLR, StepLR, type OneCycleOptions } from './nn/optim/schedules.js';
export { SGD, type SgdOptions } from './nn/optim/sgd.js';
export { Fire, SqueezeNet, squeezenet1_1, type SqueezeNetOptions } from './nn/models/squeezenet.js';
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
export { createPicture, swapRedBlue, toRgb, type Picture } from './image/picture.js';
export { encodePng } from './image/png.js';
export { resize, resizeMap, type ResizeMethod, type ResizeOptions } from './image/resize.js';

export { GradCam, type CamOptions, type CamResult } from './cam/grad-cam.js';
export { GuidedBackpropagation, type GuidedBackpropagationOptions } from './cam/guided-backprop.js';
export { explain, type Captured, type Explanation, type ExplainOptions, type ExplainResult } from './cam/explain.js';
export { classScore, gradCamMap, normalizeGradient, scaleMap } from './cam/maps.js';
export { methodNames, methods, type MethodInfo, type MethodName } from './cam/methods.js';
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
