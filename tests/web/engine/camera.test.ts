// The Camera class in a real browser: errors before going live, and interruptions.

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

/** The code of the Fault, if one was thrown. */
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

test('opens camera and microphone, and returns the same stream the second time', async () => {
  expect(await open()).toBeUndefined();
  const same = await page.evaluate(async () => {
    const before = window.camera.stream;
    return (await window.camera.open()) === before && before?.getTracks().length === 2;
  });
  expect(same).toBe(true);
});

// Asks for both and then for the camera alone, each once more while it is in use.
test.each([
  ['NotAllowedError', 'camera-denied', 1],
  ['NotFoundError', 'camera-missing', 2],
  ['NotReadableError', 'camera-in-use', 4],
  ['SecurityError', 'insecure-context', 1],
  ['OverconstrainedError', 'camera-failed', 2],
])('reports %s as %s, and a retry works once it is fixed', async (name, code, calls) => {
  await fail(name, calls);
  expect(await open()).toBe(code);
  expect(await open()).toBeUndefined();
});

test('retries once if the system has not released the camera yet', async () => {
  await fail('NotReadableError', 1);
  expect(await open()).toBeUndefined();
});

test('reports a denied permission', async () => {
  page = await stage.page({ camera: false });
  expect(await open()).toBe('camera-denied');
});

test('reopens the previous camera and reports the error when switching fails', async () => {
  await open();
  await fail('NotFoundError', 1);
  const outcome = await page.evaluate(async () => {
    const thrown = await window.camera.flip().catch((error: Error) => error.message);
    return { thrown, live: window.camera.stream?.getVideoTracks().map(({ readyState }) => readyState) };
  });
  expect(outcome).toEqual({ thrown: 'camera-missing', live: ['live'] });
});

test('reopens a track that has ended', async () => {
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

test('measures the microphone level', async () => {
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

test.each([
  ['OverconstrainedError', 'camera-failed'],
  ['NotFoundError', 'camera-missing'],
])('goes back to a microphone that works when the chosen one answers %s', async (name, code) => {
  await open();
  const outcome = await page.evaluate(async (error) => {
    const { getUserMedia } = MediaDevices.prototype;
    MediaDevices.prototype.getUserMedia = function (constraints) {
      const { audio } = constraints ?? {};
      const chosen = typeof audio === 'object' && audio.deviceId !== undefined;
      return chosen ? Promise.reject(new DOMException('', error)) : getUserMedia.call(this, constraints);
    };
    const thrown = await window.camera.useMicrophone('gone').catch((fault: Error) => fault.message);
    const states = () => window.camera.stream?.getAudioTracks().map(({ readyState }) => readyState);
    const after = states();
    await window.camera.reopen();
    return { thrown, after, reopened: states() };
  }, name);
  expect(outcome).toEqual({ thrown: code, after: ['live'], reopened: ['live'] });
});

test('does without a level where the browser cannot measure one', async () => {
  await open();
  const ended = await page.evaluate(() => {
    AudioContext.prototype.createMediaStreamSource = () => {
      throw new DOMException('', 'NotSupportedError');
    };
    const { stream } = window.camera;
    if (!stream) return 'no stream';
    window.engine.watchLevel(stream, () => undefined)();
    return 'ended';
  });
  expect(ended).toBe('ended');
});
