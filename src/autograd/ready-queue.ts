/** A priority queue of nodes, the one made last first: a binary heap over sequence numbers. */
import type { GradNode } from '../tensor/grad-node.js';

export class ReadyQueue {
  readonly #heap: GradNode[] = [];

  push(node: GradNode): void {
    const heap = this.#heap;
    let at = heap.push(node) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent].sequence >= node.sequence) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = node;
  }

  pop(): GradNode | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return last;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1].sequence > heap[child].sequence) child++;
      if (heap[child].sequence <= last.sequence) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
