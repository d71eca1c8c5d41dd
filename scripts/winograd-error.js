/**
 * How much Winograd's algorithm rounds: each convolution of VGG16, on random numbers, against the same in float64. Prints the table
 * of docs/performance.md; takes a few minutes. Needs `npm run build`.
 */
import { configure, conv2d, init, manualSeed, noGrad, randn, tidy, zeros } from '../dist/index.js';

const SIDE = 224;
const WIDTHS = [64, 64, 'M', 128, 128, 'M', 256, 256, 256, 'M', 512, 512, 512, 'M', 512, 512, 512];

/** [greatest, root of the mean square] of the differences, divided by the same of the exact numbers. */
function errors(values, exact) {
  let [most, largest, squares, size] = [0, 0, 0, 0];
  values.forEach((value, i) => {
    const difference = value - exact[i];
    most = Math.max(most, Math.abs(difference));
    largest = Math.max(largest, Math.abs(exact[i]));
    squares += difference * difference;
    size += exact[i] * exact[i];
  });
  return [most / largest, Math.sqrt(squares / size)];
}

manualSeed(1);
const rows = [];
let [channels, side] = [3, SIDE];
for (const width of WIDTHS) {
  if (width === 'M') {
    side /= 2;
    continue;
  }
  tidy(() =>
    noGrad(() => {
      // what comes out of a ReLU, except at the picture
      const x = channels === 3 ? randn([1, 3, side, side]) : randn([1, channels, side, side]).relu();
      const weight = init.kaimingNormal_(zeros([width, channels, 3, 3]), { nonlinearity: 'relu' });
      const exact = conv2d(x.to('reference64'), weight.to('reference64'), null, { padding: 1 }).dataSync();
      const found = ['auto', 'direct'].flatMap((convolution) => {
        configure({ convolution });
        return errors(conv2d(x, weight, null, { padding: 1 }).dataSync(), exact);
      });
      rows.push([`${channels} to ${width}, ${side}x${side}`, ...found.map((error) => error.toExponential(1))]);
    }),
  );
  console.log(`| ${rows.at(-1).join(' | ')} |`);
  channels = width;
}
