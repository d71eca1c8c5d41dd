/** What a ReLU's backward hook returns: by one of the three rules, or as the learner's code says. */
import * as backlight from 'backlight';
import { BacklightError, clamp, Tensor, type Gradients, type Module } from 'backlight';
import type { ReluRule } from './backward-protocol.js';
import type { Task } from './task.js';

export interface ReluCall {
  readonly name: string;
  readonly module: Module;
  /** What the ReLU returned in the forward pass. */
  readonly output: Tensor;
  readonly gradInput: Gradients;
  readonly gradOutput: Gradients;
}

/** null: the gradient stays as it is. */
export type ReluHook = (call: ReluCall) => Gradients | null;

/** So many lines of `console.log` are shown. */
const MOST_LINES = 60;

class HookFailed extends BacklightError {
  override readonly name = 'HookFailed';
}

export function reluHook(rule: ReluRule, task: Task): ReluHook | null {
  switch (rule.kind) {
    case 'plain':
      return null;
    case 'deconvnet':
      return ({ gradOutput: [arrived] }) => arrived && [clamp(arrived, 0)];
    case 'guided':
      return ({ gradInput: [masked] }) => masked && [clamp(masked, 0)];
    case 'code':
      return compiled(rule.code, task);
  }
}

/** The code as the body of a hook. It runs in a worker of its own, which the page ends when it takes too long. */
function compiled(code: string, task: Task): ReluHook {
  const names = ['module', 'gradInput', 'gradOutput', 'output', 'name', 'backlight', 'console'];
  let body: (...values: unknown[]) => unknown;
  if (/\bimport\s*\(/.test(code))
    throw new HookFailed('the hook loads code with import(), and there is no network here');
  try {
    body = makeFunction(names, code);
  } catch (error) {
    throw new HookFailed(`the hook cannot be read as JavaScript: ${String(error)}`, { cause: error });
  }
  let lines = 0;
  const log = (...values: unknown[]): void => {
    if (lines++ < MOST_LINES) task.part({ kind: 'log', text: values.map(show).join(' ') });
  };
  return ({ name, module, output, gradInput, gradOutput }) => {
    let returned: unknown;
    try {
      returned = body(module, gradInput, gradOutput, output, name, backlight, { log });
    } catch (error) {
      throw new HookFailed(`the hook threw at ${name}: ${String(error)}`, { cause: error });
    }
    if (returned === undefined || returned === null) return null;
    if (Array.isArray(returned) && returned.every(isGradient)) return returned;
    throw new HookFailed(`the hook at ${name} returned ${show(returned)}; expected nothing, or an array with a tensor`);
  };
}

const isGradient = (value: unknown): value is Tensor | null => value === null || value instanceof Tensor;

function makeFunction(names: readonly string[], code: string): (...values: unknown[]) => unknown {
  // running the learner's code is what this is for
  const made: unknown = new Function(...names, `'use strict';\n${code}`);
  if (typeof made !== 'function') throw new TypeError('expected a function');
  return (...values) => Reflect.apply(made, undefined, values);
}

function show(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Tensor) return `Tensor [${value.shape.join(',')}]`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  return String(value);
}
