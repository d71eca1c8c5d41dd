/** The view Backward: a recorded pass, how far it is shown, and what the ReLUs do with the gradient. */
import { computed, effect, signal, type Signal } from '@preact/signals';
import { engine, hookEngine } from '../client/engine.js';
import type { BackwardResult, ReluRule } from '../engine/backward-protocol.js';
import { engineChoice } from './engine-choice.js';
import { classIndex, size } from './explanation.js';
import { model } from './models.js';
import { picture } from './pictures.js';
import { Run } from './run.js';
import { view } from './view.js';

export const rules = [
  { value: 'plain', label: 'Plain' },
  { value: 'deconvnet', label: 'Deconvnet' },
  { value: 'guided', label: 'Guided' },
  { value: 'code', label: 'Your own hook' },
] as const;

export type RuleName = (typeof rules)[number]['value'];

export const samples = {
  guided: `// guided backpropagation: gradInput is masked by the forward pass already
return [gradInput[0].clamp(0)];`,
  deconvnet: `// deconvnet: only what arrived counts, not what was active
return [gradOutput[0].clamp(0)];`,
  plain: `// nothing returned: the gradient goes on as it is
console.log(name, gradOutput[0].shape, gradInput[0].abs().mean().item());`,
  loudest: `// only where the gradient is large
const g = gradInput[0];
return [g.mul(g.abs().gt(g.abs().mean().item()))];`,
} as const;

export const rule: Signal<RuleName> = signal('plain');
/** The code in the box, and the one that was run. */
export const code: Signal<string> = signal(samples.guided);
export const ranCode: Signal<string> = signal(samples.guided);
/** How many hooks of the recorded pass are shown. */
export const shown = signal(0);
/** The node that is looked at; null: the one that fired last. */
export const chosen: Signal<number | null> = signal(null);
export const log: Signal<readonly string[]> = signal([]);
export const pass = new Run<BackwardResult>();

/** Milliseconds for the learner's hooks, all together. */
const TIME_LIMIT = 3000;

/** The ReLUs that the gradient has come through. */
const reach = computed(() => {
  const result = pass.result.value;
  return result ? result.fired.slice(0, shown.value).filter(({ node }) => result.nodes[node].isRelu).length : 0;
});

export function steps(): number {
  return pass.result.value?.fired.length ?? 0;
}

export function goTo(step: number): void {
  shown.value = Math.min(steps(), Math.max(0, step));
  chosen.value = null;
}

/** Runs what is in the box, all the way to the picture. */
export function runCode(): void {
  ranCode.value = code.value;
  again.value++;
  goTo(steps());
}

const again = signal(0);

function ruleNow(): ReluRule {
  if (rule.value === 'code') return { kind: 'code', code: ranCode.value };
  return { kind: rule.value };
}

/** Runs the pass anew whenever something has changed that it depends on. */
export function keepRunning(): void {
  let asked = '';
  let subject = '';
  effect(() => {
    const [source, network] = [picture.value, model.value];
    if (view.value !== 'backward' || !source || !network) return;
    const now = ruleNow();
    // without a ReLU behind it, every rule is the plain one
    const depth = now.kind === 'plain' ? 0 : reach.value;
    const about = JSON.stringify([source.key, network.key, classIndex.value, size.value]);
    const request = JSON.stringify([about, engineChoice.value, depth === 0 ? 'plain' : now, depth, again.value]);
    if (request === asked) return;
    asked = request;
    if (about !== subject) {
      subject = about;
      queueMicrotask(() => goTo(0));
    }
    const client = now.kind === 'code' ? hookEngine : engine;
    (client === engine ? hookEngine : engine).cancel('backward');
    const lines: string[] = [];
    const call = client.call(
      'backward',
      {
        engine: now.kind === 'code' ? { kind: 'wasm', threads: 1 } : engineChoice.value,
        model: network,
        picture: source,
        size: size.value,
        classIndex: classIndex.value,
        rule: depth === 0 ? { kind: 'plain' } : now,
        reach: depth,
      },
      {
        lane: 'backward',
        timeLimit: TIME_LIMIT,
        onProgress: pass.onProgress,
        onPart: (part) => {
          if (part.kind === 'log') lines.push(part.text);
        },
      },
    );
    void pass.follow(call.finally(() => (log.value = lines)));
  });
}
