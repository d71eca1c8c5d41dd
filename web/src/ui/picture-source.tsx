/** Where the picture comes from: a file, the clipboard, an example, the camera. */
import { Camera, CircleStop, ImageUp } from 'lucide';
import { examples, picture, pictureError, takeExample, takeFile } from '../state/pictures.js';
import { isLive, liveError, rate, startLive, stopLive } from '../state/live.js';
import { explainNow, explanation, look, startOver } from '../state/explanation.js';
import { FileButton } from './fields.js';
import { Icon } from './icon.js';
import { Problem } from './notices.js';

function toggleCamera(): void {
  if (isLive.value) {
    const last = stopLive();
    if (last) picture.value = last;
    return;
  }
  startOver();
  void startLive(async (frame) => {
    const result = await explainNow(frame, true);
    if (!result && explanation.error.value !== null) stopLive();
  });
}

export function PictureSource({ camera = false }: { readonly camera?: boolean }) {
  const current = picture.value;
  const seen = look.value;
  return (
    <section class="panel" aria-labelledby="picture-title">
      <h2 id="picture-title">Picture</h2>
      <div class="examples" role="group" aria-label="Examples">
        {examples.map((example) => (
          <button
            type="button"
            key={example.name}
            class="example"
            aria-pressed={!isLive.value && current?.name === example.name}
            onClick={() => {
              if (isLive.value) stopLive();
              void takeExample(example);
            }}
          >
            <img src={example.url} alt={`Example: ${example.title}`} />
          </button>
        ))}
      </div>
      <div class="row">
        <FileButton
          accept="image/png,image/jpeg"
          onFile={(file) => {
            if (isLive.value) stopLive();
            takeFile(file, file.name);
          }}
        >
          <Icon icon={ImageUp} /> Choose a file
        </FileButton>
        {camera && (
          <button type="button" class="button" onClick={toggleCamera} aria-pressed={isLive.value}>
            <Icon icon={isLive.value ? CircleStop : Camera} /> {isLive.value ? 'Stop' : 'Camera'}
          </button>
        )}
      </div>
      <p class="hint">
        {isLive.value
          ? `Live: ${rate.value.toFixed(1)} frames a second. Stop keeps the last one.`
          : 'PNG or JPEG. Dropping it anywhere or pasting it works too; it stays on this device.'}
      </p>
      {seen && !isLive.value && current && (
        <p class="hint">
          <strong>{current.name}</strong>{' '}
          <span class="number">
            {seen.width}×{seen.height}
          </span>
        </p>
      )}
      <Problem text={pictureError.value ?? liveError.value} />
    </section>
  );
}
