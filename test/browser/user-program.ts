/** A small program as a user of the library may write it: a convolution, a ReLU and Grad-CAM. It runs plain, and bundled and minified. */
import {
  Conv2d,
  GradCam,
  Linear,
  ReLU,
  Sequential,
  Flatten,
  backendInfo,
  createPicture,
  noGrad,
  tensor,
  tidy,
  useBackend,
  type BackendInfo,
  type Tensor,
} from 'backlight';

export interface Outcome {
  readonly info: BackendInfo;
  readonly logits: readonly number[];
  /** The gradient of the score with respect to the input. */
  readonly gradient: readonly number[];
  /** What Grad-CAM found, before it is resized. */
  readonly map: readonly number[];
}

const wave = (shape: number[], step: number): Tensor => {
  const length = shape.reduce((a, b) => a * b, 1);
  return tensor(
    Array.from({ length }, (_, i) => Math.sin(step * i)),
    { shape },
  );
};

export async function run(...backend: Parameters<typeof useBackend>): Promise<Outcome> {
  await useBackend(...backend);
  const [conv, head] = [new Conv2d(3, 8, 3, { padding: 1 }), new Linear(8 * 144, 4)];
  noGrad(() =>
    tidy(() => {
      conv.weight.copy_(wave([8, 3, 3, 3], 0.37));
      conv.bias?.copy_(wave([8], 0.7));
      head.weight.copy_(wave([4, 8 * 144], 0.011));
      head.bias?.copy_(wave([4], 0.3));
    }),
  );
  using model = new Sequential(conv, new ReLU(), new Flatten(), head).eval();
  using x = wave([1, 3, 12, 12], 0.13).requiresGrad_();
  using cam = new GradCam([model.get(1)], [24, 24]);
  using logits = model.call(x);
  tidy(() => logits.at(0, 2).backward());
  const { raw } = await cam.calCam(createPicture(24, 24, 3, new Float32Array(24 * 24 * 3).fill(0.5)));
  const gradient = x.grad ? [...(await x.grad.data())] : [];
  return { info: backendInfo(), logits: [...(await logits.data())], gradient, map: [...raw[0].data] };
}
