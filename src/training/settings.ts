/** Everything that decides what training ends at, given the images: it is stored with every checkpoint. */
import type { ModelSpec } from '../weights/model-registry.js';
import type { Augmentation } from './augmentation.js';
import type { Beginning } from './beginning.js';

/** one-cycle: rises for a quarter of the time, then falls to nothing (L. Smith, N. Topin, 2017). cosine: falls only. */
export const scheduleNames = ['one-cycle', 'cosine'] as const;
export type ScheduleName = (typeof scheduleNames)[number];

export interface TrainSettings {
  readonly model: ModelSpec;
  readonly epochs: number;
  readonly batchSize: number;
  /** The highest learning rate of the schedule. */
  readonly lr: number;
  readonly schedule: ScheduleName;
  /** Nesterov momentum of SGD. */
  readonly momentum: number;
  /** Of the weights of convolutions and linear layers; biases and batch norm's parameters do not decay. */
  readonly weightDecay: number;
  /** The share of the target that is spread over all classes (C. Szegedy et al., 2016, section 7). */
  readonly labelSmoothing: number;
  /** The weight of the loss that keeps the maps of classes blank that are not in a picture; 0 for none. */
  readonly mapLoss: number;
  /** Decay of the moving average of the weights, which is what is tested and written; 0 for none. */
  readonly average: number;
  /** Of the first weights, the order of the images, their augmentation, and dropout. */
  readonly seed: number;
  readonly augmentation: Augmentation;
  /** The weights that the run began with, where they were not random. */
  readonly from?: Beginning;
}

export const defaultSettings = {
  epochs: 20,
  batchSize: 128,
  lr: 0.2,
  schedule: 'one-cycle',
  momentum: 0.9,
  weightDecay: 5e-4,
  labelSmoothing: 0.1,
  mapLoss: 0,
  average: 0.999,
  seed: 1,
  augmentation: { flip: true, crop: 4, cutout: 8, zoom: 2, zoomShare: 0.3 },
} as const satisfies Omit<TrainSettings, 'model'>;
