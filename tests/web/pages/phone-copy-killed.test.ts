// The browser is killed: what was recorded and what was uploaded is not lost.

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { kill, launchIn } from '../support/browser.ts';
import { eventually } from '../support/publisher.ts';
import { indexed, left, recorded, secondsIn } from '../support/recorded.ts';
import { recordingIn } from '../support/recording.ts';
import { goLive, onMobileData, press } from '../support/screens.ts';
import { phone, shows } from '../support/seen.ts';
import { Site, stream, streamId, unrecorded } from '../support/site.ts';

const badge = (word: string) => `Copy on this phone: ${word}`;

let site: Site;
let folder: string;
let context: BrowserContext | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whip-mux-profile-'));
  site = await Site.start();
  site.streams = [stream({ plan: unrecorded })];
});
afterEach(async () => {
  await context?.close();
  await site[Symbol.asyncDispose]();
});

async function openPage(before: () => void = () => undefined): Promise<Page> {
  context = await launchIn(folder, { ...phone, permissions: ['camera', 'microphone'] });
  const page = await context.newPage();
  await page.addInitScript(before);
  await page.goto(`${site.origin}/live/${streamId}#invite=an-invite`);
  return page;
}

async function killed(): Promise<void> {
  if (context) await kill(context);
}

/** Records until so many seconds are on the phone. */
async function broadcast(page: Page, seconds: number): Promise<void> {
  await goLive(page);
  await shows(page, badge('recording'));
  await recorded(page, seconds);
}

test('in mid-broadcast: what was on the phone is uploaded later and plays', async () => {
  const first = await openPage();
  await broadcast(first, 12);
  const [copy] = await indexed(first);
  if (!copy) throw new Error('there is no copy');
  await killed();
  const page = await openPage();
  await shows(page, badge('safe'));
  const made = await recordingIn(site.tus);
  expect(made.kinds).toEqual(['audio', 'video']);
  // The index counts a slice when it is written, and the last one ends with its last key frame.
  expect(made.seconds).toBeGreaterThan(secondsIn(copy) - 5);
  expect(site.tus.uploads[0]?.offset).toBeGreaterThanOrEqual(copy.pieces[0]?.bytes ?? Infinity);
  expect(made.faults).toBe('');
  // The next visit finds nothing.
  await page.reload();
  await shows(page, 'You’re about to go live');
  expect(await page.evaluate(() => localStorage.getItem('whip-mux.copies'))).toBeNull();
});

test('in mid-upload: the upload goes on where it stopped, byte for byte', async () => {
  const first = await openPage();
  await broadcast(first, 6);
  site.tus.stallsAt = 300_000;
  await press(first, 'End');
  await press(first, 'End broadcast');
  await eventually(() => site.tus.uploads[0]?.offset === 300_000, 60_000);
  await killed();
  site.tus.stallsAt = Infinity;
  const page = await openPage();
  await shows(page, badge('safe'));
  const [upload] = site.tus.uploads;
  expect(site.tus.uploads).toHaveLength(1);
  expect(upload?.received).toBe(upload?.wanted.size);
  const patches = site.tus.requests.filter(({ method }) => method === 'PATCH');
  expect(patches.map(({ offset }) => offset)).toEqual([0, 300_000]);
  const made = await recordingIn(site.tus);
  expect(made.seconds).toBeGreaterThan(4);
  expect(made.faults).toBe('');
});

/** Leaves a copy in two pieces, whose upload waits as on mobile data. */
async function leavePieces(): Promise<Page> {
  const page = await openPage(onMobileData);
  await broadcast(page, 4);
  await press(page, 'Switch camera');
  await recorded(page, 9);
  await press(page, 'End');
  await press(page, 'End broadcast');
  await shows(page, badge('waiting to upload'));
  return page;
}

/** What is written to a file is never flushed. */
const neverWritten = (page: Page) =>
  page.workers()[0]?.evaluate(() => {
    interface Handle {
      getSize(): number;
      flush(): unknown;
    }
    const { prototype } = (self as unknown as { FileSystemSyncAccessHandle: { prototype: Handle } })
      .FileSystemSyncAccessHandle;
    prototype.flush = function () {
      return this.getSize() > 0 ? new Promise(() => undefined) : undefined;
    };
  });
/** The removal of a file never ends. */
const neverRemoved = (page: Page) =>
  page.evaluate(() => {
    FileSystemDirectoryHandle.prototype.removeEntry = () => new Promise(() => undefined);
  });

test.each([
  ['while the pieces are joined', neverWritten, 2],
  ['before the joined pieces are removed', neverRemoved, 1],
] as const)('%s: they are one upload, and nothing else is left', async (_name, stop, pieces) => {
  const first = await leavePieces();
  await stop(first);
  await press(first, 'Upload now');
  await eventually(async () => {
    const [copy] = await indexed(first);
    return copy?.pieces.length === pieces && copy.unneeded !== undefined;
  });
  expect((await left(first)).files).toBe(3);
  expect(site.tus.uploads).toEqual([]);
  await killed();
  const page = await openPage();
  await shows(page, badge('safe'));
  expect(site.tus.uploads.map(({ wanted: { part, parts } }) => [part, parts])).toEqual([[1, 1]]);
  const made = await recordingIn(site.tus);
  expect(made.kinds).toEqual(['audio', 'video']);
  expect(made.seconds).toBeGreaterThan(8);
  expect(made.faults).toBe('');
  expect(await left(page)).toEqual({ files: 0, mark: null });
});
