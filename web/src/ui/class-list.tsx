/** The classes by probability; the one that is explained is chosen among them, or among all. */
import { useId } from 'preact/hooks';
import { shortLabel, topClasses } from '../state/labels.js';
import type { Look } from '../engine/protocol.js';
import { Select } from './fields.js';

const SHOWN = 5;

interface ClassListProps {
  readonly look: Look;
  /** null: the top class. */
  readonly chosen: number | null;
  readonly onChoose: (index: number) => void;
}

export function ClassList({ look, chosen, onChoose }: ClassListProps) {
  const name = useId();
  const { labels, probabilities, logits } = look;
  const ranked = topClasses(logits);
  const current = chosen ?? ranked[0];
  const top = ranked.slice(0, SHOWN);
  return (
    <fieldset class="classes">
      <legend class="hidden">Class to explain</legend>
      {top.map((index) => (
        <label key={index} class="class">
          <input type="radio" name={name} checked={index === current} onChange={() => onChoose(index)} />
          <span class="class-name">{shortLabel(labels[index])}</span>
          <span class="number">{percent(probabilities[index])}</span>
          <span class="bar">
            <span style={{ width: `${100 * probabilities[index]}%` }} />
          </span>
        </label>
      ))}
      {labels.length > SHOWN && (
        <Select
          label="Any class"
          value={String(current)}
          choices={labels.map((label, index) => ({ value: String(index), label: shortLabel(label) }))}
          onChoose={(value) => onChoose(Number(value))}
        />
      )}
    </fieldset>
  );
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}
