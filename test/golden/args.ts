/** The arguments of a golden case, by their PyTorch names. An argument that nobody asked for is an error. */

export class Args {
  readonly #asked = new Set<string>();

  constructor(readonly values: Readonly<Record<string, unknown>>) {}

  /** A number, or the default where the argument is absent. */
  number<D extends number | undefined>(name: string, otherwise: D): number | D {
    return this.#read(name, 'a number', (value) => typeof value === 'number', otherwise);
  }

  flag(name: string, otherwise = false): boolean {
    return this.#read(name, 'a boolean', (value) => typeof value === 'boolean', otherwise);
  }

  text<const T extends string>(name: string, choices: readonly T[], otherwise: T): T {
    return this.#read(
      name,
      `one of ${choices.join(', ')}`,
      (value): value is T => choices.some((c) => c === value),
      otherwise,
    );
  }

  /** One number or several. */
  numbers<D extends number[] | undefined>(name: string, otherwise: D): number[] | D {
    const isList = (value: unknown): value is number[] =>
      Array.isArray(value) && value.every((item) => typeof item === 'number');
    const given = this.values[name];
    if (typeof given === 'number') return [this.number(name, given)];
    return this.#read(name, 'numbers', isList, otherwise);
  }

  /** Sizes, one or several, of which some may be null. */
  sizes(name: string): (number | null)[] | undefined {
    const isList = (value: unknown): value is (number | null)[] =>
      Array.isArray(value) && value.every((item) => typeof item === 'number' || item === null);
    if (typeof this.values[name] === 'number') return this.numbers(name, undefined);
    return this.#read(name, 'sizes', isList, undefined);
  }

  /** [height, width], of which a single number gives both */
  pair<D extends [number, number] | undefined>(name: string, otherwise: D): [number, number] | D {
    const list = this.numbers(name, undefined);
    if (list === undefined) return otherwise;
    if (list.length === 1 || list.length === 2) return [list[0], list[list.length - 1]];
    throw new Error(`argument ${name}: expected one or two numbers, got ${JSON.stringify(list)}`);
  }

  /** Throws for an argument that was not asked for: the case means something that the runner does not know of. */
  end(): void {
    const surplus = Object.keys(this.values).filter((name) => !this.#asked.has(name));
    if (surplus.length > 0) throw new Error(`the runner does not know the argument ${surplus.join(', ')}`);
  }

  #read<T, D>(name: string, what: string, is: (value: unknown) => value is T, otherwise: D): T | D {
    this.#asked.add(name);
    const value = this.values[name];
    if (value === undefined || value === null) return otherwise;
    if (is(value)) return value;
    throw new Error(`argument ${name}: expected ${what}, got ${JSON.stringify(value)}`);
  }
}
