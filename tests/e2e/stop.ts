// A viewer's page in Chromium, and a phone that stops. The phone has no media: it speaks WHIP (RFC 9725) to the Worker.

import type { Browser, Page } from 'playwright-core';
import { startProviders, withoutRelay } from '../worker/api/providers.ts';
import { Client, streamOf } from '../worker/api/client.ts';
import { offer, startWhipEndpoint } from '../worker/api/whip-endpoint.ts';
import { startWorker } from '../worker/start-worker.ts';
import { shows } from '../web/support/seen.ts';

const ended = 'The broadcast has ended';

export interface Stage extends AsyncDisposable {
  /** A viewer's page that shows a live broadcast. */
  watch(browser: Browser): Promise<Watched>;
}

export interface Watched {
  page: Page;
  /** How the page has asked what to play since it showed the broadcast. */
  asked: string[];
  /** Ends the phone's session. Resolves to the milliseconds until the page showed the end. */
  stop(): Promise<number>;
}

/** A Worker with both stand-ins, with rooms or without. */
export async function setStage({ rooms }: { rooms: boolean }): Promise<Stage> {
  const endpoint = await startWhipEndpoint();
  const providers = await startProviders({
    cloudflare: { publicUrl: endpoint.url },
    settings: withoutRelay,
  });
  const worker = await startWorker({ bindings: providers.settings, rooms });
  const owner = await Client.of(worker);

  async function watch(browser: Browser): Promise<Watched> {
    const fields = { title: 'The service', streamingMethod: 'whip_browser' };
    const { id } = streamOf(await owner.post('/api/streams', fields));
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${worker.url}/watch/${id}`);
    await shows(page, 'Not live yet');
    const headers = { 'content-type': 'application/sdp' };
    const begun = await owner.send(`/api/streams/${id}/whip`, { method: 'POST', headers, body: offer });
    const session = begun.headers.get('location');
    if (session === null) throw new Error(`the session did not begin: ${begun.status}`);
    await page.getByText('Not live yet').waitFor({ state: 'detached' });
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url() === `${worker.url}/api/streams/${id}/playback`) asked.push(request.method());
    });

    async function stop(): Promise<number> {
      const seen = page.waitForFunction(
        (text) => document.body.innerText.includes(text) && Date.now(),
        ended,
        { timeout: 60_000 },
      );
      const from = Date.now();
      const { status } = await owner.send(session ?? '', { method: 'DELETE' });
      if (status !== 200) throw new Error(`the session did not end: ${status}`);
      return Number(await (await seen).jsonValue()) - from;
    }
    return { page, asked, stop };
  }

  return {
    watch,
    async [Symbol.asyncDispose]() {
      await worker.stop();
      await providers.close();
      await endpoint[Symbol.asyncDispose]();
    },
  };
}
