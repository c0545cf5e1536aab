// How long after it happened the Worker knew what a provider tells. A webhook takes seconds; what took longer was lost,
// and the Worker asked.

import { setTimeout as sleep } from 'node:timers/promises';
import { ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

export interface ActivityEntry {
  at: string;
  kind: string;
  source: string | null;
}

// Each look lists the stream's facts.
const betweenLooksMs = 2_000;
// The Worker itself asks after a minute and later.
const lateMs = 45_000;

/** Whether the entry has the provider's own time. What is read of an asset has the time of the reading. */
const tells = (source: string | null, kind: string): boolean =>
  source === 'cloudflare' || (source === 'mux' && !kind.startsWith('recording_'));

export class Hearsay {
  /** The newest entry first. */
  readonly #look: () => Promise<ActivityEntry[]>;
  readonly #delays = new Map<string, number>();
  readonly #stopping = new AbortController();
  readonly #listening: Promise<void>;

  constructor(look: () => Promise<ActivityEntry[]>) {
    this.#look = look;
    this.#listening = this.#listen();
  }

  async #listen(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#note();
      await sleep(betweenLooksMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #note(): Promise<void> {
    // A look that fails is made again.
    const all = await this.#look().catch(() => []);
    for (const { at, kind, source } of all.reverse()) {
      const what = `${source} ${kind}`;
      if (!tells(source, kind) || this.#delays.has(what)) continue;
      this.#delays.set(what, Math.max(0, Date.now() - Date.parse(at)));
    }
  }

  /** What was heard, and how late. */
  async stop(check: string): Promise<Finding[]> {
    this.#stopping.abort();
    await this.#listening;
    await this.#note();
    if (this.#delays.size === 0)
      return [warning(check, 'heard of nothing from a provider', 'See the webhooks.')];
    const heard = [...this.#delays].map(([what, delay]) => `${what} after ${(delay / 1000).toFixed(0)} s`);
    const detail = `heard of ${heard.join(', ')}`;
    const isLate = [...this.#delays.values()].some((delay) => delay > lateMs);
    return [
      isLate ? warning(check, detail, 'What is late was asked for: see the webhooks.') : ok(check, detail),
    ];
  }
}
