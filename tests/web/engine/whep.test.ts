// WhepClient in a real browser, watching what WhipClient publishes.

import { beforeEach, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import type { WhepState } from '../../../web/src/watch/whep-client.ts';
import type { Engine } from '../support/engine-entry.ts';
import { eventually } from '../support/publisher.ts';
import { publisher, server } from '../support/scripted-publishing.ts';

declare global {
  interface Window {
    viewer: InstanceType<Engine['WhepClient']>;
    viewerSaid: WhepState[];
  }
}

let page: Page;

beforeEach(async () => {
  page = await publisher.page.context().newPage();
  await page.goto(publisher.page.url());
});

/** Returns the name of the error that was thrown. */
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

test('shows the picture, and deletes the session when it stops', async () => {
  await publisher.start({ url: server.whip });
  expect(await watch('view-token')).toBeUndefined();
  const post = server.of('POST').find(({ path }) => path === '/whep');
  expect(post?.headers['authorization']).toBe('Bearer view-token');
  expect(post?.headers['accept']).toBe('application/sdp');
  expect(post?.body.match(/^a=recvonly\r$/gm)).toHaveLength(2);
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0, null, {
    timeout: 60_000,
  });
  await page.evaluate(() => window.viewer.stop());
  await eventually(() => server.of('DELETE').length === 1);
  expect(await page.evaluate(() => window.viewerSaid)).toEqual(['connecting', 'playing', 'ended']);
});

test('ends when the picture freezes', async () => {
  await publisher.start({ url: server.whip });
  await watch();
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0, null, {
    timeout: 60_000,
  });
  await publisher.stop();
  await page.waitForFunction(() => window.viewer.getState() === 'ended', null, { timeout: 60_000 });
});

/** Changes the headers of the answer to the viewer, not to the publisher. */
const answerWith = (headers: Record<string, string | string[] | undefined>) => {
  server.script = (request, response) => {
    if (request.method !== 'POST' || request.path !== '/whep') return false;
    void server.accept(request, response, headers);
    return true;
  };
};
const posts = () => server.of('POST').filter(({ path }) => path !== '/whip');
/** The viewer's requests; the viewer connects second. */
const patches = () => server.of('PATCH').filter(({ path }) => path === '/session/2');
const shown = () =>
  page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0, null, {
    timeout: 60_000,
  });

test('follows a 307 and resolves a relative Location against the final URL', async () => {
  await publisher.start({ url: server.whip });
  server.script = (request, response) => {
    if (request.method !== 'POST' || request.path === '/whip') return false;
    if (request.path === '/whep') response.writeHead(307, { Location: '/moved/here' }).end();
    else void server.accept(request, response, { Location: '../session/2' });
    return true;
  };
  expect(await watch('view-token')).toBeUndefined();
  expect(posts().map(({ path }) => path)).toEqual(['/whep', '/moved/here']);
  expect(posts()[1]?.body).toBe(posts()[0]?.body);
  expect(posts()[1]?.headers['authorization']).toBe('Bearer view-token');
  await page.evaluate(() => window.viewer.stop());
  await eventually(() => server.of('DELETE').length === 1);
  expect(server.of('DELETE')[0]).toMatchObject({ path: '/session/2' });
  expect(server.of('DELETE')[0]?.headers['authorization']).toBe('Bearer view-token');
});

test('plays without a Location and sends nothing to a wrong URL', async () => {
  await publisher.start({ url: server.whip });
  answerWith({ Location: undefined });
  expect(await watch()).toBeUndefined();
  await shown();
  await page.evaluate(() => window.viewer.stop());
  const own = server.requests.filter(({ method, path }) => path !== '/session/1' && method !== 'OPTIONS');
  expect(own.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /whip', 'POST /whep']);
});

test('sends its candidates with the session’s ETag', async () => {
  await publisher.start({ url: server.whip });
  expect(await watch()).toBeUndefined();
  await eventually(() => patches().some(({ body }) => /^a=end-of-candidates\r$/m.test(body)));
  for (const { headers } of patches()) {
    expect(headers['if-match']).toBe('"2-0"');
    expect(headers['content-type']).toBe('application/trickle-ice-sdpfrag');
  }
});

test('sends candidates without an ETag if the server gave none, and keeps playing after the 428', async () => {
  await publisher.start({ url: server.whip });
  answerWith({ ETag: undefined });
  expect(await watch()).toBeUndefined();
  await shown();
  await eventually(() => patches().length > 0);
  expect(patches()[0]?.headers['if-match']).toBeUndefined();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(patches()).toHaveLength(1);
});

test.each([405, 412, 422, 428, 501])('keeps playing after a PATCH is answered with %d', async (status) => {
  await publisher.start({ url: server.whip });
  server.script = (request, response) => {
    if (request.method !== 'PATCH' || request.path !== '/session/2') return false;
    response.writeHead(status).end();
    return true;
  };
  expect(await watch()).toBeUndefined();
  await shown();
  await eventually(() => patches().length > 0);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(patches()).toHaveLength(1);
  expect(await page.evaluate(() => window.viewer.getState())).toBe('playing');
});

test('uses the ICE servers of the Link header before gathering candidates', async () => {
  await publisher.start({ url: server.whip });
  answerWith({
    Link: ['<stun:127.0.0.1:9>; rel="ice-server"', '</events>; rel="urn:ietf:params:whep:ext:x"'],
  });
  await page.evaluate(() => {
    const order: unknown[] = [];
    const { setConfiguration, setLocalDescription } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.setConfiguration = function (configuration) {
      order.push(configuration?.iceServers);
      return setConfiguration.call(this, configuration);
    };
    RTCPeerConnection.prototype.setLocalDescription = function (
      this: RTCPeerConnection,
      ...given: unknown[]
    ) {
      order.push('setLocalDescription');
      return setLocalDescription.apply(this, given as never);
    } as typeof setLocalDescription;
    Object.assign(window, { order });
  });
  expect(await watch()).toBeUndefined();
  const order = await page.evaluate(() => (window as unknown as { order: unknown[] }).order);
  expect(order).toEqual([[{ urls: 'stun:127.0.0.1:9' }], 'setLocalDescription']);
});

test('passes on the Retry-After of a 503', async () => {
  server.script = (request, response) => {
    if (request.method !== 'POST') return false;
    response.writeHead(503, { 'Retry-After': '7' }).end();
    return true;
  };
  const retryAfter = await page.evaluate(
    (url) =>
      new window.engine.WhepClient({ url })
        .start()
        .catch((error: { status: number; retryAfter: number }) => [error.status, error.retryAfter]),
    server.whep,
  );
  expect(retryAfter).toEqual([503, 7]);
});

test.each([401, 404, 409, 500])('fails on %d without retrying', async (status) => {
  server.script = (request, response) => {
    if (request.method !== 'POST') return false;
    response.writeHead(status).end();
    return true;
  };
  expect(await watch()).toContain(`the server answered ${status}`);
  expect(await page.evaluate(() => window.viewerSaid)).toEqual(['connecting', 'ended']);
  expect(server.of('POST')).toHaveLength(1);
});
