// A WhipClient in a page and its status changes.

import type { Page } from 'playwright-core';
import type { Fault } from '../../../web/src/live/fault.ts';
import type { WhipClientOptions, WhipStatus } from '../../../web/src/live/whip-client.ts';
import type { Engine } from './engine-entry.ts';

export interface Said {
  state: WhipStatus['state'];
  code: Fault['code'] | undefined;
  at: number;
}

declare global {
  interface Window {
    engine: Engine;
    camera: InstanceType<Engine['Camera']>;
    client: InstanceType<Engine['WhipClient']>;
    said: Said[];
    settled: Promise<void>;
  }
}

export class Publisher {
  readonly page: Page;
  /** How many of the client's status changes were already waited for. */
  #heard = 0;

  constructor(page: Page) {
    this.page = page;
  }

  /** Creates the client and starts it, without waiting. */
  async begin(options: Omit<WhipClientOptions, 'media'>): Promise<void> {
    await this.page.evaluate((given) => {
      const { engine } = window;
      window.camera = new engine.Camera();
      window.said = [];
      window.client = new engine.WhipClient({ ...given, media: window.camera });
      window.client.on('status', ({ state, fault }) =>
        window.said.push({ state, code: fault?.code, at: Date.now() }),
      );
      window.settled = window.client.start();
    }, options);
  }

  /** Starts and waits until the client is live or has failed. */
  async start(options: Omit<WhipClientOptions, 'media'>): Promise<Said> {
    await this.begin(options);
    await this.page.evaluate(() => window.settled);
    return this.now();
  }

  said(): Promise<Said[]> {
    return this.page.evaluate(() => window.said);
  }

  async now(): Promise<Said> {
    const last = (await this.said()).at(-1);
    if (!last) throw new Error('the client reported no status');
    return last;
  }

  /** Waits for the next time the client enters this state, however briefly. */
  async until(state: WhipStatus['state'], milliseconds = 60_000): Promise<Said> {
    const find = async (): Promise<number> =>
      (await this.said()).findIndex((each, index) => index >= this.#heard && each.state === state);
    await eventually(async () => (await find()) >= 0, milliseconds);
    this.#heard = (await find()) + 1;
    return (await this.said())[this.#heard - 1] ?? this.now();
  }

  stop(): Promise<void> {
    return this.page.evaluate(() => window.client.stop());
  }
}

export async function eventually(
  what: () => boolean | Promise<boolean>,
  milliseconds = 60_000,
): Promise<void> {
  const until = Date.now() + milliseconds;
  while (!(await what())) {
    if (Date.now() > until) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
