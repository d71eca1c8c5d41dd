/** What each module of a network returns, without computing it; and which layer Grad-CAM looks at. */
import { noGrad } from '../autograd/grad-mode.js';
import { withBackend } from '../backends/active.js';
import { createShapesOnlyBackend } from '../backends/shapes-only.js';
import { ArgumentError } from '../errors.js';
import { nearest } from '../nearest.js';
import { AdaptiveAvgPool2d, AvgPool2d, Dropout, Flatten, MaxPool2d } from '../nn/layers.js';
import type { AnyModule } from '../nn/module.js';
import { zeros } from '../ops/creation.js';
import { formatShape, type Shape } from '../tensor/shape.js';
import { tidy } from '../tensor/memory.js';
import { buildModel, type ModelSpec } from '../weights/model-registry.js';

export interface TracedModule {
  /** `features.0`; '' for the network itself. */
  readonly name: string;
  readonly type: string;
  /** The module's arguments, as PyTorch prints them. */
  readonly extra: string;
  readonly depth: number;
  /** What it returns; null for one that the network does not call. */
  readonly shape: Shape | null;
  /** Parameters of the module and all below it. */
  readonly parameters: number;
  /** Whether it returns a map [N,K,h,w] of more than one place. */
  readonly hasMap: boolean;
}

/** How many numbers a module and all below it learn. */
export function parameterCount(module: AnyModule): number {
  return module.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0);
}

/** The modules in the order of `namedModules()`, for an input [N,3,H,W]. */
export function traceModel(spec: ModelSpec, inputShape: Shape): TracedModule[] {
  return withBackend(createShapesOnlyBackend(), () => {
    const model = buildModel(spec).eval();
    const shapes = new Map<unknown, Shape>();
    for (const module of model.modules()) {
      module.registerForwardHook((called, _input, output) => {
        shapes.set(called, output.shape);
      });
    }
    tidy(() => {
      noGrad(() => model.call(zeros(inputShape)));
    });
    return model.namedModules().map(([name, module]): TracedModule => {
      const shape = shapes.get(module) ?? null;
      return {
        name,
        type: module.constructor.name,
        extra: module.namedChildren().length > 0 ? '' : module.extraRepr(),
        depth: name === '' ? 0 : name.split('.').length,
        shape,
        parameters: parameterCount(module),
        hasMap: shape?.length === 4 && shape[2] * shape[3] > 1,
      };
    });
  });
}

const notMaps = [MaxPool2d, AvgPool2d, AdaptiveAvgPool2d, Dropout, Flatten].map(({ name }) => name);

/**
 * The last module of `features` that is not a pooling, or a residual network's last `layerN`: the deepest map, where it
 * still has its places. null without one.
 */
export function defaultLayer(modules: readonly TracedModule[]): TracedModule | null {
  return (
    modules.findLast(
      ({ name, type, hasMap }) => /^(features\.\d+|layer\d+)$/.test(name) && hasMap && !notMaps.includes(type),
    ) ?? null
  );
}

/**
 * The layer of that name, or the default one.
 * @throws ArgumentError when there is none, or it returns no map
 */
export function chooseLayer(modules: readonly TracedModule[], name?: string): TracedModule {
  const usable = modules.filter(({ hasMap }) => hasMap).map((module) => module.name);
  const best = defaultLayer(modules);
  if (name === undefined) {
    if (best) return best;
    throw new ArgumentError(
      `--layer: no layer of this network has a map of more than one place for this input; ${usable.length > 0 ? `name one of ${usable.join(', ')}` : 'give it larger pictures'}`,
    );
  }
  const found = modules.find((module) => module.name === name && name !== '');
  if (!found) {
    const near = nearest(
      name,
      modules.map((module) => module.name).filter((other) => other !== ''),
    );
    throw new ArgumentError(
      `--layer: no layer is called ${JSON.stringify(name)}; the nearest are ${near.join(', ')} ("backlight layers" lists all)`,
    );
  }
  if (found.hasMap) return found;
  const returns = found.shape ? `returns ${formatShape(found.shape)}` : 'is not called';
  throw new ArgumentError(
    `--layer: expected a layer that returns a map [N,K,h,w] of more than one place, but ${name} (${found.type}) ${returns}; ` +
      `choose one before it${best ? `, such as ${best.name}` : ''} ("backlight layers" lists all)`,
  );
}
