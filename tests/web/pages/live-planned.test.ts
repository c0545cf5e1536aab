// The publisher's page of a stream that is planned: when it starts, in the phone's own time, and what viewers see.

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { press } from '../support/screens.ts';
import { phone, shows } from '../support/seen.ts';
import { stream, streamId } from '../support/site.ts';
import type { Site } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const start = '2026-12-05T17:00:00.000Z';
const oslo = { timezoneId: 'Europe/Oslo', locale: 'en-GB' };

interface Wish extends BrowserContextOptions {
  /** The time on the page's clock, which stands still. */
  at: string;
  change?: Parameters<typeof stream>[0];
}

function open({ at, change, ...options }: Wish): Promise<Opened> {
  const screen = {
    name: 'planned',
    path: `/live/${streamId}#invite=an-invite`,
    arrange: (site: Site) => {
      site.rooms.exists = true;
      site.streams = [stream({ scheduledStart: start, ...change })];
    },
    act: async (page: Page) => {
      await page.clock.install({ time: new Date(Date.parse(at) - 600_000) });
      await page.clock.pauseAt(new Date(at));
      await page.reload();
    },
    shows: 'Service for Anna Berg',
  };
  return openScreen(browser, screen, { ...phone, ...oslo, ...options });
}

const planned = (page: Page) => page.getByText(/^(Starts|Should have started) /);

test.each([
  ['Europe/Oslo', 'en-GB', 'Starts Saturday 5 December at 18:00 CET'],
  ['America/New_York', 'en-US', 'Starts Saturday, December 5 at 12:00 PM EST'],
  ['America/Mexico_City', 'es-MX', /^Empieza: sábado, 5 de diciembre, 11:00 a\.m\. GMT-6$/],
])('a phone in %s with %s tells the start in its time and language', async (timezoneId, locale, text) => {
  await using opened = await open({ at: '2026-12-01T12:00:00.000Z', timezoneId, locale });
  await shows(opened.page, text);
  expect(opened.complaints).toEqual([]);
});

test('says that going live early is possible, and what viewers see', async () => {
  await using opened = await open({ at: '2026-12-05T16:59:58.000Z' });
  const { page } = opened;
  await shows(page, /You can go live now, and viewers will see you right away.*they see a countdown/);
  await page.clock.runFor(4000);
  await shows(page, 'Should have started Saturday 5 December at 18:00 CET');
  await shows(page, /Viewers are waiting/);
});

test('shows a new start as soon as the organiser changes it', async () => {
  await using opened = await open({ at: '2026-12-05T12:00:00.000Z' });
  const { page, site } = opened;
  await shows(page, 'Starts Saturday 5 December at 18:00 CET');
  site.streams = [stream({ scheduledStart: '2026-12-06T18:30:00.000Z' })];
  site.rooms.tell();
  await shows(page, 'Starts Sunday 6 December at 19:30 CET');
});

test('keeps the start in view over the picture, until the phone is live', async () => {
  await using opened = await open({ at: '2026-12-05T12:00:00.000Z' });
  const { page } = opened;
  await page.clock.resume();
  await press(page, 'Allow camera and microphone');
  await page.getByRole('button', { name: 'Go live' }).waitFor();
  await shows(page, 'Starts Saturday 5 December at 18:00 CET');
  await press(page, 'Go live');
  await shows(page, /^LIVE$/);
  expect(await planned(page).count()).toBe(0);
});

test.each([
  ['no start', { scheduledStart: null }],
  ['a broadcast behind it', { status: 'completed' as const }],
])('says nothing of a stream with %s', async (_, change) => {
  await using opened = await open({ at: '2026-12-05T12:00:00.000Z', change });
  await opened.page.waitForLoadState('networkidle');
  expect(await planned(opened.page).count()).toBe(0);
});
