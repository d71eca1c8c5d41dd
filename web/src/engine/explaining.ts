/** The maps of one picture for one class at one layer. */
import {
  defaultMethods,
  explain,
  setWarningHandler,
  type ExplainResult as Explained,
  type MethodName,
} from 'backlight';
import { readyModel, useEngine, type ReadyModel } from './engine-state.js';
import { lookAt, usableLayer, type Seen } from './looking.js';
import type { ExplainParams, ExplainResult, MapResult } from './protocol.js';
import { Stopwatch } from './stopwatch.js';
import type { Task } from './task.js';

export async function explainPicture(params: ExplainParams, task: Task): Promise<ExplainResult> {
  const warnings: string[] = [];
  const before = setWarningHandler((warning) => void warnings.push(warning));
  try {
    const watch = new Stopwatch();
    task.progress('starting the engine');
    await useEngine(params.engine);
    const ready = await readyModel(params.model, task);
    await task.pause();
    using seen = await lookAt(ready, params, task, watch);
    const layer = usableLayer(seen, params.layer);
    task.part({ kind: 'look', look: seen.look });
    const { logits } = seen.look;
    const classIndex = params.classIndex ?? logits.indexOf(Math.max(...logits));
    const maps: MapResult[] = [];
    for (const methods of inTurn(params.methods)) {
      await task.pause();
      const { explanations } = await run(ready, seen, layer, classIndex, methods, task, watch);
      maps.push(...explanations.map((explanation) => ({ ...explanation, layer })));
    }
    const asAsked = (a: MapResult, b: MapResult) => params.methods.indexOf(a.method) - params.methods.indexOf(b.method);
    maps.sort(asAsked);
    return { engine: await useEngine(params.engine), classIndex, layer, maps, times: watch.times, warnings };
  } finally {
    setWarningHandler(before);
  }
}

/** The quick methods in one go, since they share passes; each of the others alone, so that a new request comes through. */
function inTurn(methods: readonly MethodName[]): MethodName[][] {
  const quick = methods.filter((method) => defaultMethods.some((name) => name === method));
  const others = methods.filter((method) => !quick.includes(method));
  return [...(quick.length > 0 ? [quick] : []), ...others.map((method) => [method])];
}

async function run(
  { model }: ReadyModel,
  { input, spec, look }: Seen,
  layer: string,
  classIndex: number,
  methods: readonly MethodName[],
  task: Task,
  watch: Stopwatch,
): Promise<Explained> {
  let last = -1;
  const result = await explain(model, input, look.view, {
    layer: model.getSubmodule(layer),
    classes: [classIndex],
    methods,
    order: spec.order,
    onStep: (done, total, step, _index, share) => {
      task.check();
      task.progress(step, (done + share) / total);
      if (done !== last) watch.start(step);
      last = done;
    },
  });
  watch.stop();
  return result;
}
