/** Two maps of one picture side by side, and how alike they are. */
import { methodTitle } from 'backlight/cam/methods.js';
import { aspect, aspects, choose, keepComparing, likeness, sides, type Side } from '../state/comparison.js';
import { alpha, colormap } from '../state/explanation.js';
import { shortLabel, topClasses } from '../state/labels.js';
import { picture } from '../state/pictures.js';
import { LayerSelect, MethodSelect } from '../ui/choices.js';
import { overlay } from '../ui/drawing.js';
import { Segments, Select } from '../ui/fields.js';
import { Problem, Working } from '../ui/notices.js';
import { fileName } from '../ui/save.js';
import { strongest, Tile } from '../ui/tile.js';

keepComparing();

export function CompareView() {
  return (
    <div class="compare">
      <div class="compare-head">
        <Segments label="What differs" value={aspect.value} choices={aspects} onChoose={choose} />
        <Likeness />
      </div>
      <div class="pair">
        {sides.map((side, i) => (
          <OneSide key={i} side={side} title={i === 0 ? 'One' : 'The other'} />
        ))}
      </div>
      <p class="hint">
        The cosine is 1 for maps of the same places and 0 for maps with none in common. Heat maps are taken as they are,
        of gradients their size at each pixel.
      </p>
    </div>
  );
}

function Likeness() {
  const value = likeness.value;
  return (
    <section class="likeness" aria-live="polite" aria-label="How alike the maps are">
      <p>
        <span class="number large">{value === null ? '–' : value.toFixed(3)}</span> cosine between the maps
      </p>
      <div class="bar wide">
        <span style={{ width: `${100 * Math.max(0, value ?? 0)}%` }} />
      </div>
    </section>
  );
}

function OneSide({ side, title }: { readonly side: Side; readonly title: string }) {
  const { run, look, classIndex, layer, method, random } = side;
  const seen = look.value;
  const result = run.result.value;
  return (
    <section class="one" aria-label={title} aria-busy={run.busy.value}>
      {seen && result && <SideMap side={side} />}
      <Working progress={run.progress} />
      <Problem text={run.error.value} />
      {seen && (
        <div class="panel fields">
          <Select
            label="Class"
            value={String(classIndex.value ?? result?.classIndex ?? 0)}
            choices={topClasses(seen.logits).map((index) => ({
              value: String(index),
              label: `${shortLabel(seen.labels[index])} · ${(100 * seen.probabilities[index]).toFixed(1)} %`,
            }))}
            onChoose={(value) => (classIndex.value = Number(value))}
          />
          <LayerSelect look={seen} value={result?.layer ?? ''} onChoose={(name) => (layer.value = name)} />
          <MethodSelect value={method.value} onChoose={(name) => (method.value = name)} />
          <Select
            label="Weights"
            value={random.value ? 'random' : 'trained'}
            choices={[
              { value: 'trained', label: 'Trained' },
              { value: 'random', label: 'Random, never trained' },
            ]}
            onChoose={(value) => (random.value = value === 'random')}
          />
        </div>
      )}
    </section>
  );
}

function SideMap({ side: { run, look } }: { readonly side: Side }) {
  const map = run.result.value?.maps.at(0);
  const seen = look.value;
  if (!map || !seen) return null;
  const fits = map.mask?.width === seen.view.width && map.mask.height === seen.view.height;
  const label = shortLabel(seen.labels[map.classIndex]);
  const name = methodTitle(map.method);
  return (
    <div style={{ '--shape': `${seen.view.width} / ${seen.view.height}` }}>
      <Tile
        title={`${label}, ${name}`}
        picture={map.mask && fits ? overlay(seen.view, map.mask, colormap.value, alpha.value) : map.image}
        values={map.mask ?? map.raw}
        label={map.mask ? `${name} for ${label}: strongest in ${strongest(map.mask)}` : `${name} for ${label}`}
        file={fileName(picture.value?.name ?? 'picture', label, map.layer, map.method)}
        blank={map.blank}
        pixels={!map.mask}
      />
    </div>
  );
}
