/** CIFAR-10's records: a label, then the red, green and blue plane. */
import t from 'tap';
import { cifar10Classes, parseCifar10Batch, RECORD_BYTES } from '../../src/training/cifar10.js';

/** Records in which every byte can be told from its neighbours. */
function records(labels: readonly number[]): Uint8Array {
  return Uint8Array.from({ length: labels.length * 3073 }, (_, i) => {
    const [record, at] = [Math.floor(i / 3073), i % 3073];
    return at === 0 ? labels[record] : (31 * at + 7 * record + (at >> 8)) % 256;
  });
}

t.test('labels and planes', async (t) => {
  const bytes = records([3, 9, 0]);
  const { count, side, pixels, labels, classes } = parseCifar10Batch(bytes, 'some.bin');
  t.same([count, side, classes, [...labels]], [3, 32, cifar10Classes, [3, 9, 0]]);
  t.equal(RECORD_BYTES, 3073);
  t.equal(pixels.length, 3 * 3072);
  t.same([...pixels.subarray(0, 3072)], [...bytes.subarray(1, 3073)]);
  t.equal(pixels[3072], bytes[3074], 'the second image begins after its label');
  t.equal(pixels[2 * 3072 + 1024], bytes[2 * 3073 + 1 + 1024], 'green of the third');
  t.equal(pixels[3 * 3072 - 1], bytes[3 * 3073 - 1], 'the last byte of all');
  t.same([classes[0], classes[3], classes[9]], ['airplane', 'cat', 'truck']);
});

t.test('the images are copies', async (t) => {
  const bytes = records([1]);
  const { pixels } = parseCifar10Batch(bytes, 'some.bin');
  bytes.fill(0);
  t.equal(pixels[0], 31);
});

t.test('files that are none', async (t) => {
  const message = (length: number) =>
    `some.bin: expected records of 3073 bytes (CIFAR-10, binary version), got ${length} bytes; download it again`;
  for (const length of [0, 1, 3072, 3074, 2 * 3073 - 1]) {
    t.throws(() => parseCifar10Batch(new Uint8Array(length), 'some.bin'), {
      name: 'FormatError',
      message: message(length),
    });
  }
  t.throws(() => parseCifar10Batch(records([1, 2, 10, 11]), 'some.bin'), {
    name: 'FormatError',
    message: 'some.bin: expected labels from 0 to 9, record 2 has 10; download it again',
  });
});
