/**
 * CIFAR-10 in its binary layout (A. Krizhevsky, 2009: 32x32 colour photographs of ten classes, 50,000 to train on and
 * 10,000 to test). A batch is 10,000 records of 3,073 bytes: the label, then the red, green and blue plane, row-major.
 */
import { FormatError } from '../errors.js';
import type { LabelledImages } from './labelled-images.js';

/** The ten classes in the order of their labels. */
export const cifar10Classes = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
] as const;

export const CIFAR_SIDE = 32;
export const RECORD_BYTES = 1 + 3 * CIFAR_SIDE ** 2;
export const BATCH_IMAGES = 10_000;

/** A file of the data set, and how its MD5 begins. */
export interface Cifar10Batch {
  readonly file: string;
  readonly md5: string;
}

export const trainingBatchFiles: readonly Cifar10Batch[] = [
  { file: 'data_batch_1.bin', md5: '5dd7e06a' },
  { file: 'data_batch_2.bin', md5: '5ea93a67' },
  { file: 'data_batch_3.bin', md5: '942cd6a4' },
  { file: 'data_batch_4.bin', md5: 'ae636b3b' },
  { file: 'data_batch_5.bin', md5: '53f37980' },
];
export const testBatchFile: Cifar10Batch = { file: 'test_batch.bin', md5: '803d5f7f' };

/**
 * The images of one batch.
 * @param records the bytes of the file
 * @param name what errors call it
 * @throws FormatError for another length, or a label that is none
 */
export function parseCifar10Batch(records: Uint8Array, name: string): LabelledImages {
  if (records.length === 0 || records.length % RECORD_BYTES !== 0) {
    throw new FormatError(
      `${name}: expected records of ${RECORD_BYTES} bytes (CIFAR-10, binary version), got ${records.length} bytes; download it again`,
    );
  }
  const count = records.length / RECORD_BYTES;
  const size = RECORD_BYTES - 1;
  const pixels = new Uint8Array(count * size);
  const labels = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    const at = i * RECORD_BYTES;
    labels[i] = records[at];
    if (labels[i] >= cifar10Classes.length) {
      throw new FormatError(`${name}: expected labels from 0 to 9, record ${i} has ${labels[i]}; download it again`);
    }
    pixels.set(records.subarray(at + 1, at + RECORD_BYTES), i * size);
  }
  return { count, side: CIFAR_SIDE, pixels, labels, classes: cifar10Classes };
}
