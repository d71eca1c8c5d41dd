/** Lines 43 to 46 of PyTorch's observed behaviour of hooks: handles, and hooks that come and go during a pass. */
import t from 'tap';
import { RemovableHandle } from '../../src/hooks/handle.js';
import { tensor } from '../../src/ops/creation.js';
import { Scale, Square, leaf } from './helpers.js';

t.test('43. remove() is idempotent and safe after the module is gone', async (t) => {
  const module = new Scale(2);
  const once = module.registerForwardHook((_module, _input, y) => y.add(1));
  module.registerForwardHook((_module, _input, y) => y.add(10));
  t.equal(module.hookCount, 2);
  once.remove();
  once.remove();
  t.equal(module.hookCount, 1);
  t.equal(module.call(tensor(1)).item(), 12, 'the other hook is still there');
  const gone = new Scale(2);
  const handle = gone.registerFullBackwardHook(() => null);
  gone.dispose();
  handle.remove();
  t.equal(gone.hookCount, 0);

  const x = leaf(1);
  const onTensor = x.registerHook((g) => g.mul(2));
  x.dispose();
  onTensor.remove();
  onTensor.remove();
});

t.test('44. used as a scope the handle removes even on throw', async (t) => {
  const module = new Scale(2);
  t.throws(
    () => {
      using handle = module.registerForwardHook((_module, _input, y) => y.add(1));
      t.type(handle, RemovableHandle);
      t.equal(module.call(tensor(1)).item(), 3);
      throw new Error('on the way');
    },
    { message: 'on the way' },
  );
  t.equal(module.hookCount, 0);
  t.equal(module.call(tensor(1)).item(), 2);
});

t.test('45. forward hooks are a live list: removed on the way is skipped, added on the way waits', async (t) => {
  const log: string[] = [];
  const module = new Scale(2);
  const handles: RemovableHandle[] = [];
  handles.push(
    module.registerForwardHook(() => {
      log.push('first');
      handles.forEach((handle) => handle.remove());
      module.registerForwardHook(() => void log.push('added'));
    }),
    module.registerForwardHook(() => void log.push('removed')),
  );
  module.registerForwardHook(() => void log.push('last'));
  module.call(tensor(1));
  t.same(log, ['first', 'last']);
  log.length = 0;
  module.call(tensor(1));
  t.same(log, ['last', 'added']);
});

t.test('45. tensor hooks likewise', async (t) => {
  const log: string[] = [];
  const x = leaf(1);
  const handles: RemovableHandle[] = [];
  handles.push(
    x.registerHook(() => {
      log.push('first');
      handles.forEach((handle) => handle.remove());
      x.registerHook(() => void log.push('added'));
    }),
    x.registerHook(() => void log.push('removed')),
  );
  x.registerHook(() => void log.push('last'));
  x.mul(2).backward();
  t.same(log, ['first', 'last']);
  log.length = 0;
  x.mul(2).backward();
  t.same(log, ['last', 'added']);
});

t.test('46. stateDict omits hooks', async (t) => {
  const module = new Square();
  module.registerForwardPreHook(() => null);
  module.registerFullBackwardPreHook(() => null);
  module.registerFullBackwardHook(() => null);
  module.registerForwardHook(() => null);
  t.same([...module.stateDict().keys()], ['weight']);
  const other = new Square();
  other.loadStateDict(module.stateDict());
  t.equal(other.hookCount, 0);
});

t.test('46. loading a state dict leaves hooks where they are', async (t) => {
  const [from, to] = [new Square(), new Square()];
  to.registerForwardHook((_module, _input, y) => y.mul(10));
  to.loadStateDict(from.stateDict());
  t.equal(to.hookCount, 1);
  t.equal(to.call(tensor(2)).item(), 120);
});

t.test('45. lists of other kinds are read when their turn comes: a pre-hook removes a forward hook', async (t) => {
  const log: string[] = [];
  const module = new Scale(2);
  const later = module.registerForwardHook(() => void log.push('removed before its turn'));
  const self = module.registerForwardPreHook(() => {
    later.remove();
    self.remove();
    module.registerForwardHook(() => void log.push('added before its turn'));
  });
  module.registerForwardPreHook(() => void log.push('after one that removed itself'));
  module.call(tensor(1));
  t.same(log, ['after one that removed itself', 'added before its turn']);
});

t.test('45. hooks on other tensors, and after accumulation, too', async (t) => {
  const log: string[] = [];
  const x = leaf(1);
  const y = x.mul(2);
  const later = x.registerHook(() => void log.push('removed before its turn'));
  y.registerHook(() => {
    later.remove();
    x.registerHook(() => void log.push('added before its turn'));
  });
  const first = x.registerPostAccumulateGradHook(() => {
    log.push('post');
    first.remove();
    x.registerPostAccumulateGradHook(() => void log.push('next pass'));
  });
  y.backward();
  t.same(log, ['added before its turn', 'post']);
  log.length = 0;
  x.mul(2).backward();
  t.same(log, ['added before its turn', 'next pass']);
});
