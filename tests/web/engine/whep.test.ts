// WhepClient in a real browser, watching what WhipClient publishes.

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import type { WhepState } from '../../../web/src/watch/whep-client.ts';
import type { Engine } from '../support/engine-entry.ts';
import { startStage } from '../support/engine.ts';
import type { Stage } from '../support/engine.ts';
import { eventually, Publisher } from '../support/publisher.ts';
import { WhipServer } from '../support/whip-server.ts';

declare global {
  interface Window {
    viewer: InstanceType<Engine['WhepClient']>;
    viewerSaid: WhepState[];
  }
}

let stage: Stage;
let server: WhipServer;
let publisher: Publisher;
let page: Page;

beforeAll(async () => {
  stage = await startStage();
}, 60_000);
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(async () => {
  server = await WhipServer.start();
  publisher = new Publisher(await stage.page());
  page = await publisher.page.context().newPage();
  await page.goto(publisher.page.url());
});
afterEach(async () => {
  await page.context().close();
  await server[Symbol.asyncDispose]();
});

/** Gives the name of what was thrown. */
const watch = (token?: string) =>
  page.evaluate(
    async ([url, bearer]) => {
      const viewer = new window.engine.WhepClient({ url: url ?? '', token: bearer });
      window.viewer = viewer;
      window.viewerSaid = [];
      viewer.on('state', (state) => window.viewerSaid.push(state));
      const video = document.querySelector('video');
      if (video) {
        video.muted = true;
        video.srcObject = viewer.stream;
        void video.play();
      }
      try {
        await viewer.start();
        return undefined;
      } catch (error) {
        return String(error);
      }
    },
    [server.whep, token],
  );

test('shows the picture, and tells the server when it is left', async () => {
  await publisher.start({ url: server.whip });
  expect(await watch('view-token')).toBeUndefined();
  const post = server.of('POST').find(({ path }) => path === '/whep');
  expect(post?.headers['authorization']).toBe('Bearer view-token');
  expect(post?.headers['accept']).toBe('application/sdp');
  expect(post?.body.match(/^a=recvonly\r$/gm)).toHaveLength(2);
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0, null, {
    timeout: 15_000,
  });
  await page.evaluate(() => window.viewer.stop());
  await eventually(() => server.of('DELETE').length === 1);
  expect(await page.evaluate(() => window.viewerSaid)).toEqual(['connecting', 'playing', 'ended']);
});

test('a picture that stands still is the end', async () => {
  await publisher.start({ url: server.whip });
  await watch();
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0, null, {
    timeout: 15_000,
  });
  await publisher.stop();
  await page.waitForFunction(() => window.viewer.getState() === 'ended', null, { timeout: 12_000 });
}, 40_000);

test.each([401, 404, 409, 500])('%d is an error, and nothing is tried again', async (status) => {
  server.script = (request, response) => {
    if (request.method !== 'POST') return false;
    response.writeHead(status).end();
    return true;
  };
  expect(await watch()).toContain(`the server answered ${status}`);
  expect(await page.evaluate(() => window.viewerSaid)).toEqual(['connecting', 'ended']);
  expect(server.of('POST')).toHaveLength(1);
});
