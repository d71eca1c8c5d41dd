/**
 * What layers return in one run of a model, and the gradients of the classes' scores with respect to that.
 *
 * The gradients are asked for with `grad()` at the layers' outputs: backward then runs through the rest of the network
 * only, and no parameter's `grad` changes. The graph starts at the first of the layers; what comes before is not recorded.
 */
import { grad } from '../autograd/backward.js';
import { noGrad, setGradEnabled } from '../autograd/grad-mode.js';
import { ArgumentError, HookError } from '../errors.js';
import { registerAll } from '../hooks/handle.js';
import type { Module } from '../nn/module.js';
import { tidy } from '../tensor/memory.js';
import { formatShape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { classScore } from './maps.js';

/** One layer's output [N,K,h,w]. */
export interface ActivationCapture {
  readonly layer: Module;
  readonly activation: Tensor;
  /** The class's gradient with respect to it, if one was asked for. */
  readonly gradient?: Tensor;
}

export type GradientCapture = Required<ActivationCapture>;

/**
 * What the layers return, without recording. Of a layer that is called several times the first call counts. The caller
 * frees what it gets.
 *
 * @param x [N,C,H,W]
 * @throws HookError when a layer returns no map; ArgumentError when the model does not use it
 */
export function captureActivations(
  caller: string,
  model: Module,
  x: Tensor,
  layers: readonly Module[],
): ActivationCapture[] {
  return withOutputs(caller, layers, false, (outputOf) => {
    noGrad(() => model.call(x.detach()));
    return layers.map((layer) => ({ layer, activation: outputOf(layer).detach() }));
  });
}

/**
 * The same, with the gradients of the classes' scores.
 * @param classes one per sample
 */
export function captureGradients(
  caller: string,
  model: Module,
  x: Tensor,
  layers: readonly Module[],
  classes: readonly number[],
): GradientCapture[] {
  return withOutputs(caller, layers, true, (outputOf) => {
    // the hook on the first of the layers switches recording on
    const score = noGrad(() => classScore(model.call(x.detach()), classes));
    const outputs = layers.map(outputOf);
    const gradients = score.requiresGrad ? grad(score, outputs, null, { allowUnused: true }) : [];
    return layers.map((layer, i) => {
      const gradient = gradients.at(i);
      if (!gradient) throw notUsed(caller, layer);
      return { layer, activation: outputs[i].detach(), gradient };
    });
  });
}

/**
 * Runs `body` with hooks on the layers, and a memory scope around it.
 * @param record whether to record what is computed from the layers' outputs on
 */
function withOutputs<T>(
  caller: string,
  layers: readonly Module[],
  record: boolean,
  body: (outputOf: (layer: Module) => Tensor) => T,
): T {
  const outputs = new Map<Module, Tensor>();
  const handles = registerAll(
    layers.map((layer) => () => {
      return layer.registerForwardHook((_module, _input, output) => {
        if (outputs.has(layer)) return null;
        const map = requireMap(caller, layer, output);
        if (record) setGradEnabled(true);
        const start = record && !map.requiresGrad ? map.detach().requiresGrad_() : map;
        outputs.set(layer, start);
        return start;
      });
    }),
  );
  try {
    return tidy(() =>
      body((layer) => {
        const output = outputs.get(layer);
        if (!output) throw notUsed(caller, layer);
        return output;
      }),
    );
  } finally {
    for (const handle of handles) handle.remove();
  }
}

export function freeCaptures(captures: readonly ActivationCapture[]): void {
  for (const { activation, gradient } of captures) {
    activation.dispose();
    gradient?.dispose();
  }
}

/** @throws HookError for a layer that does not return one tensor [N,K,h,w] */
export function requireMap(caller: string, layer: Module, output: unknown): Tensor {
  if (output instanceof Tensor && output.ndim === 4) return output;
  const got = output instanceof Tensor ? formatShape(output.shape) : 'no single tensor';
  throw new HookError(
    `${caller}: expected a layer that returns a map [N,K,h,w], got ${got} from ${layer.constructor.name}; ` +
      'choose a convolution, or the ReLU or pooling after it',
  );
}

export function notUsed(caller: string, layer: Module): ArgumentError {
  return new ArgumentError(
    `${caller}: the class score does not depend on the layer ${layer.constructor.name}; choose one that the network uses`,
  );
}
