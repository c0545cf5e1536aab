// A WhipClient in a page, and what it says.

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

  constructor(page: Page) {
    this.page = page;
  }

  /** Makes the client and begins; resolves at once. */
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

  /** Begins, and waits until it is live or has failed. */
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
    if (!last) throw new Error('the client has said nothing');
    return last;
  }

  async until(state: WhipStatus['state'], milliseconds = 15_000): Promise<Said> {
    await this.page.waitForFunction((wanted) => window.client.getState() === wanted, state, {
      timeout: milliseconds,
      polling: 50,
    });
    return this.now();
  }

  stop(): Promise<void> {
    return this.page.evaluate(() => window.client.stop());
  }
}

export async function eventually(
  what: () => boolean | Promise<boolean>,
  milliseconds = 10_000,
): Promise<void> {
  const until = Date.now() + milliseconds;
  while (!(await what())) {
    if (Date.now() > until) throw new Error(`did not come about: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
