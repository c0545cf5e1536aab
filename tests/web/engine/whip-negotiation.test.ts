// WhipClient in a real browser against a scripted server: each requirement that RFC 9725 places on a client.

import { describe, expect, test } from 'vitest';
import { eventually } from '../support/publisher.ts';
import { publisher, server } from '../support/scripted-publishing.ts';
import { WhipServer } from '../support/whip-server.ts';

const start = (more: { token?: string; url?: string } = {}) =>
  publisher.start({ url: server.whip, token: 'a-token', ...more });
const posts = () => server.of('POST');
const patches = () => server.of('PATCH');

describe('the offer', () => {
  test('is posted as application/sdp: sendonly, bundled, actpass, one section per kind, no orientation extension', async () => {
    expect((await start()).state).toBe('streaming');
    const [post] = posts();
    expect(posts()).toHaveLength(1);
    expect(post?.headers['content-type']).toBe('application/sdp');
    expect(post?.body.match(/^a=sendonly\r$/gm)).toHaveLength(2);
    expect(post?.body.match(/^m=(audio|video) /gm)).toEqual(['m=audio ', 'm=video ']);
    expect(post?.body.match(/^a=setup:.*\r$/gm)).toEqual(['a=setup:actpass\r', 'a=setup:actpass\r']);
    expect(post?.body).toContain('a=group:BUNDLE 0 1');
    expect(post?.body).toContain('a=rtcp-mux');
    expect(post?.body).not.toContain('urn:3gpp:video-orientation');
    expect(new Set(post?.body.match(/^a=msid:\S+/gm)).size).toBe(1);
  });

  test('lists H.264 Constrained Baseline first', async () => {
    await start();
    const sdp = posts()[0]?.body ?? '';
    const first = /^m=video \d+ \S+ (\d+)/m.exec(sdp)?.[1];
    expect(sdp).toMatch(new RegExp(`^a=fmtp:${first} .*packetization-mode=1;profile-level-id=42e01f`, 'm'));
    await eventually(() => server.packets > 0);
    expect(server.codec).toBe('H264');
  });

  test('sends video at full size', async () => {
    await start();
    await eventually(() => server.packets > 30);
    const height = await publisher.page.evaluate(
      () => window.camera.stream?.getVideoTracks()[0]?.getSettings().height,
    );
    expect(height).toBe(720);
  });
});

describe('Location', () => {
  test('may be relative to the URL that answered after a 307', async () => {
    server.script = (request, response) => {
      if (request.method === 'POST' && request.path === '/old/whip') {
        response.writeHead(307, { Location: '/new/whip' }).end();
        return true;
      }
      if (request.method !== 'POST') return false;
      void server.accept(request, response, { Location: '../session/1' });
      return true;
    };
    expect((await start({ url: `${server.origin}/old/whip` })).state).toBe('streaming');
    expect(posts().map(({ path }) => path)).toEqual(['/old/whip', '/new/whip']);
    expect(posts()[1]?.body).toBe(posts()[0]?.body);
    expect(posts()[1]?.headers['authorization']).toBe('Bearer a-token');
    await publisher.stop();
    await eventually(() => server.of('DELETE').length === 1);
    expect(server.of('DELETE')[0]?.path).toBe('/session/1');
  });

  test.each([
    ['port', '127.0.0.1'],
    ['host', 'localhost'],
  ])('may be relative to a URL at another %s, where a 307 led, with the token', async (_, host) => {
    await using elsewhere = await WhipServer.start();
    elsewhere.script = (request, response) => {
      if (request.method !== 'POST' || request.headers['authorization'] === 'Bearer a-token') return false;
      response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
      return true;
    };
    const moved = elsewhere.whip.replace('127.0.0.1', host);
    server.script = (request, response) => {
      if (request.method !== 'POST') return false;
      response.writeHead(307, { Location: moved }).end();
      return true;
    };
    expect((await start()).state).toBe('streaming');
    expect(posts()).toHaveLength(1);
    const there = elsewhere.of('POST');
    expect(there.at(-1)?.headers['authorization']).toBe('Bearer a-token');
    expect(new Set(there.map(({ body }) => body))).toEqual(new Set([posts()[0]?.body]));
    await publisher.stop();
    await eventually(() => elsewhere.of('DELETE').length === 1);
    expect(elsewhere.of('DELETE')[0]?.headers['authorization']).toBe('Bearer a-token');
    expect(server.of('DELETE')).toEqual([]);
  });

  test('may be absolute and on another origin', async () => {
    await using elsewhere = await WhipServer.start();
    server.script = (request, response) => {
      if (request.method !== 'POST') return false;
      void server.accept(request, response, { Location: `${elsewhere.origin}/session/9` });
      return true;
    };
    await start();
    await publisher.stop();
    await eventually(() => elsewhere.of('DELETE').length === 1);
    expect(elsewhere.of('DELETE')[0]?.path).toBe('/session/9');
  });

  test('may be missing: the broadcast is live and nothing is sent to a wrong URL', async () => {
    server.script = (request, response) => {
      if (request.method !== 'POST') return false;
      void server.accept(request, response, { Location: undefined });
      return true;
    };
    expect((await start()).state).toBe('streaming');
    await publisher.stop();
    expect(server.requests.filter(({ method }) => method === 'PATCH' || method === 'DELETE')).toEqual([]);
  });
});

describe('the token', () => {
  test('is sent with every request', async () => {
    await start();
    await eventually(() => patches().length > 0);
    await publisher.stop();
    await eventually(() => server.of('DELETE').length === 1);
    const real = server.requests.filter(({ method }) => method !== 'OPTIONS');
    expect(new Set(real.map(({ headers }) => headers['authorization']))).toEqual(new Set(['Bearer a-token']));
  });

  test('is left out if not configured', async () => {
    await publisher.start({ url: server.whip });
    expect(posts()[0]?.headers['authorization']).toBeUndefined();
  });
});

describe('Link', () => {
  test('sets the ICE servers before gathering candidates', async () => {
    const turn = '<turn:127.0.0.1:9?transport=udp>; rel="ice-server"; username="u"; credential="c,d"';
    server.script = (request, response) => {
      if (request.method !== 'POST') return false;
      const link = [
        turn,
        '<stun:127.0.0.1:9>; rel="ice-server"',
        '</events>; rel="urn:ietf:params:whip:ext:x"',
      ];
      void server.accept(request, response, { Link: link });
      return true;
    };
    const configured = await publisher.page.evaluate(() => {
      const servers: (RTCIceServer[] | undefined)[] = [];
      const order: string[] = [];
      const { setConfiguration, setLocalDescription } = RTCPeerConnection.prototype;
      RTCPeerConnection.prototype.setConfiguration = function (configuration) {
        order.push('setConfiguration');
        servers.push(configuration?.iceServers);
        return setConfiguration.call(this, configuration);
      };
      RTCPeerConnection.prototype.setLocalDescription = function (
        this: RTCPeerConnection,
        ...given: unknown[]
      ) {
        order.push('setLocalDescription');
        return setLocalDescription.apply(this, given as never);
      } as typeof setLocalDescription;
      Object.assign(window, { order, servers });
      return true;
    });
    expect(configured).toBe(true);
    expect((await start()).state).toBe('streaming');
    const seen = await publisher.page.evaluate(() => {
      const { order, servers } = window as unknown as { order: string[]; servers: RTCIceServer[][] };
      return { order, servers };
    });
    expect(seen.order.slice(0, 2)).toEqual(['setConfiguration', 'setLocalDescription']);
    expect(seen.servers[0]).toEqual([
      { urls: 'turn:127.0.0.1:9?transport=udp', username: 'u', credential: 'c,d' },
      { urls: 'stun:127.0.0.1:9' },
    ]);
  });
});

describe('trickle', () => {
  test('sends a burst of candidates in one PATCH with the session’s ETag', async () => {
    await start();
    await eventually(() => patches().some(({ body }) => /^a=end-of-candidates\r$/m.test(body)));
    for (const { headers, body } of patches()) {
      expect(headers['if-match']).toBe('"1-0"');
      expect(headers['content-type']).toBe('application/trickle-ice-sdpfrag');
      expect(body).toMatch(/^a=ice-ufrag:/m);
    }
    const candidates = patches().flatMap(({ body }) => body.match(/^a=candidate:.*$/gm) ?? []);
    expect(candidates.length).toBeGreaterThan(0);
    expect(patches().length).toBeLessThanOrEqual(candidates.length + 1);
    expect(new Set(candidates).size).toBe(candidates.length);
  });

  test('sends candidates without an ETag if the server gave none, and stays live after the 428', async () => {
    server.script = (request, response) => {
      if (request.method !== 'POST') return false;
      void server.accept(request, response, { ETag: undefined });
      return true;
    };
    expect((await start()).state).toBe('streaming');
    await eventually(() => patches().length > 0);
    expect(patches()[0]?.headers['if-match']).toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(patches()).toHaveLength(1);
    expect((await publisher.now()).state).toBe('streaming');
  });

  test.each([405, 412, 422, 428, 501])('stays live after %d', async (status) => {
    server.script = (request, response) => {
      if (request.method !== 'PATCH') return false;
      response.writeHead(status).end();
      return true;
    };
    expect((await start()).state).toBe('streaming');
    await eventually(() => patches().length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(patches()).toHaveLength(1);
    expect((await publisher.now()).state).toBe('streaming');
    await eventually(() => server.packets > 30);
  });

  test('resends the candidates of a failed PATCH', async () => {
    let failures = 1;
    server.script = (request, response) => {
      if (request.method !== 'PATCH' || failures-- <= 0) return false;
      response.writeHead(500).end();
      return true;
    };
    await start();
    await eventually(() => patches().length >= 2);
    const [first = [], second = []] = patches().map(({ body }) => body.match(/^a=candidate:.*$/gm) ?? []);
    expect(first.length).toBeGreaterThan(0);
    // Along with candidates found since.
    expect(second.slice(0, first.length)).toEqual(first);
  });

  test('puts all candidates into the next offer if the server takes none later and was not reached', async () => {
    server.script = (request, response) => {
      if (request.method === 'PATCH') response.writeHead(405).end();
      else if (request.method === 'POST' && !request.body.includes('a=candidate:'))
        void server.accept(request, response, {}, (answer) =>
          answer
            .replace(/^a=candidate:.*\r?\n/gm, '')
            .replace(/^a=ice-pwd:.*$/gm, 'a=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaaaa'),
        );
      else return false;
      return true;
    };
    expect((await start()).state).toBe('streaming');
    expect(posts()).toHaveLength(2);
    expect(posts()[1]?.body).toMatch(/^a=candidate:/m);
    expect(patches()).toHaveLength(1);
  });
});

describe('errors from the server', () => {
  const answering =
    (status: number, headers: Record<string, string> = {}, body = '') =>
    (times = Infinity) => {
      let left = times;
      server.script = (request, response) => {
        if (request.method !== 'POST' || left-- <= 0) return false;
        response.writeHead(status, headers).end(body);
        return true;
      };
    };

  test.each([
    [400, 'refused'],
    [401, 'not-allowed'],
    [403, 'not-allowed'],
    [404, 'stream-gone'],
    [406, 'refused'],
    [409, 'stream-busy'],
    [410, 'stream-gone'],
    [415, 'refused'],
    [418, 'refused'],
    [499, 'refused'],
  ] as const)('%d is final: %s', async (status, code) => {
    answering(status)();
    expect(await start()).toMatchObject({ state: 'error', code });
    expect(posts()).toHaveLength(1);
  });

  test('keeps the text of a problem document', async () => {
    const problem = { type: 'urn:whip-mux:problem:x', title: 'No', detail: 'Ask the owner.', status: 403 };
    answering(403, { 'Content-Type': 'application/problem+json' }, JSON.stringify(problem))();
    await start();
    const kept = await publisher.page.evaluate(() => window.client.status.fault?.problem);
    expect(kept).toMatchObject({ title: 'No', detail: 'Ask the owner.' });
  });

  test.each([500, 502, 504, 599, 429, 408])('retries after %d', async (status) => {
    answering(status)(1);
    expect((await start()).state).toBe('streaming');
    expect(posts()).toHaveLength(2);
  });

  test('retries after a 503 when Retry-After says, and not before', async () => {
    answering(503, { 'Retry-After': '2' })(1);
    expect((await start()).state).toBe('streaming');
    const [first, second] = posts();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2000);
  });

  test('fails and deletes the session if the answer has no video', async () => {
    server.script = (request, response) => {
      if (request.method !== 'POST') return false;
      void server.accept(request, response, {}, (answer) => answer.replace(/^m=video \d+/m, 'm=video 0'));
      return true;
    };
    expect(await start()).toMatchObject({ state: 'error', code: 'video-refused' });
    await eventually(() => server.of('DELETE').length === 1);
  });

  test('retries after an answer that is not SDP', async () => {
    answering(201, { 'Content-Type': 'text/html' }, '<h1>Welcome</h1>')(1);
    expect((await start()).state).toBe('streaming');
  });

  test('gives up on an unreachable server after a while, and can be started again', async () => {
    await server.kill();
    const begun = Date.now();
    expect(await start()).toMatchObject({ state: 'error', code: 'unreachable' });
    expect(Date.now() - begun).toBeGreaterThan(15_000);
    await server.revive();
    await publisher.page.evaluate(() => window.client.start());
    expect((await publisher.now()).state).toBe('streaming');
  });
});
