/** One module: at a ReLU what arrives and what each rule lets through; elsewhere its channels. */
import type { BackwardResult, FiredHook, NodeInfo, Passed } from '../engine/backward-protocol.js';
import type { Picture } from 'backlight/image/picture.js';
import { useMemo } from 'preact/hooks';
import { chosen, rule, shown } from '../state/backward.js';
import { Canvas } from './canvas.js';
import { percent } from './class-list.js';
import { signed } from './drawing.js';

const ruleTitles: Record<Passed['rule'], string> = {
  plain: 'Plain: where the ReLU was active',
  deconvnet: 'Deconvnet: where the gradient is positive',
  guided: 'Guided: where both hold',
};

export function NodeDetail({ result }: { readonly result: BackwardResult }) {
  const { nodes, fired } = result;
  const done = shown.value;
  const at = chosen.value ?? (done > 0 ? fired[done - 1].node : nodes.length - 1);
  const node = nodes.at(at);
  if (!node) return null;
  const order = fired.findIndex((hook) => hook.node === at);
  const hook = order >= 0 && order < done ? fired[order] : null;
  const { width, height } = node.picture;
  return (
    <section class="panel" aria-labelledby="node-title" style={{ '--shape': `${width} / ${height}` }}>
      <h2 id="node-title">
        {node.name} <span class="quiet">{`${node.type}(${node.extra})`}</span>
      </h2>
      {hook?.arrived && node.isRelu ? (
        <AtRelu hook={hook} arrived={hook.arrived} />
      ) : (
        <Channels node={node} hook={hook} />
      )}
    </section>
  );
}

function AtRelu({ hook, arrived }: { readonly hook: FiredHook; readonly arrived: Picture }) {
  return (
    <>
      <div class="passes">
        <Small picture={arrived} title="The gradient that arrives" note={share(hook.gradOutput?.alive)} />
        {hook.passed.map((passed) => (
          <Small
            key={passed.rule}
            picture={passed.picture}
            title={ruleTitles[passed.rule]}
            note={share(passed.alive)}
            isNow={passed.rule === rule.value}
          />
        ))}
      </div>
      <p class="hint">Sums over the channels; amber is positive, blue is negative.</p>
    </>
  );
}

const share = (alive: number | undefined): string =>
  alive === undefined ? '' : `${percent(alive)} of the values are not 0`;

interface SmallProps {
  readonly picture: Picture;
  readonly title: string;
  readonly note: string;
  readonly isNow?: boolean;
}

function Small({ picture, title, note, isNow = false }: SmallProps) {
  const drawn = useMemo(() => signed(picture), [picture]);
  return (
    <figure class={isNow ? 'now' : ''}>
      <Canvas picture={drawn} label={`${title}: ${note}`} pixels />
      <figcaption>
        {title}
        <span class="hint">{note}</span>
      </figcaption>
    </figure>
  );
}

function Channels({ node, hook }: { readonly node: NodeInfo; readonly hook: FiredHook | null }) {
  return (
    <>
      {node.channels.length > 0 ? (
        <>
          <p class="hint">Its most active channels, of {node.shape[1]}:</p>
          <div class="channels">
            {node.channels.map(({ index, picture }) => (
              <Channel key={index} index={index} picture={picture} />
            ))}
          </div>
        </>
      ) : (
        <p class="hint">It returned {node.shape.slice(1).join('×')} numbers.</p>
      )}
      {!hook && node.isRelu && <p class="hint">No gradient has come to this ReLU yet: step backward to it.</p>}
    </>
  );
}

function Channel({ index, picture }: { readonly index: number; readonly picture: Picture }) {
  const drawn = useMemo(() => signed(picture), [picture]);
  return (
    <figure>
      <Canvas picture={drawn} label={`Channel ${index}`} pixels />
      <figcaption class="hint number">{index}</figcaption>
    </figure>
  );
}
