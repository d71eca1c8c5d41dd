/** Losses as modules, against values computed with PyTorch 2.13 in float64. */
import t from 'tap';
import {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  MSELoss,
  NLLLoss,
  SmoothL1Loss,
} from '../../src/nn/layers.js';
import { ones, tensor } from '../../src/ops/creation.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { candidate } from '../backends/under-test.js';
import { type Asserts, close, exactly, wave } from './known-values.js';

const logits = () => wave([2, 3]).mul(3);
const targets = () =>
  tensor([
    [0, 1, 0.5],
    [1, 0, 0.25],
  ]);
const probabilities = () =>
  tensor([
    [0.2, 0.7, 0.9],
    [0.4, 0.01, 0.99],
  ]);
const classWeights = () => tensor([0.5, 2, 1]);

function isClose(t: Asserts, found: Tensor, expected: number | number[], name: string): void {
  const values = [...found.hostData()];
  t.equal(values.length, [expected].flat().length, name);
  [expected].flat().forEach((value, i) => t.ok(close(values[i], value), `${name}: ${values[i]}, ${value}`));
}

t.test('losses of class numbers', async (t) => {
  exactly(() => {
    const cases: [() => CrossEntropyLoss | NLLLoss, number | number[]][] = [
      [() => new CrossEntropyLoss(), 2.3504311744582913],
      [
        () => new CrossEntropyLoss({ weight: classWeights(), labelSmoothing: 0.1, reduction: 'sum' }),
        3.7974297763920477,
      ],
      [() => new CrossEntropyLoss({ ignoreIndex: 0 }), 2.9546114557846086],
      [() => new NLLLoss({ reduction: 'none' }), [-0.4233600241796016, 2.2704074859237844]],
      [() => new NLLLoss({ weight: classWeights() }), 0.4745624791881937],
    ];
    for (const [make, expected] of cases) {
      const loss = make();
      isClose(t, loss.call(logits(), [2, 0]), expected, `${loss} ${JSON.stringify(loss.options)}`);
      isClose(t, loss.call(logits(), tensor([2, 0])), expected, 'class numbers as a tensor');
    }
  });
});

t.test('losses of numbers and of probabilities', async (t) => {
  exactly(() => {
    const cases: [() => MSELoss | SmoothL1Loss | HuberLoss | BCEWithLogitsLoss, number | number[]][] = [
      [() => new MSELoss(), 4.919968936853431],
      [() => new MSELoss({ reduction: 'sum' }), 29.519813621120587],
      [
        () => new L1Loss({ reduction: 'none' }),
        [
          2.5244129544236893, 1.727892280477045, 0.07663997582039839, 3.2704074859237844, 2.8767728239894153,
          1.0882464945967776,
        ],
      ],
      [() => new SmoothL1Loss({ beta: 0.5 }), 1.7072676208840771],
      [() => new HuberLoss({ delta: 2, reduction: 'sum' }), 13.43106945458782],
      [() => new BCEWithLogitsLoss(), 1.0621002770102739],
      [() => new BCEWithLogitsLoss({ posWeight: classWeights() }), 0.8752614147644215],
    ];
    for (const [make, expected] of cases) {
      const loss = make();
      isClose(t, loss.call(logits(), targets()), expected, `${loss} ${JSON.stringify(loss.options)}`);
    }
    isClose(t, new BCELoss().call(probabilities(), targets()), 1.0277537651268296, 'BCELoss');
    const weighed = new BCELoss({ weight: classWeights(), reduction: 'sum' });
    isClose(t, weighed.call(probabilities(), targets()), 5.963530728959028, 'BCELoss with weights');
    const mean = new KLDivLoss({ reduction: 'batchmean' });
    isClose(t, mean.call(logits(), probabilities()), -1.0587693955802895, 'KLDivLoss');
    const logs = new KLDivLoss({ reduction: 'sum', logTarget: true });
    isClose(t, logs.call(logits(), probabilities()), 6.0694324072065, 'KLDivLoss of logarithms');
  });
});

t.test("a loss's weights are buffers: in the state, restored by loading, freed with it", async (t) => {
  const loss = new BCEWithLogitsLoss({ weight: ones([3]), posWeight: ones([3]) });
  t.same([...loss.stateDict().keys()], ['weight', 'pos_weight']);
  loss.loadStateDict(
    new Map([
      ['weight', tensor([0, 0, 0])],
      ['pos_weight', tensor([1, 1, 1])],
    ]),
  );
  t.equal(loss.call(ones([1, 3]), ones([1, 3])).item(), 0, 'the loaded weights are used');
  t.same([...new CrossEntropyLoss({ weight: ones([2]) }).stateDict().keys()], ['weight']);
  const before = candidate().info().storages;
  new CrossEntropyLoss({ weight: ones([2]) }).dispose();
  t.equal(candidate().info().storages, before);
});
