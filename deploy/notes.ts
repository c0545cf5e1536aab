// What a deployment has to remember on this machine: secrets that a provider shows only once, generated ones, and what
// was begun and not finished. One file for each environment, readable by its owner only.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';

export class Notes {
  readonly file: string;
  #values: Record<string, string | undefined>;

  constructor(folder: string, environment: string) {
    this.file = join(folder, `${environment}.env`);
    this.#values = parseEnv(read(this.file));
  }

  get(name: string): string | undefined {
    return this.#values[name] || undefined;
  }

  /** Writes at once, and whole or not at all. An undefined value removes the name. */
  set(values: Record<string, string | undefined>): void {
    this.#values = { ...this.#values, ...values };
    const lines = Object.entries(this.#values).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${/^[\w.:/=+,-]*$/.test(value) ? value : `'${value}'`}\n`],
    );
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 });
    writeFileSync(`${this.file}.new`, lines.join(''), { mode: 0o600 });
    renameSync(`${this.file}.new`, this.file);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
