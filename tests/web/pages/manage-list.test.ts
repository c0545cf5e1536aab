// The owner's list: what comes first, what is found, what is kept while the page changes, and what cards offer.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { activity, hostEvents, press } from '../support/screens.ts';
import type { Screen } from '../support/screens.ts';
import { shows } from '../support/seen.ts';
import { broadcast, ownerToken, problem, recorded, stream, streamId } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const path = `/#token=${ownerToken}`;
const open = (screen: Partial<Screen> = {}): Promise<Opened> =>
  openScreen(browser, { name: 'manage', path, shows: 'Service for Anna Berg', ...screen });

const numbered = (index: number, title: string, status: 'ready' | 'live' | 'completed' = 'ready') =>
  stream({ id: `7zy1kq3m9v0c8r5t2w4x6abc${String(index).padStart(2, '0')}`, title, status });
const titles = (page: Page) => page.locator('article h2').allInnerTexts();
const askAgain = (page: Page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
const available = (which: 'cloudflare' | 'mux') => {
  const { recordingSources: sources } = stream();
  return { ...sources, [which]: { ...sources[which], available: true } };
};

describe('the list', () => {
  test('shows live streams first, also those of later pages', async () => {
    await using opened = await open({
      arrange: (site) => {
        const streams = [numbered(1, 'Newest'), numbered(2, 'On air now', 'live'), numbered(3, 'Third')];
        site.script('GET /api/streams', { body: { streams, nextCursor: 'more' } });
      },
      before: () => {
        const { fetch } = window;
        const far = 'status=live';
        let live: { id: string; title: string }[] = [];
        window.fetch = async (input, options) => {
          // Each card of a live stream asks for that stream and its recordings.
          const own = live.find(({ id }) => String(input).includes(id));
          if (own) return new Response(JSON.stringify({ ...own, broadcasts: [] }));
          const answer = await fetch(input, options);
          if (!String(input).includes(far)) return answer;
          const [, newer] = ((await answer.json()) as { streams: typeof live }).streams;
          if (newer) live = [newer, { ...newer, id: '7zy1kq3m9v0c8r5t2w4x6abc99', title: 'Old and live' }];
          return new Response(JSON.stringify({ streams: live, nextCursor: null }), answer);
        };
      },
      shows: 'Old and live',
    });
    await expect.poll(() => titles(opened.page)).toEqual(['On air now', 'Old and live', 'Newest', 'Third']);
  });

  test('is searched by title and by status, through all pages', async () => {
    await using opened = await open({
      arrange: (site) => {
        const streams = [numbered(1, 'Spring concert'), numbered(2, 'Summer service', 'completed')];
        site.script('GET /api/streams', { body: { streams, nextCursor: 'more' } });
      },
      shows: 'Spring concert',
    });
    const { page } = opened;
    await page.route(/limit=100&?(cursor=more)?$/, (route) =>
      route.fulfill({ json: { streams: [numbered(3, 'Winter CONCERT')], nextCursor: null } }),
    );
    await page.getByLabel('Search by title').fill('concert');
    await expect.poll(() => titles(page)).toEqual(['Spring concert', 'Winter CONCERT']);
    await expect.poll(() => page.getByRole('status').allInnerTexts()).toContain('2 streams found.');
    expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
    await page.getByLabel('Search by title').fill('');
    await page.getByLabel('Status').selectOption('Ended');
    await expect.poll(() => titles(page)).toEqual(['Summer service']);
    await page.getByLabel('Search by title').fill('nowhere');
    await shows(page, 'No streams match.');
  });

  test('keeps an open dialog, what was typed and the focus while the order changes', async () => {
    await using opened = await open({
      arrange: (site) => void (site.streams = [numbered(1, 'First'), numbered(2, 'Second')]),
      shows: 'Second',
    });
    const { page, site } = opened;
    await page.locator('article').nth(1).getByRole('button', { name: 'Invite' }).click();
    await page.getByLabel('Name').fill('Anna’s ph');
    site.streams = [numbered(1, 'First'), numbered(2, 'Second', 'live')];
    await askAgain(page);
    await expect.poll(() => titles(page)).toEqual(['Second', 'First']);
    await page.keyboard.type('one');
    expect(await page.getByLabel('Name').inputValue()).toBe('Anna’s phone');
  });

  test('says that the browser is offline, and that it is online again', async () => {
    await using opened = await open();
    const { page } = opened;
    await page.context().setOffline(true);
    await shows(page, 'You’re offline');
    await page.context().setOffline(false);
    await page.getByText('You’re offline').waitFor({ state: 'detached' });
  });

  test('stays when the session has expired, with what was typed into a form, and so does the form', async () => {
    await using opened = await open();
    const { page, site } = opened;
    const expired = problem(401, 'unauthenticated', 'No token', 'Sign in.');
    await press(page, 'New stream');
    await page.getByLabel('Title').fill('Spring concert');
    await page.getByRole('radio', { name: /^OBS/ }).check();
    for (const route of ['GET /api/streams', 'POST /api/streams']) site.script(route, expired);
    await askAgain(page);
    await shows(page, 'Your session has expired');
    await press(page, 'Create stream');
    await expect.poll(() => page.getByRole('dialog').getByText('Your session has expired').count()).toBe(1);
    expect(await page.getByLabel('Title').inputValue()).toBe('Spring concert');
    await shows(page, 'Service for Anna Berg');
    // Signed in again in the same tab.
    for (const route of ['GET /api/streams', 'POST /api/streams']) site.script(route, undefined);
    await page.goto('about:blank');
    await page.goto(`${site.origin}/#token=another-token`);
    await expect.poll(() => page.getByLabel('Title').inputValue()).toBe('Spring concert');
    expect(await page.getByRole('radio', { name: /^OBS/ }).isChecked()).toBe(true);
    await press(page, 'Create stream');
    await shows(page, 'Stream created.');
    await page.reload();
    await shows(page, 'Service for Anna Berg');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});

describe('a card', () => {
  test('opens pages in new tabs that know who is signed in', async () => {
    await using opened = await open();
    const { page } = opened;
    const tab = page.context().waitForEvent('page');
    await page.getByRole('link', { name: 'Go live' }).click({ modifiers: ['ControlOrMeta'] });
    await shows(await tab, 'You’re about to go live');
    const other = page.context().waitForEvent('page');
    await page.getByRole('link', { name: 'Go live' }).click({ button: 'middle' });
    await shows(await other, 'You’re about to go live');
    const asked = opened.site.of('GET', `/api/streams/${streamId}/status`);
    expect(asked.every(({ headers }) => headers['authorization'] === `Bearer ${ownerToken}`)).toBe(true);
  });

  test('leads with the recording once there is one, and offers nothing that an ended stream refuses', async () => {
    await using opened = await open({
      arrange: (site) => {
        const endedAt = '2026-11-20T10:00:00.000Z';
        site.streams = [stream({ status: 'completed', endedAt, recordingSources: available('mux') })];
      },
      shows: 'Ended',
    });
    const { page } = opened;
    const card = page.locator('article');
    await expect.poll(() => card.getByRole('link').first().innerText()).toBe('Play recording');
    expect(await card.getByRole('link', { name: 'Go live' }).count()).toBe(0);
    expect(await card.getByRole('button', { name: 'Invite' }).count()).toBe(0);
    await press(page, /^Details/);
    await page.getByRole('button', { name: 'Delete stream' }).waitFor();
    expect(await card.getByRole('button', { name: 'End stream' }).count()).toBe(0);
  });

  test('of a live stream leads with watching it', async () => {
    await using opened = await open({
      arrange: (site) => void (site.streams = [stream({ status: 'live' })]),
    });
    const first = opened.page.locator('article').getByRole('link').first();
    await expect.poll(() => first.innerText()).toBe('Watch');
  });

  test('of a private stream for OBS says that it is private, and invites to watch', async () => {
    await using opened = await open({
      arrange: (site) => {
        site.streams = [stream({ visibility: 'private', streamingMethod: 'obs' })];
      },
    });
    const { page } = opened;
    await shows(page, 'Private');
    await press(page, 'Invite');
    await shows(page, /Anyone with the link can watch/);
    await press(page, 'Create link');
    await shows(page, /Send this link to your viewer|Scan it/);
    const [{ body = '' } = {}] = opened.site.of('POST', `/api/streams/${streamId}/invites`);
    expect(JSON.parse(body)).toEqual({ expiresIn: 86400, purpose: 'watch' });
  });

  test('lists every broadcast, newest first, each with its state and its own player', async () => {
    await using opened = await open({
      arrange: (site) => {
        site.streams = [stream({ status: 'completed', recordingSources: available('cloudflare') })];
        site.broadcasts = [
          recorded('2026-11-21T10:00:00.000Z', `${site.origin}/newer.m3u8`),
          recorded('2026-11-20T10:00:00.000Z', `${site.origin}/older.m3u8`),
          broadcast({ cloudflare: 'failed' }, '2026-11-19T10:00:00.000Z'),
        ];
      },
    });
    const { page } = opened;
    await press(page, /^Details/);
    const section = page
      .locator('section')
      .filter({ has: page.getByRole('heading', { name: 'Recordings' }) });
    await expect
      .poll(() => section.locator('li b').filter({ hasText: /Nov/ }).allInnerTexts())
      .toHaveLength(3);
    const links = section.getByRole('link', { name: /^Play/ });
    await expect
      .poll(() => links.evaluateAll((all) => all.map((each) => each.getAttribute('href'))))
      .toEqual([
        `/watch/${streamId}?broadcast=2026-11-21T10%3A00%3A00.000Z`,
        `/watch/${streamId}?broadcast=2026-11-20T10%3A00%3A00.000Z`,
      ]);
    await shows(page, 'Cloudflare: failed');
    await shows(page, /30 minutes and 32 seconds/);
  });

  test('does not take an earlier recording for that of the broadcast that is live', async () => {
    await using opened = await open({
      arrange: (site) => {
        site.streams = [stream({ status: 'live', recordingSources: available('cloudflare') })];
        site.broadcasts = [broadcast({ cloudflare: 'ready', mux: 'ready' }, '2026-11-20T10:00:00.000Z')];
      },
    });
    await shows(opened.page, 'Cloudflare: starting…');
    await shows(opened.page, 'Mux: starting…');
  });
});

describe('activity', () => {
  const entries = (page: Page) => page.getByRole('dialog').locator('li p').allInnerTexts();

  test('tells what happened and who did it, newest first, and leaves out what it has no words for', async () => {
    await using opening = await open({ arrange: (site) => void (site.activity = activity) });
    const { page, site } = opening;
    await press(page, /^Details/);
    await press(page, 'Activity');
    await shows(page, 'Entries are kept for 30 days.');
    await expect
      .poll(() => entries(page))
      .toEqual([
        'Recording failed on Mux (invalid_input)',
        'Recording ready on Cloudflare',
        'Stream ended by erik@example.org',
        'The phone stopped',
        'The phone reconnected by Anna’s phone',
        'Cloudflare is no longer receiving it',
        'Mux is receiving the broadcast',
        'Went live by Anna’s phone',
        'Invited “Anna’s phone” by erik@example.org',
        'Stream created by erik@example.org',
      ]);
    expect(site.of('GET', `/api/streams/${streamId}/activity`)).toHaveLength(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });

  test('shows what your site was told where there is one, and sends it again', async () => {
    await using opening = await open({
      arrange: (site) => {
        site.activity = activity;
        site.events = hostEvents;
      },
    });
    const { page, site } = opening;
    await press(page, /^Details/);
    await press(page, 'Activity');
    const told = page.getByRole('region', { name: 'Notifications to your site' });
    await expect
      .poll(() => told.locator('b').allInnerTexts())
      .toEqual(['Recording ready, Cloudflare', 'Warning', 'Broadcast ended', 'Went live']);
    await shows(page, 'Your site didn’t answer.');
    await shows(page, 'Your site answered 500.');
    await told.getByRole('button', { name: 'Send again: Warning' }).click();
    await shows(page, 'Your site received it.');
    expect(await told.getByText('Not received', { exact: true }).count()).toBe(0);
    expect(site.of('POST', `/api/streams/${streamId}/events/evt_3/redeliver`)).toHaveLength(1);
  });

  test('is silent about a site where nothing listens', async () => {
    await using opening = await open({ arrange: (site) => void (site.activity = activity) });
    const { page, site } = opening;
    await press(page, /^Details/);
    await press(page, 'Activity');
    await expect.poll(() => site.of('GET', `/api/streams/${streamId}/events`).length).toBe(1);
    await page.waitForLoadState('networkidle');
    expect(await page.getByText('Notifications to your site').count()).toBe(0);
  });

  test('that cannot be read says why', async () => {
    await using opening = await open({
      arrange: (site) =>
        site.script(
          `GET /api/streams/${streamId}/activity`,
          problem(503, 'store-unavailable', 'No store', 'x'),
        ),
    });
    const { page } = opening;
    await press(page, /^Details/);
    await press(page, 'Activity');
    await page.getByRole('dialog').getByRole('alert').waitFor();
  });
});

describe('who may watch', () => {
  const ended = { status: 'completed', endedAt: '2026-11-21T11:00:00.000Z' } as const;

  test('is changed after a question, and the card says so', async () => {
    await using opened = await open({ arrange: (site) => void (site.streams = [stream(ended)]) });
    const { page, site } = opened;
    await press(page, /^Details/);
    await press(page, 'Make private');
    await shows(page, 'Make “Service for Anna Berg” private?');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Make private' }).click();
    await shows(page, 'Stream is now private.');
    await page.getByRole('button', { name: 'Make public' }).waitFor();
    await page.getByRole('button', { name: 'Invite' }).waitFor();
    expect(JSON.parse(site.of('PATCH', `/api/streams/${streamId}`)[0]?.body ?? '')).toEqual({
      visibility: 'private',
    });
  });

  test.each([
    ['during a broadcast', { status: 'live' as const }, /when the broadcast is over/],
    ['before the end of a stream with a copy at Mux', {}, /after you end the stream/],
  ])('cannot be changed %s, and the card says when it can', async (_, change, words) => {
    await using opened = await open({ arrange: (site) => void (site.streams = [stream(change)]) });
    const { page } = opened;
    await press(page, /^Details/);
    await shows(page, words);
    expect(await page.getByRole('button', { name: 'Make private' }).count()).toBe(0);
  });

  test('can be changed at any time if nothing of the stream is at Mux', async () => {
    await using opened = await open({
      arrange: (site) => void (site.streams = [stream({ muxLiveStreamId: null })]),
    });
    await press(opened.page, /^Details/);
    await opened.page.getByRole('button', { name: 'Make private' }).waitFor();
  });
});

describe('the keyboard', () => {
  const focus = (page: Page) =>
    page.evaluate(() => {
      const at = document.activeElement;
      return at === document.body
        ? 'nowhere'
        : (at?.getAttribute('aria-label') ?? at?.textContent ?? '').trim();
    });

  test('stays in an invitation’s dialog from the form to the link and back, and Escape closes it', async () => {
    await using opened = await open();
    const { page } = opened;
    await press(page, 'Invite');
    await page.keyboard.type('Anna');
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: 'QR code for the invitation link' }).waitFor();
    await expect.poll(() => focus(page)).toMatch(/^Copy/);
    await press(page, 'Invite someone else');
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await press(page, 'Cancel Anna');
    await page.keyboard.press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    expect(await page.getByRole('dialog').count()).toBe(1);
    await press(page, 'Cancel Anna');
    await press(page, 'Cancel invitation');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    expect(await focus(page)).not.toBe('nowhere');
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(() => focus(page)).toBe('Invite');
  });

  test('is never sent to the beginning of the page', async () => {
    await using opened = await open();
    const { page } = opened;
    await press(page, /^Details/);
    await press(page, 'Add destination');
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
    await press(page, 'Cancel');
    await expect.poll(() => focus(page)).toBe('Add destination');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('rtmps://live.example.com/app');
    await page.keyboard.press('Tab');
    await page.keyboard.type('a-key');
    await page.keyboard.press('Enter');
    await page.getByRole('switch', { name: 'rtmps://live.example.com/app' }).waitFor();
    await expect.poll(() => focus(page)).toBe('Add destination');
    await press(page, 'Remove rtmps://live.example.com/app');
    await press(page, 'Remove destination');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await expect.poll(() => focus(page)).not.toBe('nowhere');
    await press(page, 'Delete stream');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete stream' }).click();
    await shows(page, 'Stream deleted.');
    await expect.poll(() => focus(page)).not.toBe('nowhere');
  });

  test('finds the next of a longer list after Show more', async () => {
    await using opened = await open({
      arrange: (site) =>
        site.script('GET /api/streams', { body: { streams: [numbered(1, 'First')], nextCursor: 'more' } }),
      shows: 'First',
    });
    const { page } = opened;
    await page.route(/cursor=more/, (route) =>
      route.fulfill({ json: { streams: [numbered(2, 'Second')], nextCursor: null } }),
    );
    await press(page, 'Show more');
    await shows(page, 'Second');
    await expect.poll(() => focus(page)).not.toBe('nowhere');
  });
});

describe('a form', () => {
  test('says at the field what is wrong with it, before the request and after', async () => {
    await using opened = await open();
    const { page, site } = opened;
    const outputs = `/api/streams/${streamId}/outputs`;
    const wrong = 'Enter a valid server URL. It starts with rtmp:// or rtmps://.';
    const server = page.getByLabel('Server URL');
    const described = () =>
      server.evaluate((input) => {
        const id = input.getAttribute('aria-describedby') ?? '';
        return [input.getAttribute('aria-invalid'), document.getElementById(id)?.textContent?.trim()];
      });
    await press(page, /^Details/);
    await press(page, 'Add destination');
    await server.fill('https://example.com');
    await press(page, 'Add destination');
    await expect.poll(described).toEqual(['true', wrong]);
    await shows(page, 'Enter the stream key that the destination gave you.');
    expect(site.of('POST', outputs)).toHaveLength(0);
    await expect.poll(() => server.evaluate((input) => input === document.activeElement)).toBe(true);
    const { body } = problem(400, 'invalid-field', 'Invalid field', 'Fix `url` and send the request again.');
    site.script(`POST ${outputs}`, {
      status: 400,
      body: { ...(body as object), errors: [{ field: 'url', detail: 'must not be private' }] },
    });
    await server.fill('rtmp://10.0.0.1/app');
    await page.getByLabel('Stream key').fill('a-key');
    await press(page, 'Add destination');
    await expect.poll(() => site.of('POST', outputs)).toHaveLength(1);
    await expect.poll(described).toEqual(['true', wrong]);
    expect(await page.getByText(/send the request again/).count()).toBe(0);
    site.script(`POST ${outputs}`, undefined);
    await server.fill('rtmp://live.example.com/app');
    await press(page, 'Add destination');
    await shows(page, 'Destination added.');
  });
});
