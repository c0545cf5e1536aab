// The plan livekit: a phone publishes through the proxy to LiveKit's stand-in, without media, and the Worker has it sent
// on to the live input.

import { createHash } from 'node:crypto';
import { AccessToken } from 'livekit-server-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startLiveKit } from '../../../sandbox/livekit/server.ts';
import type { CallEntry } from '../../../sandbox/shared/call-log.ts';
import { control } from '../../../sandbox/shared/control-client.ts';
import type { Control } from '../../../sandbox/shared/control-client.ts';
import type { Listener } from '../../../sandbox/shared/http.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, read, streamOf } from './client.ts';
import type { Answer } from './client.ts';
import { markersOf } from './markers.ts';
import { startProviders, until } from './providers.ts';
import type { Providers } from './providers.ts';

const keys = { apiKey: 'APItests', apiSecret: 'a-secret-of-livekit-and-worker-of-32-bytes' };
const streamKey = 'the-stream-key-at-livekit';
const sdp = { 'content-type': 'application/sdp' };
const silent = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n';
const offer = `${silent}m=video 9 UDP/TLS/RTP/SAVPF 102\r\n`;

let livekit: Listener;
let atLiveKit: Control;
let providers: Providers;
let worker: StartedWorker;
let owner: Client;

beforeAll(async () => {
  // Longer than the alarm takes to look at a phone.
  livekit = await startLiveKit({ port: 0, ...keys, endingMs: 4000 });
  atLiveKit = control(livekit.url);
  providers = await startProviders({
    settings: {
      LIVEKIT_URL: livekit.url,
      LIVEKIT_API_KEY: keys.apiKey,
      LIVEKIT_API_SECRET: keys.apiSecret,
      MAX_OPEN_STREAMS: '300',
      // What a request leaves is due this much later.
      RECONCILE_GRACE_SECONDS: '2',
    },
  });
  worker = await startWorker({ bindings: providers.settings });
  owner = await Client.of(worker);
}, 60_000);

afterEach(() => atLiveKit.post('reset', {}));

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
  await livekit?.close();
});

interface State {
  ingresses: { ingressId: string; name: string; roomName: string; state: { status: string } }[];
  egresses: {
    roomName: string;
    status: string;
    urls: string[];
    picture: { width: number; height: number };
  }[];
}

const stateOf = (): Promise<State> => atLiveKit.get<State>('state');
const egresses = async (): Promise<string[]> => (await stateOf()).egresses.map(({ status }) => status);
/** What the Worker called since the last reset, such as `CreateIngress`. */
const calls = async (): Promise<string[]> =>
  (await atLiveKit.get<CallEntry[]>('calls')).map(({ path }) => path.split('/').at(-1) ?? '');
/** How many of one kind, of all streams: the alarms of earlier tests look on for two minutes. */
const called = async (name: string): Promise<number> =>
  (await calls()).filter((each) => each === name).length;

/** Cloudflare's about one live input. */
const callsAbout = async (input: string): Promise<CallEntry[]> =>
  (await providers.calls()).filter(({ at, path }) => at === 'cloudflare' && path.includes(input));

const sendWebhooks = (): Promise<unknown> =>
  atLiveKit.put('webhooks', { url: `${worker.url}/api/webhooks/livekit` });

interface Made {
  id: string;
  /** At Cloudflare. */
  input: string;
  /** Where a phone publishes. */
  path: string;
  /** The live input's address with its key, where LiveKit sends it. */
  target: string;
}

async function make(by = owner): Promise<Made> {
  const fields = { title: 'The service', streamingMethod: 'whip_browser', ingest: 'livekit' };
  const { id, cloudflareInputId } = streamOf(await by.post('/api/streams', fields));
  const input = (await providers.liveInputs()).find(({ uid }) => uid === cloudflareInputId);
  const target = `rtmps://live.cloudflare.com:443/live/${input?.credentials.rtmpsStreamKey}`;
  return { id, input: cloudflareInputId ?? '', path: `/api/streams/${id}/whip`, target };
}

const publish = (path: string, by = owner, body = offer): Promise<Answer> =>
  by.send(path, { method: 'POST', headers: sdp, body });

/** Begins a session, or goes on with the one at `path`, and gives its address at the Worker. */
async function begin(path: string, by = owner, body = offer): Promise<string> {
  const begun = await publish(path, by, body);
  expect(begun.status, begun.text).toBe(201);
  return begun.headers.get('location') ?? '';
}

/** LiveKit answers like that until the next reset. */
const refuseAll = (status: number): Promise<unknown> =>
  atLiveKit.post('faults', [{ kind: 'status', path: '/twirp/', status, times: 10_000 }]);

const isSentOn = (): Promise<void> => until(async () => (await egresses()).includes('EGRESS_ACTIVE'));

it('a stream promises what the plan keeps, and shows no address of LiveKit', async () => {
  const { id } = await make();
  expect(streamOf(await owner.get(id))).toMatchObject({
    plan: { ingest: 'livekit', live: 'hls', recordedAt: ['cloudflare', 'mux'], verified: true },
    whipUrl: null,
    warnings: [],
  });
  expect((await owner.send(`/api/streams/${id}/credentials`)).body).toEqual({});
  // An alarm may have looked for a phone already, but nothing is made before one comes.
  expect(await called('CreateIngress')).toBe(0);
});

it('no encoder can have it, and auto does not choose it', async () => {
  expect((await read(await worker.fetch('/readyz'))).body).toMatchObject({ livekit: 'on' });
  const fields = { title: 'The service', streamingMethod: 'obs', ingest: 'livekit' };
  const refused = await owner.post('/api/streams', fields);
  expect(refused.status).toBe(400);
  expect(refused.body.errors?.map(({ field }) => field)).toEqual(['ingest']);
  expect(streamOf(await owner.create()).plan.ingest).toBe('relay');
});

describe.each([true, false])('with webhooks: %s', (webhooks) => {
  it('a phone is sent on to the live input, once, and its key stays here', async () => {
    if (webhooks) await sendWebhooks();
    await atLiveKit.post('secrets', { streamKey: [streamKey] });
    const { id, path, target } = await make();
    const begun = await publish(path);
    expect(begun.status, begun.text).toBe(201);
    await isSentOn();
    const { ingresses, egresses } = await stateOf();
    expect(ingresses.map(({ roomName }) => roomName)).toEqual([`whip-mux:tests:${id}`]);
    expect(egresses.map(({ urls }) => urls)).toEqual([[target]]);
    expect(await called('StartParticipantEgress')).toBe(1);
    const shown = [
      begun.text,
      ...begun.headers.values(),
      ...worker.logs(),
      JSON.stringify(await worker.kv()),
    ];
    expect(shown.join('\n')).not.toContain(streamKey);
  });

  it('a phone that comes back is sent on again, from the same ingress', async () => {
    if (webhooks) await sendWebhooks();
    const { path } = await make();
    const session = await begin(path);
    await isSentOn();
    const again = await begin(session);
    await until(async () => String(await egresses()) === 'EGRESS_COMPLETE,EGRESS_ACTIVE');
    expect((await owner.send(again, { method: 'DELETE' })).status).toBe(200);
    await until(async () => String(await egresses()) === 'EGRESS_COMPLETE,EGRESS_COMPLETE');
    expect(await called('CreateIngress')).toBe(1);
    expect(await called('StartParticipantEgress')).toBe(2);
  });
});

it.each([
  [720, 1280],
  [1280, 720],
])('a picture of %i x %i is sent on as it is held', async (width, height) => {
  const { path } = await make();
  await begin(path, owner, `${offer}a=imageattr:102 send [x=${width / 2},y=${height / 2}]\r\n`);
  await isSentOn();
  expect((await stateOf()).egresses.map(({ picture }) => picture)).toEqual([{ width, height }]);
});

it('a phone without a picture is sent on a little later', async () => {
  await sendWebhooks();
  const { path } = await make();
  await begin(path, owner, `${silent}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n`);
  await isSentOn();
  expect(await called('StartParticipantEgress')).toBe(1);
}, 30_000);

describe('a record that KV has from before the phone came', () => {
  /** Leaves the facts. */
  async function beginUnnoticed({ id, path }: Made, at = worker, by = owner): Promise<void> {
    const older = (await at.namespace.get(`stream/${id}`)) ?? '';
    await begin(path, by);
    await at.namespace.put(`stream/${id}`, older);
  }

  it('keeps no phone from being sent on, although KV shows no fact about it either', async () => {
    const made = await make();
    await beginUnnoticed(made);
    for (const prefix of [`fact/stream/${made.id}/`, `intent/${made.id}/`]) {
      const { keys } = await worker.namespace.list({ prefix });
      expect(keys).not.toEqual([]);
      for (const { name } of keys) await worker.namespace.delete(name);
    }
    await isSentOn();
  });

  it('does not hide that the phone is new: the alarm looks again, before it turns to the providers again', async () => {
    // Nothing but the phone wakes this Worker.
    const bindings = { ...providers.settings, RECONCILE_GRACE_SECONDS: '900' };
    await using patient = await startWorker({ bindings });
    const user = await Client.of(patient);
    const made = await make(user);
    await beginUnnoticed(made, patient, user);
    await isSentOn();
    const looks = await called('ListEgress');
    await until(async () => (await called('ListEgress')) >= looks + 2);
    const checks = (await callsAbout(made.input)).filter(({ method }) => method === 'GET');
    expect(checks).toHaveLength(1);
  });
});

it('a phone is sent on before its alarm turns to the providers', async () => {
  const { input, path } = await make();
  // The first alarm, after the creation.
  await until(async () => (await callsAbout(input)).some(({ method }) => method === 'GET'));
  await providers.cloudflare.remove('calls');
  await begin(path);
  await isSentOn();
  await until(async () => (await callsAbout(input)).length > 0);
  const started = (await atLiveKit.get<CallEntry[]>('calls')).find((each) =>
    each.path.endsWith('StartParticipantEgress'),
  );
  expect(started?.endedAt).toBeLessThan((await callsAbout(input))[0]?.startedAt ?? 0);
});

it('without rooms, the schedule has a phone sent on', async () => {
  await using simple = await startWorker({ bindings: providers.settings, rooms: false });
  const user = await Client.of(simple);
  await begin((await make(user)).path, user);
  await simple.scheduled();
  await isSentOn();
  expect(await called('StartParticipantEgress')).toBe(1);
});

it('news that comes twice starts no second egress', async () => {
  await sendWebhooks();
  await atLiveKit.post('faults', [{ kind: 'webhook-duplicate', event: '.', times: 20 }]);
  const { path } = await make();
  await begin(path);
  await isSentOn();
  await until(async () => (await atLiveKit.get<{ pending: number }>('webhooks')).pending === 0);
  // The alarm looks once more by itself.
  const looks = await called('ListEgress');
  await until(async () => (await called('ListEgress')) > looks);
  expect(await called('StartParticipantEgress')).toBe(1);
});

it('LiveKit takes no trickled candidates, and its words are not passed on', async () => {
  const { path } = await make();
  const session = await begin(path);
  const headers = { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '"phone"' };
  const patched = await owner.send(session, { method: 'PATCH', headers, body: 'a=ice-ufrag:phone\r\n' });
  expect(patched.status).toBe(422);
  expect(patched.text).not.toContain('Trickle-ICE');
});

it('the end, which LiveKit hears first, leaves nothing there', async () => {
  await sendWebhooks();
  const { id, input, path } = await make();
  const session = await begin(path);
  await isSentOn();
  expect((await owner.post(`/api/streams/${id}/end`, {})).status).toBe(200);
  const told = (await atLiveKit.get<CallEntry[]>('calls')).find((each) =>
    each.path.endsWith('DeleteIngress'),
  );
  const [disabled] = (await callsAbout(input)).filter(({ method }) => method === 'PUT');
  expect(told?.endedAt).toBeLessThan(disabled?.startedAt ?? 0);
  expect((await stateOf()).ingresses).toEqual([]);
  expect(await egresses()).toEqual(['EGRESS_ENDING']);
  expect((await publish(session)).status).toBe(409);
  expect((await publish(path)).status).toBe(409);
  expect(await called('CreateIngress')).toBe(1);
});

it('a phone that is stopped may begin again, with another key', async () => {
  await sendWebhooks();
  await atLiveKit.post('secrets', { streamKey: ['first-key', 'second-key'] });
  const { path } = await make();
  const session = await begin(path);
  await isSentOn();
  expect((await owner.send(path, { method: 'DELETE' })).status).toBe(204);
  expect((await stateOf()).ingresses).toEqual([]);
  expect((await publish(session)).status).toBe(410);
  await begin(path);
  expect(
    (await fetch(`${livekit.url}/w/first-key`, { method: 'POST', headers: sdp, body: offer })).status,
  ).toBe(404);
  await until(async () => String(await egresses()) === 'EGRESS_COMPLETE,EGRESS_ACTIVE');
});

it('a deletion leaves nothing at LiveKit', async () => {
  const { id, path } = await make();
  await begin(path);
  expect((await owner.send(`/api/streams/${id}`, { method: 'DELETE' })).status).toBe(200);
  expect((await stateOf()).ingresses).toEqual([]);
});

it('a LiveKit that fails delays no deletion at the providers, and is told later', async () => {
  const { id, input, path } = await make();
  await begin(path);
  await refuseAll(503);
  const deleted = await owner.send(`/api/streams/${id}`, { method: 'DELETE' });
  expect(deleted.status).toBe(502);
  expect(deleted.body.detail).toMatch(/LiveKit.*Send the same again/);
  expect((await providers.liveInputs()).map(({ uid }) => uid)).not.toContain(input);
  expect(JSON.stringify(await providers.liveStreams())).not.toContain(id);
  expect((await stateOf()).ingresses).toHaveLength(1);
  await atLiveKit.remove('faults');
  await until(async () => (await stateOf()).ingresses.length === 0);
  await until(async () => (await markersOf(worker, id)).length === 0);
});

it('a LiveKit that refuses the key holds up no deletion, and nothing asks it for ever', async () => {
  const { id, input, path } = await make();
  await begin(path);
  await refuseAll(401);
  expect((await owner.send(`/api/streams/${id}`, { method: 'DELETE' })).status).toBe(200);
  expect((await providers.liveInputs()).map(({ uid }) => uid)).not.toContain(input);
  await until(async () => (await markersOf(worker, id)).length === 0);
  expect(worker.logs().join('\n')).toContain('left at LiveKit');
});

it('a phone that begins while its stream is deleted leaves nothing there either', async () => {
  const { id, path } = await make();
  await atLiveKit.post('faults', [{ kind: 'delay', path: 'CreateIngress', ms: 800 }]);
  const begun = publish(path);
  await until(async () => (await called('CreateIngress')) === 1);
  expect((await owner.send(`/api/streams/${id}`, { method: 'DELETE' })).status).toBe(200);
  await begun;
  expect((await stateOf()).ingresses).toHaveLength(1);
  await until(async () => (await stateOf()).ingresses.length === 0);
});

it('an ingress whose answer was lost is found again', async () => {
  const { path } = await make();
  await atLiveKit.post('faults', [{ kind: 'drop-after', path: 'CreateIngress' }]);
  expect((await publish(path)).status).toBe(502);
  await begin(path);
  expect(await called('CreateIngress')).toBe(1);
  expect((await stateOf()).ingresses).toHaveLength(1);
});

it('a Worker that is killed while a phone begins makes no second ingress', async () => {
  const { path } = await make();
  await atLiveKit.post('faults', [{ kind: 'delay', path: '^/w$', ms: 60_000 }]);
  const begun = publish(path).catch(() => null);
  await until(async () => (await stateOf()).ingresses.length === 1);
  await worker.restart();
  await begun;
  await begin(path);
  expect((await stateOf()).ingresses).toHaveLength(1);
  await isSentOn();
});

it('a LiveKit that fails is told later', async () => {
  const { id, path } = await make();
  await begin(path);
  await atLiveKit.post('faults', [{ kind: 'status', path: 'DeleteIngress', status: 503 }]);
  const ended = await owner.post(`/api/streams/${id}/end`, {});
  expect(ended.status).toBe(502);
  expect(ended.body.detail).toMatch(/LiveKit/);
  await until(async () => (await stateOf()).ingresses.length === 0);
});

it('a phone hears that LiveKit fails', async () => {
  const { path } = await make();
  await refuseAll(401);
  const refused = await publish(path);
  expect(refused.status).toBe(502);
  expect(refused.body.type).toMatch(/provider-failed$/);
});

describe('webhooks', () => {
  const body = JSON.stringify({
    event: 'room_started',
    room: { name: 'another' },
    id: 'EV_1',
    createdAt: '1',
  });

  async function tokenOf(
    { apiKey, apiSecret } = keys,
    of = body,
    ttl: number | string = '5m',
  ): Promise<string> {
    const token = new AccessToken(apiKey, apiSecret, { ttl });
    token.sha256 = createHash('sha256').update(of).digest('base64');
    return token.toJwt();
  }
  async function answerTo(authorization: string | undefined): Promise<number> {
    const type = { 'content-type': 'application/webhook+json' };
    const headers = authorization === undefined ? type : { ...type, authorization };
    return (await worker.fetch('/api/webhooks/livekit', { method: 'POST', headers, body })).status;
  }

  it("one that LiveKit's own library has signed is accepted", async () => {
    expect(await answerTo(await tokenOf())).toBe(200);
  });

  it('one whose news cannot be handed on is sent again', async () => {
    const entry = `
import shipped from './shipped.js';
export * from './shipped.js';
const without = (env) => ({ ...env, ROOMS: {} });
export default { ...shipped, fetch: (request, env, context) => shipped.fetch(request, without(env), context) };
`;
    await using broken = await startWorker({ bindings: providers.settings, entry });
    const news = (room: string): string =>
      JSON.stringify({ event: 'ingress_started', ingressInfo: { roomName: room } });
    const ours = news(`whip-mux:tests:${'0'.repeat(26)}`);
    const headers = { 'content-type': 'application/webhook+json', authorization: await tokenOf(keys, ours) };
    const answer = await broken.fetch('/api/webhooks/livekit', { method: 'POST', headers, body: ours });
    expect(answer.status).toBe(503);
  });

  it.each<[string, () => Promise<string | undefined>]>([
    ['unsigned', async () => undefined],
    ['another secret', () => tokenOf({ ...keys, apiSecret: 'another-secret-that-has-32-bytes-too' })],
    ['another key', () => tokenOf({ ...keys, apiKey: 'APIother' })],
    ['another body', () => tokenOf(keys, `${body} `)],
    ['no digest', () => new AccessToken(keys.apiKey, keys.apiSecret).toJwt()],
    ['expired', () => tokenOf(keys, body, -10)],
    ['with Bearer', async () => `Bearer ${await tokenOf()}`],
  ])('%s is refused', async (_, sign) => {
    expect(await answerTo(await sign())).toBe(401);
  });
});
