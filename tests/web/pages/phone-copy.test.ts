// The copy that the phone makes of a broadcast: recorded while live, kept through reloads, uploaded afterwards.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { eventually } from '../support/publisher.ts';
import { left, recorded } from '../support/recorded.ts';
import { recordingIn } from '../support/recording.ts';
import { goLive, press } from '../support/screens.ts';
import type { Screen } from '../support/screens.ts';
import { phone, shows } from '../support/seen.ts';
import { problem, stream, streamId, unrecorded } from '../support/site.ts';
import type { Site } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const path = `/live/${streamId}#invite=an-invite`;
const uploads = `/api/streams/${streamId}/uploads`;
const badge = (word: string) => `Copy on this phone: ${word}`;

const arrange = (site: Site) => void (site.streams = [stream({ plan: unrecorded })]);
const open = (screen: Partial<Screen> = {}): Promise<Opened> =>
  openScreen(
    browser,
    { name: 'copy', path, arrange, act: goLive, shows: badge('recording'), ...screen },
    phone,
  );

async function end(page: Page): Promise<void> {
  await press(page, 'End');
  await press(page, 'End broadcast');
}

describe('a phone', () => {
  test('records while it is live, uploads the copy afterwards, and removes it when it is safe', async () => {
    const warnings = [{ code: 'recording_unsupported' as const, detail: 'Nothing records it.' }];
    await using opened = await open({
      arrange: (site) => void (site.streams = [stream({ plan: unrecorded, warnings })]),
      act: async (page) => {
        await press(page, 'Allow camera and microphone');
        await shows(page, /Copy on this phone: space for/);
        await shows(page, /This phone records it and uploads the copy afterwards/);
        await press(page, 'Go live');
      },
    });
    const { page, site } = opened;
    site.tus.outcome = 'processing';
    await recorded(page, 6);
    await end(page);
    await shows(page, badge('being checked'));
    expect((await left(page)).files).toBe(1);
    site.tus.outcome = 'ready';
    for (const upload of site.tus.uploads) upload.state = 'ready';
    await shows(page, badge('safe'));
    expect(await left(page)).toEqual({ files: 0, mark: null });
    const [asked] = site.of('POST', uploads);
    expect(asked?.headers['authorization']).toBe('Bearer an-invite');
    expect(asked?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/);
    const [upload] = site.tus.uploads;
    expect(upload?.wanted).toMatchObject({ part: 1, parts: 1, type: 'video/mp4' });
    expect(Date.now() - Date.parse(upload?.wanted.startedAt ?? '')).toBeLessThan(120_000);
    const made = await recordingIn(site.tus);
    expect(made.kinds).toEqual(['audio', 'video']);
    expect(made.seconds).toBeGreaterThan(5);
    expect(upload?.wanted.duration).toBeGreaterThanOrEqual(Math.floor(made.seconds));
    expect(opened.complaints).toEqual([]);
  });

  test('begins another piece with another camera and uploads both as one file', async () => {
    await using opened = await open();
    const { page, site } = opened;
    await recorded(page, 4);
    await press(page, 'Switch camera');
    await recorded(page, 9);
    expect((await left(page)).files).toBe(2);
    await end(page);
    await shows(page, badge('safe'));
    expect(site.tus.uploads.map(({ wanted: { part, parts } }) => [part, parts])).toEqual([[1, 1]]);
    const made = await recordingIn(site.tus);
    expect(made.kinds).toEqual(['audio', 'video']);
    expect(made.seconds).toBeGreaterThan(8);
  });

  test('keeps the copy through a reload, and uploads it after the next broadcast', async () => {
    await using opened = await open();
    const { page, site } = opened;
    site.script(`POST ${uploads}`, problem(503, 'store-unavailable', 'Busy', 'Wait.'));
    await recorded(page, 4);
    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();
    await press(page, 'Go live');
    await shows(page, badge('recording'));
    site.script(`POST ${uploads}`, undefined);
    await recorded(page, 4, 2);
    expect(site.tus.uploads).toEqual([]);
    await end(page);
    await shows(page, 'Your copy is safe');
    expect(site.tus.uploads).toHaveLength(2);
    expect(await left(page)).toEqual({ files: 0, mark: null });
  });

  test('goes on in IndexedDB where there is no private file system', async () => {
    await using opened = await open({
      before: () => {
        Object.defineProperty(window, 'Worker', { value: undefined });
      },
    });
    const { page, site } = opened;
    await recorded(page, 6);
    await end(page);
    await shows(page, badge('safe'));
    const made = await recordingIn(site.tus);
    expect(made.kinds).toEqual(['audio', 'video']);
    expect(made.seconds).toBeGreaterThan(5);
  });
});

describe('whether there is a copy', () => {
  const loaded = (page: Page) =>
    page.evaluate(
      () => performance.getEntriesByType('resource').filter(({ name }) => /open-/.test(name)).length,
    );

  test.each([
    ['off', 'off', unrecorded, false],
    ['auto, recorded at both providers', 'auto', undefined, false],
    ['on, recorded at both providers', 'on', undefined, true],
    ['auto, recorded at none', undefined, unrecorded, true],
  ] as const)('%s', async (_name, choice, plan, expected) => {
    await using opened = await open({
      arrange: (site) => {
        site.streams = [stream(plan ? { plan } : {})];
        site.phoneCopy = choice;
      },
      shows: 'LIVE',
    });
    const { page, site } = opened;
    if (expected) await shows(page, badge('recording'));
    else {
      await eventually(() => site.whip.packets > 60);
      expect(await page.getByText('Copy on this phone').count()).toBe(0);
      // Nobody loads what nobody needs.
      expect(await loaded(page)).toBe(0);
    }
  });
});

describe('publishing goes first', () => {
  const goesOn = async ({ site }: Opened) => {
    const before = site.whip.packets;
    await eventually(() => site.whip.packets > before + 60);
  };

  test('without MediaRecorder', async () => {
    await using opened = await open({
      before: () => {
        Reflect.deleteProperty(window, 'MediaRecorder');
      },
      shows: badge('not possible in this browser'),
    });
    await goesOn(opened);
    await shows(opened.page, 'LIVE');
    expect(opened.complaints).toEqual([]);
  });

  test('with an encoder that fails: what was recorded before is kept', async () => {
    await using opened = await open({
      before: () => {
        const { start } = MediaRecorder.prototype;
        MediaRecorder.prototype.start = function (slice) {
          start.call(this, slice);
          setTimeout(() => this.dispatchEvent(new Event('error')), 6000);
        };
      },
      shows: badge('stopped, the recorder failed'),
    });
    const { page, site } = opened;
    await goesOn(opened);
    await shows(page, 'LIVE');
    await end(page);
    await shows(page, badge('safe'));
    await shows(page, 'The copy ends before the broadcast does.');
    expect((await recordingIn(site.tus)).seconds).toBeGreaterThan(1);
  });

  test('with a type that is announced and then refused', async () => {
    await using opened = await open({
      before: () => {
        Object.defineProperty(window, 'MediaRecorder', {
          value: class {
            static isTypeSupported = () => true;
            constructor() {
              throw new DOMException('', 'NotSupportedError');
            }
          },
        });
      },
      shows: badge('stopped, the recorder failed'),
    });
    await goesOn(opened);
  });

  test('with storage that is full before the broadcast', async () => {
    await using opened = await open({
      before: () => {
        StorageManager.prototype.estimate = () => Promise.resolve({ quota: 60_000_000, usage: 30_000_000 });
      },
      shows: badge('storage is full'),
    });
    await goesOn(opened);
  });

  /** Leaves room for only half of what is written next. */
  const fill = async (page: Page) => {
    await Promise.all(
      page.workers().map((worker) =>
        worker.evaluate(() => {
          interface Handle {
            write(bytes: ArrayBuffer, options: { at: number }): number;
          }
          const { prototype } = (self as unknown as { FileSystemSyncAccessHandle: { prototype: Handle } })
            .FileSystemSyncAccessHandle;
          const { write } = prototype;
          prototype.write = function (bytes, options) {
            return write.call(this, bytes.slice(0, bytes.byteLength / 2), options);
          };
        }),
      ),
    );
  };

  test('with storage that becomes full in mid-broadcast', async () => {
    await using opened = await open();
    const { page, site } = opened;
    await recorded(page, 4);
    await fill(page);
    await shows(page, badge('storage is full'));
    await goesOn(opened);
    await end(page);
    await shows(page, badge('safe'));
    const made = await recordingIn(site.tus);
    expect(made.seconds).toBeGreaterThan(1);
    expect(made.faults).toBe('');
  });
});

/** Leaves a copy of 12 MiB and some bytes in the browser, as after an earlier broadcast. */
async function leaveLargeCopy(page: Page): Promise<void> {
  await page.evaluate(async (streamOf) => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('phone-copies', { create: true });
    const writable = await (await folder.getFileHandle('large', { create: true })).createWritable();
    await writable.write(new Uint8Array(12 * 1024 * 1024 + 77).map((_, index) => index % 251));
    await writable.close();
    const request = indexedDB.open('whip-mux.copies', 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('copies', { keyPath: 'id' });
      request.result.createObjectStore('blocks');
    };
    const database = await new Promise<IDBDatabase>((resolve) => {
      request.onsuccess = () => resolve(request.result);
    });
    const transaction = database.transaction('copies', 'readwrite');
    const startedAt = Date.now() - 86_400_000;
    const piece = { name: 'large', place: 'files', type: 'video/mp4', startedAt, key: 'a-key' };
    const pieces = [{ ...piece, seconds: 60, bytes: 0 }];
    transaction.objectStore('copies').put({ id: 'a-copy', stream: streamOf, startedAt, pieces });
    await new Promise((resolve) => {
      transaction.oncomplete = resolve;
    });
    localStorage.setItem('whip-mux.copies', 'yes');
  }, streamId);
}

describe('the upload', () => {
  test('is sent in chunks that Cloudflare takes, and asks where it stands after each failure', async () => {
    await using opened = await open({
      arrange: (site) => void site.tus.refusals.push(503, 423, 409),
      act: async (page) => {
        await leaveLargeCopy(page);
        await page.reload();
      },
      shows: badge('safe'),
    });
    const { tus } = opened.site;
    const [upload] = tus.uploads;
    const unit = 5 * 1024 * 1024;
    const taken = tus.requests.filter(({ method, status }) => method === 'PATCH' && status === 204);
    expect(taken.map(({ offset }) => offset)).toEqual([0, unit, 2 * unit]);
    expect(tus.requests.filter(({ method }) => method === 'HEAD')).toHaveLength(4);
    expect(upload?.wanted).toMatchObject({ size: 12 * 1024 * 1024 + 77, part: 1, parts: 1 });
    const bytes = upload && tus.bytesOf(upload);
    expect(bytes?.every((byte, index) => byte === index % 251)).toBe(true);
  });

  test('waits on mobile data until the user wants it', async () => {
    await using opened = await open({
      before: () => {
        const connection = Object.assign(new EventTarget(), { type: 'cellular' });
        Object.defineProperty(navigator, 'connection', { value: connection });
      },
    });
    const { page, site } = opened;
    await recorded(page, 2);
    await end(page);
    await shows(page, badge('waiting to upload'));
    await shows(page, 'You’re on mobile data, so the upload waits for Wi-Fi.');
    expect(site.of('POST', uploads)).toEqual([]);
    await press(page, 'Upload now');
    await shows(page, badge('safe'));
  });

  test('asks for another address with another key when the first has expired', async () => {
    await using opened = await open();
    const { page, site } = opened;
    site.tus.stallsAt = 100_000;
    await recorded(page, 4);
    await end(page);
    await eventually(() => site.tus.uploads[0]?.offset === 100_000);
    await shows(page, /uploading \d+ %/);
    await press(page, 'Pause');
    await shows(page, 'The upload is paused.');
    const [first] = site.tus.uploads;
    if (first) first.expired = true;
    site.tus.stallsAt = Infinity;
    await press(page, 'Continue upload');
    await shows(page, badge('safe'));
    const keys = site.of('POST', uploads).map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(2);
    expect(site.tus.uploads.map(({ state }) => state)).toEqual(['uploading', 'ready']);
  });

  test('is refused by an invitation that has expired: the copy stays, and can be saved', async () => {
    await using opened = await open();
    const { page, site } = opened;
    site.script(`POST ${uploads}`, problem(401, 'invite-refused', 'Refused', 'Ask.'));
    await recorded(page, 2);
    await end(page);
    await shows(page, 'This link can’t upload anymore.');
    expect((await left(page)).files).toBe(1);
    const saving = page.waitForEvent('download');
    await press(page, 'Save the file');
    expect((await saving).suggestedFilename()).toMatch(/^broadcast-[\d-]+\.mp4$/);
    site.script(`POST ${uploads}`, undefined);
    await press(page, 'Try again');
    await shows(page, badge('safe'));
  });

  test('is not sent if the organiser has deleted the broadcast: the copy stays, and nothing asks again', async () => {
    await using opened = await open();
    const { page, site } = opened;
    site.script(`POST ${uploads}`, problem(410, 'recording-deleted', 'It was deleted', 'Keep it.'));
    await recorded(page, 2);
    await end(page);
    await shows(page, 'The organiser deleted this broadcast.');
    await page.getByRole('button', { name: 'Save the file' }).waitFor();
    expect(await page.getByRole('button', { name: /Try again|Upload now/ }).count()).toBe(0);
    expect((await left(page)).files).toBe(1);
    expect(site.of('POST', uploads)).toHaveLength(1);
    await press(page, 'Delete from phone');
    await press(page, 'Delete the copy');
    await expect.poll(() => left(page)).toEqual({ files: 0, mark: null });
  });

  test('is sent again if Cloudflare cannot play it, and only the user deletes the copy', async () => {
    await using opened = await open();
    const { page, site } = opened;
    site.tus.outcome = 'failed';
    await recorded(page, 2);
    await end(page);
    await shows(page, 'Cloudflare can’t play the copy.');
    await shows(page, '(It holds no video.)');
    await press(page, 'Try again');
    await eventually(() => site.tus.uploads.length === 2);
    await shows(page, 'Cloudflare can’t play the copy.');
    await press(page, 'Delete from phone');
    await shows(page, 'Delete this copy?');
    await press(page, 'Keep it');
    expect((await left(page)).files).toBe(1);
    await press(page, 'Delete from phone');
    await press(page, 'Delete the copy');
    await expect.poll(() => left(page)).toEqual({ files: 0, mark: null });
  });
});
