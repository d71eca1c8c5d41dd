/**
 * SqueezeNet 1.1 with its ImageNet weights on the picture of the Grad-CAM literature, against float64 PyTorch. The
 * files are not part of this repository: the test runs where they lie beside it, and says so where they do not.
 */
import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import {
  decodeImage,
  explain,
  loadModel,
  parseSafetensors,
  preprocess,
  preprocessPresets,
  readFloat64,
  setBackend,
  type Picture,
} from '../../src/index.js';
import { closeness, tolerances } from '../../src/testing/index.js';

const data = new URL('../../../shared/data/', import.meta.url);
const present = existsSync(new URL('squeezenet_golden.safetensors', data));
const skip = present ? false : 'the real weights and photos are not beside this checkout';

/** [H,W,3] RGB -> [3,H,W] BGR, the layout of the network's input. */
function planarBgr({ width, height, data }: Picture): Float32Array {
  const plane = width * height;
  const out = new Float32Array(data.length);
  for (let i = 0; i < plane; i++) for (let c = 0; c < 3; c++) out[(2 - c) * plane + i] = data[i * 3 + c];
  return out;
}

t.test('SqueezeNet sees the dog and the cat', { skip }, async (t) => {
  const read = (name: string) => new Uint8Array(readFileSync(new URL(name, data)));
  const golden = parseSafetensors(read('squeezenet_golden.safetensors'));
  const labels = Buffer.from(read('squeezenet1.1/squeezenet1.1.labels')).toString().trim().split('\n');
  const photo = decodeImage(read('photos/both.png'));
  for (const backend of ['wasm'] as const) {
    setBackend(backend);
    const spec = preprocessPresets.caffe;
    const { model } = loadModel(read('squeezenet1_1.safetensors'), {
      model: 'squeezenet1_1',
      labels,
      preprocess: spec,
    });
    const { input, picture } = preprocess(photo, spec);
    const close = (name: string, actual: Float32Array, expected: string) => {
      const shape = [actual.length];
      const wanted = { shape, values: readFloat64(golden, expected) };
      const report = closeness({ shape, values: actual }, wanted, { tolerance: tolerances.float32 });
      t.ok(report.close, `${backend}: ${report.close ? name : report.message}`);
    };
    close('input', await input.data(), 'input');

    const layer = model.getSubmodule('features.12');
    const { probabilities, logits, explanations } = await explain(model, input, picture, {
      layer,
      classes: [243, 282],
      order: 'BGR',
    });
    close('logits', logits, 'logits');
    const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
    t.same(order.slice(0, 5), [243, 242, 180, 254, 163], 'top 5');
    t.ok(Math.abs(probabilities[243] - 0.6159058150869746) < 1e-4, `bull mastiff ${probabilities[243]}`);

    for (const [classIndex, name] of [
      [243, 'bull_mastiff'],
      [282, 'tiger_cat'],
    ] as const) {
      const of = (method: string) => {
        const found = explanations.find((e) => e.classIndex === classIndex && e.method === method);
        if (!found) throw new Error(`no ${method}`);
        return found;
      };
      close(`${name}: Grad-CAM`, of('grad-cam').raw.data, `grad_cam_raw/${name}`);
      close(
        `${name}: Grad-CAM, scaled and enlarged`,
        of('grad-cam').mask?.data ?? new Float32Array(),
        `grad_cam/${name}`,
      );
      close(`${name}: guided backpropagation`, planarBgr(of('guided-backprop').raw), `guided_backprop/${name}`);
      close(`${name}: gradient`, planarBgr(of('gradient').raw), `gradient/${name}`);
      const mask = of('grad-cam').mask?.data ?? new Float32Array();
      const peak = Math.floor(mask.indexOf(Math.max(...mask)) / 224);
      t.ok(name === 'tiger_cat' ? peak > 140 : peak < 120, `${name} lights up at row ${peak}`);
    }
    input.dispose();
    model.dispose();
  }
});
