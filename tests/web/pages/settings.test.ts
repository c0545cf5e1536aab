// What the publisher chooses in the live page besides camera and microphone.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

test('the picture stays sideways or upright where the browser can keep it', async () => {
  await using opened = await open({
    before: () => {
      const turning = screen.orientation as unknown as { lock(to: string): Promise<void>; unlock(): void };
      const kept: string[] = [];
      Object.assign(window, { kept });
      turning.lock = (to) => Promise.resolve(void kept.push(to));
      turning.unlock = () => void kept.push('any');
    },
  });
  const { page } = opened;
  const state = () =>
    page.evaluate(() => ({
      kept: (window as unknown as { kept: string[] }).kept,
      fills: document.fullscreenElement !== null,
    }));
  const picture = page.getByLabel('Picture', { exact: true });
  await picture.selectOption('Always sideways');
  await expect.poll(state).toEqual({ kept: ['landscape'], fills: true });
  // It stays chosen when the settings are opened again.
  await page.keyboard.press('Escape');
  await openSettings(page);
  expect(await picture.inputValue()).toBe('landscape');
  await picture.selectOption('Turns with the phone');
  await expect.poll(state).toEqual({ kept: ['landscape', 'any'], fills: false });
});

test('the page fills the screen no longer than the picture is kept', async () => {
  await using opened = await open({
    before: () => {
      (screen.orientation as unknown as { lock(): Promise<void> }).lock = () =>
        Promise.reject(new DOMException('It cannot.', 'NotSupportedError'));
    },
  });
  const picture = opened.page.getByLabel('Picture', { exact: true });
  await picture.selectOption('Always upright');
  await expect.poll(() => picture.inputValue()).toBe('any');
  expect(await opened.page.evaluate(() => document.fullscreenElement)).toBeNull();
});

test('a browser that cannot keep the picture offers no choice', async () => {
  await using opened = await open({
    before: () => Object.assign(screen.orientation, { lock: undefined }),
  });
  expect(await opened.page.getByLabel('Picture', { exact: true }).count()).toBe(0);
});

describe('a touch of the picture', () => {
  /** Notes what the page asks of a camera that has these modes. */
  const camera = (modes: string[]) => (): string => `{
    const { getCapabilities } = MediaStreamTrack.prototype;
    window.asked = [];
    window.looked = false;
    MediaStreamTrack.prototype.getCapabilities = function () {
      window.looked = true;
      return { ...getCapabilities.call(this), focusMode: ${JSON.stringify(modes)} };
    };
    MediaStreamTrack.prototype.applyConstraints = function ({ advanced }) {
      window.asked.push(...advanced);
      return Promise.resolve();
    };
  }`;
  const asked = (
    page: Page,
  ): Promise<{ focusMode: string; pointsOfInterest?: { x: number; y: number }[] }[]> =>
    page.evaluate(() => (window as unknown as { asked: never[] }).asked);
  const touch = async (modes: string[]): Promise<Opened> => {
    const opened = await open({
      act: async (page) => {
        await press(page, 'Allow camera and microphone');
        await page.getByRole('button', { name: 'Go live' }).waitFor();
        await page.evaluate(camera(modes)());
        await page.clock.install();
        // The front camera's picture is mirrored: what is touched on the left is on the right.
        await page.locator('video').click({ position: { x: 98, y: 422 } });
      },
      shows: 'Go live',
    });
    return opened;
  };

  test('focuses there, for ten seconds', async () => {
    await using opened = await touch(['continuous', 'single-shot']);
    await expect.poll(() => asked(opened.page)).toHaveLength(1);
    const [{ focusMode, pointsOfInterest } = { focusMode: '' }] = await asked(opened.page);
    expect(focusMode).toBe('single-shot');
    const [point] = pointsOfInterest ?? [];
    expect(point?.y).toBeCloseTo(0.5, 1);
    expect(point?.x).toBeCloseTo(0.75, 1);
    await opened.page.clock.runFor(10_000);
    await expect.poll(() => asked(opened.page)).toHaveLength(2);
    expect((await asked(opened.page))[1]).toEqual({ focusMode: 'continuous' });
  });

  test('does nothing where the camera focuses by itself only', async () => {
    await using opened = await touch(['continuous']);
    await opened.page.waitForFunction(() => (window as unknown as { looked: boolean }).looked);
    expect(await asked(opened.page)).toEqual([]);
  });
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
