// The camera's owner in a real browser: what goes wrong before anybody is live, and interruptions.

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { startStage } from '../support/engine.ts';
import type { Stage } from '../support/engine.ts';

let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(async () => {
  page = await stage.page();
});
afterEach(() => page.context().close());

/** The code of the fault, if any. */
const open = () =>
  page.evaluate(async () => {
    window.camera = window.camera ?? new window.engine.Camera();
    try {
      await window.camera.open();
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  });

const fail = (name: string, times = 99) =>
  page.evaluate(
    ([error, count]) => {
      const { getUserMedia } = MediaDevices.prototype;
      let left = Number(count);
      MediaDevices.prototype.getUserMedia = function (constraints) {
        if (left-- <= 0) return getUserMedia.call(this, constraints);
        return Promise.reject(new DOMException('', String(error)));
      };
    },
    [name, times],
  );

test('opens both, and a second time gives the same', async () => {
  expect(await open()).toBeUndefined();
  const same = await page.evaluate(async () => {
    const before = window.camera.stream;
    return (await window.camera.open()) === before && before?.getTracks().length === 2;
  });
  expect(same).toBe(true);
});

test.each([
  ['NotAllowedError', 'camera-denied'],
  ['NotFoundError', 'camera-missing'],
  ['NotReadableError', 'camera-in-use'],
  ['SecurityError', 'insecure-context'],
  ['OverconstrainedError', 'camera-failed'],
])('%s is %s, and trying again works once it is mended', async (name, code) => {
  await fail(name, name === 'NotReadableError' ? 2 : 1);
  expect(await open()).toBe(code);
  expect(await open()).toBeUndefined();
});

test('a camera that the system has not let go of yet is asked for once more', async () => {
  await fail('NotReadableError', 1);
  expect(await open()).toBeUndefined();
});

test('a denied permission', async () => {
  page = await stage.page({ camera: false });
  expect(await open()).toBe('camera-denied');
});

test('a flip that does not work brings the camera before back, and says so', async () => {
  await open();
  await fail('NotFoundError', 1);
  const outcome = await page.evaluate(async () => {
    const thrown = await window.camera.flip().catch((error: Error) => error.message);
    return { thrown, live: window.camera.stream?.getVideoTracks().map(({ readyState }) => readyState) };
  });
  expect(outcome).toEqual({ thrown: 'camera-missing', live: ['live'] });
});

test('a track that ends is opened again by itself', async () => {
  await open();
  const events = await page.evaluate(async () => {
    const seen: string[] = [];
    for (const name of ['interrupted', 'tracks', 'restored'] as const)
      window.camera.on(name, () => seen.push(name));
    const [track] = window.camera.stream?.getVideoTracks() ?? [];
    track?.stop();
    track?.dispatchEvent(new Event('ended'));
    for (let waited = 0; waited < 600 && !seen.includes('restored'); ++waited)
      await new Promise((resolve) => setTimeout(resolve, 100));
    return seen;
  });
  expect(events).toEqual(['interrupted', 'tracks', 'restored']);
  const live = await page.evaluate(() =>
    window.camera.stream?.getTracks().map(({ readyState }) => readyState),
  );
  expect(live).toEqual(['live', 'live']);
});

test('hears the microphone', async () => {
  await open();
  const loudest = await page.evaluate(async () => {
    let most = 0;
    const { stream } = window.camera;
    if (!stream) return 0;
    const end = window.engine.watchLevel(stream, (level) => (most = Math.max(most, level)));
    for (let waited = 0; waited < 600 && most < 0.1; ++waited)
      await new Promise((resolve) => setTimeout(resolve, 100));
    end();
    return most;
  });
  expect(loudest).toBeGreaterThan(0.1);
});
