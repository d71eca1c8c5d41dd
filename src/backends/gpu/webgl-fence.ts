/** Waiting for a WebGL device without blocking. */
import { BackendError } from '../../errors.js';

/**
 * A wait is looked at without pause for so long, and from then on after another tenth of its time: whoever looks without end takes a core, and
 * a software adapter computes on the same ones. In a page that nobody sees timers wait for seconds, so there it is looked at all the time.
 */
const SHORT_WAIT_MS = 4;
const LATER = 0.1;

export function contextLost(): BackendError {
  return new BackendError(
    'gpu: the WebGL context was lost (the driver was reset, or other pages took it), and with it all tensors on it; ' +
      "go on with await useBackend('gpu'), which starts anew, or useBackend('wasm'), and load models again",
  );
}

const isHidden = () => typeof document !== 'undefined' && document.hidden;

/** Resolves when the device has done all it was told so far. */
export function finished(gl: WebGL2RenderingContext): Promise<void> {
  const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  gl.flush();
  const start = performance.now();
  return new Promise((resolve, reject) => {
    // a task of its own for each look: timers would wait for 4 ms
    const { port1, port2 } = new MessageChannel();
    const end = (settle: () => void) => {
      port1.close();
      if (fence) gl.deleteSync(fence);
      settle();
    };
    const look = () => {
      if (gl.isContextLost() || !fence) return end(() => reject(contextLost()));
      const status = gl.clientWaitSync(fence, 0, 0);
      if (status === gl.WAIT_FAILED) return end(() => reject(contextLost()));
      if (status !== gl.TIMEOUT_EXPIRED) return end(resolve);
      const waited = performance.now() - start;
      if (waited < SHORT_WAIT_MS || isHidden()) port2.postMessage(null);
      else setTimeout(look, waited * LATER);
    };
    port1.onmessage = look;
    port2.postMessage(null);
  });
}
