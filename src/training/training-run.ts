/**
 * Training, step by step: SGD with Nesterov momentum under a schedule, cross entropy with label smoothing, with it a loss
 * that keeps the maps of absent classes blank where that is asked for, and a moving average of the weights. What it ends
 * at depends on the settings and the images alone, not on threads, pauses or time.
 */
import { backward } from '../autograd/backward.js';
import { BacklightError } from '../errors.js';
import type { Module } from '../nn/module.js';
import * as init from '../nn/init.js';
import { updateAverage } from '../nn/optim/average.js';
import { OneCycleLR } from '../nn/optim/one-cycle.js';
import type { Schedule } from '../nn/optim/schedule.js';
import { CosineAnnealingLR } from '../nn/optim/schedules.js';
import { SGD } from '../nn/optim/sgd.js';
import { add } from '../ops/arithmetic.js';
import { crossEntropy } from '../ops/cross-entropy.js';
import { tensor } from '../ops/creation.js';
import { tidy } from '../tensor/memory.js';
import { manualSeed } from '../tensor/random.js';
import type { Tensor } from '../tensor/tensor.js';
import { buildModel } from '../weights/model-registry.js';
import { TrainingBatches } from './batches.js';
import { ClassMaps } from './class-maps.js';
import { topOfRows } from './evaluate.js';
import { channelStatistics, type ChannelStatistics, type LabelledImages } from './labelled-images.js';
import type { TrainSettings } from './settings.js';

/** The loss became NaN or infinite. */
export class DivergedError extends BacklightError {
  override readonly name = 'DivergedError';
}

/** Sums over the steps of an epoch so far. */
export interface Totals {
  loss: number;
  correct: number;
  images: number;
  /** Time spent in steps. */
  seconds: number;
}

/** One finished epoch. Loss and accuracy are means over the augmented images as they were met. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  /** The learning rate after it. */
  readonly lr: number;
  readonly imagesPerSecond: number;
  /** Time spent in steps since the first epoch began. */
  readonly seconds: number;
  /** Accuracy of the averaged weights on the test images, where it was measured. */
  readonly test?: number;
}

const nothing = (): Totals => ({ loss: 0, correct: 0, images: 0, seconds: 0 });

/** A model in training, with all that is needed to go on. */
export class TrainingRun {
  readonly model: Module;
  /** The moving average of the weights, or the model itself where there is none. */
  readonly averaged: Module;
  readonly optimizer: SGD;
  readonly schedule: Schedule;
  readonly batches: TrainingBatches;
  readonly statistics: ChannelStatistics;
  /** Finished epochs. */
  readonly history: EpochRecord[] = [];
  /** Finished steps of the present epoch. */
  step = 0;
  totals = nothing();
  readonly #maps: ClassMaps | null;

  /**
   * A new run. It seeds the default random generator.
   * @param begin puts other first weights in place of the random ones; settings.from says which
   */
  constructor(
    readonly settings: TrainSettings,
    readonly images: LabelledImages,
    begin?: (model: Module) => void,
  ) {
    const { model, lr, momentum, weightDecay, average, seed, epochs, batchSize, augmentation, from } = settings;
    this.statistics = from?.statistics ?? channelStatistics(images);
    this.batches = new TrainingBatches(images, { batchSize, seed, augmentation, statistics: this.statistics });
    manualSeed(seed);
    this.model = buildModel(model);
    try {
      begin?.(this.model);
      this.#maps = settings.mapLoss > 0 ? new ClassMaps(this.model) : null;
    } catch (error) {
      this.model.dispose();
      throw error;
    }
    this.averaged = this.model;
    if (average > 0) {
      this.averaged = init
        .withoutInit(() => buildModel(model))
        .requiresGrad_(false)
        .eval();
      updateAverage(this.averaged, this.model, 0);
    }
    const parameters = this.model.parameters();
    const groups = [
      { params: parameters.filter(({ ndim }) => ndim > 1), weightDecay },
      { params: parameters.filter(({ ndim }) => ndim <= 1), weightDecay: 0 },
    ];
    this.optimizer = new SGD(groups, { lr, momentum, nesterov: momentum > 0 });
    const totalSteps = epochs * this.batches.stepsPerEpoch;
    this.schedule =
      settings.schedule === 'cosine'
        ? new CosineAnnealingLR(this.optimizer, totalSteps)
        : new OneCycleLR(this.optimizer, { maxLr: lr, totalSteps, pctStart: 0.25, cycleMomentum: false });
  }

  /** The present epoch, from 0. */
  get epoch(): number {
    return this.history.length;
  }

  get finished(): boolean {
    return this.epoch >= this.settings.epochs;
  }

  /** Whether all steps of the present epoch are done, so that `endEpoch` is due. */
  get epochDone(): boolean {
    return this.step >= this.batches.stepsPerEpoch;
  }

  /** The share of all steps that is done, 0..1. */
  get share(): number {
    return (this.epoch + this.step / this.batches.stepsPerEpoch) / this.settings.epochs;
  }

  /**
   * Learns from the next batch.
   * @throws DivergedError when the loss is no number; the weights are still those from before this step
   */
  learn(): void {
    const began = performance.now();
    const { model, optimizer, settings, averaged } = this;
    const { images, labels, size } = this.batches.batch(this.epoch, this.step);
    const { side } = this.images;
    model.train();
    tidy(() => {
      optimizer.zeroGrad();
      const logits = model.call(tensor(images, { shape: [size, 3, side, side] }));
      const loss = this.#loss(logits, labels);
      const value = loss.item();
      if (!Number.isFinite(value)) throw this.#diverged(value);
      const top = topOfRows(logits.dataSync(), logits.shape[1]);
      backward(loss);
      optimizer.step();
      this.totals.loss += value * size;
      this.totals.correct += top.filter((predicted, i) => predicted === labels[i]).length;
    });
    const steps = this.schedule.stateDict().lastEpoch;
    this.schedule.step();
    // the average of few weights should not remember the first, random ones: its decay grows to what was asked for
    if (averaged !== model) updateAverage(averaged, model, Math.min(settings.average, (1 + steps) / (10 + steps)));
    this.step++;
    this.totals.images += size;
    this.totals.seconds += (performance.now() - began) / 1000;
  }

  #loss(logits: Tensor, labels: Int32Array): Tensor {
    const { labelSmoothing, mapLoss } = this.settings;
    const loss = crossEntropy(logits, labels, { labelSmoothing });
    return this.#maps ? add(loss, this.#maps.absentLoss(labels), mapLoss) : loss;
  }

  /** Closes the epoch and begins the next. @param test the accuracy of the averaged weights, where it was measured */
  endEpoch(test?: number): EpochRecord {
    const { loss, correct, images, seconds } = this.totals;
    const record = {
      epoch: this.epoch + 1,
      loss: loss / images,
      accuracy: correct / images,
      lr: this.schedule.lastLr()[0],
      imagesPerSecond: images / seconds,
      seconds: this.seconds,
      ...(test === undefined ? {} : { test }),
    };
    this.history.push(record);
    this.step = 0;
    this.totals = nothing();
    return record;
  }

  /** Time spent in steps since the first epoch began. */
  get seconds(): number {
    return (this.history.at(-1)?.seconds ?? 0) + this.totals.seconds;
  }

  #diverged(loss: number): DivergedError {
    const { lr } = this.settings;
    return new DivergedError(
      `training diverged: the loss became ${loss} in epoch ${this.epoch + 1}, step ${this.step + 1} of ` +
        `${this.batches.stepsPerEpoch}, at a learning rate of ${this.schedule.lastLr()[0].toPrecision(3)}; ` +
        `start again with a lower --lr than ${lr}`,
    );
  }

  dispose(): void {
    this.#maps?.dispose();
    this.optimizer.zeroGrad();
    this.optimizer.dispose();
    if (this.averaged !== this.model) this.averaged.dispose();
    this.model.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
