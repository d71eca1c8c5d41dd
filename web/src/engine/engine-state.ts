/** The engine that runs, and the networks that were loaded on it. */
import {
  ArgumentError,
  backendInfo,
  buildModel,
  loadModel,
  manualSeed,
  modelNames,
  parseLabels,
  preprocessPresets,
  setThreads,
  useBackend,
  type LoadedModel,
  type Preprocess,
} from 'backlight';
import { parameterCount } from 'backlight/cli/model-trace.js';
import type { EngineChoice, EngineInfo, ModelInfo, ModelSource } from './protocol.js';
import type { Task } from './task.js';

/** The same for everybody, so that random weights are the same network each time. */
const SEED = 7;

/** So many networks stay loaded: trained, randomised and one more. */
const MOST_MODELS = 3;

/** A network that is ready, and how pictures are prepared for it. */
export interface ReadyModel extends LoadedModel {
  readonly key: string;
  readonly preprocess: Preprocess;
}

const cores = Math.min(8, navigator.hardwareConcurrency || 1);
const loaded = new Map<string, ReadyModel>();
let running = '';

/** Makes the engine the one that was chosen; networks of another one are freed. */
export async function useEngine(choice: EngineChoice): Promise<EngineInfo> {
  const wanted = JSON.stringify(choice);
  if (wanted !== running) {
    if (choice.kind === 'wasm') {
      setThreads(choice.threads ?? cores);
      await useBackend('wasm');
    } else {
      await useBackend('gpu', { mode: choice.mode });
    }
    for (const { model } of loaded.values()) model.dispose();
    loaded.clear();
    running = wanted;
  }
  return engineInfo();
}

function engineInfo(): EngineInfo {
  const { name, mode, threads, adapter } = backendInfo();
  return {
    name,
    mode,
    threads,
    adapter: adapter ?? null,
    cores,
    isolated: globalThis.crossOriginIsolated,
    networks: modelNames,
  };
}

/** The network of that file, loaded strictly. */
export async function readyModel(source: ModelSource, task: Task): Promise<ReadyModel> {
  const known = loaded.get(source.key);
  if (known) {
    loaded.delete(source.key);
    loaded.set(source.key, known);
    return known;
  }
  task.progress(`reading ${source.name}`);
  const bytes = new Uint8Array(await source.file.arrayBuffer());
  await task.pause();
  const { network, labels, preprocess } = source;
  const found = loadModel(bytes, {
    name: source.name,
    ...(network === undefined ? {} : { model: network }),
    ...(labels === undefined ? {} : { labels: parseLabels(labels.text, labels.name) }),
    ...(preprocess === undefined ? {} : { preprocess: preprocessPresets[preprocess] }),
  });
  if (!found.preprocess) {
    found.model.dispose();
    throw new ArgumentError(
      `${source.name}: the file does not say how pictures are prepared for this network; choose one of ${Object.keys(preprocessPresets).join(', ')}`,
    );
  }
  const ready = { ...found, key: source.key, preprocess: found.preprocess };
  const kept = source.randomised ? randomised(ready) : ready;
  for (const [key, { model }] of [...loaded].slice(0, Math.max(0, loaded.size - MOST_MODELS + 1))) {
    model.dispose();
    loaded.delete(key);
  }
  loaded.set(source.key, kept);
  return kept;
}

function randomised(trained: ReadyModel): ReadyModel {
  trained.model.dispose();
  manualSeed(SEED);
  return { ...trained, model: buildModel(trained.spec).requiresGrad_(false).eval() };
}

export async function describe(source: ModelSource, task: Task): Promise<ModelInfo> {
  const { model, labels, spec, preprocess, key } = await readyModel(source, task);
  return {
    key,
    name: source.name,
    network: spec.name,
    labels,
    parameters: parameterCount(model),
    preprocess,
  };
}
