// Waits that a broadcast goes through (a reconnect window, the time a recording takes to start), each under a
// key, so that a returning encoder can end its own and `reset` can end them all.

import { setTimeout as sleep } from 'node:timers/promises';

export class Windows {
  #open = new Map<string, AbortController>();

  /** Waits; false if the wait was ended early. A second wait under the same key ends the first. */
  async wait(key: string, seconds: number): Promise<boolean> {
    this.end(key);
    const window = new AbortController();
    this.#open.set(key, window);
    try {
      await sleep(seconds * 1000, undefined, { signal: window.signal });
      this.#open.delete(key);
      return true;
    } catch {
      return false;
    }
  }

  /** Whether there was such a wait to end. */
  end(key: string): boolean {
    this.#open.get(key)?.abort();
    return this.#open.delete(key);
  }

  endAll(): void {
    for (const key of [...this.#open.keys()]) this.end(key);
  }
}
