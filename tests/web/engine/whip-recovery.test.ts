// WhipClient while it is live: cuts, kills, flips, the end of the page.

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

test('a session that the server has lost is noticed before the browser does, and replaced', async () => {
  await server.dropSessions();
  await publisher.until('reconnecting');
  await publisher.until('streaming');
  expect(server.of('POST')).toHaveLength(2);
  await moreArrives();
});

test('a server that is killed and comes back is found again', async () => {
  await server.kill();
  await publisher.until('reconnecting');
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect((await publisher.now()).state).toBe('reconnecting');
  await server.revive();
  await publisher.until('streaming');
  await moreArrives();
});

test('a restart of ICE on the same session is tried first, with If-Match: *', async () => {
  const [session] = [...server.sessions.values()];
  if (!session) throw new Error('there is no session');
  // Nothing is heard of the server for a while, as when a phone changes from one network to another.
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
  // Later candidates are told with the tag of the new ICE session.
  await eventually(() => server.of('PATCH').some(({ headers }) => headers['if-match'] === '"1-1"'));
});

test.each([404, 405, 412, 428, 501])(
  'a restart that is answered %d becomes a new session',
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

test('a stream that was deleted meanwhile ends it, with the reason', async () => {
  server.script = (request, response) => {
    if (request.method !== 'POST' && request.method !== 'PATCH') return false;
    response.writeHead(404).end();
    return true;
  };
  await server.dropSessions();
  expect(await publisher.until('error')).toMatchObject({ code: 'stream-gone' });
});

test('an earlier session that the server still holds on to is waited out', async () => {
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

test('when the network is back it does not wait any longer', async () => {
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

test('camera and microphone stay as they were chosen: flipped and muted over a reconnection', async () => {
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

test('a flip changes the picture without a new session', async () => {
  const id = () => publisher.page.evaluate(() => window.camera.stream?.getVideoTracks()[0]?.id);
  const before = await id();
  await publisher.page.evaluate(() => window.client.flip());
  expect(await id()).not.toBe(before);
  await moreArrives();
  expect(server.of('POST')).toHaveLength(1);
});

test('stop tells the server, and is the end', async () => {
  await publisher.stop();
  await eventually(() => server.of('DELETE').length === 1);
  expect(server.of('DELETE')[0]).toMatchObject({ path: '/session/1' });
  expect(server.of('DELETE')[0]?.headers['if-match']).toBeUndefined();
  expect((await publisher.now()).state).toBe('stopped');
  const before = server.requests.length;
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(server.requests).toHaveLength(before);
});

test('stop while the offer is under way takes the session down that comes of it', async () => {
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

test('closing the page tells the server', async () => {
  await publisher.page.close();
  await eventually(() => server.of('DELETE').length === 1);
});

test('leaving for another page tells the server', async () => {
  await publisher.page.goto('about:blank');
  await eventually(() => server.of('DELETE').length === 1);
});
