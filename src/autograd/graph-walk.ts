/** Questions that the backward engine asks of a graph before it runs. None is recursive: graphs can be deep. */
import type { GradEdge, GradNode } from '../tensor/grad-node.js';

/** For each node that can be reached, how many edges lead into it. */
export function countDependencies(roots: readonly GradNode[]): Map<GradNode, number> {
  const counts = new Map<GradNode, number>();
  const seen = new Set<GradNode>(roots);
  const pending = [...seen];
  for (let node = pending.pop(); node; node = pending.pop()) {
    for (const edge of node.edges) {
      if (!edge) continue;
      counts.set(edge.node, (counts.get(edge.node) ?? 0) + 1);
      if (!seen.has(edge.node)) {
        seen.add(edge.node);
        pending.push(edge.node);
      }
    }
  }
  return counts;
}

/** The nodes that must run so that a gradient arrives at each of the edges `captured`. */
export function nodesLeadingTo(roots: readonly { edge: GradEdge }[], captured: readonly GradEdge[]): Set<GradNode> {
  const targets = new Set(captured.map((edge) => edge.node));
  const wanted = new Set<GradNode>();
  const entered = new Set<GradNode>();
  const pending = roots.map((root) => ({ node: root.edge.node, done: false }));
  for (let visit = pending.pop(); visit; visit = pending.pop()) {
    const { node, done } = visit;
    if (done) {
      if (node.edges.some((edge) => edge && (targets.has(edge.node) || wanted.has(edge.node)))) wanted.add(node);
      continue;
    }
    if (entered.has(node)) continue;
    entered.add(node);
    pending.push({ node, done: true });
    for (const edge of node.edges) if (edge && !entered.has(edge.node)) pending.push({ node: edge.node, done: false });
  }
  return wanted;
}

/** For each node at which gradients are asked for: at which of its outputs, and as which of the edges. */
export type CapturesByNode = ReadonlyMap<GradNode, readonly { readonly i: number; readonly index: number }[]>;

export function capturesByNode(edges: readonly GradEdge[]): CapturesByNode {
  const found = new Map<GradNode, { i: number; index: number }[]>();
  edges.forEach(({ node, index }, i) => found.set(node, [...(found.get(node) ?? []), { i, index }]));
  return found;
}

/** Whether a gradient along `edge` is asked for, or leads to one that is. */
export function leadsToWanted(edge: GradEdge, wanted: ReadonlySet<GradNode>, captured: CapturesByNode): boolean {
  return wanted.has(edge.node) || (captured.get(edge.node)?.some(({ index }) => index === edge.index) ?? false);
}
