/** The methods by name, for the command line and the page. */

export interface MethodInfo {
  readonly name: string;
  readonly title: string;
  /** What its picture shows, in a sentence. */
  readonly description: string;
  readonly source: string;
}

export const methods = [
  {
    name: 'grad-cam',
    title: 'Grad-CAM',
    description: "Where the class is: a layer's channels, weighed by their mean gradients. Depends on the class.",
    source: 'R. Selvaraju et al., 2017',
  },
  {
    name: 'guided-backprop',
    title: 'guided backpropagation',
    description:
      'Which edges excite the network: the gradient, positive and active parts only. Hardly depends on the class.',
    source: 'J. Springenberg et al., 2014',
  },
  {
    name: 'guided-grad-cam',
    title: 'guided Grad-CAM',
    description: 'Which edges speak for the class: the product of the two.',
    source: 'R. Selvaraju et al., 2017, section 3.2',
  },
  {
    name: 'gradient',
    title: 'gradient',
    description: 'How the class score changes with each pixel: the plain gradient, noisy.',
    source: 'K. Simonyan et al., 2013',
  },
  {
    name: 'hires-cam',
    title: 'HiResCAM',
    description:
      'Where the class is: gradient times activation, place by place; true to what a last linear layer adds up.',
    source: 'R. Draelos and L. Carin, 2020',
  },
  {
    name: 'grad-cam-elementwise',
    title: 'element-wise Grad-CAM',
    description: 'HiResCAM with the negative products left out.',
    source: 'J. Gildenblat, pytorch-grad-cam',
  },
  {
    name: 'grad-cam++',
    title: 'Grad-CAM++',
    description: 'Grad-CAM whose channel weights favour strong gradients: finds several objects of one class.',
    source: 'A. Chattopadhay et al., 2018',
  },
  {
    name: 'xgrad-cam',
    title: 'XGrad-CAM',
    description: 'Grad-CAM whose gradients are averaged by where the channel is active.',
    source: 'R. Fu et al., 2020',
  },
  {
    name: 'layer-cam',
    title: 'LayerCAM',
    description: 'Positive gradients times activation, place by place: fine maps at shallow layers.',
    source: 'P. Jiang et al., 2021',
  },
  {
    name: 'score-cam',
    title: 'Score-CAM',
    description:
      'Channels weighed by the score when only their places are shown; no gradient. Slow: a run for each channel.',
    source: 'H. Wang et al., 2020',
  },
  {
    name: 'ablation-cam',
    title: 'Ablation-CAM',
    description: 'Channels weighed by the score that is lost without them; no gradient. Slow: a run for each channel.',
    source: 'S. Desai and H. Ramaswamy, 2020',
  },
  {
    name: 'eigen-cam',
    title: 'Eigen-CAM',
    description: 'What varies most in the layer: its first principal component. The same for every class.',
    source: 'M. Bany Muhammad and M. Yeasin, 2020',
  },
  {
    name: 'eigen-grad-cam',
    title: 'Eigen-Grad-CAM',
    description: 'What varies most in gradient times activation: Eigen-CAM for a class.',
    source: 'J. Gildenblat, pytorch-grad-cam',
  },
  {
    name: 'full-grad',
    title: 'FullGrad',
    description: 'The gradients of the picture and of every bias in the network, added up; looks at all layers.',
    source: 'S. Srinivas and F. Fleuret, 2019',
  },
  {
    name: 'fem',
    title: 'FEM',
    description: 'Where the layer is unusually active: channels weighed by their outliers. The same for every class.',
    source: 'K. Fuad et al., 2020',
  },
  {
    name: 'integrated-gradients',
    title: 'integrated gradients',
    description:
      'What each pixel adds to the score: the gradient, averaged on the way from the mean colour to the picture.',
    source: 'M. Sundararajan et al., 2017',
  },
  {
    name: 'occlusion',
    title: 'occlusion',
    description: 'Where hiding a square lowers the score; forward passes only. Slow: a run for each place.',
    source: 'M. Zeiler and R. Fergus, 2014',
  },
] as const satisfies readonly MethodInfo[];

export type MethodName = (typeof methods)[number]['name'];

export const methodNames: readonly MethodName[] = methods.map(({ name }) => name);

/** What a method is called in text. */
export function methodTitle(name: MethodName): string {
  return methods.find((method) => method.name === name)?.title ?? name;
}

/** What `explain()` does if no methods are named. */
export const defaultMethods = [
  'grad-cam',
  'guided-backprop',
  'guided-grad-cam',
  'gradient',
] as const satisfies readonly MethodName[];
