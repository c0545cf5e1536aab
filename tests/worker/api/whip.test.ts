// WHIP through the Worker: the life of a session, every possible response of the endpoint, access, and that the publish
// credential never leaks.

import { jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listKv } from '../kv.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, endpointOf, read, streamOf, tokenFor, whenQuiet } from './client.ts';
import type { Answer, Stream } from './client.ts';
import { bearing, invite, revoke } from './inviting.ts';
import { leaks } from './leaks.ts';
import type { Text } from './leaks.ts';
import { startProviders, withoutRelay } from './providers.ts';
import type { Providers } from './providers.ts';
import { answer, candidates, links, offer, restart, startWhipEndpoint } from './whip-endpoint.ts';
import type { Script, WhipEndpoint } from './whip-endpoint.ts';
import { planHeader, watchedEntry } from './watched-entry.ts';
import type { Plan, StoreFault } from './watched-entry.ts';

const app = 'https://app.example';

let endpoint: WhipEndpoint;
let providers: Providers;
let worker: StartedWorker;
let owner: Client;
let stream: Stream;
let token: string;
const answers: Text[] = [];

beforeAll(async () => {
  endpoint = await startWhipEndpoint();
  providers = await startProviders({
    cloudflare: { publicUrl: endpoint.url },
    settings: { ALLOWED_ORIGINS: app, RECORDING_CHECK_SECONDS: '0', ...withoutRelay },
  });
  worker = await startWorker({ bindings: providers.settings, entry: watchedEntry });
  owner = await Client.of(worker);
}, 60_000);

beforeEach(async () => {
  stream = await make();
  ({ token } = await invite(owner, stream.id));
  endpoint.received.length = 0;
  endpoint.sessions.clear();
});

afterEach(() => expect(endpoint.scripts.splice(0)).toEqual([]));

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
  await endpoint?.[Symbol.asyncDispose]();
});

const make = async (): Promise<Stream> => streamOf(await owner.create({ enableMuxBackup: false }));
const problem = (name: string): string => `urn:whip-mux:problem:${name}`;
const sdp = { 'content-type': 'application/sdp' };
const sdpfrag = { 'content-type': 'application/trickle-ice-sdpfrag' };

let sends = 0;

/** The answer, after all work that follows it: what the request changed can be read at once. */
async function send(path: string, init: RequestInit, bearer = token): Promise<Answer> {
  const run = `sent-${++sends}`;
  const headers = new Headers(init.headers);
  headers.set(planHeader, JSON.stringify({ run } satisfies Plan));
  const given = await bearing(worker, bearer, path, { ...init, headers });
  await whenQuiet(worker, run);
  answers.push({
    where: `the answer to ${init.method} ${path.slice(0, 60)}`,
    text: `${given.text}\n${JSON.stringify([...given.headers])}`,
  });
  return given;
}

const post = (id = stream.id, init: RequestInit = {}, bearer = token): Promise<Answer> =>
  send(`/api/streams/${id}/whip`, { method: 'POST', headers: sdp, body: offer, ...init }, bearer);

async function begin(id = stream.id): Promise<string> {
  const begun = await post(id);
  if (begun.status !== 201) throw new Error(`no session: ${begun.status} ${begun.text}`);
  return begun.headers.get('location') ?? '';
}

const patch = (session: string, body = candidates, condition?: string): Promise<Answer> => {
  const headers = condition === undefined ? sdpfrag : { ...sdpfrag, 'if-match': condition };
  return send(session, { method: 'PATCH', headers, body });
};
const stop = (session: string, bearer = token): Promise<Answer> =>
  send(session, { method: 'DELETE' }, bearer);
/** Neither an ICE restart nor another offer continues a session that was stopped. */
async function expectStopped(session: string, bearer = token): Promise<void> {
  for (const init of [
    { method: 'PATCH', headers: { ...sdpfrag, 'if-match': '*' }, body: restart },
    { method: 'POST', headers: sdp, body: offer },
  ])
    expect(await send(session, init, bearer)).toMatchObject({
      status: 410,
      body: { type: problem('session-stopped') },
    });
}
const look = async (id = stream.id): Promise<Stream> => streamOf(await owner.get(id));
const facts = async (): Promise<string[]> =>
  (await listKv(worker.namespace, `fact/stream/${stream.id}/`))
    .map(({ key }) => key.split('/')[3] ?? '')
    .filter((name) => !/^(mux|cloudflare|invited)/.test(name));
/** Waits until the record in KV contains the session. */
const folded = (): Promise<void> =>
  expect.poll(async () => (await worker.namespace.get(`stream/${stream.id}`)) ?? '').toMatch(/"session":\{/);
const script = (...scripts: Script[]): number => endpoint.scripts.push(...scripts);
const methods = (): string[] => endpoint.received.map(({ method }) => method);

describe('a session', () => {
  it('is created, trickled, restarted and deleted through the Worker', async () => {
    const begun = await post();
    expect([begun.status, begun.text]).toEqual([201, answer]);
    const session = begun.headers.get('location') ?? '';
    expect(session).toMatch(new RegExp(`^/api/streams/${stream.id}/whip/[A-Za-z0-9_-]+$`));
    const etag = begun.headers.get('etag') ?? '';
    expect(Object.fromEntries(begun.headers)).toMatchObject({
      'content-type': 'application/sdp',
      'cache-control': 'no-store',
      'accept-patch': 'application/trickle-ice-sdpfrag',
      etag: expect.stringMatching(/^"s\d+\.1"$/),
      link: links,
    });

    expect(await patch(session, candidates, etag)).toMatchObject({ status: 204, text: '' });
    const restarted = await patch(session, restart, '*');
    expect([restarted.status, restarted.text]).toEqual([200, restart.replace('phone2', 'server2')]);
    expect(restarted.headers.get('content-type')).toBe('application/trickle-ice-sdpfrag');
    const fresh = restarted.headers.get('etag') ?? '';
    expect(fresh).not.toBe(etag);
    expect((await patch(session, candidates, etag)).status).toBe(412);
    expect((await patch(session, candidates)).status).toBe(428);
    expect((await patch(session, candidates, fresh)).status).toBe(204);

    expect(await stop(session)).toMatchObject({ status: 200, text: '' });
    expect(endpoint.sessions.size).toBe(0);
    expect((await patch(session, candidates, fresh)).status).toBe(404);
    expect((await stop(session)).status).toBe(200);
    expect(methods().join(' ')).toBe('POST PATCH PATCH PATCH PATCH PATCH DELETE PATCH DELETE');
    expect(endpoint.received[0]?.body).toBe(offer);
    expect(endpoint.received[0]?.headers).not.toHaveProperty('authorization');
    expect(endpoint.received[0]?.headers).not.toHaveProperty('cookie');
  });

  it('is created by the owner too, and by no one else', async () => {
    const own = await owner.send(`/api/streams/${stream.id}/whip`, {
      method: 'POST',
      headers: sdp,
      body: offer,
    });
    expect(own.status).toBe(201);
    const session = own.headers.get('location') ?? '';
    const [stranger, admin] = [await Client.of(worker), await Client.of(worker, { roles: ['admin'] })];
    for (const [path, method] of [
      [`/api/streams/${stream.id}/whip`, 'POST'],
      [`/api/streams/${stream.id}/whip/forged`, 'POST'],
      [`/api/streams/${stream.id}/whip/forged`, 'PATCH'],
      [`/api/streams/${stream.id}/whip/forged`, 'DELETE'],
    ] as const) {
      const body = method === 'DELETE' ? null : offer;
      expect((await stranger.send(path, { method, headers: sdp, body })).status).toBe(404);
      expect((await admin.send(path, { method, headers: sdp, body })).status).toBe(403);
      expect((await worker.fetch(path, { method, headers: sdp, body })).status).toBe(401);
    }
    expect(methods()).toEqual(['POST']);
    expect((await owner.send(session, { method: 'DELETE' })).status).toBe(200);
  });

  it('accepts the media type in any case and with parameters', async () => {
    expect(
      (await post(stream.id, { headers: { 'content-type': 'Application/SDP; charset=utf-8' } })).status,
    ).toBe(201);
  });

  it('that was forged, altered or belongs to another stream is a 404 without a request to the endpoint', async () => {
    const session = await begin();
    const other = await make();
    const { token: forOther } = await invite(owner, other.id);
    const name = session.split('/').at(-1) ?? '';
    const decoded = Buffer.from(name, 'base64url').toString();
    const altered = decoded.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    endpoint.received.length = 0;
    for (const forged of [
      'x',
      'null',
      name.slice(0, -4),
      `${name}AAAA`,
      Buffer.from(altered).toString('base64url'),
      Buffer.from('k1:AAAA').toString('base64url'),
      Buffer.from(`${endpoint.url}/secret/webRTC/session/s1`).toString('base64url'),
      encodeURIComponent(`${endpoint.url}/secret/webRTC/session/s1`),
    ])
      for (const method of ['POST', 'PATCH', 'DELETE']) {
        const refused = await send(`/api/streams/${stream.id}/whip/${forged}`, {
          method,
          headers: sdpfrag,
          body: method === 'DELETE' ? null : candidates,
        });
        expect(refused).toMatchObject({ status: 404, body: { type: problem('no-such-session') } });
      }
    const moved = await stop(session.replace(stream.id, other.id), forOther);
    expect(moved).toMatchObject({ status: 404, body: { type: problem('no-such-session') } });
    expect(endpoint.received).toEqual([]);
    expect((await stop(session, forOther)).status).toBe(200);
  });

  it('is cut off when the invite that began it is revoked, and does not go on', async () => {
    const { id, token: withdrawn } = await invite(owner, stream.id);
    const begun = await post(stream.id, {}, withdrawn);
    const session = begun.headers.get('location') ?? '';
    await revoke(owner, stream.id, id);
    expect(methods()).toEqual(['POST', 'DELETE']);
    expect(endpoint.sessions.size).toBe(0);
    expect((await look()).status).toBe('completed');
    endpoint.received.length = 0;
    const refused = { status: 401, body: { type: problem('invite-refused') } };
    expect(await post(stream.id, {}, withdrawn)).toMatchObject(refused);
    await expectStopped(session, withdrawn);
    expect(endpoint.received).toEqual([]);
    expect((await stop(session, withdrawn)).status).toBe(200);
  });

  it('goes on when another invite is revoked, but no session of that invite does', async () => {
    const [first, second] = [await invite(owner, stream.id), await invite(owner, stream.id)];
    const left = (await post(stream.id, {}, first.token)).headers.get('location') ?? '';
    const session = (await post(stream.id, {}, second.token)).headers.get('location') ?? '';
    await revoke(owner, stream.id, first.id);
    expect(methods()).toEqual(['POST', 'POST']);
    expect((await look()).status).toBe('live');
    const again = { method: 'POST', headers: sdp, body: offer };
    expect(await send(left, again, first.token)).toMatchObject({
      status: 410,
      body: { type: problem('session-stopped') },
    });
    const next = await send(session, again, second.token);
    expect(next.status).toBe(201);
    // The new session is still the invite's.
    await revoke(owner, stream.id, second.id);
    await expectStopped(next.headers.get('location') ?? '', second.token);
  });

  it('does not go on for a user that the memorial does not admit any more', async () => {
    const admin = await Client.of(worker, { roles: ['admin'] });
    const videographer = await Client.of(worker);
    const admit = (videographers: string[]): Promise<Answer> => {
      const body = JSON.stringify({ owner: owner.subject, videographers });
      const headers = { 'content-type': 'application/json' };
      return admin.send('/api/memorials/of-whip', { method: 'PUT', headers, body });
    };
    await admit([videographer.subject]);
    stream = streamOf(await owner.create({ memorialId: 'of-whip', enableMuxBackup: false }));
    const of = await tokenFor({ sub: videographer.subject });
    const again = { method: 'POST', headers: sdp, body: offer };
    const begun = (await post(stream.id, {}, of)).headers.get('location') ?? '';
    const session = (await send(begun, again, of)).headers.get('location') ?? '';
    await admit([]);
    expect(await send(session, again, of)).toMatchObject({
      status: 410,
      body: { type: problem('session-stopped') },
    });
    const others = (await post(stream.id, {}, await tokenFor({ sub: owner.subject }))).headers.get(
      'location',
    );
    expect((await send(others ?? '', again)).status).toBe(201);
  });

  it('outlives the token of sixty seconds that it was created with, through a cut after ninety', async () => {
    const at = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;
    const expired = await tokenFor({ sub: owner.subject }, { expires: at(-30) });
    const begun = await owner.send(`/api/streams/${stream.id}/whip`, {
      method: 'POST',
      headers: sdp,
      body: offer,
    });
    const session = begun.headers.get('location') ?? '';
    expect((await post(stream.id, {}, expired)).status).toBe(401);

    const restarted = { method: 'PATCH', headers: { ...sdpfrag, 'if-match': '*' }, body: restart };
    expect((await send(session, restarted, expired)).status).toBe(200);
    const again = await send(session, { method: 'POST', headers: sdp, body: offer }, expired);
    expect([again.status, again.text]).toEqual([201, answer]);
    const next = again.headers.get('location') ?? '';
    expect(next).toMatch(new RegExp(`^/api/streams/${stream.id}/whip/[A-Za-z0-9_-]+$`));
    expect(next).not.toBe(session);
    expect((await look()).status).toBe('live');
    expect((await send(next, { method: 'POST', headers: sdp, body: offer }, expired)).status).toBe(201);
    expect((await stop(next, expired)).status).toBe(200);
  });

  it('does not go on in a stream that has ended, or with credentials that were replaced', async () => {
    const session = await begin();
    const again = (): Promise<Answer> => send(session, { method: 'POST', headers: sdp, body: offer });
    expect((await again()).status).toBe(201);
    expect(
      (await owner.send(`/api/streams/${stream.id}/credentials/rotate`, { method: 'POST' })).status,
    ).toBe(200);
    expect(methods().at(-1)).toBe('DELETE');
    await expectStopped(session);
    const other = await begin();
    expect(endpoint.sessions.size).toBe(2);
    await owner.send(`/api/streams/${stream.id}/end`, { method: 'POST' });
    expect(endpoint.sessions.size).toBe(1);
    for (const init of [
      { method: 'POST', headers: sdp, body: offer },
      { method: 'PATCH', headers: { ...sdpfrag, 'if-match': '*' }, body: restart },
    ])
      expect(await send(other, init)).toMatchObject({
        status: 409,
        body: { type: problem('stream-ended') },
      });
  });

  it('cannot be created in a stream that has ended or was deleted', async () => {
    await owner.send(`/api/streams/${stream.id}/end`, { method: 'POST' });
    expect(await post()).toMatchObject({ status: 409, body: { type: problem('stream-ended') } });
    await owner.send(`/api/streams/${stream.id}`, { method: 'DELETE' });
    expect(await post()).toMatchObject({ status: 404, body: { type: problem('no-such-stream') } });
    expect(endpoint.received).toEqual([]);
  });
});

describe('stopping the phone', () => {
  const stopPhone = (bearer: string, id = stream.id): Promise<Answer> =>
    send(`/api/streams/${id}/whip`, { method: 'DELETE' }, bearer);
  const ownToken = (): Promise<string> => tokenFor({ sub: owner.subject });
  const status = async (): Promise<{ status: string; stoppedAt: string | null }> =>
    (await owner.send(`/api/streams/${stream.id}/status`)).body as never;

  it('ends the session at the provider, shows it, and lets a publisher who is still allowed begin again', async () => {
    const session = await begin();
    expect(await status()).toMatchObject({ status: 'live', stoppedAt: null });
    expect((await stopPhone(await ownToken())).status).toBe(204);
    expect(methods()).toEqual(['POST', 'DELETE']);
    expect(endpoint.sessions.size).toBe(0);
    const shown = await status();
    expect(shown).toMatchObject({ status: 'completed', stoppedAt: expect.stringMatching(/^\d{4}-/) });
    await expectStopped(session);
    expect((await stop(session)).status).toBe(200);

    const next = await begin();
    expect(await status()).toMatchObject({ status: 'live', stoppedAt: shown.stoppedAt });
    expect((await patch(next, restart, '*')).status).toBe(200);
    expect((await stop(next)).status).toBe(200);
  });

  it('may be repeated, also if nobody publishes', async () => {
    for (let time = 0; time < 2; ++time) expect((await stopPhone(await ownToken())).status).toBe(204);
    expect(endpoint.received).toEqual([]);
  });

  it('is for owners, admins and the invite that publishes', async () => {
    const session = await begin();
    const { token: another } = await invite(owner, stream.id);
    expect(await stopPhone(another)).toMatchObject({
      status: 404,
      body: { type: problem('no-such-session') },
    });
    expect((await stopPhone(await tokenFor({ sub: 'a-stranger' }))).status).toBe(404);
    expect(methods()).toEqual(['POST']);
    expect((await stopPhone(token)).status).toBe(204);
    await expectStopped(session);
    await begin();
    expect((await stopPhone(await tokenFor({ sub: 'an-admin', roles: ['admin'] }))).status).toBe(204);
    expect(endpoint.sessions.size).toBe(0);
  });

  it('that the provider refuses is a 502, and the session does not go on all the same', async () => {
    const session = await begin();
    script({ status: 500 });
    expect(await stopPhone(await ownToken())).toMatchObject({
      status: 502,
      body: { type: problem('provider-failed'), detail: expect.stringMatching(/Send the same again/) },
    });
    await expectStopped(session);
    expect((await stopPhone(await ownToken())).status).toBe(204);
    expect(endpoint.sessions.size).toBe(0);
  });
});

describe('a request body', () => {
  it.each(['application/json', 'text/plain', 'application/sdpx', ''])('of type %j is a 415', async (type) => {
    const session = await begin();
    endpoint.received.length = 0;
    const headers = { 'content-type': type };
    const posted = await post(stream.id, { headers });
    expect(posted).toMatchObject({ status: 415, body: { type: problem('not-an-offer') } });
    expect(posted.headers.get('accept-post')).toBe('application/sdp');
    const patched = await send(session, { method: 'PATCH', headers, body: candidates });
    expect(patched).toMatchObject({ status: 415, body: { type: problem('not-a-fragment') } });
    expect(patched.headers.get('accept-patch')).toBe('application/trickle-ice-sdpfrag');
    expect(endpoint.received).toEqual([]);
  });

  it('may have up to 64 kB, and not be empty', async () => {
    const session = await begin();
    const whole = offer.padEnd(64 * 1024, 'x');
    expect((await post(stream.id, { body: whole })).status).toBe(201);
    expect(endpoint.received.at(-1)?.body).toBe(whole);
    endpoint.received.length = 0;
    for (const [body, status] of [
      [`${whole}x`, 413],
      ['', 400],
    ] as const) {
      expect((await post(stream.id, { body })).status).toBe(status);
      expect((await patch(session, body, '*')).status).toBe(status);
    }
    expect(endpoint.received).toEqual([]);
  });
});

describe('a redirect', () => {
  const made = (): Record<string, string> => ({ location: `${endpoint.url}/elsewhere/webRTC/session/s9` });

  it.each([307, 308])(
    'with %i is followed, resending the offer, and the session is where it led',
    async (status) => {
      script({ status, headers: { location: '/moved/webRTC/publish?node=2' } });
      const session = await begin();
      const [first, second] = endpoint.received;
      expect(second).toMatchObject({ method: 'POST', url: '/moved/webRTC/publish?node=2', body: offer });
      expect(second?.headers).toMatchObject({ 'content-type': 'application/sdp', accept: 'application/sdp' });
      expect(first?.url).not.toBe(second?.url);
      script({ status, headers: made() }, { status: 204 });
      expect((await patch(session, candidates, '"x"')).status).toBe(204);
      expect(endpoint.received.at(-2)?.url).toMatch(/^\/moved\/webRTC\/session\/s\d+$/);
      expect(endpoint.received.at(-1)).toMatchObject({
        method: 'PATCH',
        url: '/elsewhere/webRTC/session/s9',
        headers: { 'if-match': '"x"' },
      });
    },
  );

  it.each([
    'https://evil.example/webRTC/publish',
    'http://localhost:PORT/webRTC/publish',
    'http://127.0.0.1:OTHER/webRTC/publish',
    'http://127.0.0.1/webRTC/publish',
    'http://127.0.0.1.evil.example/',
    'http://evil.example@127.0.0.1:PORT/',
    'http://127.0.0.1:PORT@evil.example/',
    '//evil.example/webRTC/publish',
    'ftp://127.0.0.1/x',
    'javascript:alert(1)',
  ])('to %s is not followed', async (wanted) => {
    await using other = await startWhipEndpoint();
    const location = wanted
      .replace('PORT', new URL(endpoint.url).port)
      .replace('OTHER', new URL(other.url).port);
    script({ status: 307, headers: { location } });
    const refused = await post();
    expect(other.received).toEqual([]);
    expect(refused).toMatchObject({ status: 502, body: { type: problem('provider-failed') } });
    expect(refused.text).not.toContain('evil');
    expect(methods()).toEqual(['POST']);
  });

  it('that never ends, or of another kind, is a 502', async () => {
    script(...Array.from({ length: 4 }, () => ({ status: 307, headers: { location: '?again' } })));
    expect((await post()).status).toBe(502);
    expect(methods().length).toBe(4);
    for (const status of [301, 302, 303]) {
      script({ status, headers: { location: '/moved' } });
      expect((await post()).status).toBe(502);
    }
    script({ status: 307 });
    expect((await post()).status).toBe(502);
    expect(methods().length).toBe(8);
  });
});

const telling = { body: 'SECRET-IN-A-BODY', headers: { 'x-told': 'SECRET-IN-A-BODY', etag: '"e"' } };

describe('an error of the endpoint', () => {
  const refusals: [method: string, statuses: number[], to: number, type: string][] = [
    ['POST', [400, 406, 413, 415, 422], 422, 'description-refused'],
    ['POST', [409], 409, 'publishing-conflict'],
    ['POST', [401, 403, 404, 405, 412, 418, 428, 500, 501, 502, 504, 599], 502, 'provider-failed'],
    ['POST', [410], 410, 'session-stopped'],
    ['POST', [429, 503], 503, 'provider-busy'],
    ['POST', [200, 204, 304], 502, 'provider-failed'],
    ['PATCH', [400, 415, 422], 422, 'description-refused'],
    ['PATCH', [404, 410], 404, 'no-such-session'],
    ['PATCH', [405, 501], 405, 'session-not-patchable'],
    ['PATCH', [409], 409, 'publishing-conflict'],
    ['PATCH', [412], 412, 'precondition-failed'],
    ['PATCH', [428], 428, 'precondition-required'],
    ['PATCH', [401, 403, 418, 500, 502, 504], 502, 'provider-failed'],
    ['PATCH', [429, 503], 503, 'provider-busy'],
    ['DELETE', [400, 401, 403, 405, 500, 502], 502, 'provider-failed'],
    ['DELETE', [429, 503], 503, 'provider-busy'],
  ];
  const cases = refusals.flatMap(([method, statuses, to, type]) =>
    statuses.map((status) => [method, status, to, type] as const),
  );

  it.each(cases)('to %s with %i becomes a %i, %s, with our own text', async (method, status, to, type) => {
    const session = method === 'POST' ? '' : await begin();
    const ask = (): Promise<Answer> =>
      method === 'POST' ? post() : method === 'PATCH' ? patch(session, candidates, '*') : stop(session);
    const empty = status === 204 || status === 304;
    script({ status, ...telling, ...(empty ? { body: '' } : {}) });
    const refused = await ask();
    expect([refused.status, refused.body.type]).toEqual([to, problem(type)]);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    if (to === 405) expect(refused.headers.get('allow')).toBe('DELETE');
    expect(`${refused.text}${JSON.stringify([...refused.headers])}`).not.toMatch(/SECRET-IN-A-BODY/);
  });

  it('that is temporary keeps a numeric Retry-After', async () => {
    const session = await begin();
    for (const ask of [() => post(), () => patch(session), () => stop(session)])
      for (const status of [503, 429, 500]) {
        script({ status, headers: { 'retry-after': '120' } });
        expect((await ask()).headers.get('retry-after')).toBe('120');
      }
    for (const value of ['</secret/>', 'Fri, 31 Dec 2027 23:59:59 GMT', '-1', '1000000']) {
      script({ status: 503, headers: { 'retry-after': value } });
      expect((await post()).headers.get('retry-after')).toBe('5');
    }
  });
});

describe('an endpoint failure', () => {
  it('by a broken connection is a 502', async () => {
    const session = await begin();
    for (const ask of [() => post(), () => patch(session), () => stop(session)]) {
      script({ drop: true });
      expect(await ask()).toMatchObject({ status: 502, body: { type: problem('provider-failed') } });
    }
  });

  it('by silence is a 504', async () => {
    const session = await begin();
    script({ ms: 9000 }, { ms: 9000 }, { ms: 9000 });
    for (const answer of await Promise.all([post(), patch(session), stop(session)]))
      expect(answer).toMatchObject({ status: 504, body: { type: problem('provider-timeout') } });
  });

  it.each([
    ['no Location', {}],
    ['a Location on another host', { location: 'https://evil.example/session' }],
    ['a Location on another port', { location: 'http://127.0.0.1:1/session' }],
    ['a Location without HTTPS', { location: 'http://evil.example/session' }],
    ['a Location that is too long', { location: `/${'x'.repeat(3000)}` }],
  ])('by %s is a 502, and the stream is not live', async (_, headers) => {
    script({ status: 201, headers, body: answer });
    expect((await post()).status).toBe(502);
    expect((await look()).status).toBe('ready');
  });

  it('by an empty or oversized answer is a 502', async () => {
    const headers = { location: '/x/webRTC/session/s9' };
    for (const body of ['', 'x'.repeat(65 * 1024)]) {
      script({ status: 201, headers, body });
      expect((await post()).status).toBe(502);
    }
  });
});

describe('the time of publishing', () => {
  it('is a fact, from the 201 to the DELETE, without any webhook', async () => {
    expect((await look()).status).toBe('ready');
    const session = await begin();
    expect(await facts()).toEqual([expect.stringMatching(/^begun[0-9a-f]{16}$/)]);
    expect((await look()).status).toBe('live');
    const shown = await send(`/api/streams/${stream.id}/status`, { method: 'GET' });
    expect(shown.body.status).toBe('live');
    await stop(session);
    expect(await facts()).toEqual([expect.stringMatching(/^begun/), expect.stringMatching(/^gone/)]);
    expect((await look()).status).toBe('completed');
  });

  it('is known from the record after the facts have expired', async () => {
    await begin();
    await folded();
    for (const each of await facts()) await worker.namespace.delete(`fact/stream/${stream.id}/${each}`);
    expect((await look()).status).toBe('live');
  });

  it('counts from the newest session: a late message about an earlier one changes nothing', async () => {
    const first = await begin();
    const second = await begin();
    await stop(first);
    expect((await look()).status).toBe('live');
    await stop(second);
    expect((await look()).status).toBe('completed');
    await begin();
    expect((await look()).status).toBe('live');
  });

  it('continues if the DELETE did not reach the provider, and ends if the session is gone there', async () => {
    const session = await begin();
    script({ status: 500 });
    expect((await stop(session)).status).toBe(502);
    expect((await look()).status).toBe('live');
    endpoint.sessions.clear();
    expect((await stop(session)).status).toBe(200);
    expect((await look()).status).toBe('completed');
  });

  it('warns while a live broadcast is not recorded, and not afterwards', async () => {
    const relay = {
      RELAY_URL: `${endpoint.url}/relay`,
      RELAY_TOKEN_SECRET: 'a-secret-of-the-relay-of-32-bytes-or-more',
      RELAY_CREDENTIAL: 'a-credential-of-the-relay-of-32-bytes',
    };
    await using other = await startWorker({ bindings: { ...providers.settings, ...relay }, rooms: false });
    const user = await Client.of(other);
    const { id } = streamOf(await user.create({ enableMuxBackup: false }));
    script({ status: 201, headers: { location: 'sessions/1' }, body: answer }, { status: 200 });
    const status = async (): Promise<string> => (await user.send(`/api/streams/${id}/status`)).text;
    const path = `/api/streams/${id}/whip`;
    const begun = await user.send(path, { method: 'POST', headers: sdp, body: offer });
    expect(await status()).not.toContain('recording_not_started');
    await expect.poll(() => other.namespace.get(`stream/${id}`)).toMatch(/"session":\{/);
    await other.scheduled();
    await expect.poll(status).toContain('recording_not_started');
    await user.send(begun.headers.get('location') ?? '', { method: 'DELETE' });
    expect(await status()).not.toContain('recording_not_started');
  });

  it('is over at once when the stream ends, and Cloudflare is closed', async () => {
    await begin();
    const isEnabled = async (): Promise<boolean> => {
      const { liveInputs } = await providers.cloudflare.get<{
        liveInputs: { uid: string; enabled: boolean }[];
      }>('state');
      return liveInputs.find(({ uid }) => uid === stream.cloudflareInputId)?.enabled ?? true;
    };
    expect(await isEnabled()).toBe(true);
    const ended = await owner.send(`/api/streams/${stream.id}/end`, { method: 'POST' });
    expect(streamOf(ended).status).toBe('completed');
    expect(endpoint.sessions.size).toBe(0);
    expect(await isEnabled()).toBe(false);
  });
});

describe('if the store fails', () => {
  let runs = 0;
  const ask = (path: string, init: RequestInit, fault: StoreFault): Promise<Answer> => {
    const plan: Plan = { run: `whip-${++runs}`, faults: [fault] };
    return owner.send(path, init, plan).finally(() => whenQuiet(worker, plan.run));
  };
  const offered = { method: 'POST', headers: sdp, body: offer };

  it.each(['before', 'after'] as const)(
    'publishers still go live, and the start is recorded later (%s)',
    async (when) => {
      const fault: StoreFault = { operation: 'put', key: '^fact/stream/', when, times: 1000 };
      const begun = await ask(`/api/streams/${stream.id}/whip`, offered, fault);
      expect([begun.status, begun.text]).toEqual([201, answer]);
      expect((await look()).status).toBe('live');
      const ended = await ask(begun.headers.get('location') ?? '', { method: 'DELETE' }, fault);
      expect(ended.status).toBe(200);
      expect((await look()).status).toBe('completed');
    },
  );

  it('nothing starts without knowing who may publish', async () => {
    const fault: StoreFault = { operation: 'get', when: 'before', times: 1000 };
    expect((await ask(`/api/streams/${stream.id}/whip`, offered, fault)).status).toBe(503);
    expect(endpoint.received).toEqual([]);
  });
});

describe('the credentials', () => {
  it('used by the next session are the rotated ones', async () => {
    await begin();
    const rotated = await owner.send(`/api/streams/${stream.id}/credentials/rotate`, { method: 'POST' });
    await begin();
    const { whipUrl } = rotated.body as unknown as { whipUrl: string };
    // The rotation ends the first session.
    const posts = endpoint.received.filter(({ method }) => method === 'POST');
    expect(posts.at(-1)?.url).toBe(new URL(whipUrl).pathname);
    expect(posts[0]?.url).not.toBe(posts.at(-1)?.url);
  });

  it('that cannot be decrypted are a 503', async () => {
    await worker.namespace.put(`credentials/${stream.id}`, 'k1:AAAA');
    expect(await post()).toMatchObject({ status: 503, body: { type: problem('credentials-unreadable') } });
  });
});

describe('with another plan', () => {
  const secret = 'a-secret-of-the-relay-of-32-bytes-or-more';
  const made = { status: 201, headers: { location: 'sessions/1' }, body: answer };
  const plan = (): Plan => ({
    run: 'by-relay',
    settings: {
      RELAY_URL: `${endpoint.url}/relay`,
      RELAY_TOKEN_SECRET: secret,
      RELAY_CREDENTIAL: 'a-credential-of-the-relay-of-32-bytes',
      MUX_WHIP_URL: `${endpoint.url}/app`,
    },
  });
  const byRelay = async (): Promise<Stream> => {
    const made = streamOf(await owner.create({ enableMuxBackup: false }, plan()));
    expect(made).toMatchObject({ plan: { ingest: 'relay' } });
    return made;
  };

  it('the relay gets its own token with every request, and the phone never sees it', async () => {
    const { id } = await byRelay();
    script(made, { status: 204 }, { status: 200 });
    const offered = { method: 'POST', headers: sdp, body: offer };
    const begun = await owner.send(`/api/streams/${id}/whip`, offered, plan());
    expect(begun.status).toBe(201);
    const session = begun.headers.get('location') ?? '';
    const fragment = { method: 'PATCH', headers: sdpfrag, body: candidates };
    expect((await owner.send(session, fragment, plan())).status).toBe(204);
    expect((await owner.send(session, { method: 'DELETE' }, plan())).status).toBe(200);
    const asked = endpoint.received.map(({ method, url }) => `${method} ${url}`);
    expect(asked).toEqual([
      `POST /relay/whip/${id}`,
      'PATCH /relay/whip/sessions/1',
      'DELETE /relay/whip/sessions/1',
    ]);
    for (const { headers } of endpoint.received) {
      const [scheme, token = ''] = headers.authorization?.split(' ') ?? [];
      expect(scheme).toBe('Bearer');
      const expected = { issuer: 'whip-mux', audience: 'relay', subject: id };
      const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), expected);
      expect(payload.scope).toBe('publish');
      expect(JSON.stringify([...begun.headers]) + begun.text).not.toContain(token.split('.')[2]);
    }
  });

  it('the relay is ordered to close the session, and refuses what the stopped phone still sends', async () => {
    const { id } = await byRelay();
    script(made, { status: 204 }, { status: 410 });
    const offered = { method: 'POST', headers: sdp, body: offer };
    const before = Math.floor(Date.now() / 1000);
    const begun = await owner.send(`/api/streams/${id}/whip`, offered, plan());
    expect((await owner.send(`/api/streams/${id}/whip`, { method: 'DELETE' }, plan())).status).toBe(204);
    const [published, order] = endpoint.received;
    expect([order?.method, order?.url]).toEqual(['DELETE', `/relay/whip/${id}`]);
    const claimsOf = async (request: typeof order) =>
      (
        await jwtVerify(
          request?.headers.authorization?.slice('Bearer '.length) ?? '',
          new TextEncoder().encode(secret),
          { issuer: 'whip-mux', audience: 'relay', subject: id },
        )
      ).payload;
    const [right, closing] = [await claimsOf(published), await claimsOf(order)];
    expect(right.scope).toBe('publish');
    expect(closing.scope).toBe('close');
    expect(right.iat).toBeGreaterThanOrEqual(before);
    expect(closing.iat).toBeGreaterThanOrEqual(right.iat ?? Infinity);
    expect((closing.exp ?? 0) - (closing.iat ?? 0)).toBeLessThanOrEqual(61);
    const session = begun.headers.get('location') ?? '';
    expect(await owner.send(session, offered, plan())).toMatchObject({ status: 410 });
    // Elsewhere the Worker may not know of the stop yet: then the relay refuses.
    const anew = await owner.send(`/api/streams/${id}/whip`, offered, plan());
    expect(anew).toMatchObject({ status: 410, body: { type: problem('session-stopped') } });
  });

  it('the relay is told of the end before Cloudflare is, and the end is true if it cannot be', async () => {
    const { id } = await byRelay();
    script(made, { status: 500 });
    await owner.send(`/api/streams/${id}/whip`, { method: 'POST', headers: sdp, body: offer }, plan());
    const end = (): Promise<Answer> => owner.send(`/api/streams/${id}/end`, { method: 'POST' }, plan());
    expect(await end()).toMatchObject({ status: 502, body: { type: problem('provider-failed') } });
    expect(await look(id)).toMatchObject({ status: 'completed', endedAt: expect.any(String) });
    script({ status: 204 });
    expect((await end()).status).toBe(200);
    expect(methods()).toEqual(['POST', 'DELETE', 'DELETE']);
    expect((await end()).status).toBe(200);
    expect(methods()).toEqual(['POST', 'DELETE', 'DELETE']);
  });

  it('a relay missing from the settings is named', async () => {
    const { id } = await byRelay();
    expect(
      await owner.send(`/api/streams/${id}/whip`, { method: 'POST', headers: sdp, body: offer }),
    ).toMatchObject({
      status: 503,
      body: { type: problem('not-configured'), detail: expect.stringContaining('RELAY_URL') },
    });
  });

  const create = async (fields: object): Promise<Stream> => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ title: 'The service', ...fields });
    return streamOf(await owner.send('/api/streams', { method: 'POST', headers, body }, plan()));
  };

  const offered = { method: 'POST', headers: sdp, body: offer };

  it('the relay is called if Mux is the ingest, because Mux has no WHIP', async () => {
    const { id } = await create({ streamingMethod: 'whip_browser', ingest: 'mux' });
    script(made);
    const begun = await owner.send(`/api/streams/${id}/whip`, offered, plan());
    expect([begun.status, begun.text]).toEqual([201, answer]);
    expect(endpoint.received.map(({ url }) => url)).toEqual([`/relay/whip/${id}`]);
    await expect.poll(async () => (await look(id)).status).toBe('live');
  });

  it('the stream key admits to an address in the form of Mux, and no other key does', async () => {
    const found = await owner.post('/api/streams/create', { memorialId: 'by-key' }, plan());
    const { streamId, streamKey, whipEndpoint } = endpointOf(found);
    expect(whipEndpoint).toBe(`${worker.url}/app/${streamKey}/whip?stream=${streamId}`);
    const unsigned = { ...offered, headers: { ...sdp, [planHeader]: JSON.stringify(plan()) } };
    const ask = async (path: string): Promise<Answer> => read(await worker.fetch(path, unsigned));
    script(made);
    const begun = await ask(`/app/${streamKey}/whip?stream=${streamId}`);
    expect([begun.status, begun.text]).toEqual([201, answer]);
    expect(endpoint.received.map(({ url }) => url)).toEqual([`/relay/whip/${streamId}`]);
    const session = begun.headers.get('location') ?? '';
    expect(session).toMatch(new RegExp(`^/api/streams/${streamId}/whip/[A-Za-z0-9_-]+$`));
    expect(session).not.toContain(streamKey);

    endpoint.received.length = 0;
    const elsewhere = await create({ streamingMethod: 'whip_browser', ingest: 'relay' });
    for (const path of [
      `/app/another-key/whip?stream=${streamId}`,
      `/app/${streamKey}/whip?stream=${elsewhere.id}`,
      `/app/${streamKey}/whip?stream=nothing`,
      `/app/${streamKey}/whip`,
    ])
      expect(await ask(path)).toMatchObject({ status: 404, body: { type: problem('no-such-stream') } });
    expect(endpoint.received).toEqual([]);
  });

  it('a stream for encoders is a 409', async () => {
    const { id } = await create({ streamingMethod: 'obs', ingest: 'cloudflare' });
    const { token: forIt } = await invite(owner, id);
    const refused = { status: 409, body: { type: problem('no-whip') } };
    expect(await post(id, {}, forIt)).toMatchObject(refused);
    // The schedule may end sessions of earlier tests.
    expect(endpoint.received.filter(({ method }) => method === 'POST')).toEqual([]);
  });
});

describe('a page of an allowed origin', () => {
  it('may send what WHIP needs and read every response', async () => {
    const session = await begin();
    for (const [path, method] of [
      [`/api/streams/${stream.id}/whip`, 'POST'],
      [session, 'PATCH'],
      [session, 'DELETE'],
    ] as const) {
      const headers = { origin: app, 'access-control-request-method': method };
      const preflight = await read(await worker.fetch(path, { method: 'OPTIONS', headers }));
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-methods')).toContain(method);
      for (const name of ['Authorization', 'Content-Type', 'If-Match'])
        expect(preflight.headers.get('access-control-allow-headers')).toContain(name);
    }
    const begun = await post(stream.id, { headers: { ...sdp, origin: app } });
    const exposed = begun.headers.get('access-control-expose-headers')?.split(', ');
    expect(exposed).toEqual(
      expect.arrayContaining(['Location', 'ETag', 'Link', 'Retry-After', 'Accept-Patch']),
    );
    expect(begun.headers.get('access-control-allow-origin')).toBe(app);
  });

  it('gets the allowed methods by OPTIONS, and a 405 for others', async () => {
    const path = `/api/streams/${stream.id}/whip`;
    const options = await worker.fetch(path, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('accept-post')]).toEqual([204, 'application/sdp']);
    for (const method of ['GET', 'HEAD', 'PUT'])
      expect((await worker.fetch(path, { method })).status).toBe(405);
  });
});

describe('afterwards', () => {
  it('the credential was in no response, log line or key', async () => {
    const inputs = await providers.liveInputs();
    const secrets = Object.fromEntries(
      inputs.map(({ uid, credentials }) => [uid, credentials.whipSecret ?? '']),
    );
    for (const { url } of endpoint.received) secrets[url] = url.split('/')[1] ?? '';
    expect(Object.keys(secrets).length).toBeGreaterThan(50);
    const logs = worker.logs().map((text) => ({ where: 'the log', text }));
    const kv = (await worker.kv()).map((entry) => ({
      where: `KV at ${entry.key}`,
      text: JSON.stringify(entry),
    }));
    expect(logs.length).toBeGreaterThan(50);
    expect(answers.length).toBeGreaterThan(100);
    expect(leaks(secrets, [...answers, ...logs, ...kv])).toEqual([]);
    for (const { text } of logs) expect(text).not.toMatch(/whip\/[A-Za-z0-9_-]{20}/);
  }, 120_000);
});
