// A viewer's page: it follows the broadcast by itself, and climbs down the ladder until something plays.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Rung } from '../../../web/src/api-schema.ts';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { eventually } from '../support/publisher.ts';
import { putSample } from '../support/sample.ts';
import { goLive, press } from '../support/screens.ts';
import type { Screen } from '../support/screens.ts';
import { moves, shows } from '../support/seen.ts';
import { streamId } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const path = `/watch/${streamId}`;
const open = (screen: Partial<Screen> = {}): Promise<Opened> =>
  openScreen(browser, { name: 'watch', path, shows: 'It has not started yet', ...screen });

const rung = (kind: Rung['kind'], url: string, source: Rung['source'] = 'cloudflare'): Rung => ({
  kind,
  source,
  url,
});

test('waiting room, live by WHEP, processing, recording, all without a reload', async () => {
  await using opened = await open();
  const { page, site } = opened;
  const sample = await putSample(site);
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));

  const phone = await page.context().newPage();
  await phone.goto(`${site.origin}/live/${streamId}#invite=an-invite`);
  await goLive(phone);
  await eventually(() => site.whip.packets > 10);
  const whep = {
    ...rung('whep', `${site.origin}/api/streams/${streamId}/whip/watch`, 'relay'),
    token: 'a-watch-token',
  };
  site.playback = { ...site.playback, status: 'live', ladder: [whep] };
  await page.bringToFront();
  await shows(page, 'less than 1 s behind');
  await moves(page);
  const asked = site.whip.of('POST').find(({ path: at }) => at.endsWith('/watch'));
  expect(asked?.headers['authorization']).toBe('Bearer a-watch-token');

  site.playback = { ...site.playback, status: 'processing', ladder: [] };
  await shows(page, /The recording is being prepared/);
  site.playback = { ...site.playback, status: 'completed', ladder: [rung('recording', sample)] };
  await shows(page, /00:0\d \/ 00:08/);
  await moves(page);
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
  expect(opened.complaints).toEqual([]);
}, 90_000);

test('WHEP that is refused gives way to HLS', async () => {
  await using opened = await open({
    arrange: async (site) => {
      site.script(`POST /api/streams/${streamId}/whip/nobody`, { status: 409 });
      const ladder = [
        rung('whep', `${site.origin}/api/streams/${streamId}/whip/nobody`),
        rung('hls', await putSample(site)),
      ];
      site.playback = { ...site.playback, status: 'live', ladder };
    },
    shows: /about 20 s behind/,
  });
  await moves(opened.page);
});

test('a recording at Cloudflare that does not play gives way to the one at Mux', async () => {
  await using opened = await open({
    arrange: async (site) => {
      const ladder = [
        rung('recording', `${site.origin}/api/broken.m3u8`),
        rung('recording', await putSample(site), 'mux'),
      ];
      site.playback = { ...site.playback, status: 'completed', ladder };
    },
    shows: 'Backup recording',
  });
  await moves(opened.page);
});

test('where nothing plays the provider’s own player is the last resort', async () => {
  await using opened = await open({
    arrange: (site) => {
      const ladder = [
        rung('recording', `${site.origin}/api/broken.m3u8`),
        rung('iframe', 'https://customer-x.cloudflarestream.com/x/iframe'),
      ];
      site.playback = { ...site.playback, status: 'completed', ladder };
    },
    act: (page) => page.locator('iframe').waitFor({ timeout: 20_000 }),
    shows: '',
  });
  expect(await opened.page.locator('iframe').getAttribute('src')).toBe(
    'https://customer-x.cloudflarestream.com/x/iframe',
  );
}, 40_000);

test('hls.js is loaded only once HLS is wanted', async () => {
  await using opened = await open();
  const { page, site } = opened;
  const loaded = () =>
    page.evaluate(
      () => performance.getEntriesByType('resource').filter(({ name }) => name.includes('/hls')).length,
    );
  // The script that asks for it is small; the library is what is waited with.
  const before = await loaded();
  site.playback = {
    ...site.playback,
    status: 'completed',
    ladder: [rung('recording', await putSample(site))],
  };
  await moves(page);
  expect(await loaded()).toBeGreaterThan(before);
});

test('pauses, mutes and seeks by keyboard', async () => {
  await using opened = await open({
    arrange: async (site) => {
      site.playback = {
        ...site.playback,
        status: 'completed',
        ladder: [rung('recording', await putSample(site))],
      };
    },
    act: (page) => moves(page).then(() => undefined),
    shows: 'Recording',
  });
  const { page } = opened;
  const video = <Result>(read: (video: HTMLVideoElement) => Result) =>
    page.locator('video').evaluate(read as (element: SVGElement | HTMLElement) => Result);
  await page.getByRole('button', { name: 'Pause' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => video(({ paused }) => paused)).toBe(true);
  await page.getByRole('button', { name: 'Mute' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => video(({ muted }) => muted)).toBe(true);
  await page.getByRole('slider', { name: 'Position' }).focus();
  await page.keyboard.press('End');
  await expect.poll(() => video(({ currentTime }) => currentTime)).toBeGreaterThan(7);
});

test('an invitation to watch leaves the address and goes with what is asked', async () => {
  await using opened = await open({ path: `${path}#invite=a-ticket` });
  expect(opened.page.url()).toBe(`${opened.site.origin}${path}`);
  expect(opened.site.asked[0]?.headers['authorization']).toBe('Bearer a-ticket');
});

test('inside another page it plays, and shares the address of the watch page', async () => {
  await using opened = await open({
    path: `/embed/${streamId}`,
    arrange: async (site) => {
      site.playback = { ...site.playback, status: 'live', ladder: [rung('hls', await putSample(site))] };
    },
    shows: /about 20 s behind/,
  });
  const { page, site } = opened;
  await press(page, 'Share');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(`${site.origin}${path}`);
});
