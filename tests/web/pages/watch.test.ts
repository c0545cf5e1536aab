// The viewer's page: follows the broadcast without a reload and falls back until something plays.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Rung } from '../../../web/src/api-schema.ts';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { eventually } from '../support/publisher.ts';
import { putCaptionedSample, putSample } from '../support/sample.ts';
import { goLive, press } from '../support/screens.ts';
import type { Screen } from '../support/screens.ts';
import { moves, shows } from '../support/seen.ts';
import { streamId } from '../support/site.ts';
import type { Site } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const path = `/watch/${streamId}`;
const open = (screen: Partial<Screen> = {}): Promise<Opened> =>
  openScreen(browser, { name: 'watch', path, shows: 'Not live yet', ...screen });

const rung = (kind: Rung['kind'], url: string, source: Rung['source'] = 'cloudflare'): Rung => ({
  kind,
  source,
  url,
});

test('shows the waiting room, live WHEP, processing and the recording without a reload', async () => {
  await using opened = await open();
  const { page, site } = opened;
  await shows(page, 'Service for Anna Berg');
  await expect.poll(() => page.title()).toContain('Service for Anna Berg');
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
  await shows(page, 'under 1 s delay');
  await moves(page);
  const asked = site.whip.of('POST').find(({ path: at }) => at.endsWith('/watch'));
  expect(asked?.headers['authorization']).toBe('Bearer a-watch-token');

  site.playback = { ...site.playback, status: 'processing', ladder: [] };
  await shows(page, /If there is a recording, it will play here/);
  site.playback = { ...site.playback, status: 'completed', ladder: [rung('recording', sample)] };
  await shows(page, /00:0\d \/ 00:08/);
  await moves(page);
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
  expect(opened.complaints).toEqual([]);
});

test('falls back to HLS when WHEP is refused', async () => {
  await using opened = await open({
    arrange: async (site) => {
      site.script(`POST /api/streams/${streamId}/whip/nobody`, { status: 409 });
      const ladder = [
        rung('whep', `${site.origin}/api/streams/${streamId}/whip/nobody`),
        rung('hls', await putSample(site)),
      ];
      site.playback = { ...site.playback, status: 'live', ladder };
    },
    shows: /a few seconds of delay/,
  });
  await moves(opened.page);
});

test('falls back to Mux’s recording when Cloudflare’s does not play', async () => {
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

test('falls back to the provider’s player when nothing plays', async () => {
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
  await expect
    .poll(() => opened.page.locator('iframe').getAttribute('src'))
    .toBe('https://customer-x.cloudflarestream.com/x/iframe');
});

test('goes on with what plays when more addresses become known', async () => {
  await using opened = await open({
    arrange: async (site) => {
      site.playback = { ...site.playback, status: 'live', ladder: [rung('hls', await putSample(site))] };
    },
    act: (page) => moves(page).then(() => undefined),
    shows: 'LIVE',
  });
  const { page, site } = opened;
  const begun = () =>
    page.evaluate(() => {
      const { begun = 0 } = window as { begun?: number };
      return begun;
    });
  await page.evaluate(() => {
    document.querySelector('video')?.addEventListener('loadstart', () => {
      const counted = window as { begun?: number };
      counted.begun = (counted.begun ?? 0) + 1;
    });
  });
  const asked = site.asked.length;
  site.playback = {
    ...site.playback,
    ladder: [...site.playback.ladder, rung('iframe', `${site.origin}/sample/frame`)],
  };
  await expect.poll(() => site.asked.length).toBeGreaterThan(asked + 1);
  expect(await begun()).toBe(0);
});

test('loads hls.js only when a broadcast needs HLS', async () => {
  await using opened = await open();
  const { page, site } = opened;
  const loaded = () =>
    page.evaluate(
      () => performance.getEntriesByType('resource').filter(({ name }) => name.includes('/hls')).length,
    );
  // The small script that imports hls.js may load early; the library itself may not.
  const before = await loaded();
  site.playback = {
    ...site.playback,
    status: 'live',
    ladder: [rung('hls', await putSample(site))],
  };
  await moves(page);
  await expect.poll(() => loaded()).toBeGreaterThan(before);
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
  await page.getByRole('slider', { name: 'Seek' }).focus();
  await page.keyboard.press('End');
  await expect.poll(() => video(({ currentTime }) => currentTime)).toBeGreaterThan(7);
});

describe('captions', () => {
  const recorded = (languages: Record<string, string>): Partial<Screen> => ({
    arrange: async (site) => {
      const url = await putCaptionedSample(site, languages);
      site.playback = { ...site.playback, status: 'completed', ladder: [rung('recording', url)] };
    },
    act: (page) => moves(page).then(() => undefined),
    shows: 'Recording',
  });
  /** The caption text over the picture. */
  const written = (page: Page) =>
    page.evaluate(() =>
      Array.from(document.querySelector('video')?.textTracks ?? [])
        .filter(({ mode }) => mode === 'showing')
        .flatMap(({ activeCues }) => Array.from(activeCues ?? []))
        .map((cue) => (cue as VTTCue).text),
    );

  test('are off until turned on by keyboard, and on again at the next visit', async () => {
    await using opened = await open(recorded({ en: 'English' }));
    const { page, site } = opened;
    const button = page.getByRole('button', { name: 'Captions' });
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    expect(await written(page)).toEqual([]);
    await button.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => written(page)).toEqual(['English: good evening, and welcome.']);
    await expect.poll(() => button.getAttribute('aria-pressed')).toBe('true');
    await page.reload();
    await expect.poll(() => written(page)).toEqual(['English: good evening, and welcome.']);
    await button.click();
    await expect.poll(() => written(page)).toEqual([]);
    await page.reload();
    await button.waitFor();
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    site.playback = { ...site.playback, ladder: [rung('recording', await putSample(site))] };
    await page.reload();
    await moves(page);
    expect(await button.count()).toBe(0);
    expect(opened.complaints).toEqual([]);
  });

  test('in several languages are chosen from a list', async () => {
    await using opened = await open(recorded({ en: 'English', sv: 'Svenska' }));
    const { page } = opened;
    const list = page.getByRole('combobox', { name: 'Captions' });
    await expect.poll(() => list.locator('option').allInnerTexts()).toEqual(['Off', 'English', 'Svenska']);
    expect(await list.inputValue()).toBe('-1');
    await list.focus();
    await page.keyboard.press('S');
    await expect.poll(() => written(page)).toEqual(['Svenska: good evening, and welcome.']);
    await page.reload();
    await expect.poll(() => written(page)).toEqual(['Svenska: good evening, and welcome.']);
    await list.selectOption('Off');
    await expect.poll(() => written(page)).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });

  test('that the browser finds natively, as on iPhone, use the same button', async () => {
    await using opened = await open({
      ...recorded({}),
      before: () => {
        // As on an iPhone before iOS 17.1, where the browser plays HLS natively.
        Object.defineProperty(window, 'MediaSource', { value: undefined });
        delete (window as { MediaSource?: unknown }).MediaSource;
        Object.defineProperty(HTMLMediaElement.prototype, 'canPlayType', { value: () => 'maybe' });
      },
    });
    const { page } = opened;
    await expect
      .poll(() => page.evaluate(() => document.querySelector('video')?.src))
      .toContain('/sample/master.m3u8');
    await page.evaluate(() => {
      const track = document.querySelector('video')?.addTextTrack('captions', 'English', 'en');
      track?.addCue(new VTTCue(0, 8, 'Good evening.'));
    });
    const button = page.getByRole('button', { name: 'Captions' });
    await button.press('Enter');
    await expect.poll(() => written(page)).toEqual(['Good evening.']);
    await expect.poll(() => button.getAttribute('aria-pressed')).toBe('true');
  });
});

test('removes a watch invitation from the address and sends it with requests', async () => {
  await using opened = await open({ path: `${path}#invite=a-ticket` });
  expect(opened.page.url()).toBe(`${opened.site.origin}${path}`);
  expect(opened.site.asked[0]?.headers['authorization']).toBe('Bearer a-ticket');
});

test('plays inside another page and shares the watch page’s address', async () => {
  await using opened = await open({
    path: `/embed/${streamId}`,
    arrange: async (site) => {
      site.playback = { ...site.playback, status: 'live', ladder: [rung('hls', await putSample(site))] };
    },
    shows: /a few seconds of delay/,
  });
  const { page, site } = opened;
  await press(page, 'Share');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(`${site.origin}${path}`);
});

describe('a phone that', () => {
  const live = async (site: Site) => {
    const ladder = [rung('hls', await putSample(site)), rung('iframe', `${site.origin}/sample/frame`)];
    site.playback = { ...site.playback, status: 'live', ladder };
  };

  test('loads no picture before it is asked to play plays', async () => {
    await using opened = await open({
      arrange: live,
      before: () => {
        const state = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'readyState');
        const { play } = HTMLMediaElement.prototype;
        const asked = new WeakSet<HTMLMediaElement>();
        Object.defineProperty(HTMLMediaElement.prototype, 'readyState', {
          get(this: HTMLMediaElement) {
            const real = state?.get?.call(this) as number;
            return asked.has(this) ? real : Math.min(real, 1);
          },
        });
        HTMLMediaElement.prototype.play = function () {
          asked.add(this);
          setTimeout(() => this.dispatchEvent(new Event('loadeddata')));
          return play.call(this);
        };
      },
      shows: /a few seconds of delay/,
    });
    await moves(opened.page);
  });

  test('refuses to play by itself shows one large button, which plays with sound', async () => {
    await using opened = await open({
      arrange: live,
      before: () => {
        const { play } = HTMLMediaElement.prototype;
        let tapped = false;
        addEventListener('pointerdown', () => (tapped = true), { capture: true });
        HTMLMediaElement.prototype.play = function () {
          return tapped ? play.call(this) : Promise.reject(new DOMException('', 'NotAllowedError'));
        };
      },
      shows: 'Tap to play',
    });
    const { page } = opened;
    await press(page, 'Tap to play');
    await moves(page);
    expect(await page.evaluate(() => document.querySelector('video')?.muted)).toBe(false);
    await expect.poll(() => page.getByRole('button', { name: 'Tap to play' }).count()).toBe(0);
  });
});
