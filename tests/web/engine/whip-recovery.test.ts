// WhipClient while live: network loss, server restarts, camera switches, leaving the page.

import { beforeEach, expect, test } from 'vitest';
import { eventually, Publisher } from '../support/publisher.ts';
import { publisher, server } from '../support/scripted-publishing.ts';

beforeEach(async () => {
  await publisher.start({ url: server.whip, token: 'a-token' });
  await eventually(() => server.packets > 10);
});

const moreArrives = async () => {
  const before = server.packets;
  await eventually(() => server.packets > before + 10);
};

test('notices before the browser does that the server lost the session, and replaces it', async () => {
  await server.dropSessions();
  await publisher.until('reconnecting');
  await publisher.until('streaming');
  expect(server.of('POST')).toHaveLength(2);
  await moreArrives();
});

test('goes on by the session itself if the token has expired in the meantime', async () => {
  server.script = ({ method, path }, response) => {
    if (method !== 'POST' || path !== '/whip') return false;
    response.writeHead(401).end();
    return true;
  };
  for (const session of ['/session/1', '/session/2']) {
    await server.dropSessions();
    await publisher.until('reconnecting');
    await publisher.until('streaming');
    expect(server.of('POST').at(-1)?.path).toBe(session);
    await moreArrives();
  }
  expect(server.of('POST').map(({ path }) => path)).toEqual(['/whip', '/whip', '/session/1', '/session/2']);
});

test('reconnects to a server that was killed and restarted', async () => {
  await server.kill();
  await publisher.until('reconnecting');
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect((await publisher.now()).state).toBe('reconnecting');
  await server.revive();
  await publisher.until('streaming');
  await moreArrives();
});

test('first tries an ICE restart on the same session, with If-Match: *', async () => {
  const [session] = [...server.sessions.values()];
  if (!session) throw new Error('there is no session');
  // The server is silent for a while, as when a phone switches networks.
  await publisher.page.evaluate(() => {
    const { getStats } = RTCPeerConnection.prototype;
    const frozen = getStats.call(new RTCPeerConnection());
    RTCPeerConnection.prototype.getStats = () => frozen;
    Object.assign(window, { thaw: () => (RTCPeerConnection.prototype.getStats = getStats) });
  });
  await publisher.until('reconnecting');
  await publisher.page.evaluate(() => (window as unknown as { thaw(): void }).thaw());
  await publisher.until('streaming');
  const restarts = server.of('PATCH').filter(({ headers }) => headers['if-match'] === '*');
  expect(restarts).toHaveLength(1);
  expect(restarts[0]?.body).toMatch(/^a=ice-ufrag:/m);
  expect(server.of('POST')).toHaveLength(1);
  await moreArrives();
  // Later candidates carry the ETag of the new ICE session.
  await eventually(() => server.of('PATCH').some(({ headers }) => headers['if-match'] === '"1-1"'));
});

test.each([404, 405, 412, 428, 501])(
  'opens a new session if the restart is answered with %d',
  async (status) => {
    server.script = (request, response) => {
      if (request.method !== 'PATCH' || request.headers['if-match'] !== '*') return false;
      response.writeHead(status).end();
      return true;
    };
    const { peer } = [...server.sessions.values()][0] ?? {};
    await peer?.close();
    await publisher.until('reconnecting');
    await publisher.until('streaming');
    expect(server.of('POST')).toHaveLength(2);
  },
);

test('ends with the reason if the stream was deleted', async () => {
  server.script = (request, response) => {
    if (request.method !== 'POST' && request.method !== 'PATCH') return false;
    response.writeHead(404).end();
    return true;
  };
  await server.dropSessions();
  expect(await publisher.until('error')).toMatchObject({ code: 'stream-gone' });
});

test('waits until the server has released the earlier session', async () => {
  let refusals = 2;
  server.script = (request, response) => {
    if (request.method !== 'POST' || refusals-- <= 0) return false;
    response.writeHead(409).end();
    return true;
  };
  await server.dropSessions();
  await publisher.until('reconnecting');
  await publisher.until('streaming');
  expect(server.of('POST')).toHaveLength(4);
});

test('reconnects without delay when the network is back', async () => {
  let refusals = 1;
  server.script = (request, response) => {
    if (request.method !== 'POST' || refusals-- <= 0) return false;
    response.writeHead(503, { 'Retry-After': '3600' }).end();
    return true;
  };
  await server.dropSessions();
  await publisher.until('reconnecting');
  await eventually(() => server.of('POST').length === 2);
  await eventually(() =>
    publisher.page.evaluate(() => {
      dispatchEvent(new Event('online'));
      return window.client.getState() === 'streaming';
    }),
  );
  expect(server.of('POST')).toHaveLength(3);
});

test('keeps the chosen camera and the mute state across a reconnection', async () => {
  await publisher.page.evaluate(async () => {
    window.client.mute(true);
    await window.client.flip();
  });
  await moreArrives();
  await server.dropSessions();
  await publisher.until('reconnecting');
  await publisher.until('streaming');
  await moreArrives();
  const tracks = await publisher.page.evaluate(() =>
    window.camera.stream?.getTracks().map(({ kind, enabled, readyState }) => ({ kind, enabled, readyState })),
  );
  expect(tracks).toContainEqual({ kind: 'audio', enabled: false, readyState: 'live' });
  expect(tracks).toContainEqual({ kind: 'video', enabled: true, readyState: 'live' });
});

test('switches cameras within the same session', async () => {
  const id = () => publisher.page.evaluate(() => window.camera.stream?.getVideoTracks()[0]?.id);
  const before = await id();
  await publisher.page.evaluate(() => window.client.flip());
  expect(await id()).not.toBe(before);
  await moreArrives();
  expect(server.of('POST')).toHaveLength(1);
});

test('deletes the session on stop and stays stopped', async () => {
  await publisher.stop();
  await eventually(() => server.of('DELETE').length === 1);
  expect(server.of('DELETE')[0]).toMatchObject({ path: '/session/1' });
  expect(server.of('DELETE')[0]?.headers['if-match']).toBeUndefined();
  expect((await publisher.now()).state).toBe('stopped');
  const before = server.requests.length;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(server.requests).toHaveLength(before);
});

test('deletes the session if stopped while the offer is in flight', async () => {
  const other = new Publisher(await publisher.page.context().newPage());
  await other.page.goto(publisher.page.url());
  server.script = (request, response) => {
    if (request.method !== 'POST') return false;
    setTimeout(() => void server.accept(request, response), 800);
    return true;
  };
  await other.begin({ url: server.whip });
  await eventually(() => server.of('POST').length === 2);
  await other.stop();
  await eventually(() => server.of('DELETE').some(({ path }) => path === '/session/2'));
  expect((await other.now()).state).toBe('stopped');
});

test('deletes the session when the page closes', async () => {
  await publisher.page.close();
  await eventually(() => server.of('DELETE').length === 1);
});

test('deletes the session when navigating to another page', async () => {
  await publisher.page.goto('about:blank');
  await eventually(() => server.of('DELETE').length === 1);
});
