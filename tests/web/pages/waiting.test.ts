// The waiting room: the start in the viewer's own time, a countdown, the calendar, and what turns into the player.

import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { putSample } from '../support/sample.ts';
import { moves, shows } from '../support/seen.ts';
import { streamId } from '../support/site.ts';
import type { Site } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const start = '2026-12-05T14:00:00.000Z';
const path = `/watch/${streamId}`;
const calendar = `/api/streams/${streamId}/calendar`;
const oslo = { timezoneId: 'Europe/Oslo', locale: 'en-GB' };

interface Wish extends BrowserContextOptions {
  /** The time on the page's clock, which stands still. */
  at: string;
  path?: string;
  change?: Partial<Site['playback']>;
}

function open({ at, change, path: from = path, ...options }: Wish): Promise<Opened> {
  const arrange = (site: Site) =>
    void (site.playback = { ...site.playback, scheduledStart: start, ...change });
  const act = async (page: Page) => {
    await page.clock.install({ time: new Date(Date.parse(at) - 600_000) });
    await page.clock.pauseAt(new Date(at));
    await page.reload();
  };
  const screen = { name: 'waiting', path: from, arrange, act, shows: 'Service for Anna Berg' };
  return openScreen(browser, screen, { ...oslo, ...options });
}

const timer = (page: Page) => page.getByRole('timer');

test.each([
  ['Europe/Oslo', 'en-GB', 'Starts Saturday 5 December at 15:00 CET'],
  ['America/New_York', 'en-US', 'Starts Saturday, December 5 at 9:00 AM EST'],
  ['Pacific/Auckland', 'en-GB', 'Starts Sunday 6 December at 03:00 GMT+13'],
  ['America/Mexico_City', 'es-MX', /^Empieza: sábado, 5 de diciembre, 0?8:00 a\.m\. GMT-6$/],
])('tells a viewer in %s with %s the start in their time and language', async (timezoneId, locale, text) => {
  await using opened = await open({ at: '2026-12-01T12:00:00.000Z', timezoneId, locale });
  await expect.poll(() => opened.page.locator('h1').innerText()).toMatch(text);
  expect(opened.complaints).toEqual([]);
});

test('counts down: days, hours, then each second of the last hour, and says so to nobody', async () => {
  await using opened = await open({ at: '2026-12-02T10:30:00.000Z', change: { description: 'One\nTwo' } });
  const { page } = opened;
  await expect.poll(() => timer(page).innerText()).toBe('In 3 days and 3 hours');
  expect(await page.getByText('One', { exact: false }).first().innerText()).toBe('One\nTwo');
  // A live region would read each change aloud.
  const live = page.locator('[role=status], [role=alert], [aria-live]:not([aria-live=off])');
  expect(await live.filter({ has: timer(page) }).count()).toBe(0);
  await page.clock.pauseAt(new Date('2026-12-05T09:30:00.000Z'));
  await expect.poll(() => timer(page).innerText()).toBe('In 4 hours and 30 minutes');
});

test('counts minutes for those who want less motion', async () => {
  const wish = { at: '2026-12-05T13:48:15.500Z' };
  await using exact = await open(wish);
  await expect.poll(() => timer(exact.page).innerText()).toBe('In 11:45');
  await exact.page.clock.runFor(1000);
  await expect.poll(() => timer(exact.page).innerText()).toBe('In 11:44');
  await using calm = await open({ ...wish, reducedMotion: 'reduce' });
  await expect.poll(() => timer(calm.page).innerText()).toBe('In 11 minutes');
  await calm.page.clock.runFor(1000);
  await expect.poll(() => timer(calm.page).innerText()).toBe('In 11 minutes');
});

test('says that the start has passed, and turns into the player without a reload', async () => {
  await using opened = await open({ at: '2026-12-05T13:59:58.500Z' });
  const { page, site } = opened;
  await expect.poll(() => timer(page).innerText()).toBe('In 00:02');
  await page.evaluate(() => Object.assign(window, { sameDocument: true }));
  await page.clock.runFor(3000);
  await shows(page, /^It should have started Saturday 5 December at 15:00 CET\. We’re waiting/);
  expect(await timer(page).count()).toBe(0);
  expect(await page.getByRole('link', { name: 'Add to calendar' }).count()).toBe(0);
  const ladder = [{ kind: 'hls' as const, source: 'cloudflare' as const, url: await putSample(site) }];
  site.playback = { ...site.playback, status: 'live', ladder };
  await page.clock.resume();
  await moves(page);
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
  expect(opened.complaints).toEqual([]);
});

test('shows a new start as soon as the owner changes it', async () => {
  await using opened = await open({ at: '2026-12-05T13:00:00.000Z' });
  const { page, site } = opened;
  await expect.poll(() => page.locator('h1').innerText()).toContain('15:00');
  site.playback = { ...site.playback, scheduledStart: '2026-12-05T16:30:00.000Z' };
  await page.clock.runFor(15_000);
  await expect.poll(() => page.locator('h1').innerText()).toContain('17:30');
});

test('links the calendar file, and saves it with the token where the stream is private', async () => {
  const at = '2026-12-01T12:00:00.000Z';
  await using open_ = await open({ at });
  const link = open_.page.getByRole('link', { name: 'Add to calendar' });
  expect(await link.getAttribute('href')).toBe(calendar);

  await using secret = await open({ at, path: `${path}#invite=a-watch-invite` });
  const { page, site } = secret;
  let asked: string | undefined;
  await page.route(`**${calendar}`, async (route) => {
    asked = route.request().headers()['authorization'];
    await route.fulfill({ contentType: 'text/calendar', body: 'BEGIN:VCALENDAR' });
  });
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Add to calendar' }).focus();
  await page.keyboard.press('Enter');
  const file = await saved;
  expect(file.suggestedFilename()).toBe('stream.ics');
  expect(await readFile(await file.path(), 'utf8')).toBe('BEGIN:VCALENDAR');
  expect(asked).toBe('Bearer a-watch-invite');
  expect(page.url()).toBe(`${site.origin}${path}`);

  await page.unroute(`**${calendar}`);
  site.script(`GET ${calendar}`, { status: 503 });
  await page.clock.resume();
  await page.getByRole('link', { name: 'Add to calendar' }).click();
  await shows(page, 'Couldn’t load the calendar file');
});

test('shows the cover, and goes without one that cannot be loaded or in an embedded page', async () => {
  const at = '2026-12-01T12:00:00.000Z';
  const picture = (page: Page) => page.locator('main img');
  await using shown = await open({ at, change: { coverUrl: '/icon-512.png' } });
  await expect.poll(() => picture(shown.page).count()).toBe(1);
  expect(await picture(shown.page).getAttribute('referrerpolicy')).toBe('no-referrer');
  await using broken = await open({ at, change: { coverUrl: '/nowhere.png' } });
  await expect.poll(() => broken.page.getByRole('timer').count()).toBe(1);
  await expect.poll(() => picture(broken.page).count()).toBe(0);
  await using embedded = await open({
    at,
    path: `/embed/${streamId}`,
    change: { coverUrl: '/icon-512.png' },
  });
  await expect.poll(() => embedded.page.getByRole('timer').count()).toBe(1);
  expect(await picture(embedded.page).count()).toBe(0);
});
