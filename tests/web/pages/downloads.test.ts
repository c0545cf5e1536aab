// MP4s of recordings: the owner has them made and follows them; viewers find those that the owner allows.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Download } from '../../../web/src/api-schema.ts';
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
const path = `/api/streams/${streamId}/recordings/cloudflare-1/download`;
const told = (file: Partial<Download>) => ({
  body: { state: 'preparing', percent: null, url: null, reason: null, ...file },
});
const fileOf = (site: Site): string => `${site.origin}/sample.mp4`;

const openManage = (arrange: (site: Site) => void = () => undefined) =>
  openScreen(browser, {
    name: 'manage',
    path: `/#token=${ownerToken}`,
    shows: 'Service for Anna Berg',
    arrange: (site) => {
      site.streams = [stream({ status: 'completed' })];
      site.broadcasts = [recorded(startedAt, `${site.origin}/a.m3u8`)];
      arrange(site);
    },
  });

test('an owner has an MP4 made, hears how far it is, and saves it with the keyboard', async () => {
  await using opened = await openManage();
  const { page, site } = opened;
  await press(page, /^Details/);
  site.script(`POST ${path}`, told({ percent: 0 }));
  site.script(`GET ${path}`, told({ percent: 40 }));
  await page.getByRole('button', { name: /^Download MP4 \(Cloudflare\)/ }).press('Enter');
  const preparing = page.getByRole('button', { name: /^Preparing MP4 \(Cloudflare\)… 40/ });
  await preparing.waitFor();
  expect(await preparing.getAttribute('aria-disabled')).toBe('true');
  const said = page.getByRole('status').filter({ hasText: 'Cloudflare' });
  await expect.poll(() => said.allTextContents()).toEqual([expect.stringContaining('is preparing the MP4')]);
  await preparing.press('Enter');
  site.script(`GET ${path}`, told({ state: 'ready', percent: 100, url: fileOf(site) }));
  const link = page.getByRole('link', { name: /^Save MP4 \(Cloudflare\)/ });
  await link.waitFor();
  expect(await link.getAttribute('href')).toBe(fileOf(site));
  expect(await link.evaluate((each) => each === document.activeElement)).toBe(true);
  await expect.poll(() => said.allTextContents()).toEqual(['The MP4 from Cloudflare is ready.']);
  expect(site.of('POST', path)).toHaveLength(1);
});

test('an owner reads why there is no MP4, and can ask again', async () => {
  await using opened = await openManage();
  const { page, site } = opened;
  await press(page, /^Details/);
  site.script(`POST ${path}`, told({ state: 'unavailable', reason: 'It is longer than four hours.' }));
  await press(page, /^Download MP4 \(Cloudflare\)/);
  await shows(page, 'It is longer than four hours.');
  site.script(`POST ${path}`, told({ state: 'failed', reason: 'It broke.' }));
  await press(page, /^Download MP4 \(Cloudflare\)/);
  await shows(page, 'Cloudflare couldn’t make the MP4.');
  site.script(`POST ${path}`, {
    status: 502,
    body: { type: 'urn:whip-mux:problem:provider-failed', title: 'It is down', detail: 'Later.' },
  });
  await press(page, /^Download MP4 \(Cloudflare\)/);
  await shows(page, 'It is down');
  expect(site.of('GET', path)).toHaveLength(0);
});

test('an owner lets viewers download', async () => {
  await using opened = await openManage();
  const { page, site } = opened;
  await press(page, /^Details/);
  const allow = page.getByRole('switch', { name: /^Viewers can download/ });
  expect(await allow.getAttribute('aria-checked')).toBe('false');
  await allow.click();
  await expect.poll(() => allow.getAttribute('aria-checked')).toBe('true');
  expect(site.of('PATCH', `/api/streams/${streamId}`).map(({ body }) => body)).toEqual([
    '{"viewersMayDownload":true}',
  ]);
});

test.each([true, false])('a viewer finds the MP4 if that is allowed: %s', async (allowed) => {
  await using opened = await openScreen(browser, {
    name: 'watch',
    path: `/watch/${streamId}`,
    shows: allowed ? 'Download this recording (MP4)' : /00:08/,
    arrange: async (site) => {
      const [recording] = recorded(startedAt, await putSample(site)).recordings;
      if (!recording) throw new Error('no recording');
      site.playback = {
        ...site.playback,
        status: 'completed',
        recording: {
          cloudflare: { ...recording, downloadUrl: allowed ? fileOf(site) : null },
          mux: null,
          preferred: 'cloudflare',
        },
        ladder: [{ kind: 'recording', source: 'cloudflare', url: recording.playbackUrl ?? '' }],
      };
    },
  });
  const link = opened.page.getByRole('link', { name: 'Download this recording (MP4)' });
  expect(await link.count()).toBe(allowed ? 1 : 0);
  if (allowed) expect(await link.getAttribute('href')).toBe(fileOf(opened.site));
});
