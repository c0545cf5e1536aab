// The owner's page: when streams start, given at their creation and changed later, by keyboard, and the list in order.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { press } from '../support/screens.ts';
import type { Screen } from '../support/screens.ts';
import { shows } from '../support/seen.ts';
import { ownerToken, problem, stream, streamId } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const path = `/#token=${ownerToken}`;
const year = new Date().getFullYear() + 1;
const open = (screen: Partial<Screen> = {}): Promise<Opened> =>
  openScreen(
    browser,
    { name: 'schedule', path, shows: 'My streams', ...screen },
    { timezoneId: 'Europe/Oslo', locale: 'en-GB' },
  );
const titles = (page: Page) => page.locator('article h2').allInnerTexts();
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('type'));
const sent = ({ site }: Opened, method: string, at: string): unknown =>
  JSON.parse(site.of(method, at).at(-1)?.body ?? '{}');
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const numbered = (index: number, title: string, change: Parameters<typeof stream>[0] = {}) =>
  stream({ id: `7zy1kq3m9v0c8r5t2w4x6abc0${index}`, title, ...change });

test('lists live streams first, then scheduled ones by their start, then the others', async () => {
  await using opened = await open({
    arrange: (site) => {
      site.streams = [
        numbered(1, 'Newest'),
        numbered(2, 'Next week', { scheduledStart: inDays(7) }),
        numbered(3, 'Forgotten', { scheduledStart: inDays(-40) }),
        numbered(4, 'Tomorrow', { scheduledStart: inDays(1) }),
        numbered(5, 'Over', { scheduledStart: inDays(-0.1), status: 'completed' }),
        numbered(6, 'Live', { scheduledStart: inDays(-0.1), status: 'live' }),
        numbered(7, 'Late', { scheduledStart: inDays(-0.1) }),
      ];
    },
    shows: 'Forgotten',
  });
  await expect
    .poll(() => titles(opened.page))
    .toEqual(['Live', 'Late', 'Tomorrow', 'Next week', 'Newest', 'Forgotten', 'Over']);
});

test('a card tells when its stream starts, or should have started', async () => {
  await using opened = await open({
    arrange: (site) => {
      site.streams = [
        numbered(1, 'Ahead', { scheduledStart: `${year}-12-04T13:00:00.000Z` }),
        numbered(2, 'Behind', { scheduledStart: '2025-12-06T13:00:00.000Z' }),
      ];
    },
    shows: 'Behind',
  });
  const lines = opened.page.locator('.planned');
  await expect.poll(() => lines.allInnerTexts()).toHaveLength(2);
  const [ahead, behind] = await lines.allInnerTexts();
  expect(ahead).toMatch(new RegExp(`^Starts \\w{3}, 4 Dec ${year}, 14:00$`));
  expect(behind).toBe('Should have started Sat, 6 Dec 2025, 14:00');
});

test('a stream is created with a start and a description, by keyboard alone', async () => {
  await using opened = await open();
  const { page } = opened;
  await page.getByRole('button', { name: 'New stream' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('Spring concert');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect.poll(() => focused(page)).toBe('datetime-local');
  await shows(page, /In your time zone, Europe\/Oslo/);
  await page.keyboard.type(`0505${year}`);
  await page.keyboard.press('Tab');
  await page.keyboard.type('1430');
  await page.getByLabel('Description').focus();
  await page.keyboard.type('Doors open at two.');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Bring friends.');
  await page.getByRole('button', { name: 'Create stream' }).focus();
  await page.keyboard.press('Enter');
  await shows(page, 'Stream created.');
  expect(sent(opened, 'POST', '/api/streams')).toMatchObject({
    title: 'Spring concert',
    scheduledStart: `${year}-05-05T12:30:00.000Z`,
    description: 'Doors open at two.\nBring friends.',
  });
  await shows(page, new RegExp(`Starts \\w{3}, 5 May ${year}, 14:30`));
});

test('a stream is created without them unless they are wanted', async () => {
  await using opened = await open();
  const { page } = opened;
  await press(page, 'New stream');
  await page.getByLabel('Title').fill('Plain');
  await press(page, 'Create stream');
  await shows(page, 'Stream created.');
  expect(Object.keys(sent(opened, 'POST', '/api/streams') as object)).toEqual([
    'title',
    'streamingMethod',
    'enableMuxBackup',
    'visibility',
  ]);
});

test('what was typed is there again after signing in', async () => {
  await using opened = await open();
  const { page, site } = opened;
  await press(page, 'New stream');
  await page.getByLabel('Title').fill('Spring concert');
  await press(page, 'Add date, description, picture');
  await page.getByLabel('Start').fill(`${year}-07-05T14:30`);
  await page.getByLabel('Description').fill('Doors open at two.');
  site.script('POST /api/streams', problem(401, 'unauthenticated', 'No token', 'Sign in.'));
  await press(page, 'Create stream');
  await shows(page, 'Your session has expired');
  site.script('POST /api/streams', undefined);
  await page.goto('about:blank');
  await page.goto(`${site.origin}/#token=another-token`);
  await expect.poll(() => page.getByLabel('Start').inputValue()).toBe(`${year}-07-05T14:30`);
  expect(await page.getByLabel('Description').inputValue()).toBe('Doors open at two.');
});

test('details are edited by keyboard, and only what differs is sent', async () => {
  await using opened = await open({
    arrange: (site) => {
      site.streams = [stream({ scheduledStart: `${year}-12-05T13:00:30.000Z`, description: 'Old' })];
    },
  });
  const { page, site } = opened;
  const at = `/api/streams/${streamId}`;
  await press(page, /^Details/);
  await page.getByRole('button', { name: 'Edit details' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByLabel('Start').inputValue()).toBe(`${year}-12-05T14:00`);
  await page.getByLabel('Title').fill('');
  await page.keyboard.press('Enter');
  await shows(page, 'Enter a title.');
  expect(site.of('PATCH', at)).toHaveLength(0);
  await page.getByLabel('Title').fill('Service for Anna and Karl');
  await page.keyboard.press('Enter');
  await shows(page, 'Details saved.');
  await expect.poll(() => titles(page)).toEqual(['Service for Anna and Karl']);
  expect(sent(opened, 'PATCH', at)).toEqual({ title: 'Service for Anna and Karl' });

  await page.getByRole('button', { name: 'Edit details' }).focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('Start').fill('');
  await page.getByLabel('Description').fill('');
  await page.getByLabel('Cover picture').fill('https://images.example/anna.jpg');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  expect(sent(opened, 'PATCH', at)).toEqual({
    scheduledStart: null,
    description: null,
    coverUrl: 'https://images.example/anna.jpg',
  });
});

test('a field that is not accepted says so, and gets the focus', async () => {
  await using opened = await open();
  const { page, site } = opened;
  await press(page, /^Details/);
  await press(page, 'Edit details');
  await page.getByLabel('Start').fill('2040-01-01T10:00');
  site.script(`PATCH /api/streams/${streamId}`, {
    status: 400,
    body: {
      type: 'urn:whip-mux:problem:invalid-field',
      title: 'Invalid field',
      status: 400,
      detail: 'Fix `scheduledStart` and send the request again.',
      errors: [{ field: 'scheduledStart', detail: 'must not be two years ahead' }],
    },
  });
  await press(page, 'Save');
  await shows(page, 'Enter a date and a time, at most two years ahead.');
  await expect.poll(() => focused(page)).toBe('datetime-local');
});
