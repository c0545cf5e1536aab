// The waits of a broadcast (a reconnect window, the start of a recording), each with a key, so that a returning encoder
// can end its own and `reset` can end all of them.

import { setTimeout as sleep } from 'node:timers/promises';

export class Windows {
  #open = new Map<string, AbortController>();

  /** Waits; returns false if the wait was ended early. A second wait with the same key ends the first. */
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

  /** Waits for an event; returns false if the wait was ended early. A second wait with the same key ends the first. */
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

  /** Ends a wait; returns whether there was one. */
  end(key: string): boolean {
    this.#open.get(key)?.abort();
    return this.#open.delete(key);
  }

  endAll(): void {
    for (const key of [...this.#open.keys()]) this.end(key);
  }
}
