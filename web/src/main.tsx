/** Starts the page: first what can be seen, then the weights, then the first example. */
import { render } from 'preact';
import type { BackwardResult } from './engine/backward-protocol.js';
import { App } from './app.js';
import { askEngine } from './state/engine-choice.js';
import { explanation, keepExplaining, look } from './state/explanation.js';
import { loadShipped } from './state/models.js';
import { examples, picture, takeExample } from './state/pictures.js';

/** For tests, and for the curious: the numbers behind what is shown. */
interface Numbers {
  readonly look: () => typeof look.value;
  readonly explanation: () => typeof explanation.result.value;
  readonly busy: () => boolean;
  /** Of the view Backward, once it was opened. */
  pass?: () => BackwardResult | null;
}

declare global {
  interface Window {
    backlight: Numbers;
  }
}

window.backlight = {
  look: () => look.value,
  explanation: () => explanation.result.value,
  busy: () => explanation.busy.value,
};

const place = document.getElementById('app');
if (place) {
  // what index.html shows until this file is there
  place.replaceChildren();
  render(<App />, place);
}
keepExplaining();
void askEngine();
void loadShipped().then(keepForOffline);
if (!picture.value) void takeExample(examples[0]);

/** Once all has come: what the browser has by then is not asked for twice. */
function keepForOffline(): void {
  if (import.meta.env.PROD && 'serviceWorker' in navigator) void navigator.serviceWorker.register('./sw.js');
}
