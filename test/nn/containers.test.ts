/** ModuleList, ModuleDict and Sequential with names: as trees, in the state, with hooks, and as PyTorch prints them. */
import t from 'tap';
import { BatchNorm2d, Conv2d, Flatten, Identity, Linear, ReLU, Tanh } from '../../src/nn/layers.js';
import { Module, type AnyModule } from '../../src/nn/module.js';
import { ModuleDict } from '../../src/nn/module-dict.js';
import { ModuleList } from '../../src/nn/module-list.js';
import { Sequential } from '../../src/nn/sequential.js';
import { ones, tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import type { Tensor } from '../../src/tensor/tensor.js';

const names = (module: AnyModule): string[] => module.namedModules().map(([name]) => name);

/** A stack in a list, heads by name, and modules in a plain array and a plain object, which do not count. */
class Net extends Module<[Tensor, string]> {
  readonly layers = new ModuleList([new Linear(2, 2), new Linear(2, 2)]);
  readonly heads = new ModuleDict({ one: new Linear(2, 1), two: new Linear(2, 2, { bias: false }) });
  readonly hidden = [new Linear(2, 2)];
  readonly also = { hidden: new Linear(2, 2) };

  override forward(x: Tensor, head: string): Tensor {
    let y = x;
    for (const layer of this.layers) y = layer.call(y);
    return this.heads.get(head).call(y);
  }
}

t.test('a list and a dictionary are part of the tree; a plain array is not, as in PyTorch', async (t) => {
  const net = new Net();
  t.same(names(net), ['', 'layers', 'layers.0', 'layers.1', 'heads', 'heads.one', 'heads.two']);
  t.same(
    [...net.stateDict().keys()],
    [
      ...['layers.0.weight', 'layers.0.bias', 'layers.1.weight', 'layers.1.bias'],
      ...['heads.one.weight', 'heads.one.bias', 'heads.two.weight'],
    ],
  );
  t.equal(net.parameters().length, 7);
  t.ok(net.eval().layers.get(1).training === false && net.heads.get('two').training === false);
  t.equal(net.getSubmodule('heads.two'), net.heads.get('two'));
  const other = new Net();
  other.loadStateDict(net.stateDict());
  const x = tensor([[1, -2]]);
  t.same(other.call(x, 'two').tolist(), net.call(x, 'two').tolist());

  const fired: string[] = [];
  for (const [name, module] of net.namedModules()) module.registerFullBackwardHook(() => void fired.push(name));
  net.call(x.requiresGrad_(), 'one').sum().backward();
  t.same(fired, ['heads.one', 'layers.1', 'layers.0', ''], 'a container is never called');
  t.same(net.heads.get('two').weight.grad, null);
});

t.test('ModuleList: get, set, append, extend, insert, and going through it', async (t) => {
  const [a, b, c, d] = [new ReLU(), new Tanh(), new Flatten(), new Identity()];
  const list = new ModuleList<Module>([a]);
  t.equal(list.append(c), list);
  list.extend([d]).insert(1, b);
  t.same([...list], [a, b, c, d]);
  t.same(
    list.namedChildren().map(([name]) => name),
    ['0', '1', '2', '3'],
  );
  t.same([list.length, list.get(0), list.get(-1)], [4, a, d]);
  list.insert(-1, a);
  t.same([...list], [a, b, c, a, d], 'a negative place counts from the end, as in Python');
  list.insert(5, b).set(0, d).set(-1, c);
  t.same([...list], [d, b, c, a, d, c]);
  t.same(names(list), ['', '0', '1', '2', '3'], 'a module that is there twice has its first name');
  list.extend(list);
  t.equal(list.length, 12, 'a list can be extended by itself');
  for (const index of [12, -13, 0.5]) {
    t.throws(() => list.get(index), {
      name: 'RangeError',
      message: `ModuleList: expected an index below 12, got ${index}`,
    });
  }
  t.throws(() => list.set(12, a), { name: 'RangeError' });
  t.throws(() => list.insert(13, a), { name: 'RangeError' });
  t.throws(() => list.call(ones([1])), {
    name: 'BacklightError',
    message: 'ModuleList: expected its modules to be called one by one, got a call of the list',
  });
});

t.test('ModuleDict: keys in their order, also whole numbers', async (t) => {
  const [a, b, c] = [new ReLU(), new Tanh(), new Flatten()];
  const dict = new ModuleDict<Module>(
    new Map([
      ['b', a],
      ['1', b],
    ]),
  );
  t.equal(dict.set('0', c), dict);
  t.same(names(dict), ['', 'b', '1', '0']);
  t.same([...dict.keys()], ['b', '1', '0']);
  t.same([...dict.values()], [a, b, c]);
  t.same([...dict], [...dict.entries()]);
  t.same([dict.length, dict.has('1'), dict.has('length'), dict.get('1')], [3, true, false, b]);
  dict.set('b', c).update({ last: a });
  t.same([...dict.keys()], ['b', '1', '0', 'last'], 'a key keeps its place');
  t.ok(dict.delete('1'));
  t.notOk(dict.delete('1'));
  t.throws(() => dict.get('lost'), {
    name: 'ArgumentError',
    message: "ModuleDict: no module has the key 'lost'; the nearest are last, b, 0",
  });
  t.throws(() => new ModuleDict().get('a'), { message: /the nearest are \(it is empty\)/ });
  for (const key of ['', 'a.b']) {
    t.throws(() => dict.set(key, a), {
      name: 'ShapeError',
      message: `ModuleDict: expected a name that is not empty and has no dot, got '${key}'`,
    });
  }
  t.throws(() => dict.call(ones([1])), { name: 'BacklightError', message: /^ModuleDict: .* got a call of the dict/ });
});

t.test('Sequential with names, in the order of a Map or an object', async (t) => {
  const [fc, relu] = [new Linear(2, 3), new ReLU()];
  const model = new Sequential({ fc, relu });
  t.same(names(model), ['', 'fc', 'relu']);
  t.same([...model.stateDict().keys()], ['fc.weight', 'fc.bias']);
  t.same([model.length, model.get(0), model.get(-1)], [2, fc, relu]);
  t.equal(model.getSubmodule('relu'), relu);
  const x = tensor([[1, -1]]);
  t.same(model.call(x).tolist(), relu.call(fc.call(x)).tolist());
  t.equal(String(model), 'Sequential(\n  (fc): Linear(in_features=2, out_features=3, bias=True)\n  (relu): ReLU()\n)');
  const mapped = new Sequential(
    new Map<string, Module>([
      ['z', relu],
      ['0', fc],
    ]),
  );
  t.same(names(mapped), ['', 'z', '0']);
  mapped.append(new Tanh());
  t.same(names(mapped), ['', 'z', '0', '2'], 'appended under its position');
  t.throws(() => new Sequential({ x: fc, '2': relu }).append(relu), {
    message: "Sequential: append: the name '2' is taken",
  });
  t.throws(() => model.insert(0, relu), {
    name: 'ShapeError',
    message: 'Sequential: insert: expected modules named by position, got fc, relu',
  });
  t.same(names(new Sequential(fc).append(relu).insert(0, new Tanh())), ['', '0', '1', '2']);
});

t.test('a Sequential with modules of its own runs them after the others', async (t) => {
  class Squash extends Sequential {
    readonly squash = new Tanh();
  }
  const model = new Squash(new Identity());
  t.same(names(model), ['', '0', 'squash']);
  t.equal(model.call(tensor([100])).item(), 1);
});

t.test('printed as PyTorch 2.13 prints them', async (t) => {
  t.equal(String(new ModuleList()), 'ModuleList()');
  t.equal(String(new ModuleDict()), 'ModuleDict()');
  const block = () => new Sequential(new ReLU(), new Tanh());
  const list = new ModuleList<AnyModule>([
    new Linear(2, 2),
    new Linear(2, 2),
    new Linear(2, 2),
    new ReLU(),
    block(),
    block(),
    new ModuleDict({ a: new Tanh(), b: new Tanh() }),
    new ModuleList([new ReLU(), new ReLU()]),
    new Sequential(new Conv2d(1, 1, 1), new BatchNorm2d(1)),
  ]);
  t.equal(
    String(list),
    `ModuleList(
  (0-2): 3 x Linear(in_features=2, out_features=2, bias=True)
  (3): ReLU()
  (4-5): 2 x Sequential(
    (0): ReLU()
    (1): Tanh()
  )
  (6): ModuleDict(
    (a): Tanh()
    (b): Tanh()
  )
  (7): ModuleList(
    (0-1): 2 x ReLU()
  )
  (8): Sequential(
    (0): Conv2d(1, 1, kernel_size=(1, 1), stride=(1, 1))
    (1): BatchNorm2d(1, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
  )
)`,
  );
});
