/**
 * The ONNX tests that are not run, and why: all tests with an op of the first list, and the tests of the second. The
 * runner fails when an entry is out of date.
 */

/** The test data that the lists were made with: a version of ONNX, its newest operator set, the number of its tests. */
export const madeWith = { onnx: '1.12.0', opset: 17, tests: 1072 };

/** Of an op that the library does not have. The runner fails if the library exports a function of that name. */
export const NO_OP = 'no such op here';

const CONTROL = 'control flow: programs are written in TypeScript';
const INTEGERS = 'integer arithmetic: tensors hold floating-point numbers';
const OPTIMIZER = 'a step of an optimiser: those are classes here, and compared with PyTorch by the golden tests';
const QUANTIZED = 'quantised integers: tensors hold floating-point numbers';
const RANDOM = 'random numbers, which come from another generator';
const RECURRENT = 'no recurrent layers here';
const SEQUENCES = 'sequences and optional values: those are arrays and null in TypeScript';
const SIGNAL = 'no signal processing here';
const TEXT = 'no strings here';

/** ONNX op -> the reason why tests with it are not run. */
export const unsupportedOps: Readonly<Record<string, string>> = {
  Bernoulli: RANDOM,
  BitShift: INTEGERS,
  BlackmanWindow: SIGNAL,
  Compress: NO_OP,
  ConcatFromSequence: SEQUENCES,
  ConvInteger: QUANTIZED,
  DequantizeLinear: QUANTIZED,
  Det: NO_OP,
  DFT: SIGNAL,
  DynamicQuantizeLinear: QUANTIZED,
  Einsum: NO_OP,
  GridSample: NO_OP,
  GRU: RECURRENT,
  HammingWindow: SIGNAL,
  HannWindow: SIGNAL,
  If: CONTROL,
  Loop: CONTROL,
  LSTM: RECURRENT,
  MatMulInteger: QUANTIZED,
  MaxUnpool: NO_OP,
  MelWeightMatrix: SIGNAL,
  Mod: NO_OP,
  NonMaxSuppression: NO_OP,
  NonZero: NO_OP,
  OptionalGetElement: SEQUENCES,
  OptionalHasElement: SEQUENCES,
  QLinearConv: QUANTIZED,
  QLinearMatMul: QUANTIZED,
  QuantizeLinear: QUANTIZED,
  RandomUniformLike: RANDOM,
  ReverseSequence: NO_OP,
  RNN: RECURRENT,
  RoiAlign: NO_OP,
  Scan: CONTROL,
  ScatterND: NO_OP,
  SequenceAt: SEQUENCES,
  SequenceConstruct: SEQUENCES,
  SequenceEmpty: SEQUENCES,
  SequenceErase: SEQUENCES,
  SequenceInsert: SEQUENCES,
  SequenceLength: SEQUENCES,
  SequenceMap: SEQUENCES,
  SplitToSequence: SEQUENCES,
  STFT: SIGNAL,
  StringNormalizer: TEXT,
  TfIdfVectorizer: TEXT,
  Unique: NO_OP,
  'ai.onnx.preview.training.Adagrad': OPTIMIZER,
  'ai.onnx.preview.training.Adam': OPTIMIZER,
  'ai.onnx.preview.training.Momentum': OPTIMIZER,
};

/** Tests whose ops are all in the op table. The runner fails for one that would pass. */
export const unsupportedTests: readonly { readonly reason: string; readonly tests: readonly string[] }[] = [
  {
    reason: 'windows over three dimensions: there are one and two here',
    tests: [
      'node/test_averagepool_3d_default',
      'node/test_convtranspose_3d',
      'node/test_maxpool_3d_default',
      'pytorch-converted/test_AvgPool3d',
      'pytorch-converted/test_AvgPool3d_stride',
      'pytorch-converted/test_AvgPool3d_stride1_pad0_gpu_input',
      'pytorch-converted/test_Conv3d',
      'pytorch-converted/test_Conv3d_dilated',
      'pytorch-converted/test_Conv3d_dilated_strided',
      'pytorch-converted/test_Conv3d_groups',
      'pytorch-converted/test_Conv3d_no_bias',
      'pytorch-converted/test_Conv3d_stride',
      'pytorch-converted/test_Conv3d_stride_padding',
      'pytorch-converted/test_MaxPool3d',
      'pytorch-converted/test_MaxPool3d_stride',
      'pytorch-converted/test_MaxPool3d_stride_padding',
    ],
  },
  {
    reason: 'transposed convolution along one dimension: there is convTranspose2d here',
    tests: ['node/test_convtranspose_1d'],
  },
  {
    reason: RANDOM,
    tests: [
      'node/test_training_dropout',
      'node/test_training_dropout_default',
      'node/test_training_dropout_default_mask',
      'node/test_training_dropout_mask',
    ],
  },
  {
    reason: 'a variant of Resize that PyTorch, and so interpolate, does not have',
    tests: [
      'node/test_resize_downsample_scales_cubic_A_n0p5_exclude_outside',
      'node/test_resize_downsample_sizes_linear_pytorch_half_pixel',
      'node/test_resize_downsample_sizes_nearest',
      'node/test_resize_downsample_sizes_nearest_tf_half_pixel_for_nn',
      'node/test_resize_tf_crop_and_resize',
      'node/test_resize_upsample_scales_cubic_A_n0p5_exclude_outside',
      'node/test_resize_upsample_scales_cubic_asymmetric',
      'node/test_resize_upsample_sizes_nearest_ceil_half_pixel',
      'node/test_resize_upsample_sizes_nearest_floor_align_corners',
      'node/test_resize_upsample_sizes_nearest_round_prefer_ceil_asymmetric',
    ],
  },
  {
    reason:
      'ONNX aligns the corners to a size that is not rounded to whole pixels; PyTorch and interpolate to the rounded one',
    tests: [
      'node/test_resize_downsample_scales_cubic_align_corners',
      'node/test_resize_downsample_scales_linear_align_corners',
    ],
  },
  {
    reason: 'bfloat16 is declared, but the data holds the bits as uint16',
    tests: [
      'node/test_cast_BFLOAT16_to_FLOAT',
      'node/test_cast_FLOAT_to_BFLOAT16',
      'node/test_castlike_BFLOAT16_to_FLOAT',
      'node/test_castlike_BFLOAT16_to_FLOAT_expanded',
      'node/test_castlike_FLOAT_to_BFLOAT16',
      'node/test_castlike_FLOAT_to_BFLOAT16_expanded',
    ],
  },
  {
    reason: TEXT,
    tests: [
      'node/test_cast_FLOAT_to_STRING',
      'node/test_cast_STRING_to_FLOAT',
      'node/test_castlike_FLOAT_to_STRING',
      'node/test_castlike_FLOAT_to_STRING_expanded',
      'node/test_castlike_STRING_to_FLOAT',
      'node/test_castlike_STRING_to_FLOAT_expanded',
    ],
  },
  { reason: SEQUENCES, tests: ['node/test_identity_opt', 'node/test_identity_sequence'] },
];
