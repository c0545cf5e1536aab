// What the owner's page says after each action, seen and heard, and how its parts look and are named.

import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { goLive, press } from '../support/screens.ts';
import type { Screen } from '../support/screens.ts';
import { shows } from '../support/seen.ts';
import { ownerToken, problem, stream, streamId } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const path = `/#token=${ownerToken}`;
const open = (screen: Partial<Screen> = {}, options: BrowserContextOptions = {}): Promise<Opened> =>
  openScreen(browser, { name: 'manage', path, shows: 'Service for Anna Berg', ...screen }, options);

/** Waits for news that a screen reader announces, and that is not hidden from everybody else. */
async function says(page: Page, text: string): Promise<void> {
  const status = page.getByRole('status').filter({ hasText: text }).first();
  await status.waitFor();
  const isSeen = () =>
    status.evaluate((element) => {
      const { clip, opacity } = getComputedStyle(element);
      return element.getBoundingClientRect().width > 50 && clip === 'auto' && opacity === '1';
    });
  await expect.poll(isSeen).toBe(true);
}

const confirm = (page: Page, yes: string) =>
  page.getByRole('alertdialog').getByRole('button', { name: yes }).click();

test('each action says what it did, seen and heard', async () => {
  await using opened = await open();
  const { page, site } = opened;
  await press(page, 'New stream');
  await page.getByLabel('Title').fill('Spring concert');
  await press(page, 'Create stream');
  await says(page, 'Stream created.');

  const card = page.locator('article').filter({ hasText: 'Spring concert' });
  await card.getByRole('button', { name: 'Add destination' }).click();
  await page.getByLabel('Server URL').fill('rtmps://live.example.com/app');
  await page.getByLabel('Stream key').fill('their-key');
  await card.getByRole('button', { name: 'Add destination' }).click();
  await says(page, 'Destination added.');
  await card.getByRole('switch', { name: 'rtmps://live.example.com/app' }).click();
  await says(page, 'rtmps://live.example.com/app is on.');
  await press(page, 'Remove rtmps://live.example.com/app');
  await confirm(page, 'Remove destination');
  await says(page, 'Destination removed.');
  await card.getByRole('switch', { name: 'Mux backup' }).click();
  await confirm(page, 'Turn off backup');
  await says(page, 'Mux backup is off.');

  await card.getByRole('button', { name: 'Invite' }).click();
  await press(page, 'Create link');
  await says(page, 'Invitation created.');
  await press(page, 'Cancel Invitation');
  await confirm(page, 'Cancel invitation');
  await says(page, 'Invitation cancelled.');
  await page.keyboard.press('Escape');

  await press(page, 'End stream');
  await confirm(page, 'End stream');
  await says(page, 'Stream ended.');
  await press(page, 'Delete stream');
  await confirm(page, 'Delete stream');
  await says(page, 'Stream deleted.');
  expect(site.streams).toHaveLength(1);
});

test('the phone that is live is stopped after a question, and hears it', async () => {
  await using opened = await open({
    arrange: (site) => {
      site.rooms.exists = true;
      site.streams = [stream({ status: 'live' })];
      site.script(`DELETE /api/streams/${streamId}/whip`, { status: 204 });
    },
  });
  const { page, site } = opened;
  const stops = () => site.of('DELETE', `/api/streams/${streamId}/whip`);
  const phone = await page.context().newPage();
  await phone.goto(`${site.origin}/live/${streamId}#invite=an-invite`);
  await goLive(phone);
  await page.bringToFront();
  await press(page, 'Stop this phone');
  await shows(page, 'Stop the phone that’s live on “Service for Anna Berg”?');
  await page.keyboard.press('Escape');
  expect(stops()).toHaveLength(0);
  await press(page, 'Stop this phone');
  await confirm(page, 'Stop this phone');
  await says(page, 'Phone stopped.');
  expect(stops()).toHaveLength(1);
  // The Worker tells the phone.
  site.stop = { stoppedAt: new Date().toISOString() };
  site.rooms.tell();
  await shows(phone, 'The organiser ended the broadcast');
});

test('an encoder is not offered to be stopped like a phone', async () => {
  await using opened = await open({
    arrange: (site) => void (site.streams = [stream({ status: 'live', streamingMethod: 'obs' })]),
  });
  await opened.page.waitForLoadState('networkidle');
  expect(await opened.page.getByRole('button', { name: 'Stop this phone' }).count()).toBe(0);
});

describe('a card', () => {
  test.each([
    ['en-GB', 'Created 20 Nov 2026, 10:00'],
    ['en-US', 'Created Nov 20, 2026, 10:00 AM'],
  ])('dates with the year, as %s writes it', async (locale, text) => {
    await using opened = await open({}, { locale, timezoneId: 'Europe/Oslo' });
    await shows(opened.page, text);
  });

  test('shows the lock of a private stream, and names it in each question', async () => {
    await using opened = await open({
      arrange: (site) => {
        site.streams = [
          stream({ visibility: 'private', streamingMethod: 'obs', endedAt: null, muxLiveStreamId: null }),
        ];
      },
    });
    const { page } = opened;
    await expect.poll(() => page.locator('.private svg').count()).toBe(1);
    await press(page, /^Details/);
    for (const action of ['Reset stream key', 'Make public', 'End stream', 'Delete stream']) {
      await press(page, action);
      const question = page.getByRole('alertdialog').getByRole('heading');
      await expect.poll(() => question.innerText()).toContain('“Service for Anna Berg”');
      await page.keyboard.press('Escape');
      await question.waitFor({ state: 'detached' });
    }
  });

  test('of a stream that has ended has no heading that offers to end it', async () => {
    await using opened = await open({
      arrange: (site) => {
        site.streams = [stream({ status: 'completed', endedAt: '2026-11-20T10:00:00.000Z' })];
      },
    });
    const { page } = opened;
    await press(page, /^Details/);
    await page.getByRole('button', { name: 'Delete stream' }).waitFor();
    expect((await page.getByRole('heading').allInnerTexts()).filter((text) => /\bend\b/i.test(text))).toEqual(
      [],
    );
  });
});

describe('a field to copy', () => {
  const encoder: Partial<Screen> = {
    arrange: (site) => void (site.streams = [stream({ streamingMethod: 'obs' })]),
    act: (page) => press(page, /^Details/),
    shows: 'Set up OBS',
  };

  test('does not move when it was copied, and its button keeps its name', async () => {
    await using opened = await open(encoder);
    const { page } = opened;
    const button = page.getByRole('button', { name: 'Copy Server', exact: true });
    /** The word that can be read, and where the button and the field are. */
    const seen = () =>
      button.evaluate((pressed) => {
        const words = Array.from(pressed.querySelectorAll<HTMLElement>('.words > *'));
        const shown = words.filter((word) => word.offsetWidth > 0 && getComputedStyle(word).opacity === '1');
        const placeOf = (element: Element | null | undefined) => {
          const { x = 0, width = 0 } = element?.getBoundingClientRect() ?? {};
          return [x, width];
        };
        return {
          shown: shown.map(({ innerText }) => innerText),
          places: [placeOf(pressed), placeOf(pressed.parentElement?.querySelector('input'))],
        };
      });
    const before = await seen();
    expect(before.shown).toEqual(['Copy']);
    await button.click();
    await expect.poll(seen, { interval: 100 }).toEqual({ ...before, shown: ['Copied'] });
  });

  test('that is secret is shown by a button whose name alone changes', async () => {
    await using opened = await open(encoder);
    const { page } = opened;
    const show = page.getByRole('button', { name: 'Show Stream key', exact: true });
    expect(await show.getAttribute('aria-pressed')).toBeNull();
    await show.click();
    const hide = page.getByRole('button', { name: 'Hide Stream key', exact: true });
    await hide.waitFor();
    expect(await hide.getAttribute('aria-pressed')).toBeNull();
  });

  test('shows an invitation’s link, as its code does', async () => {
    await using opened = await open({ act: (page) => press(page, 'Invite'), shows: 'Invite someone' });
    const { page } = opened;
    await press(page, 'Create link');
    const link = page.getByLabel('Link', { exact: true });
    await expect.poll(() => link.getAttribute('type')).toBe('text');
    expect(await page.getByRole('button', { name: /^Show/ }).count()).toBe(0);
  });
});

test('switches and states can be seen in forced colours', async () => {
  await using opened = await open(
    {
      arrange: (site) => {
        site.streams = [stream({ status: 'live' })];
        site.outputs = [{ id: '1', url: 'rtmps://live.example.com/app', enabled: false, backup: false }];
      },
      act: (page) => press(page, /^Details/),
      shows: 'Restream',
    },
    { forcedColors: 'active' },
  );
  const { page } = opened;
  const contrast = (inner: Locator) =>
    inner.evaluate((element) => {
      const partsOf = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
      const luminance = (colour: string) => {
        const [red = 0, green = 0, blue = 0] = partsOf(colour)
          .slice(0, 3)
          .map((part) =>
            part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
          );
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      const backOf = (at: Element | null): string => {
        if (!at) return 'rgb(255, 255, 255)';
        const { backgroundColor } = getComputedStyle(at);
        return partsOf(backgroundColor)[3] === 0 ? backOf(at.parentElement) : backgroundColor;
      };
      const [one, other] = [backOf(element), backOf(element.parentElement)].map(luminance);
      const [light = 0, dark = 0] = [one ?? 0, other ?? 0].sort((a, b) => b - a);
      return (light + 0.05) / (dark + 0.05);
    });
  const knobOf = (name: string) => page.getByRole('switch', { name }).locator('.knob');
  await knobOf('rtmps://live.example.com/app').waitFor();
  for (const part of [
    knobOf('Mux backup'),
    knobOf('rtmps://live.example.com/app'),
    page.locator('.status i'),
  ])
    expect(await contrast(part)).toBeGreaterThan(3);
});

describe('signed out', () => {
  test('the page has its header, and says what to do', async () => {
    await using opened = await open({
      arrange: (site) =>
        site.script('GET /api/streams', problem(401, 'unauthenticated', 'No token', 'Sign in.')),
      shows: 'Sign in to see your streams',
    });
    const { page } = opened;
    await page.getByRole('banner').getByText('WHIP-Mux').waitFor();
    await shows(page, /Open this page from your app again/);
  });
});

test('a poll that finds nothing new is read to its end', async () => {
  const failed: string[] = [];
  let unchanged = 0;
  await using opened = await open({
    arrange: (site) => void (site.streams = [stream({ status: 'live' })]),
    act: (page) => {
      page.on('requestfailed', (request) => failed.push(`${request.url()}: ${request.failure()?.errorText}`));
      page.on('response', (response) => (unchanged += response.status() === 304 ? 1 : 0));
      return Promise.resolve();
    },
  });
  await expect.poll(() => unchanged, { timeout: 30_000 }).toBeGreaterThan(1);
  expect(failed).toEqual([]);
  await opened.page.close();
});
