/** Layers with other arguments than their defaults, against values computed with PyTorch 2.13 in float64. */
import t from 'tap';
import {
  AdaptiveMaxPool2d,
  BatchNorm1d,
  BatchNorm2d,
  CircularPad2d,
  ConstantPad2d,
  Conv2d,
  ConvTranspose2d,
  Dropout2d,
  GroupNorm,
  Hardtanh,
  InstanceNorm2d,
  LayerNorm,
  Linear,
  PReLU,
  ReflectionPad2d,
  ReplicationPad2d,
  Upsample,
  ZeroPad2d,
} from '../../src/nn/layers.js';
import { ones, tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import { manualSeed } from '../../src/tensor/random.js';
import { close, exactly, fillParameters, isSummary, type Layer, type Summary, wave } from './known-values.js';

const layers: [() => Layer, number[], Summary][] = [
  [() => new ConstantPad2d(1, 0.5), [1, 2, 3, 4], [[1, 2, 5, 6], 2.047201707615108, 0.5, 0.5]],
  [() => new ConstantPad2d([1, 2, 0, -1], -2), [1, 2, 3, 4], [[1, 2, 2, 7], 4.0234489392954025, -2.0, -2.0]],
  [() => new ZeroPad2d([0, 1, 2, 0]), [2, 3, 4], [[2, 5, 5], 9.933692279193275, 0.0, 0.0]],
  [
    () => new ReflectionPad2d([2, 1, 1, 2]),
    [1, 2, 3, 4],
    [[1, 2, 6, 7], 2.4322768984300276, 0.6569865987187891, 0.6502878401571168],
  ],
  [
    () => new ReplicationPad2d([2, 1, 0, 2]),
    [1, 2, 3, 4],
    [[1, 2, 5, 7], -6.964244769777449, 0.8414709848078965, -0.9055783620066239],
  ],
  [
    () => new CircularPad2d([2, 1, 0, 2]),
    [1, 2, 3, 4],
    [[1, 2, 5, 7], -1.7074829191605088, 0.1411200080598672, -0.9613974918795568],
  ],
  [
    () => new Upsample({ size: [5, 7] }),
    [1, 2, 3, 4],
    [[1, 2, 5, 7], 24.627832657724873, 0.8414709848078965, -0.9055783620066239],
  ],
  [
    () => new Upsample({ scaleFactor: [2, 1.5], mode: 'bilinear' }),
    [1, 2, 3, 4],
    [[1, 2, 6, 6], -0.04505504414691952, 0.8414709848078965, -0.9055783620066239],
  ],
  [
    () => new Upsample({ size: 6, mode: 'bilinear', alignCorners: true }),
    [1, 2, 3, 4],
    [[1, 2, 6, 6], 0.7199639015269605, 0.8414709848078965, -0.9055783620066239],
  ],
  [() => new GroupNorm(2, 4), [2, 4, 3], [[2, 4, 3], 2.7941341303596285, 1.135214793901425, -0.5014783222697271]],
  [
    () => new GroupNorm(4, 4, { affine: false, eps: 0.1 }),
    [2, 4, 3],
    [[2, 4, 3], -0.9669780409580313, 0.4489278045601845, -0.6160180731824961],
  ],
  [
    () => new GroupNorm(1, 4, { bias: false }),
    [2, 4, 3],
    [[2, 4, 3], 2.8428333665165306, 0.5642209643622191, -1.162802275990594],
  ],
  [() => new LayerNorm(4), [2, 3, 4], [[2, 3, 4], 3.220921789603041, 0.96261515629959, -0.18709716782797076]],
  [
    () => new LayerNorm([3, 4], { eps: 0.01, bias: false }),
    [2, 3, 4],
    [[2, 3, 4], -0.5301785764519436, 0.5589183719991899, 0.3539311486024428],
  ],
  [
    () => new LayerNorm([4], { elementwiseAffine: false }),
    [2, 3, 4],
    [[2, 3, 4], 5.665789358283315, 0.8301032190800897, -0.9486008900193228],
  ],
  [
    () => new InstanceNorm2d(2),
    [3, 2, 3, 4],
    [[3, 2, 3, 4], 4.543885529376852, 1.176868812631236, 0.32044159037855396],
  ],
  [
    () => new InstanceNorm2d(2, { affine: true, eps: 0.1 }),
    [2, 3, 4],
    [[2, 3, 4], 0.24483687522759778, 1.0816856081093784, -0.0534528696014574],
  ],
  [() => new BatchNorm1d(3), [4, 3], [[4, 3], 4.004171820215634, 1.1018449381015414, -0.3062845065631344]],
  [
    () => new BatchNorm1d(3, { affine: false }),
    [2, 3, 4],
    [[2, 3, 4], 4.181592674723104, 0.8175581860863926, -0.9267488776773558],
  ],
  [
    () => new BatchNorm2d(3, { eps: 0.1 }),
    [2, 3, 2, 2],
    [[2, 3, 2, 2], 2.9851881731689653, 0.9093977433472404, 0.14831834306943428],
  ],
  [
    () => new Conv2d(2, 3, 3, { padding: 'same' }),
    [1, 2, 4, 5],
    [[1, 3, 4, 5], -6.305268172792507, 2.310199945809145, 1.0900040241115867],
  ],
  [
    () => new Conv2d(2, 4, [2, 3], { padding: 'same', paddingMode: 'reflect', groups: 2, bias: false }),
    [1, 2, 4, 5],
    [[1, 4, 4, 5], 12.46730729749606, 2.5739212369488595, -1.763749803427997],
  ],
  [
    () => new Conv2d(2, 3, 3, { padding: [2, 1], paddingMode: 'circular', stride: 2 }),
    [1, 2, 4, 5],
    [[1, 3, 3, 3], -7.109944781868818, -1.187323974665981, -0.5250364555105079],
  ],
  [
    () => new Conv2d(2, 3, 3, { padding: 'valid', paddingMode: 'replicate' }),
    [1, 2, 4, 5],
    [[1, 3, 2, 3], -3.0818848089885895, 3.438378556202662, 3.877479722963567],
  ],
  [
    () => new ConvTranspose2d(2, 3, 3),
    [1, 2, 3, 4],
    [[1, 3, 5, 6], 28.9191796513882, 1.3842857108073583, -0.32351467102702836],
  ],
  [
    () =>
      new ConvTranspose2d(2, 4, [3, 2], {
        stride: [2, 3],
        padding: [1, 0],
        outputPadding: [1, 2],
        groups: 2,
        bias: false,
        dilation: [1, 2],
      }),
    [1, 2, 3, 4],
    [[1, 4, 6, 14], -0.6022865936188193, 0.8393630887186532, 0.0],
  ],
  [
    () => new AdaptiveMaxPool2d([2, null]),
    [1, 2, 5, 4],
    [[1, 2, 2, 4], -0.3777689452758697, 0.8414709848078965, 0.7451131604793488],
  ],
  [() => new AdaptiveMaxPool2d(3), [2, 5, 4], [[2, 3, 3], -0.3133420388038054, 0.9092974268256817, 0.9637953862840878]],
];

t.test('layers over shapes, of x = sin(1), sin(2), ... and such weights', async (t) => {
  exactly(() => {
    for (const [make, shape, expected] of layers) {
      const layer = make();
      fillParameters(layer);
      isSummary(t, layer.call(wave(shape)), expected, String(layer));
    }
  });
});

const normed: [() => Layer, number[], Summary, Record<string, number | number[]>][] = [
  [
    () => new InstanceNorm2d(2, { affine: true, trackRunningStats: true, momentum: 0.3 }),
    [3, 2, 3, 4],
    [[3, 2, 3, 4], -0.7425659794117672, 0.7134383249963163, 1.269063433435683],
    {
      running_mean: [0.007119951594469355, 0.008941929281068043],
      running_var: [0.8634693645939647, 0.8640855854554261],
      num_batches_tracked: 0,
    },
  ],
  [
    () => new BatchNorm2d(2, { momentum: 0.3 }),
    [3, 2, 3, 4],
    [[3, 2, 3, 4], -0.7474239598471893, 0.7142338703189818, 1.2708958154088699],
    {
      running_mean: [0.007119951594469356, 0.008941929281068038],
      running_var: [0.8543096083987713, 0.8547655866927582],
      num_batches_tracked: 1,
    },
  ],
  [
    () => new BatchNorm2d(2, { trackRunningStats: false }),
    [3, 2, 3, 4],
    [[3, 2, 3, 4], -1.0397253665438815, 0.6916110765509589, 1.2970957177633153],
    {},
  ],
  [
    () => new BatchNorm1d(2, { momentum: 0.3, bias: false }),
    [3, 2, 4],
    [[3, 2, 4], -1.0708896581735015, 0.1674236390843196, 0.6882674353678094],
    {
      running_mean: [-0.029573552601847186, 0.03142923878893817],
      running_var: [0.8666046767998321, 0.8684418633161513],
      num_batches_tracked: 1,
    },
  ],
];

t.test('running statistics: one batch in training, another in evaluation', async (t) => {
  exactly(() => {
    for (const [make, shape, expected, buffers] of normed) {
      const layer = make();
      fillParameters(layer);
      layer.call(wave(shape));
      isSummary(t, layer.eval().call(wave(shape, 0.3)), expected, String(layer));
      t.same(
        layer.namedBuffers().map(([name]) => name),
        Object.keys(buffers),
      );
      for (const [name, buffer] of layer.namedBuffers()) {
        const found = [...buffer.hostData()];
        [buffers[name]].flat().forEach((value, i) => t.ok(close(found[i], value), `${name}: ${found[i]}, ${value}`));
      }
    }
  });
});

t.test('Dropout2d: whole channels go, the others are scaled up; nothing in evaluation', async (t) => {
  manualSeed(5);
  const layer = new Dropout2d(0.25);
  const channels = [...layer.call(ones([40, 50, 2, 3])).hostData()];
  let dropped = 0;
  for (let i = 0; i < channels.length; i += 6) {
    const channel = channels.slice(i, i + 6);
    const value = channel[0] === 0 ? 0 : Math.fround(4 / 3);
    t.ok(channel.every((each) => each === value));
    if (value === 0) dropped++;
  }
  t.ok(Math.abs(dropped / 2000 - 0.25) < 0.03, `${dropped} of 2000`);
  const x = ones([2, 3, 3]).requiresGrad_();
  const y = layer.call(x);
  y.sum().backward();
  t.same(x.grad?.tolist(), y.tolist(), 'the gradient has the same mask and scale');
  t.equal(layer.eval().call(x), x);
  t.throws(() => new Dropout2d().call(ones([2, 3])), {
    name: 'ShapeError',
    message: 'Dropout2d: expected an input of shape [N,C,H,W] or [C,H,W], got [2,3]',
  });
});

t.test('PReLU learns its weight', async (t) => {
  const layer = new PReLU(2);
  t.same([...layer.stateDict().keys()], ['weight']);
  const x = tensor([
    [-4, 2],
    [3, -8],
  ]);
  const y = layer.call(x);
  t.same(y.tolist(), [
    [-1, 2],
    [3, -2],
  ]);
  y.sum().backward();
  t.same(layer.weight.grad?.tolist(), [-4, -8]);
  t.same(new PReLU(1, 0.5).call(x).tolist(), [
    [-2, 2],
    [3, -4],
  ]);
});

t.test('wrong arguments are errors', async (t) => {
  const cases: [() => unknown, string][] = [
    [() => new GroupNorm(3, 4), 'GroupNorm: expected a numGroups that divides the 4 channels, got 3'],
    [() => new Linear(-1, 3), 'Linear: expected inFeatures to be a whole number of at least 0, got -1'],
    [() => new Linear(1, 0.5), 'Linear: expected outFeatures to be a whole number of at least 0, got 0.5'],
    [() => new Conv2d(-1, 3, 1), 'Conv2d: expected inChannels to be a whole number of at least 0, got -1'],
    [() => new BatchNorm2d(NaN), 'BatchNorm2d: expected numFeatures to be a whole number of at least 0, got NaN'],
    [() => new GroupNorm(1, -2), 'GroupNorm: expected numChannels to be a whole number of at least 0, got -2'],
    [() => new LayerNorm(-2), 'LayerNorm: expected sizes that are whole numbers of at least 0, got [-2]'],
    [() => new Hardtanh(1, 1), 'Hardtanh: expected a minVal below maxVal, got 1 and 1'],
    [
      () => new ZeroPad2d([1, 2, 3, 0.5]),
      'ZeroPad2d: expected a whole number or [left, right, top, bottom], got [1,2,3,0.5]',
    ],
    [() => new Dropout2d(-1), 'Dropout2d: expected a probability from 0 to 1, got -1'],
    [
      () => new BatchNorm1d(2).call(ones([2, 2, 2, 2])),
      'BatchNorm1d: expected an input of shape [N,C] or [N,C,L], got [2,2,2,2]',
    ],
    [
      () => new InstanceNorm2d(2).call(ones([2, 2])),
      'InstanceNorm2d: expected an input of shape [N,C,H,W] or [C,H,W], got [2,2]',
    ],
    [
      () => new ConvTranspose2d(3, 4, 3, { groups: 2 }),
      'ConvTranspose2d: expected groups that divide 3 input and 4 output channels, got 2',
    ],
    [
      () => new Conv2d(1, 1, 3, { stride: 2, padding: 'same', paddingMode: 'reflect' }).call(ones([1, 1, 4, 4])),
      "Conv2d: expected a stride of 1 with padding 'same', got 2,2",
    ],
  ];
  for (const [run, message] of cases) t.throws(run, { name: 'ShapeError', message });
});
