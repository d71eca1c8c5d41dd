/** Which engine computes, and how long each step took. */
import type { StepTime } from '../engine/protocol.js';
import { engineChoice, engineInfo, engineOptions } from '../state/engine-choice.js';
import { Select } from './fields.js';

export function EnginePanel({ times }: { readonly times: readonly StepTime[] }) {
  const options = engineOptions();
  const chosen = options.find(({ choice }) => JSON.stringify(choice) === JSON.stringify(engineChoice.value));
  const info = engineInfo.value;
  const total = times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return (
    <section class="panel" aria-labelledby="engine-title">
      <h2 id="engine-title">Engine</h2>
      <Select
        label="Runs on"
        value={chosen?.value ?? 'wasm'}
        choices={options.map(({ value, label }) => ({ value, label }))}
        onChoose={(value) => {
          const option = options.find((other) => other.value === value);
          if (option) engineChoice.value = option.choice;
        }}
      />
      {info && info.adapter !== null && <p class="hint">{info.adapter}</p>}
      {info && !info.isolated && (
        <p class="hint">
          One thread: this page is not cross-origin isolated, so memory cannot be shared. It works all the same.
        </p>
      )}
      {times.length > 0 && (
        <table class="times">
          <caption class="hidden">How long each step took, in milliseconds</caption>
          <tbody>
            {times.map(({ step, milliseconds }, i) => (
              <tr key={i}>
                <th scope="row">{step}</th>
                <td class="number">{duration(milliseconds)}</td>
              </tr>
            ))}
            <tr class="total">
              <th scope="row">together</th>
              <td class="number">{duration(total)}</td>
            </tr>
          </tbody>
        </table>
      )}
    </section>
  );
}

function duration(milliseconds: number): string {
  return milliseconds < 9.95 ? `${milliseconds.toFixed(1)} ms` : `${Math.round(milliseconds)} ms`;
}
