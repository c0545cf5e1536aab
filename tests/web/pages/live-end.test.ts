// How a broadcast ends, on the publisher's page: by the publisher, by the organiser, and by accident.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { eventually } from '../support/publisher.ts';
import { goLive, press } from '../support/screens.ts';
import type { Screen } from '../support/screens.ts';
import { phone, shows } from '../support/seen.ts';
import { broadcast, ownerToken, problem, stream, streamId } from '../support/site.ts';
import type { Site } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const path = `/live/${streamId}#invite=an-invite`;
const whipRoute = `POST /api/streams/${streamId}/whip`;
const open = (screen: Partial<Screen> = {}, options = {}): Promise<Opened> =>
  openScreen(
    browser,
    { name: 'live', path, shows: 'You’re about to go live', ...screen },
    { ...phone, ...options },
  );

const onAir: Partial<Screen> = {
  arrange: (site) => {
    site.rooms.exists = true;
    site.streams = [stream({ status: 'live' })];
  },
  act: goLive,
  shows: 'LIVE',
};
const organiser = 'The organiser ended the broadcast';
const again = (page: Page) => page.getByRole('button', { name: 'Go live again' });
const ended = { status: 'completed', endedAt: '2026-11-20T10:00:00.000Z' } as const;

/** The server answers every request about a session with a problem. */
function refuseSessions(site: Site, status: number, type: string): void {
  site.whip.script = ({ method }, response) => {
    if (method !== 'PATCH') return false;
    response.writeHead(status, { 'Content-Type': 'application/problem+json' });
    response.end(JSON.stringify(problem(status, type, 'It is over', 'Begin no other.').body));
    return true;
  };
}

describe('the organiser', () => {
  test('ends the stream: the phone says so, stops sending and offers no other broadcast', async () => {
    await using opened = await open(onAir);
    const { page, site } = opened;
    site.streams = [stream(ended)];
    site.rooms.tell();
    await shows(page, organiser);
    await expect.poll(() => site.whip.of('DELETE')).toHaveLength(1);
    await shows(page, /No one can go live on it anymore/);
    expect(await again(page).count()).toBe(0);
    const { packets } = site.whip;
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 500)));
    expect(site.whip.packets).toBe(packets);
    expect(opened.complaints).toEqual([]);
  });

  test('stops the phone: it says so, and can go live again', async () => {
    await using opened = await open(onAir);
    const { page, site } = opened;
    site.stop = { stopped: true, stoppedAt: new Date().toISOString() };
    site.rooms.tell();
    await shows(page, organiser);
    await press(page, 'Go live again');
    await press(page, 'Go live');
    await shows(page, /^LIVE$/);
    // What is said about the stop before this broadcast does not end it.
    site.rooms.tell();
    const { packets } = site.whip;
    await eventually(() => site.whip.packets > packets + 20);
    await shows(page, /^LIVE$/);
  });

  test('does not end a broadcast by what a provider reports', async () => {
    await using opened = await open(onAir);
    const { page, site } = opened;
    site.streams = [stream({ status: 'completed' })];
    site.rooms.tell();
    const { packets } = site.whip;
    await eventually(() => site.whip.packets > packets + 20);
    await shows(page, /^LIVE$/);
  });

  test.each([
    [410, 'session-stopped'],
    [409, 'stream-ended'],
  ])('is told by a session that answers %d %s', async (status, type) => {
    await using opened = await open(onAir);
    const { page, site } = opened;
    refuseSessions(site, status, type);
    await site.whip.dropSessions();
    await shows(page, organiser);
    expect(site.whip.of('POST')).toHaveLength(1);
  });

  test.each([
    [410, 'session-stopped'],
    [409, 'stream-ended'],
  ])('is told by an attempt to go on that is answered %d %s', async (status, type) => {
    await using opened = await open(onAir);
    const { page, site } = opened;
    site.script(whipRoute, problem(status, type, 'It is over', 'Begin no other.'));
    await site.whip.dropSessions();
    await shows(page, organiser);
  });

  test('has ended the stream when the phone wants to go live', async () => {
    await using opened = await open({
      arrange: (site) => site.script(whipRoute, problem(409, 'stream-ended', 'It is over', 'Make another.')),
      act: async (page) => {
        await press(page, 'Allow camera and microphone');
        await press(page, 'Go live');
      },
      shows: 'This stream has ended',
    });
    await shows(opened.page, /Ask for a new link if there is another broadcast/);
  });
});

describe('the publisher', () => {
  test('ends it: the page says at once that the recording is being saved, and can go live again with one tap', async () => {
    await using opened = await open({
      ...onAir,
      arrange: (site) => {
        site.streams = [stream({ status: 'live' })];
        site.broadcasts = [broadcast({ cloudflare: 'processing' })];
      },
    });
    const { page } = opened;
    await shows(page, 'Cloudflare: recording');
    await press(page, 'End');
    await press(page, 'End broadcast');
    await shows(page, 'Saving your recording. This usually takes about a minute.');
    await shows(page, 'Cloudflare: saving…');
    await shows(page, 'Mux: saving…');
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
    await press(page, 'Go live again');
    await page.getByRole('button', { name: 'Go live', exact: true }).waitFor();
    expect(await page.getByText('Allow camera and microphone').count()).toBe(0);
  });

  test('of a private stream is not sent to a recording that the invitation does not show', async () => {
    const recordings = `/api/streams/${streamId}/recordings`;
    const { cloudflare, mux } = stream().recordingSources;
    await using opened = await open({
      ...onAir,
      arrange: (site) => {
        site.streams = [stream({ status: 'live' })];
        site.script(`GET ${recordings}`, problem(401, 'unauthenticated', 'No token', 'Sign in.'));
      },
    });
    const { page, site } = opened;
    site.streams = [
      stream({
        status: 'completed',
        recordingSources: { cloudflare: { ...cloudflare, available: true }, mux },
      }),
    ];
    await press(page, 'End');
    await press(page, 'End broadcast');
    await shows(page, 'Your recording is ready.');
    await shows(page, /The organiser can share the recording/);
    expect(await page.getByRole('link', { name: 'Play the recording' }).count()).toBe(0);
    expect(site.of('GET', recordings)).toHaveLength(1);
  });

  test('of a private stream watches the recording with the invitation', async () => {
    await using opened = await open({ act: goLive, shows: 'LIVE' });
    const { page, site } = opened;
    site.streams = [stream({ status: 'completed', visibility: 'private' })];
    site.broadcasts = [broadcast({ cloudflare: 'ready' })];
    await press(page, 'End');
    await press(page, 'End broadcast');
    await page.getByRole('link', { name: 'Play the recording' }).click();
    await page.waitForURL(`${site.origin}/watch/${streamId}`);
    const asked = () => site.of('GET', `/api/streams/${streamId}/playback`);
    await expect.poll(() => asked().length).toBeGreaterThan(0);
    expect(asked()[0]?.headers['authorization']).toBe('Bearer an-invite');
  });

  test('is asked before leaving while live, and is one tap from live after a reload', async () => {
    await using opened = await open({ act: goLive, shows: 'LIVE' });
    const { page } = opened;
    const questions: string[] = [];
    page.on('dialog', (dialog) => {
      questions.push(dialog.type());
      void dialog.accept();
    });
    await page.reload();
    expect(questions).toEqual(['beforeunload']);
    await page.getByRole('button', { name: 'Go live', exact: true }).waitFor();
    expect(await page.getByText('Allow camera and microphone').count()).toBe(0);
    await page.reload();
    expect(questions).toEqual(['beforeunload']);
  });

  test('keeps the focus on the big button from Ready to the question, and back', async () => {
    await using opened = await open({
      act: (page) => press(page, 'Allow camera and microphone'),
      shows: 'Ready',
    });
    const { page } = opened;
    const focus = () => page.evaluate(() => document.activeElement?.textContent?.trim());
    await expect.poll(focus).toBe('Go live');
    await page.keyboard.press('Enter');
    await shows(page, /^LIVE$/);
    await expect.poll(focus).toBe('End');
    await page.keyboard.press('Enter');
    await expect.poll(focus).toBe('Stay live');
    await page.keyboard.press('Escape');
    await expect.poll(focus).toBe('End');
  });

  test('with one camera sees no button to switch it', async () => {
    await using opened = await open({
      before: () => {
        const { enumerateDevices } = MediaDevices.prototype;
        MediaDevices.prototype.enumerateDevices = async function () {
          const all = await enumerateDevices.call(this);
          const [first] = all.filter(({ kind }) => kind === 'videoinput');
          return all.filter(({ kind }) => kind !== 'videoinput').concat(first ?? []);
        };
      },
      act: (page) => press(page, 'Allow camera and microphone'),
      shows: 'Ready',
    });
    await opened.page.getByRole('button', { name: 'Mute microphone' }).waitFor();
    expect(await opened.page.getByRole('button', { name: 'Switch camera' }).count()).toBe(0);
  });

  test('who is signed in finds the way back to the streams', async () => {
    await using opened = await open({ path: `/live/${streamId}#token=${ownerToken}` });
    const { page } = opened;
    await expect.poll(() => page.getByRole('link', { name: 'My streams' }).getAttribute('href')).toBe('/');
  });
});

test('on a desktop, the button is next to the text', async () => {
  await using opened = await openScreen(
    browser,
    { name: 'live', path, shows: 'You’re about to go live' },
    { viewport: { width: 1280, height: 800 } },
  );
  const { page } = opened;
  const text = await page.getByText(/We need your camera/).boundingBox();
  const button = await page.getByRole('button', { name: 'Allow camera and microphone' }).boundingBox();
  const between = (button?.y ?? Infinity) - ((text?.y ?? 0) + (text?.height ?? 0));
  expect(between).toBeGreaterThan(0);
  expect(between).toBeLessThan(100);
});

describe.each([
  ['a small phone', { width: 320, height: 568 }],
  ['a small phone held sideways', { width: 568, height: 320 }],
  ['a phone held sideways', { width: 844, height: 390 }],
])('on %s', (_name, viewport) => {
  /** Whether the whole element can be seen, once scrolled to, and nothing is in front of it. */
  const clear = (page: Page, text: string | RegExp) =>
    page
      .getByText(text)
      .filter({ visible: true })
      .first()
      .evaluate((element) => {
        element.scrollIntoView({ block: 'nearest' });
        const { left, right, top, bottom } = element.getBoundingClientRect();
        const points = [0.02, 0.5, 0.98].map((share) => [
          left + (right - left) * 0.3,
          top + (bottom - top) * share,
        ]);
        return points.every(([x = 0, y = 0]) => element.contains(document.elementFromPoint(x, y)));
      });

  test('nothing covers why the camera is needed', async () => {
    await using opened = await open({}, { viewport });
    await expect.poll(() => clear(opened.page, /We need your camera/)).toBe(true);
    await expect.poll(() => clear(opened.page, 'Allow camera and microphone')).toBe(true);
  });

  test('nothing covers the recording after the broadcast', async () => {
    await using opened = await open(onAir, { viewport });
    const { page, site } = opened;
    site.broadcasts = [broadcast({ cloudflare: 'ready', mux: 'ready' })];
    await press(page, 'End');
    await press(page, 'End broadcast');
    await shows(page, 'Your recording is ready.');
    await expect.poll(() => clear(page, 'Play the recording')).toBe(true);
    await expect.poll(() => clear(page, 'Go live again')).toBe(true);
  });
});
