import t from 'tap';
import { backendInfo, setBackend, withBackend } from '../../src/backends/active.js';
import { createShapesOnlyBackend } from '../../src/backends/shapes-only.js';
import { init, ones, squeezenet1_1, tidy, vgg, vgg16, zeros, type Module, type Tensor } from '../../src/index.js';

/** The shape of every module's output and of every gradient. */
function shapesOf(build: () => Module, size: number): [string, string][] {
  const model = init.withoutInit(build).eval();
  const names = new Map<unknown, string>(model.namedModules().map(([name, module]) => [module, name]));
  const found: [string, string][] = [];
  for (const module of model.modules()) {
    module.registerForwardHook((called, _input, output: Tensor) => {
      found.push([names.get(called) ?? '?', output.shape.join()]);
    });
  }
  tidy(() => {
    const x = ones([2, 3, size, size]).requiresGrad_();
    model.call(x).softmax(1).sum().backward();
    found.push(['input', x.grad?.shape.join() ?? 'none'], ['values', String(x.grad?.storage.length)]);
    for (const [name, { grad }] of model.namedParameters()) {
      found.push([name, grad?.shape.join() ?? 'none'], ['values', String(grad?.storage.length)]);
    }
  });
  model.dispose();
  return found;
}

t.test('the shapes of a real run, forward and backward', async (t) => {
  const models: [string, () => Module, number][] = [
    ['vgg', () => vgg({ cfg: [4, 'M', 6, 'M'], batchNorm: true, avgpool: 3, hidden: [7], classes: 5 }), 18],
    ['squeezenet', () => squeezenet1_1({ classes: 4 }), 35],
  ];
  for (const [name, build, size] of models) {
    const real = withBackend('reference', () => shapesOf(build, size));
    const shapes = withBackend(createShapesOnlyBackend(), () => shapesOf(build, size));
    t.ok(real.length > 20);
    t.same(shapes, real, name);
  }
});

t.test('no memory, and no values', async (t) => {
  setBackend('wasm');
  const before = backendInfo();
  withBackend(createShapesOnlyBackend(), () => {
    const model = vgg16();
    t.equal(
      model.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0),
      138357544,
    );
    t.throws(() => zeros([2]).dataSync(), {
      name: 'BackendError',
      message: 'shapes-only: expected a tensor with values; build the model on another backend',
    });
  });
  t.same(backendInfo(), before);
});
