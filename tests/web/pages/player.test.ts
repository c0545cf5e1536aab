// The player's keys and controls, and every broadcast's recording on the viewer's page.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Rung } from '../../../web/src/api-schema.ts';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { putSample } from '../support/sample.ts';
import { goLive, press } from '../support/screens.ts';
import type { Screen } from '../support/screens.ts';
import { moves, position, shows } from '../support/seen.ts';
import { recorded, streamId } from '../support/site.ts';
import type { Site } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const path = `/watch/${streamId}`;
const rung = (kind: Rung['kind'], url: string): Rung => ({ kind, source: 'cloudflare', url });
const open = (screen: Partial<Screen> = {}): Promise<Opened> =>
  openScreen(browser, { name: 'watch', path, shows: 'Not live yet', ...screen });
const recording: Partial<Screen> = {
  arrange: async (site) => {
    const ladder = [rung('recording', await putSample(site)), rung('iframe', `${site.origin}/sample/frame`)];
    site.playback = { ...site.playback, status: 'completed', ladder };
  },
  act: (page) => moves(page).then(() => undefined),
  shows: 'Recording',
};
const video = <Result>(page: Page, read: (video: HTMLVideoElement) => Result) =>
  page.locator('video').evaluate(read as (element: SVGElement | HTMLElement) => Result);

test('an address that answers late does not take the place of the recording that plays', async () => {
  await using opened = await open({ arrange: (site) => void (site.rooms.exists = true) });
  const { page, site } = opened;
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  await page.route(/\?late/, async (route) => {
    asked.resolve();
    await answer.promise;
    await route.continue();
  });
  const sample = await putSample(site);
  const tell = (...urls: string[]) => {
    const ladder = urls.map((url) => rung('recording', url));
    site.playback = { ...site.playback, status: 'completed', ladder };
    site.rooms.tell();
  };
  tell(`${sample}?late`);
  await asked.promise;
  tell(`${sample}?soon`, `${sample}?late`);
  await moves(page);
  const answered = page.waitForResponse(/\?late/);
  answer.resolve();
  await (await answered).finished();
  await moves(page, undefined, await position(page));
  expect(await video(page, ({ currentSrc }) => currentSrc)).toBe(`${sample}?soon`);
});

test('a live broadcast plays by HLS in a browser without WebRTC', async () => {
  await using opened = await open({
    before: () => {
      delete (window as { RTCPeerConnection?: unknown }).RTCPeerConnection;
      delete (window as { MediaStream?: unknown }).MediaStream;
    },
    arrange: async (site) => {
      const ladder = [rung('whep', `${site.origin}/whep`), rung('hls', await putSample(site))];
      site.playback = { ...site.playback, status: 'live', ladder };
    },
    act: (page) => moves(page, 20_000),
    shows: 'LIVE',
  });
  expect(opened.complaints).toEqual([]);
});

describe('the keyboard', () => {
  test('plays, pauses, mutes, seeks and changes the volume wherever the focus is', async () => {
    await using opened = await open(recording);
    const { page } = opened;
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
    await page.keyboard.press('k');
    await expect.poll(() => video(page, ({ paused }) => paused)).toBe(true);
    await page.keyboard.press('0');
    await expect.poll(() => video(page, ({ currentTime }) => currentTime)).toBe(0);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => video(page, ({ currentTime }) => currentTime)).toBeCloseTo(5);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => video(page, ({ currentTime }) => currentTime)).toBeCloseTo(0);
    await page.keyboard.press('5');
    await expect.poll(() => video(page, ({ currentTime }) => currentTime)).toBeCloseTo(4, 0);
    await page.keyboard.press('m');
    await expect.poll(() => video(page, ({ muted }) => muted)).toBe(true);
    expect(await page.getByRole('slider', { name: 'Volume' }).inputValue()).toBe('0');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => video(page, ({ muted }) => muted)).toBe(false);
    await expect.poll(() => video(page, ({ volume }) => volume)).toBeCloseTo(0.9);
    await page.keyboard.press(' ');
    await expect.poll(() => video(page, ({ paused }) => paused)).toBe(false);
    await page.keyboard.press('f');
    await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
    await page.keyboard.press('f');
    await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(false);
  });

  test('moves the seek slider by five seconds, and leaves the browser its own keys', async () => {
    await using opened = await open(recording);
    const { page } = opened;
    await page.keyboard.press('k');
    await page.keyboard.press('0');
    await page.getByRole('slider', { name: 'Seek' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => video(page, ({ currentTime }) => currentTime)).toBeCloseTo(5);
    await page.keyboard.press('Control+m');
    expect(await video(page, ({ muted }) => muted)).toBe(false);
    // Space presses the button with the focus, once.
    await page.getByRole('button', { name: 'Mute' }).focus();
    await page.keyboard.press(' ');
    await expect.poll(() => video(page, ({ muted }) => muted)).toBe(true);
    expect(await video(page, ({ paused }) => paused)).toBe(true);
  });
});

describe('the controls', () => {
  test('set the volume, also of a player that was muted', async () => {
    await using opened = await open(recording);
    const { page } = opened;
    await page.getByRole('button', { name: 'Mute' }).click();
    const slider = page.getByRole('slider', { name: 'Volume' });
    await expect.poll(() => slider.inputValue()).toBe('0');
    await slider.fill('0.5');
    await expect.poll(() => video(page, ({ muted, volume }) => [muted, volume])).toEqual([false, 0.5]);
    expect(await slider.getAttribute('aria-valuetext')).toBe('50 %');
  });

  test('offer to play again at the end', async () => {
    await using opened = await open(recording);
    const { page } = opened;
    await video(page, (element) => (element.currentTime = element.duration - 0.2));
    await page.getByRole('button', { name: 'Play again' }).first().click();
    await expect.poll(() => video(page, ({ currentTime, paused }) => currentTime < 5 && !paused)).toBe(true);
    await expect.poll(() => page.getByRole('button', { name: 'Play again' }).count()).toBe(0);
  });

  test('say that the link was copied, where it can be seen', async () => {
    await using opened = await open(recording);
    const { page } = opened;
    await press(page, 'Share');
    const news = page.getByText('Link copied.');
    await news.waitFor();
    expect(((await news.boundingBox())?.width ?? 0) > 50).toBe(true);
  });

  test('lead to the basic player, which has a heading, and back', async () => {
    await using opened = await open(recording);
    const { page } = opened;
    await press(page, 'Having trouble? Try the basic player');
    await page.locator('iframe').waitFor();
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Service for Anna Berg');
    await press(page, 'Back to the full player');
    await page.locator('iframe').waitFor({ state: 'detached' });
    await moves(page);
  });

  test('show a title and badges that can be read over any picture', async () => {
    await using opened = await open(recording);
    const { page } = opened;
    for (const text of [page.getByRole('heading', { level: 1 }), page.locator('.badges b')]) {
      const [ink, back] = await text.evaluate((element) => {
        const { color, backgroundColor } = getComputedStyle(element);
        return [color, backgroundColor];
      });
      // On white, 0.7 of black is 8.4:1 under white letters.
      expect(ink).toBe('rgb(255, 255, 255)');
      expect(back).toMatch(/^rgba\(0, 0, 0, 0\.[7-9]/);
    }
  });

  test('fill the screen after a double click of the picture, which plays on', async () => {
    await using opened = await open(recording);
    const { page } = opened;
    await page.locator('video').dblclick();
    await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
    expect(await video(page, ({ paused }) => paused)).toBe(false);
  });
});

describe('a recording', () => {
  const scripts = (page: Page) =>
    page.evaluate(
      () =>
        performance.getEntriesByType('resource').filter(({ name }) => /\/hls[^/]*\.js$/.test(name)).length,
    );

  test('plays without hls.js where the browser plays HLS itself', async () => {
    await using opened = await open(recording);
    const { page } = opened;
    expect(await video(page, (element) => element.canPlayType('application/vnd.apple.mpegurl'))).not.toBe('');
    expect(await scripts(page)).toBe(0);
    expect(await video(page, ({ src }) => src)).toContain('/sample/video.m3u8');
    expect(opened.complaints).toEqual([]);
  });

  test('plays with hls.js if the browser’s own player fails', async () => {
    await using opened = await open({
      ...recording,
      before: () => {
        Object.defineProperty(HTMLMediaElement.prototype, 'src', {
          set(this: HTMLMediaElement, url: string) {
            this.setAttribute('src', url.endsWith('.m3u8') ? 'data:video/mp4,' : url);
          },
        });
      },
    });
    expect(await scripts(opened.page)).toBeGreaterThan(0);
  });

  test('is shown on a television if there is one', async () => {
    await using opened = await open({
      ...recording,
      before: () => {
        Object.defineProperty(HTMLMediaElement.prototype, 'remote', {
          value: {
            watchAvailability: (tell: (available: boolean) => void) => {
              setTimeout(() => tell(true));
              return Promise.resolve(1);
            },
            cancelWatchAvailability: () => Promise.resolve(),
            prompt: () => {
              document.title = 'asked which television';
              return Promise.reject(new DOMException('no device', 'NotFoundError'));
            },
          },
        });
      },
    });
    await press(opened.page, 'Play on a TV');
    await expect.poll(() => opened.page.title()).toBe('asked which television');
    expect(opened.complaints).toEqual([]);
  });

  test('has no button for televisions where there are none', async () => {
    await using opened = await open(recording);
    expect(await opened.page.getByRole('button', { name: 'Play on a TV' }).count()).toBe(0);
  });
});

describe('a live broadcast', () => {
  test('says how far behind the camera it is, as the manifest tells', async () => {
    const begun = Date.now() - 40_000;
    await using opened = await open({
      arrange: async (site) => {
        const recorded = await (await fetch(await putSample(site))).text();
        const date = `#EXT-X-PROGRAM-DATE-TIME:${new Date(begun).toISOString()}\n`;
        const manifest = recorded
          .replace('#EXT-X-ENDLIST', '')
          .replace(/#EXT-X-PLAYLIST-TYPE:.*\n/, '')
          .replace('#EXTINF', `${date}#EXTINF`);
        site.put('/sample/live.m3u8', Buffer.from(manifest));
        const ladder = [rung('hls', `${site.origin}/sample/live.m3u8`)];
        site.playback = { ...site.playback, status: 'live', ladder };
      },
      act: (page) => moves(page).then(() => undefined),
      shows: /about \d+ s delay/,
    });
    const { page } = opened;
    const told = async () => Number(/about (\d+) s/.exec(await page.locator('.badges').innerText())?.[1]);
    const behind = () =>
      video(page, ({ currentTime }) => Date.now() / 1000 - currentTime).then((at) => at - begun / 1000);
    await expect.poll(async () => Math.abs((await told()) - (await behind()))).toBeLessThan(3);
  });

  test('does not flash the basic player while its manifest is not ready', async () => {
    await using opened = await open({
      arrange: async (site) => {
        await putSample(site);
      },
    });
    const { page, site } = opened;
    await page.evaluate(() => {
      Object.assign(window, { frames: 0 });
      new MutationObserver(() => {
        if (document.querySelector('iframe')) Object.assign(window, { frames: 1 });
      }).observe(document.body, { childList: true, subtree: true });
    });
    let refused = 0;
    await page.route('**/sample/video.m3u8', async (route) => {
      if (refused++ < 2) return route.fulfill({ status: 404 });
      return route.continue();
    });
    const ladder = [
      rung('hls', `${site.origin}/sample/video.m3u8`),
      rung('iframe', `${site.origin}/sample/frame`),
    ];
    site.playback = { ...site.playback, status: 'live', ladder };
    await moves(page);
    expect(refused).toBeGreaterThan(2);
    expect(await page.evaluate(() => (window as unknown as { frames: number }).frames)).toBe(0);
  });

  test('that has ended is not asked for again', async () => {
    await using opened = await open({ arrange: (site) => void (site.rooms.exists = true) });
    const { page, site } = opened;
    const phone = await page.context().newPage();
    await phone.goto(`${site.origin}/live/${streamId}#invite=an-invite`);
    await goLive(phone);
    const ladder = [rung('whep', `${site.origin}/api/streams/${streamId}/whip/watch`)];
    site.playback = { ...site.playback, status: 'live', ladder };
    site.rooms.tell();
    await page.bringToFront();
    await shows(page, 'under 1 s delay');
    const asked = () => site.whip.of('POST').filter(({ path: at }) => at.endsWith('/watch')).length;
    const before = asked();
    site.playback = { ...site.playback, status: 'processing', ladder: [] };
    site.rooms.tell();
    await site.whip.dropSessions();
    await shows(page, 'The broadcast has ended');
    // Longer than it takes to notice that the connection is gone.
    await page.waitForTimeout(8000);
    expect(asked()).toBe(before);
    await shows(page, 'The broadcast has ended');
  });

  test('is not called live while its picture stands still', async () => {
    await using opened = await open({
      arrange: async (site) => {
        // Of a live stream that ended: the last seconds, and nothing after them.
        const ladder = [rung('hls', await putSample(site))];
        site.playback = { ...site.playback, status: 'live', ladder };
      },
      act: (page) => moves(page).then(() => undefined),
      shows: 'LIVE',
    });
    const { page } = opened;
    await video(page, (element) => {
      Object.defineProperty(element, 'paused', { get: () => false });
      element.pause();
    });
    await shows(page, /The picture has stopped/);
    await expect.poll(() => page.getByText('LIVE', { exact: true }).count()).toBe(0);
  });
});

describe('recordings', () => {
  const [newer, older] = ['2026-11-21T10:00:00.000Z', '2026-11-20T10:00:00.000Z'];
  const twice = async (site: Site) => {
    const url = await putSample(site);
    site.put('/sample/older.m3u8', Buffer.from(await (await fetch(url)).text()));
    site.broadcasts = [recorded(newer, url), recorded(older, `${site.origin}/sample/older.m3u8`)];
    site.playback = { ...site.playback, status: 'completed', ladder: [rung('recording', url)] };
  };
  const current = (page: Page) =>
    page
      .locator('[data-list] button')
      .evaluateAll((all) => all.map((each) => each.getAttribute('aria-current')));
  const fetched = (page: Page, name: string) =>
    page.evaluate(
      (part) => performance.getEntriesByType('resource').some((each) => each.name.endsWith(part)),
      name,
    );

  test('of every broadcast are listed, newest first, and play in place', async () => {
    await using opened = await open({
      arrange: twice,
      act: (page) => moves(page).then(() => undefined),
      shows: 'All recordings',
    });
    const { page } = opened;
    await expect.poll(() => current(page)).toEqual(['true', 'false']);
    expect(await fetched(page, '/sample/older.m3u8')).toBe(false);
    await page.locator('[data-list] button').nth(1).click();
    await expect.poll(() => current(page)).toEqual(['false', 'true']);
    await expect.poll(() => fetched(page, '/sample/older.m3u8')).toBe(true);
    await moves(page);
    // The address is that of this recording.
    await page.reload();
    await expect.poll(() => current(page)).toEqual(['false', 'true']);
    await moves(page);
    expect(opened.complaints).toEqual([]);
  });

  test('of earlier broadcasts play while another one is being saved', async () => {
    await using opened = await open({
      arrange: async (site) => {
        await twice(site);
        const [, earlier] = site.broadcasts;
        site.broadcasts = earlier ? [earlier] : [];
        const recording = { cloudflare: null, mux: null, preferred: 'cloudflare' as const };
        site.playback = { ...site.playback, status: 'processing', recording, ladder: [] };
      },
      shows: 'All recordings',
    });
    const { page } = opened;
    await shows(page, 'The broadcast has ended');
    await page.locator('[data-list] button').first().click();
    await moves(page);
  });

  test('are not listed in other people’s pages', async () => {
    await using opened = await open({
      path: `/embed/${streamId}`,
      arrange: twice,
      act: (page) => moves(page).then(() => undefined),
      shows: 'Recording',
    });
    expect(await opened.page.getByText('All recordings').count()).toBe(0);
    expect(opened.site.of('GET', `/api/streams/${streamId}/recordings`)).toHaveLength(0);
  });
});
