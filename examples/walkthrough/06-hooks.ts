/** Chapter 6: every kind of hook, in the order in which they fire. */
import {
  Linear,
  ReLU,
  Sequential,
  contactSheet,
  grad,
  manualSeed,
  noGrad,
  registerModuleForwardHook,
  registerModuleForwardPreHook,
  registerModuleFullBackwardHook,
  registerModuleFullBackwardPreHook,
  tensor,
  type RemovableHandle,
} from 'backlight';
import { amber, bar, blue } from './plot.js';
import type { Chapter } from './chapter.js';

interface Facts {
  readonly everyKind: readonly string[];
  readonly nested: readonly string[];
  readonly withoutGrad: readonly string[];
  readonly legacy: { readonly last: readonly (readonly number[])[]; readonly full: readonly (readonly number[])[] };
  readonly doubled: { readonly before: number; readonly after: number };
}

// #region every-kind
/** Hooks of every kind on one layer; each notes its name when it fires. */
function everyKind(): string[] {
  const fired: string[] = [];
  const note = (name: string) => (): void => void fired.push(name);
  const layer = new Linear(3, 2);
  const x = tensor([[1, 2, 3]], { requiresGrad: true });
  const handles: RemovableHandle[] = [
    registerModuleForwardPreHook(note('global forward pre-hook')),
    registerModuleForwardHook(note('global forward hook')),
    registerModuleFullBackwardPreHook(note('global backward pre-hook')),
    registerModuleFullBackwardHook(note('global backward hook')),
    layer.registerForwardPreHook(note('forward pre-hook')),
    layer.registerForwardHook(note('forward hook')),
    layer.registerFullBackwardPreHook(note('backward pre-hook')),
    layer.registerFullBackwardHook(note('backward hook')),
    layer.weight.registerHook(note("the weight's tensor hook")),
    layer.weight.registerPostAccumulateGradHook(note("the weight's post-accumulate hook")),
    x.registerHook(note("the input's tensor hook")),
    x.registerPostAccumulateGradHook(note("the input's post-accumulate hook")),
  ];

  const y = layer.call(x);
  handles.push(y.registerHook(note("the output's tensor hook")));
  y.sum().backward();

  for (const handle of handles) handle.remove();
  return fired;
}
// #endregion every-kind

// #region nested
/** Forward and full backward hooks in a network in a network. */
function nested(): string[] {
  const fired: string[] = [];
  const inner = new Sequential(new Linear(3, 3), new ReLU());
  const outer = new Sequential(inner, new Linear(3, 1));
  for (const [name, module] of outer.namedModules()) {
    const label = `${module.constructor.name} '${name}'`;
    module.registerForwardPreHook(() => void fired.push(`> ${label}`));
    module.registerFullBackwardHook(() => void fired.push(`< ${label}`));
  }
  outer.call(tensor([[1, 2, 3]], { requiresGrad: true })).backward();
  return fired;
}
// #endregion nested

/** Which of a forward and a backward hook fire where nothing is recorded. */
function withoutGrad(): string[] {
  const fired: string[] = [];
  const layer = new Linear(3, 2);
  layer.registerForwardHook(() => void fired.push('forward hook'));
  layer.registerFullBackwardHook(() => void fired.push('backward hook'));
  noGrad(() => layer.call(tensor([[1, 2, 3]])));
  return fired;
}

// #region replace
/** A full backward hook that doubles what goes on to earlier layers. */
function doubled(): { before: number; after: number } {
  const layer = new Linear(3, 2);
  const x = tensor([[1, 2, 3]], { requiresGrad: true });
  const slope = (): number => {
    const [gradient] = grad(layer.call(x).sum(), [x]);
    return gradient.at(0, 0).item();
  };
  const before = slope();
  using _handle = layer.registerFullBackwardHook((_module, [gradInput]) => [gradInput?.mul(2) ?? null]);
  return { before, after: slope() };
}
// #endregion replace

// #region legacy
/** The shapes that an old and a full backward hook are given as gradInput. */
function legacyAndFull() {
  const shapes: { last: (readonly number[])[]; full: (readonly number[])[] } = { last: [], full: [] };
  const layer = new Linear(3, 2);
  const run = (): void =>
    layer
      .call(tensor([[1, 2, 3]], { requiresGrad: true }))
      .sum()
      .backward();
  const old = layer.registerBackwardHook((_module, gradInput) => {
    shapes.last = gradInput.map((gradient) => gradient?.shape ?? []);
  });
  run();
  old.remove(); // the two kinds do not go together on one module
  layer.registerFullBackwardHook((_module, gradInput) => {
    shapes.full = gradInput.map((gradient) => gradient?.shape ?? []);
  });
  run();
  return shapes;
}
// #endregion legacy

export function run(): Promise<Chapter<Facts>> {
  manualSeed(0);
  const order = everyKind();
  const tiles = order.map((name, i) => ({
    title: `${String(i + 1).padStart(2)} ${name}`,
    picture: bar((i + 1) / order.length, i < order.indexOf("the output's tensor hook") ? blue : amber),
  }));
  return Promise.resolve({
    pictures: { '06-order': contactSheet(tiles, { columns: 1, tileSize: 560, margin: 12 }) },
    facts: {
      everyKind: order,
      nested: nested(),
      withoutGrad: withoutGrad(),
      legacy: legacyAndFull(),
      doubled: doubled(),
    },
  });
}
