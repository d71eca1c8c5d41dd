/** What is going on, and what went wrong, where it did. */
import type { Signal } from '@preact/signals';
import type { Progress } from '../engine/protocol.js';

export function Problem({ text }: { readonly text: string | null }) {
  return (
    <div role="alert" class="problem-place">
      {text !== null && <p class="problem">{text}</p>}
    </div>
  );
}

/** A thin line that fills, with what is being done. */
export function Working({ progress }: { readonly progress: Signal<Progress | null> }) {
  const now = progress.value;
  return (
    <div role="status" class="working">
      {now && (
        <>
          <progress aria-label={now.text} {...(now.share === null ? {} : { value: now.share })} max={1} />
          <span>
            {now.text}
            {now.share !== null && `, ${Math.floor(now.share * 100)} %`}
          </span>
        </>
      )}
    </div>
  );
}
