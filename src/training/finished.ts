/** A trained model as the bytes of a weight file, in half precision where that costs no accuracy. */
import { FormatError } from '../errors.js';
import type { Module } from '../nn/module.js';
import { loadModel } from '../weights/load-model.js';
import { modelMetadata, stateToSafetensors, type ModelCard, type WeightType } from '../weights/save-model.js';
import { evaluate, type Evaluation } from './evaluate.js';
import type { ChannelStatistics, LabelledImages } from './labelled-images.js';

/** Half precision is kept where it changes the accuracy by no more than this. */
export const HALF_TOLERANCE = 5e-4;

export interface FinishedModel {
  readonly bytes: Uint8Array;
  /** Of the weights of convolutions and linear layers; biases and batch norm's numbers are few, and stay F32. */
  readonly dtype: WeightType;
  /** Measured with what the bytes hold. */
  readonly evaluation: Evaluation;
  /** The accuracy in float32. */
  readonly accuracy: number;
}

export async function finishModel(
  model: Module,
  card: ModelCard,
  test: LabelledImages,
  statistics: ChannelStatistics,
): Promise<FinishedModel> {
  const { accuracy } = await evaluate(model, test, statistics);
  const packed = async (dtype: WeightType): Promise<FinishedModel> => {
    const metadata = modelMetadata(card);
    const bytes = await stateToSafetensors(model, metadata, (_, { ndim }) => (ndim > 1 ? dtype : 'F32'));
    const read = loadModel(bytes).model;
    try {
      return { bytes, dtype, evaluation: await evaluate(read, test, statistics), accuracy };
    } finally {
      read.dispose();
    }
  };
  const half = await packed('F16').catch((error: unknown) => {
    if (error instanceof FormatError) return null; // a weight that half precision has no room for
    throw error;
  });
  return half && Math.abs(half.evaluation.accuracy - accuracy) <= HALF_TOLERANCE ? half : packed('F32');
}
