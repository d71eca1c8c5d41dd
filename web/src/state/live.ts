/** The camera: a stream, and frame after frame explained for as long as it is on. */
import { signal, type Signal } from '@preact/signals';
import type { PictureSource } from '../engine/protocol.js';
import { nextKey } from './pictures.js';

export const isLive = signal(false);
export const liveError: Signal<string | null> = signal(null);
/** Explained frames in a second. */
export const rate = signal(0);

const WIDTH = 320;
let stream: MediaStream | null = null;
let video: HTMLVideoElement | null = null;

/** Starts the camera, and hands over each frame when the one before is done. */
export async function startLive(onFrame: (frame: PictureSource) => Promise<unknown>): Promise<void> {
  liveError.value = null;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { width: { ideal: WIDTH }, facingMode: 'environment' },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    liveError.value = `expected a camera, got none (${reason}); allow it for this page, or choose a picture`;
    return;
  }
  video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play();
  isLive.value = true;
  void loop(onFrame);
}

async function loop(onFrame: (frame: PictureSource) => Promise<unknown>): Promise<void> {
  while (isLive.value) {
    const frame = grab();
    const started = performance.now();
    if (frame) await onFrame(frame);
    await new Promise(requestAnimationFrame);
    rate.value = 1000 / (performance.now() - started);
  }
}

/** The video's present frame, no wider than is asked for: cameras may give more, which would cost time at every step. */
function grab(): PictureSource | null {
  if (!video || video.videoWidth === 0) return null;
  const scale = Math.min(1, WIDTH / video.videoWidth);
  const [width, height] = [video.videoWidth, video.videoHeight].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.imageSmoothingQuality = 'high';
  context.drawImage(video, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  return { kind: 'frame', key: nextKey(), name: 'camera', width, height, rgba: data };
}

/** Ends the camera. @returns its last frame, to go on with */
export function stopLive(): PictureSource | null {
  const last = grab();
  isLive.value = false;
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  video = null;
  return last;
}
