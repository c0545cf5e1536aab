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

  /** Waits for something to happen; false if the wait was ended before. A second wait under the same key ends the first. */
  async until(key: string, event: Promise<unknown>): Promise<boolean> {
    this.end(key);
    const window = new AbortController();
    this.#open.set(key, window);
    const ended = new Promise<false>((resolve) => {
      window.signal.addEventListener('abort', () => resolve(false), { once: true });
    });
    const happened = await Promise.race([event.then(() => true), ended]);
    if (happened) this.#open.delete(key);
    return happened;
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
