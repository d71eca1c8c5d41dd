/** Drop a picture, see what the network saw in it. */
import { useComputed } from '@preact/signals';
import { methods, methodTitle } from 'backlight/cam/methods.js';
import {
  alpha,
  classIndex,
  colormap,
  explanation,
  isGradient,
  layer,
  look,
  method,
  size,
} from '../state/explanation.js';
import { shortLabel, topClasses } from '../state/labels.js';
import { weightsError } from '../state/models.js';
import { picture } from '../state/pictures.js';
import { ColorSelect, LayerSelect, MethodSelect, SizeSelect } from '../ui/choices.js';
import { ClassList } from '../ui/class-list.js';
import { overlay } from '../ui/drawing.js';
import { EnginePanel } from '../ui/engine-panel.js';
import { Slider } from '../ui/fields.js';
import { Problem, Working } from '../ui/notices.js';
import { PictureSource } from '../ui/picture-source.js';
import { fileName } from '../ui/save.js';
import { strongest, Tile } from '../ui/tile.js';

export function ExplainView() {
  const seen = look.value;
  const result = explanation.result.value;
  return (
    <div class="explain">
      <div class="side first">
        <PictureSource camera />
        {seen && (
          <section class="panel" aria-labelledby="classes-title">
            <h2 id="classes-title">What the network sees</h2>
            <ClassList look={seen} chosen={classIndex.value} onChoose={(index) => (classIndex.value = index)} />
          </section>
        )}
      </div>
      <section class="stage" aria-label="Explanation" aria-busy={explanation.busy.value}>
        <Working progress={explanation.progress} />
        <Problem text={explanation.error.value ?? weightsError.value} />
        <Maps />
        {result?.warnings.map((warning) => (
          <p class="hint" key={warning}>
            {warning}
          </p>
        ))}
      </section>
      <div class="side second">
        {seen && (
          <section class="panel" aria-labelledby="how-title">
            <h2 id="how-title">How it is explained</h2>
            <MethodSelect value={method.value} onChoose={(name) => (method.value = name)} />
            <p class="hint">{methods.find(({ name }) => name === method.value)?.description}</p>
            <LayerSelect look={seen} value={result?.layer ?? ''} onChoose={(name) => (layer.value = name)} />
            <SizeSelect look={seen} value={size.value} onChoose={(side) => (size.value = side)} />
            <Slider label="Heat over the picture" value={alpha.value} onChange={(share) => (alpha.value = share)} />
            <ColorSelect value={colormap.value} onChoose={(name) => (colormap.value = name)} />
          </section>
        )}
        <EnginePanel times={result?.times ?? []} />
      </div>
    </div>
  );
}

/** The heat over the picture, its mask, and the gradients beside them. */
function Maps() {
  const heat = useComputed(() => {
    const [seen, result] = [look.value, explanation.result.value];
    const map = result?.maps.find(({ mask }) => mask !== null);
    if (!seen || !map?.mask || map.mask.width !== seen.view.width || map.mask.height !== seen.view.height) return null;
    return { map, mask: map.mask, over: overlay(seen.view, map.mask, colormap.value, alpha.value) };
  });
  const seen = look.value;
  const result = explanation.result.value;
  if (!seen || !result) return <Waiting />;
  const label = shortLabel(seen.labels[result.classIndex]);
  const name = picture.value?.name ?? 'picture';
  const file = (what: string) => fileName(name, label, what);
  const over = heat.value;
  const gradients = result.maps.filter((map) => isGradient(map.method));
  const isTop = topClasses(seen.logits)[0] === result.classIndex;
  return (
    <>
      <p class="headline">
        <span>{label}</span>
        <span class="number">{(100 * seen.probabilities[result.classIndex]).toFixed(1)} %</span>
        {!isTop && <span class="hint">not the top class</span>}
      </p>
      <div class="tiles" style={{ '--shape': `${seen.view.width} / ${seen.view.height}` }}>
        {over && (
          <>
            <Tile
              title={`${capital(methodTitle(over.map.method))} over the picture`}
              picture={over.over}
              values={over.mask}
              label={`${methodTitle(over.map.method)} for ${label}: strongest in ${strongest(over.mask)}`}
              file={file(over.map.method)}
              blank={over.map.blank}
            />
            <Tile
              title="Mask"
              picture={over.mask}
              values={over.mask}
              label={`The same as a mask: light is where ${label} is found`}
              file={file(`${over.map.method} mask`)}
              blank={over.map.blank}
            />
          </>
        )}
        {gradients.map((map) => (
          <Tile
            key={map.method}
            title={capital(methodTitle(map.method))}
            picture={map.image}
            values={map.raw}
            label={`${methodTitle(map.method)} for ${label}, at the network's ${map.raw.width} by ${map.raw.height} pixels`}
            file={file(map.method)}
            blank={map.blank}
            pixels
          />
        ))}
      </div>
      <p class="hint">
        Seen as {seen.input[3]}×{seen.input[2]} pixels; heat maps at {result.layer}. Point at a picture to read its
        values, or move there with the arrow keys.
      </p>
    </>
  );
}

function Waiting() {
  if (explanation.error.value !== null) return null;
  return (
    <div class="tiles waiting" aria-hidden="true">
      {[0, 1, 2, 3].map((i) => (
        <div class="tile" key={i}>
          <div class="blank" />
        </div>
      ))}
    </div>
  );
}

const capital = (text: string): string => text[0].toUpperCase() + text.slice(1);
