// Rooms: pages follow a stream by its room where there is one, and poll ever more rarely where there is not.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Rung } from '../../../web/src/api-schema.ts';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { eventually } from '../support/publisher.ts';
import { putSample } from '../support/sample.ts';
import { goLive, press } from '../support/screens.ts';
import type { Screen } from '../support/screens.ts';
import { moves, phone, position, shows } from '../support/seen.ts';
import { broadcast, ownerToken, problem, stream, streamId } from '../support/site.ts';
import type { Site } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const watchPath = `/watch/${streamId}`;
const livePath = `/live/${streamId}#invite=an-invite`;
const playbackPath = `/api/streams/${streamId}/playback`;
const statusPath = `/api/streams/${streamId}/status`;
const processing = /If there is a recording, it will play here/;
const second = 1000;
const minute = 60 * second;

const withRooms = (site: Site) => void (site.rooms.exists = true);
const watch = (screen: Partial<Screen> = {}): Promise<Opened> =>
  openScreen(browser, { name: 'watch', path: watchPath, shows: 'Not live yet', ...screen });
const manage = (screen: Partial<Screen> = {}): Promise<Opened> =>
  openScreen(browser, {
    name: 'manage',
    path: `/#token=${ownerToken}`,
    shows: 'Service for Anna Berg',
    ...screen,
  });
const live = (screen: Partial<Screen> = {}): Promise<Opened> =>
  openScreen(browser, { name: 'live', path: livePath, shows: 'You’re about to go live', ...screen }, phone);

const rung = (kind: Rung['kind'], url: string): Rung => ({ kind, source: 'cloudflare', url });

const turn = (page: Page, state: 'hidden' | 'visible') =>
  page.evaluate((visibilityState) => {
    Object.defineProperty(document, 'visibilityState', { value: visibilityState, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);

/** Closes the rooms. The page has noticed it before its clock goes on. */
async function closeRooms({ site, clock }: Opened, code: number): Promise<void> {
  site.rooms.close(code);
  await clock.socketsClosed();
}

/** How many requests a page sends while its clock advances. */
async function sentIn(site: Site, path: string, passing: () => Promise<void>): Promise<number> {
  const before = site.of('GET', path).length;
  await passing();
  return site.of('GET', path).length - before;
}

describe('a viewer’s page', () => {
  test('shows the present state and each change that its room tells, without a request', async () => {
    await using opened = await watch({ arrange: withRooms, clock: true });
    const { page, site, clock } = opened;
    await clock.resume();
    site.playback = { ...site.playback, status: 'live', ladder: [rung('hls', await putSample(site))] };
    site.rooms.tell();
    await shows(page, /a few seconds of delay/);
    await moves(page);
    site.playback = { ...site.playback, status: 'processing', ladder: [] };
    site.rooms.tell();
    await shows(page, processing);
    site.playback = {
      ...site.playback,
      status: 'completed',
      ladder: [rung('recording', await putSample(site))],
    };
    site.rooms.tell();
    await shows(page, /00:0\d \/ 00:08/);
    expect(site.of('GET', playbackPath)).toEqual([]);
    expect(site.rooms.guests.map(({ role, protocols }) => ({ role, protocols }))).toEqual([
      { role: 'viewer', protocols: ['whip-mux'] },
    ]);
    expect(opened.complaints).toEqual([]);
  });

  test('is the same viewer after a reload, and another one in another tab', async () => {
    await using opened = await watch({ arrange: withRooms });
    const { page, site } = opened;
    await page.reload();
    await eventually(() => site.rooms.guests.length === 2);
    const tab = await page.context().newPage();
    await tab.goto(site.origin + watchPath);
    await eventually(() => site.rooms.guests.length === 3);
    const [first, reloaded, other] = site.rooms.guests.map(({ viewer }) => viewer);
    expect(first).toMatch(/^[\w-]{16,64}$/);
    expect(reloaded).toBe(first);
    expect(other).not.toBe(first);
  });

  const payload = (issued: number) =>
    Buffer.from(JSON.stringify({ sub: 'a-video', iat: issued })).toString('base64url');
  const signed = (url: string, issued: number) => `${url}?token=eyJhbGciOiJSUzI1NiJ9.${payload(issued)}.c2ln`;

  const player = 'https://customer-x.cloudflarestream.com';

  test('of a private stream keeps the provider’s player when only the tokens are new', async () => {
    await using opened = await watch({
      arrange: (site) => {
        withRooms(site);
        const url = signed(`${player}/a-video/iframe`, 1);
        site.playback = { ...site.playback, status: 'completed', ladder: [rung('iframe', url)] };
      },
      act: (page) => page.locator('iframe').waitFor({ timeout: 20_000 }),
      shows: '',
    });
    const { page, site } = opened;
    const frame = page.locator('iframe');
    const source = await frame.getAttribute('src');
    expect(source).toBe(site.playback.ladder[0]?.url);
    const told = (title: string, url: string) => {
      site.playback = { ...site.playback, title, ladder: [rung('iframe', url)] };
      site.rooms.tell();
      return eventually(async () => (await page.title()).startsWith(title));
    };
    await told('Told again', signed(`${player}/a-video/iframe`, 2));
    expect(await frame.getAttribute('src')).toBe(source);
    const other = signed(`${player}/another/iframe`, 2);
    await told('Told once more', other);
    expect(await frame.getAttribute('src')).toBe(other);
  });

  test('of a private stream shows its invitation and plays on when only the tokens are new', async () => {
    await using opened = await watch({
      path: `${watchPath}#invite=a-ticket`,
      arrange: async (site) => {
        withRooms(site);
        const url = signed(await putSample(site), 1);
        site.playback = { ...site.playback, status: 'completed', ladder: [rung('recording', url)] };
      },
      act: (page) => moves(page).then(() => undefined),
      shows: 'Recording',
    });
    const { page, site } = opened;
    expect(site.rooms.guests[0]?.protocols).toEqual(['whip-mux', 'bearer.a-ticket']);
    const loaded: string[] = [];
    page.on('request', (request) => loaded.push(request.url()));
    const before = await position(page);
    const url = signed(await putSample(site), 2);
    // The title shows that the message has arrived.
    site.playback = { ...site.playback, title: 'Told again', ladder: [rung('recording', url)] };
    site.rooms.tell();
    await shows(page, 'Told again');
    await moves(page, undefined, before);
    expect(loaded.filter((each) => each.includes('.m3u8'))).toEqual([]);
  });

  test('keeps what the room told when an older answer arrives later', async () => {
    await using opened = await watch({
      arrange: (site) => {
        withRooms(site);
        site.rooms.mute = true;
        site.script(`GET ${playbackPath}`, { body: site.playback, delay: 1500 });
      },
      shows: 'Loading…',
    });
    const { page, site } = opened;
    const answered = page.waitForResponse((response) => response.url().endsWith('/playback'));
    await eventually(() => site.of('GET', playbackPath).length === 1);
    site.rooms.mute = false;
    site.playback = { ...site.playback, status: 'processing' };
    site.rooms.tell();
    await shows(page, processing);
    await (await answered).finished();
    await page.evaluate(() => new Promise((done) => setTimeout(done)));
    expect(await page.getByText(processing).isVisible()).toBe(true);
  });

  test.each([
    [4404, 'Broadcast not found', problem(404, 'no-such-stream', 'x', 'x')],
    [4401, 'This broadcast is private', problem(401, 'invite-refused', 'x', 'x')],
  ])(
    'asks soon by HTTP when the room closes with %d, shows “%s”, and asks once more',
    async (code, text, answer) => {
      await using opened = await watch({ arrange: withRooms, clock: true });
      const { page, site, clock } = opened;
      site.script(`GET ${playbackPath}`, answer);
      site.rooms.exists = false;
      await closeRooms(opened, code);
      await clock.pass(3 * second, second);
      await shows(page, text);
      expect(site.of('GET', playbackPath)).toHaveLength(1);
      site.script(`GET ${playbackPath}`, answer);
      await clock.pass(3 * minute, 5 * second);
      expect(site.of('GET', playbackPath)).toHaveLength(2);
      expect(site.rooms.refused).toBe(0);
    },
  );

  test('tries again to play what failed, also without news', async () => {
    await using opened = await watch({
      arrange: (site) => {
        withRooms(site);
        const ladder = [rung('hls', `${site.origin}/api/broken.m3u8`)];
        site.playback = { ...site.playback, status: 'live', ladder };
      },
      clock: true,
      shows: 'This video can’t be played here',
    });
    const { page, site, clock } = opened;
    await clock.resume();
    const tried = site.of('GET', '/api/broken.m3u8').length;
    await eventually(() => site.of('GET', '/api/broken.m3u8').length > tried);
    await putSample(site);
    site.script('GET /api/broken.m3u8', { status: 302, headers: { Location: '/sample/video.m3u8' } });
    await moves(page);
    expect(site.of('GET', playbackPath)).toEqual([]);
  });

  test('asks for new addresses when those of a quarter of an hour ago fail', async () => {
    await using opened = await watch({
      arrange: (site) => {
        withRooms(site);
        const ladder = [rung('recording', `${site.origin}/api/expired.m3u8`)];
        site.playback = { ...site.playback, status: 'completed', ladder };
      },
      clock: true,
      shows: 'This video can’t be played here',
    });
    const { page, site, clock } = opened;
    await clock.resume();
    site.playback = { ...site.playback, ladder: [rung('recording', await putSample(site))] };
    expect(site.of('GET', playbackPath)).toEqual([]);
    await page.clock.fastForward(16 * minute);
    await eventually(() => site.of('GET', playbackPath).length > 0);
    await moves(page);
    expect(site.of('GET', playbackPath)).toHaveLength(1);
  });
});

describe('the connection', () => {
  test('says ping every 30 seconds, and is made anew after 75 seconds of silence', async () => {
    await using opened = await watch({ arrange: withRooms, clock: true });
    const { site, clock } = opened;
    await clock.pass(5 * minute);
    expect(site.rooms.guests[0]?.heard.length).toBeGreaterThanOrEqual(9);
    expect(new Set(site.rooms.guests[0]?.heard)).toEqual(new Set(['ping']));
    expect(site.rooms.guests).toHaveLength(1);
    expect(site.of('GET', playbackPath)).toEqual([]);
    for (const guest of site.rooms.here) guest.deaf = true;
    // The last pong was up to 30 seconds ago.
    await clock.pass(44 * second);
    expect(site.rooms.guests).toHaveLength(1);
    await clock.pass(42 * second);
    await eventually(() => site.rooms.guests.length === 2);
    await eventually(() => site.rooms.here.length === 1);
    expect(site.rooms.here).toEqual([site.rooms.guests[1]]);
  });

  test.each([1001, 1006, 1012])('comes back by itself within ten seconds after %d', async (code) => {
    await using opened = await watch({ arrange: withRooms, clock: true });
    const { page, site, clock } = opened;
    await closeRooms(opened, code);
    site.playback = { ...site.playback, status: 'processing' };
    await clock.pass(12 * second);
    await shows(page, processing);
    expect(site.rooms.guests).toHaveLength(2);
    expect(site.of('GET', playbackPath)).toEqual([]);
  });

  test('is replaced by polling while there is no room, and replaces it again', async () => {
    await using opened = await watch({ arrange: withRooms, clock: true });
    const { page, site, clock } = opened;
    site.rooms.exists = false;
    await closeRooms(opened, 1006);
    await clock.pass(20 * second);
    site.playback = { ...site.playback, status: 'processing' };
    await clock.pass(20 * second);
    await shows(page, processing);
    expect(site.of('GET', playbackPath).length).toBeGreaterThan(2);
    site.rooms.exists = true;
    await clock.pass(3 * minute);
    expect(site.rooms.here).toHaveLength(1);
    expect(await sentIn(site, playbackPath, () => clock.pass(3 * minute))).toBe(0);
    site.playback = { ...site.playback, status: 'ready' };
    site.rooms.tell();
    await shows(page, 'Not live yet');
  });

  test('is tried twice, then every five minutes, where it does not exist', async () => {
    await using opened = await watch({ clock: true });
    const { site, clock } = opened;
    await clock.pass(20 * second);
    expect(site.rooms.refused).toBe(2);
    await clock.pass(3.5 * minute, 5 * second);
    expect(site.rooms.refused).toBe(2);
    await clock.pass(3 * minute, 5 * second);
    expect(site.rooms.refused).toBe(3);
    site.rooms.exists = true;
    await clock.pass(7 * minute, 5 * second);
    expect(site.rooms.here).toHaveLength(1);
    expect(await sentIn(site, playbackPath, () => clock.pass(2 * minute))).toBe(0);
  });

  test('waits until the browser is online', async () => {
    await using opened = await watch({ arrange: withRooms, clock: true });
    const { page, site, clock } = opened;
    await page.context().setOffline(true);
    site.rooms.close(1006);
    await eventually(() => page.evaluate(() => !navigator.onLine));
    await clock.pass(5 * minute, 5 * second);
    expect(site.rooms.guests).toHaveLength(1);
    await page.context().setOffline(false);
    await eventually(() => site.rooms.here.length === 1);
    expect(site.of('GET', playbackPath)).toEqual([]);
  });

  test('is left to polling by a browser without WebSocket', async () => {
    await using opened = await watch({
      arrange: withRooms,
      before: () => {
        delete (window as { WebSocket?: unknown }).WebSocket;
      },
    });
    const { page, site } = opened;
    site.playback = { ...site.playback, status: 'processing' };
    await shows(page, processing);
    expect(site.rooms.guests).toEqual([]);
    expect(opened.complaints).toEqual([]);
  });
});

describe('polling', () => {
  test('slows down while nothing changes, and is fast again after a change', async () => {
    await using opened = await watch({ clock: true });
    const { page, site, clock } = opened;
    const sent = (time: number) => sentIn(site, playbackPath, () => clock.pass(time));
    const early = await sent(minute);
    expect(early).toBeGreaterThanOrEqual(14);
    expect(early).toBeLessThanOrEqual(15);
    await clock.pass(3 * minute);
    const later = await sent(minute);
    expect(later).toBeGreaterThanOrEqual(5);
    expect(later).toBeLessThanOrEqual(9);
    await clock.pass(5 * minute);
    expect(await sent(minute)).toBe(4);
    site.playback = { ...site.playback, status: 'processing' };
    await clock.pass(16 * second);
    await shows(page, processing);
    expect(await sent(minute)).toBeGreaterThanOrEqual(14);
  });

  test('slows down for a private stream, whose tokens are new in each answer', async () => {
    await using opened = await watch({ path: `${watchPath}#invite=a-ticket`, clock: true });
    const { page, site, clock } = opened;
    let sent = 0;
    await page.route(/\/playback$/, (route) => {
      sent += 1;
      const token = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from(`{"iat":${sent}}`).toString('base64url')}.c2ln`;
      const ladder = [rung('hls', `${site.origin}/sample/video.m3u8?token=${token}`)];
      return route.fulfill({ json: { ...site.playback, ladder } });
    });
    await clock.pass(10 * minute);
    sent = 0;
    await clock.pass(minute);
    expect(sent).toBe(4);
  });

  test('is once a minute for a broadcast that was over before', async () => {
    await using opened = await watch({
      arrange: (site) => void (site.playback = { ...site.playback, status: 'completed' }),
      clock: true,
      shows: 'There’s no recording.',
    });
    const { site, clock } = opened;
    const sent = await sentIn(site, playbackPath, () => clock.pass(10 * minute, 5 * second));
    expect(sent).toBeGreaterThanOrEqual(9);
    expect(sent).toBeLessThanOrEqual(10);
  });

  test('stops while the page is hidden, and asks at once when it is shown', async () => {
    await using opened = await watch({ clock: true });
    const { page, site, clock } = opened;
    await turn(page, 'hidden');
    expect(await sentIn(site, playbackPath, () => clock.pass(10 * minute, 5 * second))).toBe(0);
    site.playback = { ...site.playback, status: 'processing' };
    await turn(page, 'visible');
    await shows(page, processing);
  });
});

describe('a hidden page', () => {
  test('keeps its room', async () => {
    await using opened = await watch({ arrange: withRooms, clock: true });
    const { page, site, clock } = opened;
    await turn(page, 'hidden');
    await clock.pass(5 * minute, 5 * second);
    site.playback = { ...site.playback, status: 'processing' };
    site.rooms.tell();
    await shows(page, processing);
    expect(site.rooms.guests).toHaveLength(1);
    expect(site.of('GET', playbackPath)).toEqual([]);
  });

  test('returns to its room at once when it is shown after a sleep', async () => {
    await using opened = await watch({ arrange: withRooms, clock: true });
    const { page, site } = opened;
    await closeRooms(opened, 1001);
    await turn(page, 'hidden');
    await turn(page, 'visible');
    await eventually(() => site.rooms.here.length === 1);
  });
});

describe('a publisher’s page', () => {
  const watching = (page: Page, count: number) => page.getByText(`${count} watching`, { exact: true });

  test('reports how fast it sends while an owner looks, and only then', async () => {
    await using opened = await live({ arrange: withRooms, act: goLive, shows: 'LIVE' });
    const { site } = opened;
    const told = () => site.rooms.guests[0]?.heard.filter((text) => text !== 'ping') ?? [];
    await opened.page.getByText(/[kM]bit\/s/).waitFor();
    expect(told()).toEqual([]);
    site.rooms.audience.owners = 1;
    site.rooms.count(3, 3);
    await eventually(() => told().length === 1);
    const { report } = JSON.parse(told()[0] ?? '') as { report: Record<string, number> };
    expect(report.kilobitsPerSecond).toBeGreaterThan(0);
    expect(report.framesPerSecond).toBeGreaterThan(0);
    expect(site.rooms.here).toHaveLength(1);
  });

  test('shows how many watch while live, and nothing when it is not known', async () => {
    await using opened = await live({ arrange: withRooms });
    const { page, site } = opened;
    expect(site.rooms.guests.map(({ role, protocols }) => ({ role, protocols }))).toEqual([
      { role: 'publisher', protocols: ['whip-mux', 'bearer.an-invite'] },
    ]);
    site.rooms.count(7, 7);
    await press(page, 'Allow camera and microphone');
    await page.getByRole('button', { name: 'Go live' }).waitFor();
    expect(await watching(page, 7).count()).toBe(0);
    await press(page, 'Go live');
    await watching(page, 7).waitFor();
    site.rooms.count(1200, 1200);
    await page.getByText('1,200 watching', { exact: true }).waitFor();
    // Screen readers read it, but do not announce each change.
    expect(await page.locator('[role=status], [role=alert], [aria-live]').allInnerTexts()).not.toContainEqual(
      expect.stringContaining('watching'),
    );
    site.rooms.exists = false;
    site.rooms.close(1006);
    await page.getByText(/watching/).waitFor({ state: 'detached' });
    await shows(page, /^LIVE$/);
    expect(opened.complaints).toEqual([]);
  });

  test('follows the recordings, for which it asks when the room has news', async () => {
    await using opened = await live({ arrange: withRooms });
    const { page, site } = opened;
    await goLive(page);
    site.streams = [stream({ status: 'live' })];
    site.broadcasts = [broadcast({ cloudflare: 'processing' })];
    site.rooms.tell();
    await shows(page, 'Cloudflare: recording');
    site.streams = [
      stream({
        status: 'live',
        warnings: [{ code: 'recording_not_started', detail: 'Nothing is recorded.' }],
      }),
    ];
    site.rooms.tell();
    await shows(page, 'This broadcast is not being recorded');
    await press(page, 'End');
    await press(page, 'End broadcast');
    site.streams = [stream({ status: 'completed' })];
    site.broadcasts = [broadcast({ cloudflare: 'ready', mux: 'processing' })];
    site.rooms.tell();
    await shows(page, 'Your recording is ready.');
  });

  test('asks for the recordings with each message, and once more when reads are no longer old', async () => {
    await using opened = await live({ arrange: withRooms, clock: true });
    const { site, clock } = opened;
    const recordings = `/api/streams/${streamId}/recordings`;
    await eventually(() => site.of('GET', recordings).length === 1);
    await clock.pass(5 * minute);
    expect(site.of('GET', recordings)).toHaveLength(2);
    expect(site.of('GET', statusPath)).toEqual([]);
  });

  test('keeps asking while live and hidden', async () => {
    await using opened = await live({ act: goLive, shows: 'LIVE' });
    const { page, site } = opened;
    await turn(page, 'hidden');
    const asked = site.of('GET', statusPath).length;
    await eventually(() => site.of('GET', statusPath).length > asked + 1);
  });

  test('shows that the invitation was cancelled when its room closes', async () => {
    await using opened = await live({ arrange: withRooms });
    const { page, site } = opened;
    site.script(`GET ${statusPath}`, problem(401, 'invite-refused', 'Refused', 'Ask.'));
    site.rooms.exists = false;
    site.rooms.close(4401);
    await shows(page, 'This invitation was cancelled');
  });

  test('stays live when the invitation is revoked', async () => {
    await using opened = await live({ arrange: withRooms, act: goLive, shows: 'LIVE' });
    const { page, site } = opened;
    site.script(`GET ${statusPath}`, problem(401, 'invite-refused', 'Refused', 'Ask.'));
    const asked = site.of('GET', statusPath).length;
    site.rooms.close(4401);
    await eventually(() => site.of('GET', statusPath).length > asked);
    const { packets } = site.whip;
    await eventually(() => site.whip.packets > packets + 10);
    await shows(page, /^LIVE$/);
  });
});

describe('an owner’s page', () => {
  const isLive = (site: Site) => {
    withRooms(site);
    site.streams = [stream({ status: 'live' })];
    site.rooms.audience = { viewers: 12, peakViewers: 31, owners: 1 };
  };

  test('shows on the card how many watch, and how many did', async () => {
    await using opened = await manage({ arrange: isLive, shows: '12 watching, at most 31' });
    const { page, site } = opened;
    expect(site.rooms.guests.map(({ role, protocols }) => ({ role, protocols }))).toEqual([
      { role: 'owner', protocols: ['whip-mux', `bearer.${ownerToken}`] },
    ]);
    site.rooms.count(9, 40);
    await shows(page, '9 watching, at most 40');
    site.streams = [stream({ status: 'completed' })];
    site.rooms.tell();
    await shows(page, 'Ended');
    await shows(page, 'At most 40 watching');
    // A stream that is over needs no room.
    await eventually(() => site.rooms.here.length === 0);
  });

  test('shows what is on air, who publishes it and how fast', async () => {
    await using opened = await manage({
      arrange: (site) => {
        isLive(site);
        const ladder = [{ kind: 'hls' as const, source: 'mux' as const, url: `${site.origin}/mux.m3u8` }];
        site.playback = {
          ...site.playback,
          status: 'live',
          poster: `${site.origin}/icon-192.png`,
          ladder,
        };
        const at = new Date().toISOString();
        site.activity = [
          { at, kind: 'warning', source: 'mux', by: null, detail: 'Low' },
          { at, kind: 'live', source: 'phone', by: 'Maria', detail: null },
        ];
      },
      shows: 'Maria is publishing',
    });
    const { page, site } = opened;
    await page.getByRole('img', { name: 'What is on air in “Service for Anna Berg”' }).waitFor();
    for (const rate of [2400, 2600]) site.rooms.report(rate, 30);
    await shows(page, '2.6 Mbit/s');
    await shows(page, '30 frames a second');
    const points = () => page.locator('polyline').first().getAttribute('points');
    await expect.poll(async () => (await points())?.split(' ')).toHaveLength(2);
    // What a broadcast before reported says nothing of the next.
    site.streams = [stream({ status: 'completed' })];
    site.rooms.tell();
    await page.getByText('2.6 Mbit/s').waitFor({ state: 'detached' });
    expect(opened.complaints).toEqual([]);
  });

  test('shows no picture where only the start of a recording is known', async () => {
    await using opened = await manage({
      arrange: (site) => {
        isLive(site);
        site.playback = { ...site.playback, status: 'live', poster: `${site.origin}/icon-192.png` };
      },
    });
    const { page, site } = opened;
    site.rooms.report(900, 12);
    await shows(page, '0.9 Mbit/s');
    expect(await page.getByRole('img', { name: /on air/ }).count()).toBe(0);
  });

  test('offers the session cookie alone when it has no token', async () => {
    await using opened = await manage({ path: '/', arrange: isLive });
    await eventually(() => opened.site.rooms.guests.length === 1);
    expect(opened.site.rooms.guests[0]?.protocols).toEqual(['whip-mux']);
  });

  test('shows what a room tells of a card whose details are closed', async () => {
    await using opened = await manage({ arrange: withRooms });
    const { page, site } = opened;
    await eventually(() => site.rooms.here.length === 1);
    site.streams = [stream({ title: 'Renamed' })];
    site.rooms.tell();
    await page.getByRole('heading', { name: 'Renamed' }).waitFor();
    expect(site.of('GET', `/api/streams/${streamId}`)).toEqual([]);
  });

  test('leaves the room of a stream that is over before the list says so', async () => {
    await using opened = await manage({
      arrange: (site) => {
        withRooms(site);
        site.script('GET /api/streams', { body: { streams: [stream()], nextCursor: null } });
        site.streams = [stream({ status: 'completed' })];
      },
      shows: 'Ended',
    });
    const { page, site } = opened;
    await eventually(() => site.rooms.here.length === 0);
    // Each list that is still wrong costs one visit.
    const listed = site.of('GET', '/api/streams').length;
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await eventually(() => site.of('GET', '/api/streams').length > listed);
    await eventually(() => site.rooms.guests.length > 1);
    await shows(page, 'Ended');
    site.script('GET /api/streams', undefined);
    const visits = site.rooms.guests.length;
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await eventually(() => site.of('GET', '/api/streams').length > listed + 1);
    await shows(page, 'Ended');
    expect(visits).toBe(2);
    expect(site.rooms.guests).toHaveLength(2);
  });

  test('believes its room more than a read that may be old', async () => {
    await using opened = await manage({ arrange: withRooms });
    const { page, site } = opened;
    const route = `/api/streams/${streamId}`;
    await eventually(() => site.rooms.here.length === 1);
    site.script(`GET ${route}`, { body: stream() });
    site.streams = [stream({ status: 'live' })];
    site.rooms.tell();
    await shows(page, 'Live');
    await press(page, /^Details/);
    await eventually(() => site.of('GET', `${route}/recordings`).length > 0);
    expect(site.of('GET', route)).toHaveLength(1);
    expect(await page.locator('.status').innerText()).toBe('Live');
  });

  test('opens at most ten rooms, for live streams first and for none that is over', async () => {
    const id = (index: number) => `7zy1kq3m9v0c8r5t2w4x6abc${String(index).padStart(2, '0')}`;
    await using opened = await manage({
      arrange: (site) => {
        withRooms(site);
        site.streams = Array.from({ length: 14 }, (_, index) =>
          stream({ id: id(index), status: index === 13 ? 'live' : index === 0 ? 'completed' : 'ready' }),
        );
      },
    });
    const { page, site } = opened;
    await eventually(() => site.rooms.here.length === 10);
    // The list is read again, and no card changes its room.
    const listed = site.of('GET', '/api/streams').length;
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await eventually(() => site.of('GET', '/api/streams').length > listed);
    expect(site.rooms.guests.map((guest) => guest.id).sort()).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 13].map(id).sort(),
    );
  });

  test('removes a card whose stream was deleted elsewhere', async () => {
    await using opened = await manage({ arrange: withRooms });
    const { page, site } = opened;
    await eventually(() => site.rooms.here.length === 1);
    site.streams = [];
    site.rooms.close(4404);
    await shows(page, 'Create your first stream');
  });
});
