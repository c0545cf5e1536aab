// The publisher's page in a real browser, against a real WHIP server and a scripted API.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { eventually } from '../support/publisher.ts';
import { goLive, press } from '../support/screens.ts';
import type { Screen } from '../support/screens.ts';
import { phone, shows } from '../support/seen.ts';
import { broadcast, problem, stream, streamId } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const path = `/live/${streamId}#invite=an-invite`;
const statusRoute = `GET /api/streams/${streamId}/status`;
const whipRoute = `POST /api/streams/${streamId}/whip`;

const open = (screen: Partial<Screen> = {}): Promise<Opened> =>
  openScreen(browser, { name: 'live', path, shows: 'You’re about to go live', ...screen }, phone);

/** Expects an alert with this title and advice. */
async function says(page: Page, title: string, advice: string | RegExp): Promise<void> {
  await shows(page, title);
  await expect.poll(() => page.getByRole('alert').first().innerText()).toMatch(advice);
}

describe('an invited phone', () => {
  test('opens the camera with one tap, goes live with another, and shows the recording, without an account', async () => {
    await using opened = await open();
    const { page, site } = opened;
    expect(page.url()).toBe(`${site.origin}/live/${streamId}`);
    await goLive(page);
    const [post] = site.whip.of('POST');
    expect(post?.path).toBe(`/api/streams/${streamId}/whip`);
    expect(post?.headers['authorization']).toBe('Bearer an-invite');
    expect(site.asked.every(({ headers }) => headers['authorization'] === 'Bearer an-invite')).toBe(true);
    await eventually(() => site.whip.packets > 30);
    site.streams = [stream({ status: 'live' })];
    site.broadcasts = [broadcast({ cloudflare: 'processing' })];
    await shows(page, 'Cloudflare: recording');
    await shows(page, 'Mux: starting…');
    await press(page, 'End');
    await shows(page, 'End the broadcast?');
    await press(page, 'Stay live');
    expect(site.whip.of('DELETE')).toHaveLength(0);
    await press(page, 'End');
    await press(page, 'End broadcast');
    await shows(page, 'Saving your recording. This usually takes about a minute.');
    await expect.poll(() => site.whip.of('DELETE')).toHaveLength(1);
    site.streams = [stream({ status: 'completed' })];
    site.broadcasts = [broadcast({ cloudflare: 'ready', mux: 'processing' })];
    await shows(page, 'Your recording is ready.');
    await shows(page, 'Mux: saving…');
    await expect
      .poll(() => page.getByRole('link', { name: 'Play the recording' }).getAttribute('href'))
      .toBe(`/watch/${streamId}`);
    expect(opened.complaints).toEqual([]);
  });

  test('keeps its invitation across a reload, for this tab only', async () => {
    await using opened = await open();
    await opened.page.reload();
    await shows(opened.page, 'You’re about to go live');
    const other = await opened.page.context().newPage();
    opened.site.script(statusRoute, problem(401, 'unauthenticated', 'No token', 'Sign in.'));
    await other.goto(`${opened.site.origin}/live/${streamId}`);
    await shows(other, 'This link is incomplete');
  });

  test('says that the invitation has expired, not that it was cancelled', async () => {
    const payload = Buffer.from(JSON.stringify({ exp: 1 })).toString('base64url');
    await using opened = await open({
      path: `/live/${streamId}#invite=e30.${payload}.x`,
      arrange: (site) => site.script(statusRoute, problem(401, 'invite-refused', 'Refused', 'Ask.')),
      shows: 'This invitation has expired',
    });
    const { page, site } = opened;
    await says(page, 'This invitation has expired', 'Ask the person who sent it for a new one.');
    site.script(statusRoute, undefined);
    await press(page, 'Try again');
    await shows(page, 'You’re about to go live');
  });

  test('says that the invitation was cancelled, and accepts a new one in the same tab', async () => {
    await using opened = await open({
      arrange: (site) => site.script(statusRoute, problem(401, 'invite-refused', 'Refused', 'Ask.')),
      shows: 'This invitation was cancelled',
    });
    const { page, site } = opened;
    await says(page, 'This invitation was cancelled', 'Ask the person who sent it for a new one.');
    await press(page, 'Try again');
    await says(page, 'This invitation was cancelled', 'Ask the person who sent it for a new one.');
    site.script(statusRoute, undefined);
    await page.goto(`${site.origin}/live/${streamId}#invite=a-new-invite`);
    await shows(page, 'You’re about to go live');
    expect(page.url()).toBe(`${site.origin}/live/${streamId}`);
    expect(site.asked.at(-1)?.headers['authorization']).toBe('Bearer a-new-invite');
  });

  test('says that the stream was deleted before the broadcast', async () => {
    await using opened = await open({
      arrange: (site) => void (site.streams = []),
      shows: 'This stream no longer exists',
    });
    const { page, site } = opened;
    await says(page, 'This stream no longer exists', /It was deleted. Ask the person who sent you the link/);
    site.streams = [stream()];
    await press(page, 'Try again');
    await shows(page, 'You’re about to go live');
  });

  test('says that the stream has ended, before it asks for the camera', async () => {
    await using opened = await open({
      arrange: (site) => {
        site.streams = [stream({ status: 'completed', endedAt: '2026-11-20T10:00:00.000Z' })];
      },
      shows: 'This stream has ended',
    });
    await says(opened.page, 'This stream has ended', /No one can go live on it anymore/);
  });
});

test.each([
  ['the invitation was cancelled', problem(401, 'invite-refused', 'No', 'Ask.'), 'was cancelled', false],
  ['the stream was deleted', problem(404, 'no-such-stream', 'No', 'Ask.'), 'no longer exists', false],
  ['the stream has ended', problem(409, 'stream-ended', 'No', 'Ask.'), 'has ended', false],
  ['the server failed', { status: 500 }, 'Something went wrong', true],
])('to try again is the main button only where it can help: %s', async (_, answer, text, main) => {
  await using opened = await open({
    arrange: (site) => site.script(statusRoute, answer),
    shows: new RegExp(text),
  });
  const button = opened.page.getByRole('button', { name: 'Try again' });
  const filled = await button.evaluate(
    (each) => getComputedStyle(each).backgroundColor !== 'rgba(0, 0, 0, 0)',
  );
  expect(filled).toBe(main);
});

describe('an unsupported browser', () => {
  /** The page stays broken until it is marked as fixed. */
  const mendAndTryAgain = async (page: Page) => {
    await page.evaluate(() => sessionStorage.setItem('mended', 'yes'));
    await press(page, 'Try again');
    await shows(page, 'You’re about to go live');
  };

  test('says that the page is not secure', async () => {
    await using opened = await open({
      before: () => {
        if (!sessionStorage.getItem('mended'))
          Object.defineProperty(window, 'isSecureContext', { value: false });
      },
      shows: 'This page is not secure',
    });
    await says(opened.page, 'This page is not secure', /only work on https pages. Ask for a new link/);
    expect(await opened.page.getByLabel('Link to this page').count()).toBe(0);
    await mendAndTryAgain(opened.page);
  });

  test('inside another app, offers the link to copy', async () => {
    await using opened = await open({
      before: () => {
        if (sessionStorage.getItem('mended')) return;
        const userAgent = 'Mozilla/5.0 (iPhone) AppleWebKit Instagram 309.0';
        Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
        Object.defineProperty(navigator, 'userAgent', { value: userAgent });
      },
      shows: 'This app can’t use your camera',
    });
    const { page, site } = opened;
    await says(page, 'This app can’t use your camera', /Copy the link and open it in Safari/);
    await expect.poll(() => page.getByLabel('Link to this page').inputValue()).toBe(`${site.origin}${path}`);
    await press(page, 'Copy');
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe(`${site.origin}${path}`);
    await mendAndTryAgain(page);
  });

  test('inside another app that denies the camera, offers the link to copy', async () => {
    await using opened = await open({
      before: () => {
        const userAgent = 'Mozilla/5.0 (iPhone) AppleWebKit Instagram 390.0.0';
        Object.defineProperty(navigator, 'userAgent', { value: userAgent });
        MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
      },
      act: (page) => press(page, 'Allow camera and microphone'),
      shows: 'This app can’t use your camera',
    });
    const { page, site } = opened;
    await expect.poll(() => page.getByLabel('Link to this page').inputValue()).toBe(`${site.origin}${path}`);
  });

  test('says that it is too old', async () => {
    await using opened = await open({
      before: () => {
        if (!sessionStorage.getItem('mended'))
          delete (window as { RTCPeerConnection?: unknown }).RTCPeerConnection;
      },
      shows: 'This browser can’t go live',
    });
    await says(opened.page, 'This browser can’t go live', /open it in the latest Chrome/);
    await mendAndTryAgain(opened.page);
  });
});

describe('the camera', () => {
  test.each([
    ['NotAllowedError', 'Camera access is blocked', /allow Camera and Microphone.*try again/i],
    ['NotFoundError', 'No camera or microphone found', /Connect one/],
    ['NotReadableError', 'The camera is in use', /Another app or tab is using it/],
  ])('reports %s as “%s”, and Try again works', async (name, title, advice) => {
    await using opened = await open();
    const { page } = opened;
    await page.evaluate((error) => {
      const { getUserMedia } = MediaDevices.prototype;
      Object.assign(window, { mend: () => (MediaDevices.prototype.getUserMedia = getUserMedia) });
      MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('', error));
    }, name);
    await press(page, 'Allow camera and microphone');
    await says(page, title, advice);
    await page.evaluate(() => (window as unknown as { mend(): void }).mend());
    await press(page, 'Try again');
    await shows(page, 'Ready');
  });

  test.each([
    ['NotFoundError', 'No microphone found'],
    ['NotReadableError', 'The microphone is in use'],
  ])('goes live without sound if only the microphone answers %s', async (name, title) => {
    await using opened = await open();
    const { page, site } = opened;
    await page.evaluate((error) => {
      const { getUserMedia } = MediaDevices.prototype;
      MediaDevices.prototype.getUserMedia = function (constraints) {
        if (constraints?.audio) return Promise.reject(new DOMException('', error));
        return getUserMedia.call(this, constraints);
      };
    }, name);
    await press(page, 'Allow camera and microphone');
    await says(page, title, /go live without sound/);
    await press(page, 'Continue without sound');
    await shows(page, /viewers won’t hear you/);
    await press(page, 'Go live');
    await shows(page, /^LIVE$/);
    await eventually(() => site.whip.packets > 10);
    const [post] = site.whip.of('POST');
    expect(post?.body).toContain('m=video');
    expect(post?.body).not.toContain('m=audio');
  });

  test.each(['constructor', 'createMediaStreamSource'])(
    'goes live without a level where the %s of AudioContext fails',
    async (part) => {
      await using opened = await open();
      const { page } = opened;
      await page.evaluate((failing) => {
        const fail = function () {
          throw new DOMException('', 'NotSupportedError');
        };
        if (failing === 'constructor') Object.assign(window, { AudioContext: fail });
        else Object.assign(AudioContext.prototype, { createMediaStreamSource: fail });
      }, part);
      await goLive(page);
      expect(await page.getByRole('meter').count()).toBe(0);
    },
  );

  describe('when a chosen microphone is gone', () => {
    const microphone = (page: Page) => page.getByLabel('Microphone', { exact: true });
    const pick = async (page: Page, index: number) =>
      microphone(page).selectOption(
        await microphone(page).evaluate(
          (select, at) => (select as HTMLSelectElement).options[at]?.value ?? '',
          index,
        ),
      );
    const refuseChosen = (page: Page) =>
      page.evaluate(() => {
        const { getUserMedia } = MediaDevices.prototype;
        MediaDevices.prototype.getUserMedia = function (constraints) {
          const audio = constraints?.audio;
          if (typeof audio === 'object' && audio.deviceId !== undefined)
            return Promise.reject(new DOMException('', 'OverconstrainedError'));
          return getUserMedia.call(this, constraints);
        };
      });
    const chosen: Partial<Screen> = {
      act: async (page) => {
        await press(page, 'Allow camera and microphone');
        await press(page, 'Settings');
      },
      shows: 'Microphone',
    };

    test('keeps one that works, says so, and goes live', async () => {
      await using opened = await open(chosen);
      const { page, site } = opened;
      await refuseChosen(page);
      await pick(page, 1);
      await shows(page, /we went back to one that works/);
      await page.keyboard.press('Escape');
      await press(page, 'Go live');
      await shows(page, /^LIVE$/);
      await eventually(() => site.whip.packets > 10);
    });

    test('says that none works, if none does', async () => {
      await using opened = await open(chosen);
      const { page } = opened;
      await page.evaluate(() => {
        MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('', 'NotReadableError'));
      });
      await pick(page, 1);
      await shows(page, 'The microphone did not start');
    });

    test('goes live with another one, and says so', async () => {
      await using opened = await open(chosen);
      const { page, site } = opened;
      const working = () =>
        page.evaluate(() =>
          (document.querySelector('video')?.srcObject as MediaStream)
            .getTracks()
            .filter(({ readyState }) => readyState === 'live')
            .map(({ kind, label }) => `${kind}: ${label}`)
            .sort(),
        );
      const [audio = '', video] = await working();
      await pick(page, 1);
      // For a moment no microphone works.
      await expect.poll(working).toEqual([expect.not.stringContaining(audio), video]);
      await refuseChosen(page);
      await page.evaluate(() => {
        const stream = document.querySelector('video')?.srcObject as MediaStream;
        for (const track of stream.getAudioTracks()) track.stop();
      });
      await page.keyboard.press('Escape');
      await press(page, 'Go live');
      await shows(page, /A device that you chose is gone/);
      await shows(page, /^LIVE$/);
      await eventually(() => site.whip.packets > 10);
      expect(await working()).toHaveLength(2);
    });
  });

  test('switches and mutes while live, in one session', async () => {
    await using opened = await open({ act: goLive, shows: 'LIVE' });
    const { page, site } = opened;
    const track = () =>
      page.evaluate(
        () => (document.querySelector('video')?.srcObject as MediaStream).getVideoTracks()[0]?.id,
      );
    const before = await track();
    await press(page, 'Switch camera');
    await expect.poll(track).not.toBe(before);
    await press(page, 'Mute microphone');
    await shows(page, 'Microphone is off');
    const mute = page.getByRole('button', { name: 'Mute microphone' });
    await expect.poll(() => mute.getAttribute('aria-pressed')).toBe('true');
    const packets = site.whip.packets;
    await eventually(() => site.whip.packets > packets + 10);
    expect(site.whip.of('POST')).toHaveLength(1);
  });

  test('comes back with a tap after a call took it', async () => {
    await using opened = await open({ act: goLive, shows: 'LIVE' });
    const { page } = opened;
    await page.evaluate(() => {
      const { getUserMedia } = MediaDevices.prototype;
      // The call lasts until the tap, because the page asks by itself as well.
      const callEnds = () => (MediaDevices.prototype.getUserMedia = getUserMedia);
      addEventListener('click', callEnds, { once: true, capture: true });
      MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('', 'NotReadableError'));
      const [track] = (document.querySelector('video')?.srcObject as MediaStream).getVideoTracks();
      track?.stop();
      track?.dispatchEvent(new Event('ended'));
    });
    await says(page, 'Your camera was paused', /You’re still connected/);
    await press(page, 'Turn camera back on');
    await page.getByText('Your camera was paused').waitFor({ state: 'detached' });
  });

  test('and the microphone can be chosen if there are several', async () => {
    await using opened = await open({
      act: async (page) => {
        await press(page, 'Allow camera and microphone');
        await press(page, 'Settings');
      },
      shows: 'Microphone',
    });
    const { page } = opened;
    const using = () =>
      page.evaluate(() =>
        (document.querySelector('video')?.srcObject as MediaStream)
          .getTracks()
          .map((track) => track.getSettings().deviceId),
      );
    for (const label of ['Camera', 'Microphone']) {
      const list = page.getByLabel(label, { exact: true });
      const other = await list.evaluate((select) =>
        Array.from((select as HTMLSelectElement).options)
          .map(({ value }) => value)
          .find((value) => value !== (select as HTMLSelectElement).value),
      );
      await list.selectOption(other ?? '');
      await expect.poll(using).toContain(other);
    }
  });

  test('comes back when a locked phone is unlocked, in the same session', async () => {
    await using opened = await open({ act: goLive, shows: 'LIVE' });
    const { page, site } = opened;
    const show = (state: 'hidden' | 'visible') =>
      page.evaluate((visibilityState) => {
        Object.defineProperty(document, 'visibilityState', { value: visibilityState, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    const tracks = () =>
      page.evaluate(() =>
        (document.querySelector('video')?.srcObject as MediaStream).getTracks().map(({ id }) => id),
      );
    const before = await tracks();
    await show('hidden');
    await page.evaluate(() => {
      for (const track of (document.querySelector('video')?.srcObject as MediaStream).getTracks()) {
        track.stop();
        track.dispatchEvent(new Event('ended'));
      }
    });
    await says(page, 'Your camera was paused', /the lock screen took it. You’re still connected/);
    await show('visible');
    await page.getByText('Your camera was paused').waitFor({ state: 'detached' });
    const after = await tracks();
    expect(after).toHaveLength(2);
    for (const id of before) expect(after).not.toContain(id);
    const { packets } = site.whip;
    await eventually(() => site.whip.packets > packets + 10);
    expect(site.whip.of('POST')).toHaveLength(1);
  });

  test('keeps the screen awake while live, and says so if it cannot', async () => {
    await using opened = await open({
      before: () => {
        const { wakeLock } = navigator;
        const taken: string[] = [];
        Object.assign(window, { taken });
        wakeLock.request = (type) => {
          taken.push(type ?? 'screen');
          return Promise.reject(new DOMException('', 'NotAllowedError'));
        };
      },
      act: goLive,
      shows: 'LIVE',
    });
    await expect
      .poll(() => opened.page.evaluate(() => (window as unknown as { taken: string[] }).taken))
      .toEqual(['screen']);
    await shows(opened.page, /Tap the screen now and then/);
  });
});

describe('the server’s response', () => {
  test.each([
    [400, 'The server refused the broadcast', /Reload this page/],
    [401, 'You can’t go live with this link', /expired or been cancelled/],
    [403, 'You can’t go live with this link', /expired or been cancelled/],
    [404, 'This stream no longer exists', /It was deleted/],
    [409, 'Someone else is already live', /Ask them to end their broadcast/],
    [422, 'The server refused the broadcast', /tell the person who sent you the link/],
  ])('%d shows “%s”, and Try again works', async (status, title, advice) => {
    await using opened = await open({
      arrange: (site) => site.script(whipRoute, { status }),
      act: async (page) => {
        await press(page, 'Allow camera and microphone');
        await press(page, 'Go live');
      },
      shows: title,
    });
    await says(opened.page, title, advice);
    opened.site.script(whipRoute, undefined);
    await press(opened.page, 'Try again');
    await shows(opened.page, 'LIVE');
  });

  test('shows that we have trouble after repeated 500s', async () => {
    await using opened = await open({
      arrange: (site) => site.script(whipRoute, { status: 500 }),
      act: async (page) => {
        await press(page, 'Allow camera and microphone');
        await press(page, 'Go live');
      },
      shows: 'Connecting',
    });
    await shows(opened.page, 'We’re having trouble');
    await says(opened.page, 'We’re having trouble', /It’s not your phone/);
    opened.site.script(whipRoute, undefined);
    await press(opened.page, 'Try again');
    await shows(opened.page, /^LIVE$/);
  });

  test('advises to check the network if the server is unreachable', async () => {
    await using opened = await open({
      act: async (page) => {
        await press(page, 'Allow camera and microphone');
        await page.getByRole('button', { name: 'Go live' }).waitFor();
        await page.context().setOffline(true);
        await press(page, 'Go live');
      },
      shows: 'Connecting',
    });
    const { page } = opened;
    await shows(page, 'Can’t reach the server');
    await says(page, 'Can’t reach the server', /Check that you have mobile data or Wi-Fi/);
    await page.context().setOffline(false);
    await press(page, 'Try again');
    await shows(page, /^LIVE$/);
  });

  test('reports an answer that accepts no video', async () => {
    await using opened = await open();
    const { page, site } = opened;
    site.whip.script = (request, response) => {
      if (request.method !== 'POST') return false;
      void site.whip.accept(request, response, {}, (answer) => answer.replace(/^m=video \d+/m, 'm=video 0'));
      return true;
    };
    await press(page, 'Allow camera and microphone');
    await press(page, 'Go live');
    await says(page, 'This browser’s video isn’t supported', /another browser or another phone/);
    site.whip.script = () => false;
    await press(page, 'Try again');
    await shows(page, /^LIVE$/);
  });
});

describe('on air', () => {
  test('shows Reconnecting with seconds, then is live again with the clock running, when the server restarts', async () => {
    await using opened = await open({ act: goLive, shows: 'LIVE' });
    const { page, site } = opened;
    site.script(whipRoute, { status: 503 });
    await site.whip.dropSessions();
    await shows(page, /Reconnecting \([2-9] s\)/);
    await says(page, 'Connection lost', /Stay here/);
    site.script(whipRoute, undefined);
    await shows(page, /^LIVE$/);
    expect(await page.locator('.time').innerText()).not.toBe('00:00');
    const packets = site.whip.packets;
    await eventually(() => site.whip.packets > packets + 10);
  });

  test('recovers when the network is lost and returns', async () => {
    await using opened = await open({ act: goLive, shows: 'LIVE' });
    const { page, site } = opened;
    await page.context().setOffline(true);
    await site.whip.dropSessions();
    await says(page, 'Connection lost', /live again as soon as you’re back online/);
    await page.context().setOffline(false);
    await shows(page, /^LIVE$/);
    const { packets } = site.whip;
    await eventually(() => site.whip.packets > packets + 10);
  });

  test('reports that the stream was deleted', async () => {
    await using opened = await open({ act: goLive, shows: 'LIVE' });
    opened.site.script(whipRoute, { status: 404 });
    await opened.site.whip.dropSessions();
    await says(opened.page, 'This stream no longer exists', /Ask the person who sent you the link/);
    opened.site.script(whipRoute, undefined);
    await press(opened.page, 'Try again');
    await shows(opened.page, /^LIVE$/);
  });

  test('warns while the broadcast is not being recorded, and stops warning once it is', async () => {
    await using opened = await open({ act: goLive, shows: 'LIVE' });
    const { page, site } = opened;
    const warnings = [{ code: 'recording_not_started' as const, detail: 'Nothing is recorded.' }];
    site.streams = [stream({ status: 'live', warnings })];
    await says(page, 'This broadcast is not being recorded', /End and go live again/);
    await shows(page, 'Cloudflare: not recording');
    site.streams = [stream({ status: 'live' })];
    site.broadcasts = [broadcast({ cloudflare: 'processing', mux: 'processing' })];
    await page.getByText('This broadcast is not being recorded').waitFor({ state: 'detached' });
    await shows(page, 'Mux: recording');
  });

  test('says before and during a broadcast that nothing records its plan', async () => {
    const warnings = [{ code: 'recording_unsupported' as const, detail: 'Nothing records it.' }];
    await using opened = await open({ arrange: (site) => void (site.streams = [stream({ warnings })]) });
    const { page } = opened;
    const told = /can be watched live, but isn’t recorded/;
    await press(page, 'Allow camera and microphone');
    await shows(page, told);
    await press(page, 'Go live');
    await shows(page, /^LIVE$/);
    await shows(page, told);
  });

  test('continues while the API is unreachable', async () => {
    await using opened = await open({ act: goLive, shows: 'LIVE' });
    const { page, site } = opened;
    const asked = site.asked.length;
    site.script(statusRoute, { status: 500 });
    await eventually(() => site.asked.length > asked + 1);
    expect(
      await page
        .getByText(/^LIVE$/)
        .first()
        .isVisible(),
    ).toBe(true);
  });
});
