// Secrets that a test chooses in advance, so that it can search logs and stores for leaks. All other secrets are
// random.

export class Plant<Name extends string> {
  #initial: Partial<Record<Name, string[]>>;
  #waiting = new Map<Name, string[]>();

  constructor(initial: Partial<Record<Name, string[]>> = {}) {
    this.#initial = initial;
    this.reset();
  }

  reset(): void {
    this.#waiting.clear();
    this.add(this.#initial);
  }

  /** The next secrets for each name, in this order. */
  add(secrets: Partial<Record<Name, string[]>>): void {
    for (const [name, values] of Object.entries(secrets) as [Name, string[]][]) {
      this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), ...values]);
    }
  }

  take(name: Name, make: () => string): string {
    return this.#waiting.get(name)?.shift() ?? make();
  }
}
