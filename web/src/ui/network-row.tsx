/** The modules in a row: what each returned, and below it the gradient that has come back to it. */
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { BackwardResult, FiredHook, NodeInfo } from '../engine/backward-protocol.js';
import { chosen, shown } from '../state/backward.js';
import { shortLabel } from '../state/labels.js';
import { Canvas } from './canvas.js';
import { signed } from './drawing.js';

export function NetworkRow({ result }: { readonly result: BackwardResult }) {
  const { nodes, fired, seen, labels, classIndex, logit } = result;
  const list = useRef<HTMLOListElement>(null);
  const done = shown.value;
  const latest = done > 0 ? fired[done - 1].node : nodes.length - 1;
  const at = chosen.value ?? latest;
  useEffect(() => {
    // the row alone is moved, never the page
    const item = list.current?.children[at + 1];
    if (!(item instanceof HTMLElement) || !list.current) return;
    const middle = item.offsetLeft - list.current.offsetLeft + item.offsetWidth / 2;
    list.current.scrollTo({ left: middle - list.current.clientWidth / 2, behavior: 'smooth' });
  }, [at, nodes.length]);
  return (
    <section class="row-of-modules" aria-label="The network">
      <ol ref={list} tabIndex={0} aria-label="Modules in the order of the forward pass">
        <li class="end" style={{ '--shape': `${seen.width} / ${seen.height}` }}>
          <Canvas picture={seen} label="The picture" pixels />
          <span class="node-name">picture</span>
        </li>
        {nodes.map((node, i) => {
          const order = fired.findIndex((hook) => hook.node === i);
          const hook = order >= 0 && order < done ? fired[order] : null;
          return <Node key={i} node={node} hook={hook} index={i} isAt={i === at} />;
        })}
        <li class="end">
          <span class="score number">{logit.toFixed(2)}</span>
          <span class="node-name">{shortLabel(labels[classIndex])}</span>
        </li>
      </ol>
    </section>
  );
}

interface NodeProps {
  readonly node: NodeInfo;
  readonly hook: FiredHook | null;
  readonly index: number;
  readonly isAt: boolean;
}

function Node({ node, hook, index, isAt }: NodeProps) {
  const activation = useMemo(() => signed(node.picture), [node.picture]);
  const arrived = hook?.arrived ?? null;
  const gradient = useMemo(() => arrived && signed(arrived), [arrived]);
  const { width, height } = node.picture;
  const kind = height === 1 && width > 1 ? 'node strip' : 'node';
  return (
    <li class={kind} style={{ '--shape': `${width} / ${height}` }}>
      <button type="button" aria-pressed={isAt} onClick={() => (chosen.value = index)}>
        <Canvas picture={activation} label="" pixels />
        <span class="node-name">{node.name}</span>
        <span class={node.isRelu ? 'node-type relu' : 'node-type'}>{node.type}</span>
        <span class="hidden">
          returned {node.shape.slice(1).join(' by ')}
          {hook && ', the gradient has come through'}
        </span>
        <span class="node-gradient">{gradient && <Canvas picture={gradient} label="" pixels />}</span>
      </button>
    </li>
  );
}
