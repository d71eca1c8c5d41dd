/**
 * Residual networks against the same architecture written in PyTorch 2.13, in float64, with weights that a formula
 * makes: values, gradients, names, and which hooks fire how often in which order.
 */
import t from 'tap';
import { GradCam } from '../../src/cam/grad-cam.js';
import { GuidedBackpropagation } from '../../src/cam/guided-backprop.js';
import { createPicture } from '../../src/image/picture.js';
import { resnet, type ResNet, type ResNetOptions } from '../../src/nn/models/resnet.js';
import { tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import { slack } from '../backends/under-test.js';
import { close, exactly, isSummary, wave, type Summary } from './known-values.js';

const basic: ResNetOptions = { block: 'basic', layers: [1, 2, 1, 1], width: 4, classes: 5 };
const bottleneck: ResNetOptions = { block: 'bottleneck', layers: [2, 1, 1, 1], width: 4, classes: 5 };

/** Sines around what such a tensor usually holds. */
function known(options: ResNetOptions): ResNet {
  const model = resnet(options);
  const state = [...model.stateDict()].map(([name, old], i): [string, typeof old] => {
    if (name.endsWith('num_batches_tracked')) return [name, old];
    const values = wave([...old.shape], 0.5 + 0.01 * i);
    const fanIn = old.shape.slice(1).reduce((a, b) => a * b, 1);
    if (old.ndim > 1) return [name, values.mul(1.5 / Math.sqrt(fanIn))];
    if (name.endsWith('running_var')) return [name, values.mul(0.5).add(1)];
    return [name, name.endsWith('weight') ? values.mul(0.2).add(1) : values.mul(0.1)];
  });
  model.loadStateDict(new Map(state));
  return model;
}

interface Known {
  readonly name: string;
  readonly options: ResNetOptions;
  readonly training: boolean;
  readonly y: Summary;
  readonly inputGradient: Summary;
  readonly gradients: Record<string, Summary>;
  readonly buffers: Record<string, Summary>;
}

const passes: Known[] = [
  {
    name: 'basic, eval',
    options: basic,
    training: false,
    y: [[2, 5], 0.010771593084743639, -0.046821271527615005, 0.2988521244245189],
    inputGradient: [[2, 3, 33, 40], 1.4291430429717429, -0.0003095764385925323, 0.00044024919839794703],
    gradients: {
      'conv1.weight': [[4, 3, 7, 7], -0.5142240668129809, -0.13214843032698034, 0.0401795455885744],
      'layer1.0.bn1.weight': [[4], -0.05551978770564959, -0.001438652121988934, -0.00025000065747275035],
      'layer2.0.downsample.0.weight': [[8, 4, 1, 1], -0.7427747647561798, -0.19602731186487637, 0.6297804941498004],
      'layer4.0.conv2.weight': [[32, 32, 3, 3], 2.321245254380476, 0.0, 0.006029521279675157],
      'fc.bias': [[5], 1.3400326850009512, 2.0, -2.0],
    },
    buffers: {
      'bn1.running_mean': [[4], 0.0912079740375128, 0.0505533341204847, 0.08529404815528763],
      'layer4.0.bn2.running_var': [[32], 0.21070551717268016, 1.476045170795258, 1.2487456951042055],
    },
  },
  {
    name: 'basic, train',
    options: basic,
    training: true,
    y: [[2, 5], 0.8030017008743169, 0.46538874294047483, -0.6338761045713488],
    inputGradient: [[2, 3, 33, 40], -35.14982073118249, 0.019322247705124557, -0.0007781763019411663],
    gradients: {
      'conv1.weight': [[4, 3, 7, 7], -9.217759402892261, -0.2386543506859783, -0.47227405821271023],
      'layer1.0.bn1.weight': [[4], -0.3456031524321561, 0.3877630554371864, 0.7157314199131871],
      'layer2.0.downsample.0.weight': [[8, 4, 1, 1], -1.5547427587400808, -0.802967835653277, -0.6944519285271582],
      'layer4.0.conv2.weight': [[32, 32, 3, 3], 3.331218870380768, 0.0, -0.17605116276151161],
      'fc.bias': [[5], 1.3400326850009512, 2.0, -2.0],
    },
    buffers: {
      'bn1.running_mean': [[4], 0.082402177225677, 0.04554454546134761, 0.07661498257355095],
      'layer4.0.bn2.running_var': [[32], 0.1921246132412624, 1.3307496715101588, 1.12594572309944],
    },
  },
  {
    name: 'bottleneck, eval',
    options: bottleneck,
    training: false,
    y: [[2, 5], -0.026613598274532413, 0.14883596126641435, -0.029481742112604625],
    inputGradient: [[2, 3, 33, 40], 0.8134263783851189, 0.0004059039221414838, -0.00015942309557487783],
    gradients: {
      'conv1.weight': [[4, 3, 7, 7], -1.0755522944189875, 0.11278974709759096, 0.13843706517156457],
      'layer1.0.bn1.weight': [[4], 0.8762698145412291, 1.0012150880907114, 0.24749180475209237],
      'layer2.0.downsample.0.weight': [[32, 16, 1, 1], -0.1965800946953451, 0.34088391739975243, 0.0021606887660567614],
      'layer4.0.conv2.weight': [[32, 32, 3, 3], -1.8924436568898328, 0.0, 0.0],
      'fc.bias': [[5], 1.3400326850009512, 2.0, -2.0],
    },
    buffers: {
      'bn1.running_mean': [[4], 0.0912079740375128, 0.0505533341204847, 0.08529404815528763],
      'layer4.0.bn2.running_var': [[32], 1.068470255611623, 1.499970860114983, 0.830674666639715],
    },
  },
  {
    name: 'bottleneck, train',
    options: bottleneck,
    training: true,
    y: [[2, 5], -0.19686955783249988, -0.00042863711534094073, 0.013173132021216644],
    inputGradient: [[2, 3, 33, 40], 964.3428366566895, -0.5304565915905641, -0.08834044525931034],
    gradients: {
      'conv1.weight': [[4, 3, 7, 7], 133.8988704910439, 38.59728293054107, 38.225981055006805],
      'layer1.0.bn1.weight': [[4], -0.27748291202655295, -6.712638421546161, 5.314974999067977],
      'layer2.0.downsample.0.weight': [[32, 16, 1, 1], -131.1407619733401, -1.7105366718858488, 2.383443410930121],
      'layer4.0.conv2.weight': [[32, 32, 3, 3], 449.2483557100219, -0.18253848463712471, -1.1141543311472735],
      'fc.bias': [[5], 1.3400326850009512, 2.0, -2.0],
    },
    buffers: {
      'bn1.running_mean': [[4], 0.082402177225677, 0.04554454546134761, 0.07661498257355095],
      'layer4.0.bn2.running_var': [[32], 0.9675616118288932, 1.361052799628149, 0.753926516237553],
    },
  },
];

t.test('logits, gradients and running statistics', async (t) => {
  exactly(() => {
    for (const { name, options, training, y, inputGradient, gradients, buffers } of passes) {
      const model = known(options).train(training);
      const x = wave([2, 3, 33, 40], 0.37).requiresGrad_();
      const logits = model.call(x);
      logits
        .mul(tensor([1, -2, 3, 0.5, -1]))
        .sum()
        .backward();
      isSummary(t, logits, y, `${name}: logits`, 1e-9);
      isSummary(t, x.grad ?? x, inputGradient, `${name}: input gradient`, 1e-9);
      const parameters = new Map(model.namedParameters());
      for (const [key, expected] of Object.entries(gradients)) {
        const grad = parameters.get(key)?.grad;
        t.ok(grad, `${name}: ${key} has a gradient`);
        if (grad) isSummary(t, grad, expected, `${name}: ${key}`, 1e-9);
      }
      const found = new Map(model.namedBuffers());
      for (const [key, expected] of Object.entries(buffers)) isSummary(t, found.get(key) ?? x, expected, key, 1e-9);
    }
  });
});

const events = `
  fc avgpool layer4.0.relu layer4.0.downsample.1 layer4.0.downsample.0 layer4.0.downsample layer4.0.bn2 layer4.0.conv2
  layer4.0.relu layer4.0.bn1 layer4.0.conv1 layer4.0 layer4 layer3.0.relu layer3.0.downsample.1 layer3.0.downsample.0
  layer3.0.downsample layer3.0.bn2 layer3.0.conv2 layer3.0.relu layer3.0.bn1 layer3.0.conv1 layer3.0 layer3
  layer2.1.relu layer2.1.bn2 layer2.1.conv2 layer2.1.relu layer2.1.bn1 layer2.1.conv1 layer2.1 layer2.0.relu
  layer2.0.downsample.1 layer2.0.downsample.0 layer2.0.downsample layer2.0.bn2 layer2.0.conv2 layer2.0.relu layer2.0.bn1 layer2.0.conv1
  layer2.0 layer2 layer1.0.relu layer1.0.bn2 layer1.0.conv2 layer1.0.relu layer1.0.bn1 layer1.0.conv1
  layer1.0 layer1 maxpool relu bn1 conv1
`;

t.test('hooks on every module: the ReLU of a block fires twice, backward in the order of PyTorch', async (t) => {
  exactly(() => {
    const model = known(basic).eval();
    const names = new Map(model.namedModules().map(([name, module]) => [module, name]));
    const called = new Map<string, number>();
    const order: string[] = [];
    const sizes: number[] = [];
    for (const module of model.modules()) {
      module.registerForwardHook((m) => {
        const name = names.get(m) ?? '?';
        called.set(name, (called.get(name) ?? 0) + 1);
      });
      module.registerFullBackwardHook((m, _gradIn, gradOut) => {
        order.push(names.get(m) ?? '?');
        sizes.push(gradOut[0]?.abs().sum().item() ?? NaN);
      });
    }
    const x = wave([2, 3, 33, 40], 0.37).requiresGrad_();
    model
      .call(x)
      .mul(tensor([1, -2, 3, 0.5, -1]))
      .sum()
      .backward();
    t.equal(called.size, names.size, 'each module was called');
    for (const [name, count] of called) t.equal(count, /layer.*relu$/.test(name) ? 2 : 1, name);
    t.same(order, [...events.trim().split(/\s+/), '']);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    t.ok(close(total, 462.274075633191, 1e-9), `the sum of all |gradOutput|: ${total}`);
    t.ok(close(sizes[2], 25.82776870756407, 1e-9) && close(sizes[sizes.length - 3], 8.536470382622321, 1e-9));
  });
});

t.test('Grad-CAM at layer4', async (t) => {
  const expected = [
    [-0.000863105221553645, -8.032729342107373e-6, 0.00010569945693391074, 0.0010532065846237575],
    [0.00017639431219184645, -0.0008833682317359441, -0.0005685952152122017, -0.0018368603974326723],
    [0.0014571767457263812, -0.0025370692628190186, -0.002195453283203103, -0.00028823801436991467],
    [0.0023038164404531624, -0.00046974054630239857, 0.00025610297113893546, 0.00010375412489653621],
  ].flat();
  for (const frozen of [false, true]) {
    const model = known(basic).eval();
    if (frozen) model.requiresGrad_(false);
    const cam = new GradCam([model.layer4]);
    model
      .call(wave([1, 3, 97, 120], 0.37))
      .at(0, 2)
      .backward();
    const { raw, masks } = await cam.calCam(createPicture(120, 97, 3, new Float32Array(120 * 97 * 3)));
    const values = [...raw[0].data];
    t.equal(values.length, 16);
    expected.forEach((value, i) => {
      const allowed = Math.max(1e-6 * 0.0026 + 1e-4 * Math.abs(value), slack(value, 0.0026));
      t.ok(Math.abs(values[i] - value) < allowed, `${values[i]}, ${value}`);
    });
    const mask = [...masks[0].data];
    t.equal(mask.indexOf(Math.max(...mask)), 12, 'the maximum is the lower left corner');
    cam.remove();
    t.ok(model.modules().every((module) => module.hookCount === 0));
  }
});

t.test('guided backpropagation guides a ReLU each time it runs', async (t) => {
  exactly(() => {
    const model = known(basic).eval();
    const guided = new GuidedBackpropagation(model);
    const x = wave([1, 3, 97, 120], 0.37).requiresGrad_();
    model.call(x).at(0, 2).backward();
    const gradient = guided.gradient ?? x;
    isSummary(t, gradient, [[1, 3, 97, 120], 0.27632468102224234, -0.000972406146287703, 0], 'input gradient', 1e-9);
    t.ok(close(gradient.abs().sum().item(), 68.5272376701114, 1e-9));
    t.ok(
      [...guided.fh.values()].every((stack) => stack.length === 0),
      'every activation was used',
    );
    guided.remove();
  });
});
