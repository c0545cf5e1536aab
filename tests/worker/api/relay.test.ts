// The relay's requests: where a broadcast goes, and who may send it there. Everyone else learns nothing.

import { readFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import type { Answer, Stream } from './client.ts';
import { Client, read, streamOf } from './client.ts';
import { startProviders } from './providers.ts';
import type { Providers } from './providers.ts';
import { planHeader, watchedEntry } from './watched-entry.ts';

const relay = {
  RELAY_URL: 'http://127.0.0.1:8790',
  RELAY_TOKEN_SECRET: 'a-secret-of-relay-and-worker-of-32-bytes',
  RELAY_CREDENTIAL: 'what-the-relay-shows-to-the-worker',
};

let providers: Providers;
let worker: StartedWorker;
let owner: Client;

beforeAll(async () => {
  providers = await startProviders();
  worker = await startWorker({ bindings: { ...providers.settings, ...relay }, entry: watchedEntry });
  owner = await Client.of(worker);
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

function post(path: string, fields: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return owner.send(path, { method: 'POST', headers, body: JSON.stringify(fields) });
}

const make = async (more = {}): Promise<Stream> =>
  streamOf(await post('/api/streams', { title: 'The service', streamingMethod: 'whip_browser', ...more }));

const ask = async (id: string, authorization?: string): Promise<Answer> =>
  read(
    await worker.fetch(`/api/relay/streams/${id}/destination`, {
      headers: authorization === undefined ? {} : { authorization },
    }),
  );
const asRelay = (id: string) => ask(id, `Bearer ${relay.RELAY_CREDENTIAL}`);

describe('the destination of a broadcast', () => {
  it('is the live input, for the relay only, and not cached', async () => {
    const stream = await make();
    const answer = await asRelay(stream.id);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const input = (await providers.liveInputs()).find(({ uid }) => uid === stream.cloudflareInputId);
    expect(answer.body).toEqual({
      url: expect.stringMatching(/^rtmps:\/\//),
      streamKey: input?.credentials.rtmpsStreamKey,
    });
  });

  it.each([
    ['is missing', undefined],
    ['is empty', 'Bearer '],
    ['is another', 'Bearer what-the-relay-shows-to-the-workes'],
    ['is a part of it', `Bearer ${relay.RELAY_CREDENTIAL.slice(0, -1)}`],
    ['is not a bearer token', `Basic ${relay.RELAY_CREDENTIAL}`],
    ['is the key that signs tokens', `Bearer ${relay.RELAY_TOKEN_SECRET}`],
  ])('is refused if the credential %s, whether the stream exists or not', async (_, header) => {
    const { id } = await make();
    for (const each of [id, 'unknown', id.replace(/.$/, id.endsWith('0') ? '1' : '0')]) {
      const answer = await ask(each, header);
      expect(answer).toMatchObject({
        status: 401,
        body: { type: expect.stringMatching(/:relay-not-admitted$/) },
      });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    expect((await owner.send(`/api/relay/streams/${id}/destination`)).status).toBe(401);
  });

  it('is unknown for streams that do not use the relay or do not exist', async () => {
    const { id } = await make();
    const others = [
      await make({ ingest: 'cloudflare' }),
      await make({ streamingMethod: 'obs', ingest: 'mux' }),
    ];
    for (const unknown of [
      'x',
      id.replace(/.$/, id.endsWith('0') ? '1' : '0'),
      ...others.map((each) => each.id),
    ])
      expect(await asRelay(unknown)).toMatchObject({
        status: 404,
        body: { type: expect.stringMatching(/:no-such-stream$/) },
      });
    await owner.send(`/api/streams/${id}`, { method: 'DELETE' });
    expect((await asRelay(id)).status).toBe(404);
  });

  it('is Mux if Mux is the ingest, which takes no WHIP', async () => {
    const { id } = await make({ ingest: 'mux' });
    const [live] = await providers
      .liveStreams()
      .then((all) => all.filter(({ passthrough }) => passthrough?.endsWith(id)));
    expect(await asRelay(id)).toMatchObject({
      status: 200,
      body: { url: 'rtmps://global-live.mux.com:443/app', streamKey: live?.stream_key },
    });
  });

  it('is refused for a stream that has ended', async () => {
    const { id } = await make();
    await post(`/api/streams/${id}/end`, {});
    expect(await asRelay(id)).toMatchObject({
      status: 409,
      body: { type: expect.stringMatching(/:stream-ended$/) },
    });
  });

  it('has the new key after a rotation', async () => {
    const { id } = await make();
    const before = (await asRelay(id)).body as { streamKey?: string };
    expect((await post(`/api/streams/${id}/credentials/rotate`, {})).status).toBe(200);
    const after = (await asRelay(id)).body as { streamKey?: string };
    expect(after.streamKey).toBeTruthy();
    expect(after.streamKey).not.toBe(before.streamKey);
  });

  it('is refused to everyone if the deployment has no relay', async () => {
    const headers = {
      authorization: `Bearer ${relay.RELAY_CREDENTIAL}`,
      [planHeader]: JSON.stringify({
        run: 'no-relay',
        settings: { RELAY_URL: null, RELAY_TOKEN_SECRET: null, RELAY_CREDENTIAL: null },
      }),
    };
    const { id } = await make();
    const answer = await read(await worker.fetch(`/api/relay/streams/${id}/destination`, { headers }));
    expect(answer).toMatchObject({
      status: 401,
      body: { type: expect.stringMatching(/:relay-not-admitted$/) },
    });
  });
});

describe('MediaMTX instead of the relay', () => {
  const configuration = readFileSync(new URL('../../../relay/mediamtx.yml', import.meta.url), 'utf8');
  const [, address = ''] = /^authHTTPAddress: https:\/\/[^/]+(\S+)/m.exec(configuration) ?? [];

  const now = (): number => Math.floor(Date.now() / 1000);
  const tokenOf = (claims: JWTPayload, secret = relay.RELAY_TOKEN_SECRET): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
  const claims = (sub: string, more: JWTPayload = {}): JWTPayload => ({
    iss: 'whip-mux',
    aud: 'relay',
    sub,
    scope: 'publish',
    iat: now(),
    exp: now() + 60,
    ...more,
  });

  /** The request that MediaMTX sends with our configuration; four of its many fields matter. */
  async function authorize(fields: Record<string, unknown>): Promise<Answer> {
    const sent = {
      user: '',
      password: '',
      token: '',
      ip: '10.0.0.7',
      action: 'publish',
      path: '',
      ...fields,
    };
    const body = JSON.stringify({ ...sent, protocol: 'webrtc', id: 'a5c8', query: '', userAgent: 'any' });
    const headers = { 'content-type': 'application/json' };
    return read(await worker.fetch(address, { method: 'POST', headers, body }));
  }

  const refused = { status: 401, body: { type: expect.stringMatching(/:relay-token-refused$/) } };

  it('admits the bearer of the credentials’ token', async () => {
    const { id } = await make();
    const known = (await owner.send(`/api/streams/${id}/credentials`)).body as { whipToken?: string };
    for (const path of [id, `whip/${id}`])
      for (const name of ['token', 'password'])
        expect((await authorize({ path, [name]: known.whipToken })).status).toBe(204);
    expect(await authorize({ path: id, token: known.whipToken, action: 'read' })).toMatchObject(refused);
  });

  it('accepts only stream ids as paths', async () => {
    const [, pattern = ''] = /^ {2}'~(.+)':$/m.exec(configuration) ?? [];
    const { id } = await make();
    expect(id).toMatch(new RegExp(pattern));
    for (const path of ['', `whip/${id}`, `${id}x`, id.toUpperCase()])
      expect(path).not.toMatch(new RegExp(pattern));
  });

  it('admits viewers to watching only', async () => {
    const { id } = await make();
    const token = await tokenOf(claims(id, { scope: 'watch' }));
    expect((await authorize({ path: id, token, action: 'read' })).status).toBe(204);
    expect(await authorize({ path: id, token })).toMatchObject(refused);
  });

  const attacks: [string, (id: string, other: string) => Promise<Record<string, unknown>>][] = [
    ['no token', async (path) => ({ path })],
    ['no token at all', async (path) => ({ path, token: null, password: undefined })],
    ['garbage', async (path) => ({ path, token: 'a.b.c' })],
    ['a token for another stream', async (path, other) => ({ path, token: await tokenOf(claims(other)) })],
    ['an expired token', async (path) => ({ path, token: await tokenOf(claims(path, { exp: now() - 31 })) })],
    [
      'a token that never expires',
      async (path) => ({ path, token: await tokenOf(claims(path, { exp: undefined })) }),
    ],
    [
      'a token from the future',
      async (path) => ({ path, token: await tokenOf(claims(path, { nbf: now() + 99 })) }),
    ],
    [
      'a token for another audience',
      async (path) => ({ path, token: await tokenOf(claims(path, { aud: 'users' })) }),
    ],
    [
      'a token from another issuer',
      async (path) => ({ path, token: await tokenOf(claims(path, { iss: 'other' })) }),
    ],
    [
      'a token without a scope',
      async (path) => ({ path, token: await tokenOf(claims(path, { scope: undefined })) }),
    ],
    [
      'a token signed with another key',
      async (path) => ({ path, token: await tokenOf(claims(path), 'another-secret-of-at-least-32-bytes!') }),
    ],
    [
      'an unsigned token',
      async (path) => {
        const [, payload] = (await tokenOf(claims(path))).split('.');
        return { path, token: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.` };
      },
    ],
    ['another action', async (path) => ({ path, action: 'api', token: await tokenOf(claims(path)) })],
    ['a subpath', async (path) => ({ path: `${path}/x`, token: await tokenOf(claims(path)) })],
    ['another folder', async (path) => ({ path: `live/${path}`, token: await tokenOf(claims(path)) })],
  ];
  it.each(attacks)('refuses %s', async (_, attack) => {
    const [stream, other] = [await make(), await make()];
    expect(await authorize(await attack(stream.id, other.id))).toMatchObject(refused);
  });

  it('refuses a stream that does not exist, has ended, or has another ingest', async () => {
    const [ended, elsewhere] = [await make(), await make({ ingest: 'cloudflare' })];
    await post(`/api/streams/${ended.id}/end`, {});
    const unknown = ended.id.replace(/.$/, ended.id.endsWith('0') ? '1' : '0');
    for (const path of [ended.id, elsewhere.id, unknown])
      expect(await authorize({ path, token: await tokenOf(claims(path)) })).toMatchObject(refused);
    const watching = {
      path: ended.id,
      token: await tokenOf(claims(ended.id, { scope: 'watch' })),
      action: 'read',
    };
    expect((await authorize(watching)).status).toBe(204);
  });

  it('refuses a token from before the phone was stopped', async () => {
    const { id } = await make();
    const before = await tokenOf(claims(id, { iat: now() - 1 }));
    expect((await authorize({ path: id, token: before })).status).toBe(204);
    await owner.send(`/api/streams/${id}/whip`, { method: 'DELETE' });
    expect(await authorize({ path: id, token: before })).toMatchObject(refused);
    const after = await tokenOf(claims(id, { iat: now() + 5 }));
    expect((await authorize({ path: id, token: after })).status).toBe(204);
  });

  it('explains an invalid body', async () => {
    const answer = await read(await worker.fetch('/api/relay/authorize', { method: 'POST', body: '{' }));
    expect(answer.status).toBe(415);
  });
});

describe('the settings of the relay', () => {
  const readiness = async (settings: Record<string, string | null>): Promise<Answer> =>
    read(
      await worker.fetch('/readyz', {
        headers: { [planHeader]: JSON.stringify({ run: 'ready', settings }) },
      }),
    );

  it('must be set together', async () => {
    expect(await readiness({})).toMatchObject({ status: 200, body: { relay: 'on', missing: [] } });
    const none = { RELAY_URL: null, RELAY_TOKEN_SECRET: null, RELAY_CREDENTIAL: null };
    expect(await readiness(none)).toMatchObject({ status: 200, body: { missing: [] } });
    for (const name of Object.keys(relay))
      expect(await readiness({ [name]: null })).toMatchObject({ status: 503, body: { missing: [name] } });
  });

  it.each([
    ['RELAY_URL', 'relay.example'],
    ['RELAY_URL', 'http://relay.example'],
    ['RELAY_URL', 'http://127.0.0.1.example'],
    ['RELAY_URL', 'https://user@relay.example'],
    ['RELAY_URL', 'https://relay.example/?a=b'],
    ['RELAY_URLS', 'https://relay.example,http://relay.example'],
    ['RELAY_URLS', ' , '],
    ['RELAY_TOKEN_SECRET', 'shorter-than-32-bytes'],
  ])('must be well-formed: not %s %s', async (name, value) => {
    expect(await readiness({ [name]: value })).toMatchObject({ status: 503, body: { missing: [name] } });
  });

  it('that are incomplete never lead to an unrecorded stream', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ title: 'The service' });
    const plan = { run: 'half-a-relay', settings: { RELAY_CREDENTIAL: null } };
    const answer = await owner.send('/api/streams/create-whip', { method: 'POST', headers, body }, plan);
    expect(answer).toMatchObject({ status: 503, body: { type: expect.stringMatching(/:not-configured$/) } });
    expect(answer.body.detail).toContain('RELAY_CREDENTIAL');
  });
});
