// Third-party WHIP clients publish to Cloudflare's stand-in, and one of them watches.

import { expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startBrowser } from '../relay/browser.ts';
import { eventTypes } from '../sandbox/support.ts';
import { eventually, runBothWithMedia } from './support.ts';

/** Calls a function that tests/relay/page.js put on the page. */
const call = <T>(page: Page, name: string, ...values: unknown[]): Promise<T> =>
  page.evaluate<T>(`${name}(${values.map((each) => JSON.stringify(each)).join(', ')})`);

it.each(['whip-whep', 'eyevinn'])(
  '%s publishes, is watched, and ends the broadcast when it stops',
  async (client) => {
    const { input, liveHook } = await runBothWithMedia();
    const browser = await startBrowser();
    const phone = await browser.open();
    const session = await call<number>(phone, 'publish', client, input.webRTC?.url);
    await eventually(() => eventTypes(liveHook).includes('live_input.connected'));
    const viewer = await browser.open();
    const watching = await call<{ session: number }>(viewer, 'watch', input.webRTCPlayback?.url);
    await eventually(async () => {
      const { frames, samples } = await call<{ frames: number; samples: number }>(
        viewer,
        'watched',
        watching.session,
      );
      return frames > 20 && samples > 0;
    });
    expect(await call(phone, 'sent', session)).toMatchObject({ codec: 'video/H264', state: 'connected' });
    await call(phone, 'stop', session);
    await eventually(() => eventTypes(liveHook).includes('live_input.disconnected'));
  },
);
