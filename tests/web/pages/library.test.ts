// What an owner does with recordings: plays them in the list, trims, captions and deletes them.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Broadcast, Recording } from '../../../web/src/api-schema.ts';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import { putSample } from '../support/sample.ts';
import { press } from '../support/screens.ts';
import { shows } from '../support/seen.ts';
import { ownerToken, recorded, stream, streamId } from '../support/site.ts';
import type { Site } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const startedAt = '2026-11-28T10:00:00.000Z';
const path = `/api/streams/${streamId}/recordings`;

/** Recorded at both, and perhaps trimmed at Mux. */
function library(playbackUrl: string, clip?: Partial<Recording>): Broadcast {
  const made = recorded(startedAt, playbackUrl);
  const [whole] = made.recordings;
  if (!whole) throw new Error('no recording');
  const atMux: Recording = { ...whole, source: 'mux', id: 'mux-1' };
  const clipped: Recording = { ...atMux, id: 'clip-1', origin: 'clip', clippedFrom: 'mux-1', ...clip };
  return { ...made, recordings: [whole, atMux, ...(clip ? [clipped] : [])] };
}

const openManage = (clip?: Partial<Recording>) =>
  openScreen(browser, {
    name: 'manage',
    path: `/#token=${ownerToken}`,
    shows: 'Service for Anna Berg',
    arrange: async (site: Site) => {
      site.streams = [stream({ status: 'completed' })];
      site.broadcasts = [library(await putSample(site), clip)];
    },
  });

async function openDetails(page: Page): Promise<void> {
  await press(page, /^Details/);
  await page.getByRole('button', { name: /^Delete the recording of/ }).waitFor();
}

test('a recording plays in the list, and stops when it is closed', async () => {
  await using opened = await openManage();
  const { page } = opened;
  await openDetails(page);
  const toggle = page.getByRole('button', { name: /^Play the recording of .* here$/ });
  expect(await toggle.getAttribute('aria-expanded')).toBe('false');
  await toggle.press('Enter');
  await expect
    .poll(() => page.evaluate(() => document.querySelector('video')?.duration ?? 0))
    .toBeGreaterThan(1);
  await press(page, /^Close the recording of/);
  expect(await page.locator('video').count()).toBe(0);
});

test('the owner trims a recording with the keyboard, where its provider surely can', async () => {
  await using opened = await openManage();
  const { page, site } = opened;
  await openDetails(page);
  site.script(`POST ${path}/mux-1/clips`, { status: 202, body: { id: null, state: 'processing' } });
  await page.getByRole('button', { name: /^Trim the recording of/ }).press('Enter');
  const [start, end] = [page.getByLabel(/^Start/), page.getByLabel(/^End/)];
  await start.waitFor();
  expect(await start.evaluate((each) => each === document.activeElement)).toBe(true);
  for (let second = 0; second < 3; second += 1) await start.press('ArrowRight');
  for (let second = 0; second < 2; second += 1) await end.press('ArrowLeft');
  expect(await start.getAttribute('aria-valuetext')).toBe('3 seconds');
  await shows(page, 'Keeps 30:27 of 30:32.');
  // The beginning stays before the end.
  await start.press('End');
  expect(await start.inputValue()).toBe('1829');
  await start.press('Home');
  for (let second = 0; second < 3; second += 1) await start.press('ArrowRight');
  await press(page, 'Make trimmed recording');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  expect(site.of('POST', `${path}/mux-1/clips`).map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    { startSeconds: 3, endSeconds: 1830 },
  ]);
});

test('captions are made at every provider, and followed until they are ready', async () => {
  await using opened = await openManage();
  const { page, site } = opened;
  await openDetails(page);
  const captions = (state?: string) => ({
    body: { captions: state === undefined ? [] : [{ language: 'es', name: 'Español', state }] },
  });
  for (const id of ['cloudflare-1', 'mux-1']) {
    site.script(`GET ${path}/${id}/captions`, captions());
    site.script(`POST ${path}/${id}/captions`, captions('making'));
  }
  await press(page, /^Captions of the recording of/);
  await shows(page, 'No captions yet.');
  await page.getByLabel('Spoken language').selectOption('es');
  for (const id of ['cloudflare-1', 'mux-1']) site.script(`GET ${path}/${id}/captions`, captions('making'));
  await press(page, 'Make captions');
  await shows(page, 'Español, Cloudflare: being made');
  site.script(`GET ${path}/cloudflare-1/captions`, captions('ready'));
  site.script(`GET ${path}/mux-1/captions`, captions('failed'));
  await shows(page, 'Español, Cloudflare: ready');
  await shows(page, 'Español, Mux: couldn’t be made');
  expect(site.of('POST', `${path}/mux-1/captions`).map(({ body }) => body)).toEqual(['{"language":"es"}']);
});

test('nothing is deleted before the owner says so; then it is deleted everywhere, but for its clips', async () => {
  await using opened = await openManage({ duration: 600 });
  const { page, site } = opened;
  await openDetails(page);
  await press(page, /^Delete the recording of/);
  await shows(page, /deleted at Cloudflare and Mux, with every copy/);
  await press(page, 'Cancel');
  expect(site.asked.filter(({ method }) => method === 'DELETE')).toEqual([]);
  for (const id of ['cloudflare-1', 'mux-1']) site.script(`DELETE ${path}/${id}`, { status: 204 });
  await press(page, /^Delete the recording of/);
  await press(page, 'Delete recording');
  await expect.poll(() => page.getByRole('alertdialog').count()).toBe(0);
  const deleted = site.asked.filter(({ method }) => method === 'DELETE').map((each) => each.path);
  expect(deleted).toEqual([`${path}/cloudflare-1`, `${path}/mux-1`]);
});

test('a clip is listed with its state, and deleted by itself', async () => {
  await using opened = await openManage({ duration: 600 });
  const { page, site } = opened;
  await openDetails(page);
  await shows(page, /trimmed, Mux, 10 minutes.*: ready/i);
  site.script(`DELETE ${path}/clip-1`, { status: 204 });
  await press(page, /^Delete the trimmed recording at Mux/);
  await shows(page, /The whole recording stays/);
  await press(page, 'Delete recording');
  await expect.poll(() => site.of('DELETE', `${path}/clip-1`).length).toBe(1);
});
