/**
 * A priority queue of nodes, the one made last first: a binary heap over sequence numbers.
 *
 * All accumulation nodes have one priority, and hooks make the order of equals visible. So the heap is the one that
 * PyTorch's engine has (std::priority_queue): the hole that the top leaves sinks to the bottom along the larger
 * children, of equal ones the right, and the last element rises from there.
 */
import type { GradNode } from '../tensor/grad-node.js';

export class ReadyQueue {
  readonly #heap: GradNode[] = [];

  push(node: GradNode): void {
    this.#heap.push(node);
    this.#rise(this.#heap.length - 1, node);
  }

  pop(): GradNode | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return last;
    let hole = 0;
    for (let child = this.#largerChild(hole); child < heap.length; child = this.#largerChild(hole)) {
      heap[hole] = heap[child];
      hole = child;
    }
    this.#rise(hole, last);
    return top;
  }

  /** The place of the child that comes first; past the end if there is none. */
  #largerChild(parent: number): number {
    const [left, right] = [2 * parent + 1, 2 * parent + 2];
    const heap = this.#heap;
    return right < heap.length && heap[right].sequence >= heap[left].sequence ? right : left;
  }

  /** Puts `node` at `at`, or above where it comes before its parents. */
  #rise(at: number, node: GradNode): void {
    const heap = this.#heap;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent].sequence >= node.sequence) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = node;
  }
}
