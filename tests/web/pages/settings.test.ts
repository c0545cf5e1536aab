// What the publisher chooses in the live page besides camera and microphone.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { eventually } from '../support/publisher.ts';
import { press } from '../support/screens.ts';
import type { Screen } from '../support/screens.ts';
import { phone, shows } from '../support/seen.ts';
import { problem, streamId } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const openSettings = (page: Page): Promise<void> => press(page, 'Settings');
const open = (screen: Partial<Screen> = {}): Promise<Opened> =>
  openScreen(
    browser,
    {
      name: 'settings',
      path: `/live/${streamId}#invite=an-invite`,
      act: async (page) => {
        await press(page, 'Allow camera and microphone');
        await openSettings(page);
      },
      shows: 'Quality',
      ...screen,
    },
    phone,
  );

const heightOf = (page: Page): Promise<number | undefined> =>
  page.evaluate(() => {
    const [track] = (document.querySelector('video')?.srcObject as MediaStream).getVideoTracks();
    return track?.getSettings().height;
  });

/** The largest bit rate that the page asks its encoder for. */
function noteBitrates(): void {
  const { addTransceiver } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.addTransceiver = function (track, init) {
    for (const { maxBitrate } of init?.sendEncodings ?? []) Object.assign(window, { maxBitrate });
    return addTransceiver.call(this, track, init);
  };
}

test('the quality is chosen before going live, and kept for the next visit', async () => {
  await using opened = await open({ before: noteBitrates });
  const { page, site } = opened;
  const quality = page.getByLabel('Quality');
  expect(await heightOf(page)).toBe(720);
  await quality.selectOption('Best (1080p)');
  await expect.poll(() => heightOf(page)).toBe(1080);
  await quality.selectOption('Data saver (480p)');
  await expect.poll(() => heightOf(page)).toBe(480);

  await page.reload();
  await press(page, 'Allow camera and microphone');
  await page.getByRole('button', { name: 'Go live' }).waitFor();
  expect(await heightOf(page)).toBe(480);
  await press(page, 'Go live');
  await shows(page, /^LIVE$/);
  await eventually(() => site.whip.packets > 10);
  expect(await page.evaluate(() => (window as unknown as { maxBitrate: number }).maxBitrate)).toBe(1_000_000);
  await openSettings(page);
  await shows(page, 'You can change the quality before you go live.');
  expect(await quality.isDisabled()).toBe(true);
  expect(opened.complaints).toEqual([]);
});

test('the camera’s light is turned on where there is one', async () => {
  await using opened = await open({
    before: () => {
      const { getCapabilities, getSettings, applyConstraints } = MediaStreamTrack.prototype;
      let torch = false;
      const hasLight = ({ kind }: MediaStreamTrack) => kind === 'video';
      MediaStreamTrack.prototype.getCapabilities = function () {
        return { ...getCapabilities.call(this), ...(hasLight(this) ? { torch: true } : {}) };
      };
      MediaStreamTrack.prototype.getSettings = function () {
        return { ...getSettings.call(this), torch };
      };
      MediaStreamTrack.prototype.applyConstraints = function (constraints) {
        const [wanted] = (constraints?.advanced ?? []) as { torch?: boolean }[];
        torch = wanted?.torch ?? torch;
        return applyConstraints.call(this, {});
      };
    },
  });
  const light = opened.page.getByRole('switch', { name: 'Light' });
  expect(await light.getAttribute('aria-checked')).toBe('false');
  await light.click();
  await expect.poll(() => light.getAttribute('aria-checked')).toBe('true');
});

test('a camera without a light shows no switch, and nobody can share a private stream', async () => {
  await using opened = await open({
    arrange: (site) =>
      site.script(
        `GET /api/streams/${streamId}/playback`,
        problem(401, 'unauthenticated', 'No token', 'Sign in.'),
      ),
  });
  await eventually(() => opened.site.of('GET', `/api/streams/${streamId}/playback`).length > 0);
  expect(await opened.page.getByRole('switch', { name: 'Light' }).count()).toBe(0);
  expect(await opened.page.getByLabel('Link for viewers').count()).toBe(0);
});

test('the link for viewers of a public stream can be copied and shared', async () => {
  await using opened = await open({
    before: () => {
      navigator.share = (what) => Promise.resolve(void Object.assign(window, { shared: what?.url }));
    },
  });
  const { page, site } = opened;
  const link = `${site.origin}/watch/${streamId}`;
  await expect.poll(() => page.getByLabel('Link for viewers').first().inputValue()).toBe(link);
  await press(page, 'Share the link');
  expect(await page.evaluate(() => (window as unknown as { shared: string }).shared)).toBe(link);
  const asked = site.of('GET', `/api/streams/${streamId}/playback`);
  // The invitation is not what lets anyone watch.
  expect(asked.map(({ headers }) => headers['authorization'])).toEqual([undefined]);
});
