// The pieces of a copy, joined on the phone before the upload where they fit.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { eventually } from '../support/publisher.ts';
import { indexed, left, recorded, secondsIn } from '../support/recorded.ts';
import { kinds, recordingIn, recordingOf } from '../support/recording.ts';
import type { Found } from '../support/recording.ts';
import { goLive, onMobileData, press } from '../support/screens.ts';
import { phone, shows } from '../support/seen.ts';
import { stream, streamId, unrecorded } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

type Times = Found['times'];

const badge = (word: string) => `Copy on this phone: ${word}`;

/** Broadcasts with one camera, then with the other, in a changed browser. The upload waits, as on mobile data. */
async function flipped(before: () => void = () => undefined): Promise<Opened> {
  const opened = await openScreen(
    browser,
    {
      name: 'joined',
      path: `/live/${streamId}#invite=an-invite`,
      arrange: (site) => void (site.streams = [stream({ plan: unrecorded })]),
      before: onMobileData,
      act: async (page) => {
        await page.evaluate(before);
        await goLive(page);
      },
      shows: badge('recording'),
    },
    phone,
  );
  await recorded(opened.page, 4);
  await press(opened.page, 'Switch camera');
  await recorded(opened.page, 9);
  await press(opened.page, 'End');
  await press(opened.page, 'End broadcast');
  await shows(opened.page, badge('waiting to upload'));
  await shows(opened.page, /in 2 parts/);
  return opened;
}

/** The bytes of the copy's files, as the user would save them. */
async function filesOf(page: Page): Promise<Buffer[]> {
  const files: Buffer[] = [];
  page.on('download', async (download) => {
    const parts: Buffer[] = [];
    for await (const part of await download.createReadStream()) parts.push(part as Buffer);
    files[/-2\.\w+$/.test(download.suggestedFilename()) ? 1 : 0] = Buffer.concat(parts);
  });
  await press(page, 'Save the file');
  await eventually(() => files.filter(Boolean).length === 2);
  return files;
}

const firstOf = ({ audio, video }: Times): number => Math.min(audio[0] ?? NaN, video[0] ?? NaN);
const lastOf = ({ audio, video }: Times): number => Math.max(audio.at(-1) ?? NaN, video.at(-1) ?? NaN);
const longestGap = (times: Times): number =>
  Math.max(
    ...kinds.flatMap((kind) => times[kind].slice(1).map((time, index) => time - (times[kind][index] ?? NaN))),
  );

/** Each piece is there packet by packet, in its own pace, and begins where the one before it ends. */
function expectJoined(made: Found, pieces: Found[]): void {
  const rest: Times = { audio: [...made.times.audio], video: [...made.times.video] };
  let [end, pause] = [0, 0];
  for (const { times } of pieces) {
    const part: Times = {
      audio: rest.audio.splice(0, times.audio.length),
      video: rest.video.splice(0, times.video.length),
    };
    const begin = firstOf(part);
    for (const kind of kinds) {
      expect(part[kind]).toHaveLength(times[kind].length);
      const late = part[kind].map((time, index) =>
        Math.abs(time - begin - ((times[kind][index] ?? NaN) - firstOf(times))),
      );
      expect(Math.max(...late)).toBeLessThan(0.01);
    }
    expect(begin).toBeGreaterThan(end - 0.01);
    expect(begin).toBeLessThan(end + pause + 0.1);
    [end, pause] = [lastOf(part), longestGap(times)];
  }
  expect(rest).toEqual({ audio: [], video: [] });
}

const noFileSystem = () => void Object.defineProperty(window, 'Worker', { value: undefined });
const onlyWebm = () => void (MediaRecorder.isTypeSupported = (type) => type === 'video/webm;codecs=vp8,opus');
const onlyMatroska = () =>
  void (MediaRecorder.isTypeSupported = (type) => type === 'video/webm;codecs=h264,opus');

describe('pieces that fit', () => {
  test.each([
    ['MP4', undefined, 'video/mp4'],
    ['MP4 in IndexedDB', noFileSystem, 'video/mp4'],
    ['WebM', onlyWebm, 'video/webm'],
    ['Matroska', onlyMatroska, 'video/x-matroska'],
  ])('are one file without a hole, with every picture and sound: %s', async (_name, before, type) => {
    await using opened = await flipped(before);
    const { page, site } = opened;
    const pieces = await Promise.all((await filesOf(page)).map(recordingOf));
    const [copy] = await indexed(page);
    await press(page, 'Upload now');
    await shows(page, badge('safe'));
    expect(site.tus.uploads).toHaveLength(1);
    const wanted = site.tus.uploads[0]?.wanted;
    expect(wanted).toMatchObject({
      part: 1,
      parts: 1,
      type,
      startedAt: new Date(copy?.pieces[0]?.startedAt ?? 0).toISOString(),
    });
    expect(wanted?.duration).toBe(Math.ceil(copy ? secondsIn(copy) : 0));
    const made = await recordingIn(site.tus);
    expect(made.kinds).toEqual(['audio', 'video']);
    expectJoined(made, pieces);
    expect(made.faults).toBe('');
    expect(await left(page)).toEqual({ files: 0, mark: null });
    expect(opened.complaints).toEqual([]);
  });
});

describe('pieces are uploaded as parts', () => {
  async function asParts({ page, site }: Opened): Promise<void> {
    const files = await filesOf(page);
    await press(page, 'Upload now');
    await shows(page, badge('safe'));
    expect(site.tus.uploads.map(({ wanted: { part, parts } }) => [part, parts])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    for (const [index, upload] of site.tus.uploads.entries())
      expect(files[index]?.equals(site.tus.bytesOf(upload))).toBe(true);
    expect(await left(page)).toEqual({ files: 0, mark: null });
  }

  test('if they do not fit', async () => {
    await using opened = await flipped(() => {
      const { mediaDevices } = navigator;
      const get = mediaDevices.getUserMedia.bind(mediaDevices);
      let cameras = 0;
      mediaDevices.getUserMedia = async (constraints) => {
        const stream = await get(constraints);
        const [camera] = stream.getVideoTracks();
        if (camera && ++cameras > 1) await camera.applyConstraints({ width: 640, height: 480 });
        return stream;
      };
    });
    await asParts(opened);
  });

  test('if the library cannot be loaded', async () => {
    await using opened = await flipped();
    let asked = 0;
    await opened.page.route(/\/join-[^/]+\.js$/, (route) => {
      ++asked;
      return route.abort();
    });
    await asParts(opened);
    expect(asked).toBe(1);
  });

  test('if there is no room for another file', async () => {
    await using opened = await flipped();
    await opened.page.evaluate(() => {
      StorageManager.prototype.estimate = () => Promise.resolve({ quota: 50_500_000, usage: 0 });
    });
    await asParts(opened);
  });

  test('if the storage is full while they are joined', async () => {
    await using opened = await flipped();
    const [worker] = opened.page.workers();
    await worker?.evaluate(() => {
      interface Handle {
        write(bytes: ArrayBuffer, options: { at: number }): number;
      }
      const { prototype } = (self as unknown as { FileSystemSyncAccessHandle: { prototype: Handle } })
        .FileSystemSyncAccessHandle;
      prototype.write = (bytes) => bytes.byteLength / 2;
    });
    await asParts(opened);
  });
});
