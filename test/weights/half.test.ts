import t from 'tap';
import {
  float16Table,
  fromBfloat16Bits,
  fromFloat16Bits,
  toBfloat16Bits,
  toFloat16Bits,
} from '../../src/weights/half.js';

t.test('float16: each of the 65,536 values survives the way to a number and back', (t) => {
  let wrong = 0;
  for (let half = 0; half < 0x10000; half++) {
    const value = fromFloat16Bits(half);
    if (!Object.is(float16Table()[half], value)) wrong++;
    const isNaN16 = (half & 0x7c00) === 0x7c00 && (half & 0x3ff) !== 0;
    if (Number.isNaN(value) !== isNaN16) wrong++;
    if (toFloat16Bits(value) !== (isNaN16 ? 0x7e00 : half)) wrong++;
  }
  t.equal(wrong, 0);
  t.end();
});

t.test('bfloat16: each of the 65,536 values survives the way to a number and back', (t) => {
  let wrong = 0;
  for (let half = 0; half < 0x10000; half++) {
    const value = fromBfloat16Bits(half);
    const isNaN16 = (half & 0x7f80) === 0x7f80 && (half & 0x7f) !== 0;
    if (Number.isNaN(value) !== isNaN16) wrong++;
    if (toBfloat16Bits(value) !== (isNaN16 ? 0x7fc0 : half)) wrong++;
  }
  t.equal(wrong, 0);
  t.end();
});

t.test('known float16 values', (t) => {
  const known: [number, number][] = [
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x03ff, 1023 * 2 ** -24],
    [0x0001, 2 ** -24],
    [0x3555, 0.333251953125],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x8000, -0],
  ];
  for (const [half, value] of known) {
    t.ok(Object.is(fromFloat16Bits(half), value), `0x${half.toString(16)} is ${value}`);
    t.equal(toFloat16Bits(value), half);
  }
  t.end();
});

t.test('between two neighbours the nearer one wins, in the middle the even one', (t) => {
  // Both formats order non-negative numbers as their bits, so the neighbour above `half` is `half + 1`.
  const check = (name: string, top: number, from: (half: number) => number, to: (value: number) => number): void => {
    let wrong = 0;
    for (let half = 0; half < top; half++) {
      const low = from(half);
      const high = from(half + 1);
      const middle = (low + high) / 2;
      const even = half % 2 === 0 ? half : half + 1;
      // The smallest step from the middle that a double can make: no rounding by way of float32 survives it.
      const step = middle * 2 ** -52;
      for (const sign of [0, 0x8000]) {
        const signed = (value: number): number => to(sign ? -value : value);
        if (signed(middle) !== (sign | even)) wrong++;
        if (signed(middle - step) !== (sign | half)) wrong++;
        if (signed(middle + step) !== (sign | (half + 1))) wrong++;
      }
    }
    t.equal(wrong, 0, name);
  };
  check('float16', 0x7bff, fromFloat16Bits, toFloat16Bits);
  check('bfloat16', 0x7f7f, fromBfloat16Bits, toBfloat16Bits);
  t.end();
});

t.test('overflow and underflow', (t) => {
  t.equal(toFloat16Bits(65519.999), 0x7bff);
  t.equal(toFloat16Bits(65520), 0x7c00);
  t.equal(toFloat16Bits(-1e300), 0xfc00);
  t.equal(toFloat16Bits(2 ** -25), 0, 'half the smallest: to even, zero');
  t.equal(toFloat16Bits(-(2 ** -25) * 1.001), 0x8001);
  t.equal(toFloat16Bits(1e-300), 0);
  const largest = fromBfloat16Bits(0x7f7f);
  t.equal(largest, 255 * 2 ** 120);
  t.equal(toBfloat16Bits(largest + 2 ** 118), 0x7f7f);
  t.equal(toBfloat16Bits(largest + 2 ** 119), 0x7f80);
  t.equal(toBfloat16Bits(-1e300), 0xff80);
  t.equal(toBfloat16Bits(2 ** -133), 1);
  t.equal(toBfloat16Bits(2 ** -134), 0);
  t.end();
});
