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
] as const satisfies readonly MethodInfo[];

export type MethodName = (typeof methods)[number]['name'];

export const methodNames: readonly MethodName[] = methods.map(({ name }) => name);
