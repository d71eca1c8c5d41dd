/** Methods that end at the picture itself: the plain gradient, and guided Grad-CAM. */
import { createPicture, type Picture } from '../image/picture.js';
import { resize } from '../image/resize.js';
import type { Module } from '../nn/module.js';
import { grad } from '../autograd/backward.js';
import { tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import { classScore, normalizeGradient, requireFinite, toPictures } from './maps.js';
import { warnIfTraining } from './training-mode.js';

/**
 * The gradient of each sample's class score with respect to its pixels (K. Simonyan et al., 2013).
 * @param x [N,3,H,W]
 * @param classes one per sample, or one for all
 * @returns N pictures [H,W,3] of any values; `normalizeGradient` makes them presentable
 */
export async function inputGradient(model: Module, x: Tensor, classes: number | readonly number[]): Promise<Picture[]> {
  warnIfTraining(model, 'inputGradient');
  const gradient = tidy(() => {
    const input = x.detach().requiresGrad_();
    return grad(classScore(model.call(input), classes), [input])[0];
  });
  const values = await gradient.data();
  gradient.dispose();
  requireFinite(values, 'inputGradient');
  return toPictures(values, x.shape, 'inputGradient');
}

/** The guided gradient where Grad-CAM looks (R. Selvaraju et al., 2017, section 3.2): their product, value by value. */
export function guidedGradCam(guided: Picture, mask: Picture): Picture {
  const fitting = resize(mask, guided.width, guided.height);
  const { width, height, channels } = guided;
  return createPicture(
    width,
    height,
    channels,
    guided.data.map((value, i) => value * fitting.data[Math.floor(i / channels)]),
  );
}

/** A gradient picture of any values, made presentable: mean 0.5, standard deviation 0.1, clipped to 0..1. */
export function showGradient(gradient: Picture): Picture {
  return createPicture(gradient.width, gradient.height, gradient.channels, normalizeGradient(gradient.data));
}
