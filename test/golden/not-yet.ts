/**
 * Golden cases that cannot be run yet, because what they test does not exist. The one place where they are listed.
 *
 * The test fails for a name listed here as soon as the room exports something of that name (compared without case and
 * underscores), so that the list cannot outlive its reason.
 */

/** Ops of ops.json, awaited in src/ops. */
export const opsNotYet = ['leaky_relu', 'gelu', 'silu', 'elu', 'softplus', 'mse_loss', 'where', 'flip'];

/** Optimisers of optim.json, awaited in src/nn/optim. */
export const optimizersNotYet = ['Adam', 'AdamW'];

/** Methods of cam.json, awaited in src/cam. */
export const camMethodsNotYet = [
  'HiResCAM',
  'GradCAMElementWise',
  'GradCAMPlusPlus',
  'XGradCAM',
  'LayerCAM',
  'ScoreCAM',
  'AblationCAM',
  'EigenCAM',
  'EigenGradCAM',
  'FullGrad',
  'FEM',
  'IntegratedGradients',
  'Occlusion',
];

/** Functions of image.json, awaited in src/image. */
export const imageNotYet = ['rgb_to_gray'];
