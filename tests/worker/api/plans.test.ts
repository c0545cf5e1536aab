// POST /api/streams: both methods with every plan, with and without a relay: what each promises, how to publish and
// where to watch. POST /api/streams/create: one Mux stream for a memorial.

import { decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../sandbox/shared/faults.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import type { Answer, Stream } from './client.ts';
import { Client, endpointOf, read, streamOf, unsupported, whenQuiet } from './client.ts';
import { ageMarkersOf } from './markers.ts';
import { startProviders, until, withoutRelay } from './providers.ts';
import type { Providers } from './providers.ts';
import { planHeader, schedulePath, watchedEntry } from './watched-entry.ts';
import type { Plan } from './watched-entry.ts';
import type { Playback } from './watching.ts';
import { startWhipEndpoint } from './whip-endpoint.ts';

const relay = {
  RELAY_URL: 'https://relay.example/',
  RELAY_TOKEN_SECRET: 'a-secret-of-relay-and-worker-of-32-bytes',
  RELAY_CREDENTIAL: 'what-the-relay-shows-to-the-worker',
};

let providers: Providers;
let worker: StartedWorker;
let owner: Client;
let runs = 0;

beforeAll(async () => {
  providers = await startProviders({
    settings: {
      MUX_PLAYBACK_URL: 'https://media.example',
      MUX_WHIP_URL: 'https://mux-whip.example/app/',
      ...withoutRelay,
    },
  });
  worker = await startWorker({ bindings: providers.settings, entry: watchedEntry });
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

beforeEach(async () => {
  await providers.mux.post('reset');
  await providers.cloudflare.post('reset');
  await providers.sendWebhooksTo(worker.url);
  owner = await Client.of(worker);
});

const served = (settings: Plan['settings'] = {}): Plan => ({ run: `plans-${++runs}`, settings });
const withRelay = (): Plan => served(relay);

function send(
  method: string,
  path: string,
  fields?: object,
  plan = withRelay(),
  user = owner,
): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const body = fields === undefined ? undefined : JSON.stringify(fields);
  return user.send(path, { method, headers, body }, plan);
}

const create = (fields: object, plan = withRelay()): Promise<Answer> =>
  send('POST', '/api/streams', { title: 'The service', ...fields }, plan);
const make = async (fields: object, plan = withRelay()): Promise<Stream> =>
  streamOf(await create(fields, plan));

interface Credentials {
  whipUrl?: string;
  whipToken?: string;
  rtmpUrl?: string;
  streamKey?: string;
  srtUrl?: string;
}

const credentialsOf = async ({ id }: Stream): Promise<Credentials> =>
  (await send('GET', `/api/streams/${id}/credentials`)).body as Credentials;

async function playbackOf({ id }: Stream, settings: Plan['settings'] = relay): Promise<Playback> {
  const headers = { [planHeader]: JSON.stringify(served(settings)) };
  return (await read(await worker.fetch(`/api/streams/${id}/playback`, { headers })))
    .body as unknown as Playback;
}

const kinds = ({ ladder }: Playback): string[] => ladder.map(({ kind, source }) => `${kind} ${source}`);

/** A publisher connects straight to Mux; nothing is restreamed. */
async function goLiveAtMux(stream: Stream): Promise<string> {
  const found = (await providers.liveStreams()).find(({ id }) => id === stream.muxLiveStreamId);
  const streamKey = found?.stream_key ?? '';
  await providers.mux.post('encoder/connect', { streamKey });
  const state = () => providers.mux.get<{ liveStreams: { id: string; status: string }[] }>('state');
  await until(async () => (await state()).liveStreams.some(({ status }) => status === 'active'));
  await providers.delivered();
  return streamKey;
}

const secretsAtCloudflare = async (): Promise<Record<string, string>> =>
  (await providers.liveInputs())[0]?.credentials ?? {};

type Member = 'whipUrl' | 'whipToken' | 'rtmpUrl' | 'streamKey' | 'srtUrl';

interface Row {
  method: 'whip_browser' | 'obs';
  ingest: 'auto' | 'cloudflare' | 'relay' | 'mux';
  by: 'relay' | 'no relay';
  /** The resulting plan; undefined if refused. */
  plan?: Stream['plan'];
  shown?: Member[];
}

const both: Stream['plan']['recordedAt'] = ['cloudflare', 'mux'];
const cloudflare: Stream['plan'] = { ingest: 'cloudflare', live: 'whep', recordedAt: [], verified: false };
const byRelay: Stream['plan'] = { ingest: 'relay', live: 'whep', recordedAt: both, verified: true };
const mux: Stream['plan'] = { ingest: 'mux', live: 'hls', recordedAt: ['mux'], verified: true };
const encoder: Stream['plan'] = { ingest: 'cloudflare', live: 'hls', recordedAt: both, verified: true };
const encoderAtMux: Stream['plan'] = { ingest: 'mux', live: 'hls', recordedAt: ['mux'], verified: true };

const all: Member[] = ['whipUrl', 'rtmpUrl', 'streamKey', 'srtUrl'];
const atMux: Member[] = ['whipUrl', 'whipToken', 'rtmpUrl', 'streamKey'];
const byEncoder: Member[] = ['rtmpUrl', 'streamKey', 'srtUrl'];

const rows: Row[] = [
  { method: 'whip_browser', ingest: 'auto', by: 'relay', plan: byRelay, shown: ['whipUrl', 'whipToken'] },
  { method: 'whip_browser', ingest: 'auto', by: 'no relay', plan: cloudflare, shown: all },
  { method: 'whip_browser', ingest: 'cloudflare', by: 'relay', plan: cloudflare, shown: all },
  { method: 'whip_browser', ingest: 'cloudflare', by: 'no relay', plan: cloudflare, shown: all },
  { method: 'whip_browser', ingest: 'relay', by: 'relay', plan: byRelay, shown: ['whipUrl', 'whipToken'] },
  { method: 'whip_browser', ingest: 'relay', by: 'no relay' },
  { method: 'whip_browser', ingest: 'mux', by: 'relay', plan: mux, shown: atMux },
  { method: 'whip_browser', ingest: 'mux', by: 'no relay' },
  { method: 'obs', ingest: 'auto', by: 'relay', plan: encoder, shown: byEncoder },
  { method: 'obs', ingest: 'auto', by: 'no relay', plan: encoder, shown: byEncoder },
  { method: 'obs', ingest: 'cloudflare', by: 'no relay', plan: encoder, shown: byEncoder },
  { method: 'obs', ingest: 'relay', by: 'relay' },
  { method: 'obs', ingest: 'relay', by: 'no relay' },
  { method: 'obs', ingest: 'mux', by: 'no relay', plan: encoderAtMux, shown: ['rtmpUrl', 'streamKey'] },
];

const settingsOf = ({ by }: Row): Plan['settings'] => (by === 'relay' ? relay : {});

describe('a stream', () => {
  it.each(rows.filter(({ plan }) => plan))(
    'by $method into $ingest with $by has its plan and its credentials',
    async (row) => {
      const answer = await create(
        { streamingMethod: row.method, ingest: row.ingest },
        served(settingsOf(row)),
      );
      expect(answer.status).toBe(201);
      const stream = streamOf(answer);
      expect(answer.headers.get('location')).toBe(`/api/streams/${stream.id}`);
      expect(stream).toMatchObject({
        streamingMethod: row.method,
        plan: row.plan,
        warnings: row.plan?.verified ? [] : [unsupported],
        simulcastEnabled: row.plan?.ingest !== 'mux' && row.plan?.verified,
      });
      const inputs = await providers.liveInputs();
      expect(inputs).toHaveLength(row.plan?.ingest === 'mux' ? 0 : 1);
      expect(stream.cloudflareInputId).toBe(inputs[0]?.uid ?? null);
      const backups = (await providers.liveStreams()).map(({ id }) => id);
      expect(backups).toEqual(row.plan?.verified ? [stream.muxLiveStreamId] : []);

      const known = await send('GET', `/api/streams/${stream.id}/credentials`);
      expect(known.headers.get('cache-control')).toBe('no-store');
      const credentials = known.body as Credentials;
      expect(Object.keys(credentials)).toEqual(row.shown);
      expect(stream).toMatchObject(
        row.method === 'obs'
          ? { whipUrl: null, rtmpUrl: credentials.rtmpUrl, streamKey: credentials.streamKey }
          : { whipUrl: credentials.whipUrl, rtmpUrl: null, streamKey: null },
      );
      expect(streamOf(await owner.get(stream.id, withRelay()))).toEqual(stream);
    },
  );

  it.each(rows.filter(({ plan }) => !plan))(
    'by $method into $ingest with $by is refused, and nothing is created',
    async (row) => {
      const answer = await create(
        { streamingMethod: row.method, ingest: row.ingest },
        served(settingsOf(row)),
      );
      expect(answer.status).toBe(400);
      expect(answer.body.errors?.map(({ field }) => field)).toEqual(['ingest']);
      expect(await providers.calls()).toEqual([]);
    },
  );

  it('from create-whip uses the relay if there is one', async () => {
    expect(streamOf(await owner.create({}, withRelay()))).toMatchObject({
      plan: byRelay,
      whipUrl: expect.stringMatching(/^https:\/\/relay\.example\/whip\/[0-9a-z]{26}$/),
      warnings: [],
    });
  });

  it('without a backup does not promise a recording at Mux', async () => {
    const stream = await make({ streamingMethod: 'obs', enableMuxBackup: false });
    expect(stream.plan).toEqual({ ...encoder, recordedAt: ['cloudflare'] });
    const recorded = await make({ streamingMethod: 'obs' });
    const off = await send('PUT', `/api/streams/${recorded.id}/simulcast`, { enabled: false });
    expect(streamOf(off).plan).toEqual({ ...encoder, recordedAt: ['cloudflare'] });
  });

  it('whose relay is no longer configured has no publish URL, and says so', async () => {
    const stream = await make({ streamingMethod: 'whip_browser' });
    const gone = await send('GET', `/api/streams/${stream.id}/credentials`, undefined, served());
    expect(gone).toMatchObject({ status: 503, body: { type: expect.stringMatching(/:not-configured$/) } });
    expect(gone.body.detail).toContain('RELAY_URL');
    expect(streamOf(await owner.get(stream.id, served())).whipUrl).toBeNull();
  });

  it.each([
    ['title', { title: '' }],
    ['streamingMethod', { streamingMethod: undefined }],
    ['streamingMethod', { streamingMethod: 'rtmp' }],
    ['ingest', { ingest: 'twitch' }],
    ['ingest', { ingest: null }],
    ['memorialId', { memorialId: 'not an id' }],
    ['enableMuxBackup', { enableMuxBackup: 'yes' }],
    ['colour', { colour: 'blue' }],
    ['outputs', { outputs: {} }],
    ['outputs', { outputs: ['rtmps://a.example.com/live'] }],
    [
      'outputs',
      { outputs: Array.from({ length: 50 }, (_, i) => ({ url: 'srt://a.example.com', streamKey: `k${i}` })) },
    ],
    ['outputs', { ingest: 'mux', outputs: [{ url: 'rtmps://a.example.com/live', streamKey: 'k' }] }],
    ['outputs', { outputs: [1, 2].map(() => ({ url: 'rtmps://a.example.com/live', streamKey: 'k' })) }],
    ['outputs[0].streamKey', { outputs: [{ url: 'rtmps://a.example.com/live' }] }],
    [
      'outputs[1].url',
      {
        outputs: [
          { url: 'rtmps://a.example.com/live', streamKey: 'k' },
          { url: 'rtmp://10.0.0.1/live', streamKey: 'k' },
        ],
      },
    ],
    ['outputs[0].enabled', { outputs: [{ url: 'rtmps://a.example.com/live', streamKey: 'k', enabled: 1 }] }],
    ['outputs[0].name', { outputs: [{ url: 'rtmps://a.example.com/live', streamKey: 'k', name: 'n' }] }],
  ])('is refused for an invalid %s', async (field, fields) => {
    const answer = await create({ streamingMethod: 'whip_browser', ...fields });
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map((each) => each.field)).toEqual([field]);
    expect(await providers.calls()).toEqual([]);
  });

  it('into Mux is refused if Mux is not configured', async () => {
    const none = served({ MUX_TOKEN_ID: null });
    const answer = await create({ streamingMethod: 'whip_browser', ingest: 'mux' }, none);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'ingest' }] } });
    const other = await send(
      'POST',
      '/api/streams/create',
      { memorialId: 'm' },
      served({ MUX_TOKEN_ID: null }),
    );
    expect(other).toMatchObject({ status: 503, body: { type: expect.stringMatching(/:not-configured$/) } });
  });
});

describe('outputs in a creation request', () => {
  const outputs = ['one', 'two', 'three', 'four', 'five'].map((name) => ({
    url: `rtmps://${name}.example.com/live`,
    streamKey: `key-of-${name}`,
    enabled: name !== 'five',
  }));
  const attached = async () =>
    ((await providers.liveInputs())[0]?.outputs ?? []).map(({ streamKey, enabled }) => [streamKey, enabled]);

  it('are attached in addition to the backup, without showing keys', async () => {
    const plan = withRelay();
    const answer = await create({ streamingMethod: 'obs', outputs }, plan);
    const stream = streamOf(answer);
    expect(stream.warnings).toEqual([]);
    await whenQuiet(worker, plan.run);
    const [backup, ...others] = await attached();
    expect(backup).toEqual([(await providers.liveStreams())[0]?.stream_key, true]);
    expect(others.sort()).toEqual(outputs.map(({ streamKey, enabled }) => [streamKey, enabled]).sort());
    for (const { streamKey } of outputs) expect(answer.text).not.toContain(streamKey);
  });

  const failing: [string, Fault, number][] = [
    ['refused', { kind: 'status', status: 400, times: 1 }, 4],
    ['cut off each time', { kind: 'drop-after', times: 100 }, 0],
  ];
  it.each(failing)('that are %s leave one warning each, and nothing unreported', async (_, fault, left) => {
    // The first output is the backup.
    const path = 'outputs$';
    await providers.cloudflare.post('faults', [{ method: 'POST', path, skip: 1, ...fault }]);
    const plan = withRelay();
    const stream = await make({ streamingMethod: 'obs', outputs }, plan);
    expect(stream.simulcastEnabled).toBe(true);
    await whenQuiet(worker, plan.run);
    const kept = (await attached()).slice(1);
    const lost = stream.warnings.filter(({ code }) => code === 'output_not_attached');
    expect(kept.length + lost.length).toBe(outputs.length);
    expect(kept.length).toBeGreaterThanOrEqual(left);
    for (const { detail } of lost)
      expect(detail).toMatch(/^Output [1-5] was not added: could not .*Add it again\.$/);
    for (const { streamKey } of outputs) expect(JSON.stringify(stream)).not.toContain(streamKey);
  });
});

describe('a relay token', () => {
  it('lets its bearer publish to that stream for about an hour', async () => {
    const stream = await make({ streamingMethod: 'whip_browser' });
    const { whipUrl, whipToken = '' } = await credentialsOf(stream);
    expect(whipUrl).toBe(`https://relay.example/whip/${stream.id}`);
    expect(decodeProtectedHeader(whipToken).alg).toBe('HS256');
    const { payload } = await jwtVerify(whipToken, new TextEncoder().encode(relay.RELAY_TOKEN_SECRET), {
      algorithms: ['HS256'],
      issuer: 'whip-mux',
      audience: 'relay',
      subject: stream.id,
      requiredClaims: ['exp', 'iat'],
    });
    expect(payload.scope).toBe('publish');
    const left = (payload.exp ?? 0) - Date.now() / 1000;
    expect(left).toBeGreaterThan(3500);
    expect(left).toBeLessThan(2 * 3600);
  });
});

describe('a player', () => {
  it('watches from the relay first if the broadcast uses it, and may cache the response', async () => {
    const stream = await make({ streamingMethod: 'whip_browser' });
    await providers.cloudflare.post('connect', { inputId: stream.cloudflareInputId, protocol: 'rtmps' });
    await until(async () => (await providers.mux.get<{ assets: object[] }>('state')).assets.length > 0);
    await providers.delivered();
    const told = await playbackOf(stream);
    const [first] = told.ladder;
    expect(first).toMatchObject({
      kind: 'whep',
      source: 'relay',
      url: `https://relay.example/whep/${stream.id}`,
    });
    expect(kinds(told).slice(1, 2)).toEqual(['hls cloudflare']);
    expect(told.live?.whep).toBe(first?.url);
    const { token = '' } = first as { token?: string };
    const { payload } = await jwtVerify(token, new TextEncoder().encode(relay.RELAY_TOKEN_SECRET), {
      issuer: 'whip-mux',
      audience: 'relay',
      subject: stream.id,
    });
    expect(payload.scope).toBe('watch');
    expect(kinds(await playbackOf(stream, {}))).not.toContain('whep relay');
    expect((await playbackOf(stream, {})).live?.whep).toBeNull();
  });

  it('watches a Mux stream as HLS from Mux only, live and recorded', async () => {
    const stream = await make({ streamingMethod: 'whip_browser', ingest: 'mux' });
    expect(await playbackOf(stream)).toMatchObject({ status: 'ready', live: null, ladder: [] });
    expect(stream.playbackUrl).toBe(`https://media.example/${stream.muxPlaybackId}.m3u8`);
    const streamKey = await goLiveAtMux(stream);
    const live = await playbackOf(stream);
    expect(live).toMatchObject({
      status: 'live',
      live: { whep: null, hls: null, dash: null, iframe: null },
      poster: expect.stringContaining(stream.muxPlaybackId ?? '-'),
      ladder: [{ kind: 'hls', source: 'mux', url: stream.playbackUrl }],
    });
    await providers.mux.post('encoder/disconnect', { streamKey, reconnectSeconds: 0.01, wait: true });
    await providers.delivered();
    const after = await playbackOf(stream);
    expect(after).toMatchObject({ status: 'completed', recording: { preferred: 'mux', cloudflare: null } });
    expect(kinds(after)).toEqual(['recording mux']);
    const seen = streamOf(await owner.get(stream.id, withRelay()));
    expect(seen).toMatchObject({ status: 'completed', preferredRecordingSource: 'mux', warnings: [] });
  });

  it('never tries WHEP for an encoder', async () => {
    const stream = await make({ streamingMethod: 'obs', enableMuxBackup: false });
    await providers.cloudflare.post('connect', { inputId: stream.cloudflareInputId, protocol: 'srt' });
    await providers.delivered();
    const told = await playbackOf(stream);
    expect(kinds(told)).toEqual(['hls cloudflare', 'dash cloudflare', 'iframe cloudflare']);
  });
});

describe('a stream into Mux', () => {
  const makeAtMux = (method = 'whip_browser') => make({ streamingMethod: method, ingest: 'mux' });
  const keyOf = async () => (await providers.liveStreams())[0]?.stream_key ?? '-';

  it('is published through the relay, and has another key after a rotation', async () => {
    const stream = await makeAtMux();
    const before = await keyOf();
    const whipUrl = `https://relay.example/whip/${stream.id}`;
    expect(stream.whipUrl).toBe(whipUrl);
    const rotated = await send('POST', `/api/streams/${stream.id}/credentials/rotate`);
    const after = await keyOf();
    expect(after).not.toBe(before);
    expect(rotated.body).toMatchObject({
      whipUrl,
      streamKey: after,
      warnings: [],
    });
    expect((await credentialsOf(stream)).streamKey).toBe(after);
    expect(streamOf(await owner.get(stream.id, withRelay())).whipUrl).toBe(whipUrl);
  });

  it('refuses encoders once ended, also during a broadcast, and the phone is cut off', async () => {
    const state = async () =>
      (await providers.mux.get<{ liveStreams: { status: string }[] }>('state')).liveStreams[0]?.status;
    const quiet = await makeAtMux();
    const ended = await send('POST', `/api/streams/${quiet.id}/end`);
    expect(streamOf(ended).endedAt).not.toBeNull();
    expect(await state()).toBe('disabled');

    await providers.mux.post('reset');
    await providers.sendWebhooksTo(worker.url);
    const stream = await makeAtMux();
    await goLiveAtMux(stream);
    await using stub = await startWhipEndpoint();
    const atStub = served({ ...relay, RELAY_URL: stub.url });
    expect((await send('POST', `/api/streams/${stream.id}/end`, undefined, atStub)).status).toBe(200);
    expect(stub.received).toMatchObject([{ method: 'DELETE', url: `/whip/${stream.id}` }]);
    expect(await state()).toBe('disabled');
    const { status } = streamOf(await owner.get(stream.id, withRelay()));
    expect(status).toBe('completed');
  });

  it('has no outputs and no simulcast', async () => {
    const { id } = await makeAtMux();
    const outputs = `/api/streams/${id}/outputs`;
    for (const answer of [
      await send('GET', outputs),
      await send('POST', outputs, { url: 'rtmps://a.example.com/live', streamKey: 'k' }),
      await send('PATCH', `${outputs}/some`, { enabled: false }),
      await send('DELETE', `${outputs}/some`),
    ])
      expect(answer).toMatchObject({ status: 409, body: { type: expect.stringMatching(/:no-live-input$/) } });
    expect(await send('PUT', `/api/streams/${id}/simulcast`, { enabled: true })).toMatchObject({
      status: 409,
      body: { type: expect.stringMatching(/:no-backup$/) },
    });
  });

  it('is deleted completely, including its recordings', async () => {
    const stream = await makeAtMux('obs');
    const streamKey = await goLiveAtMux(stream);
    await providers.mux.post('encoder/disconnect', { streamKey, reconnectSeconds: 0.01, wait: true });
    await providers.delivered();
    const plan = withRelay();
    const answer = await send('DELETE', `/api/streams/${stream.id}?recordings=true`, undefined, plan);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        deleted: { liveInput: null, liveStream: stream.muxLiveStreamId, recordings: [{ source: 'mux' }] },
      },
    });
    await whenQuiet(worker, plan.run);
    expect(await providers.liveStreams()).toEqual([]);
    expect((await owner.get(stream.id, withRelay())).status).toBe(404);
    // Mux tells of the deletion. The markers stay for the schedule.
    await providers.delivered();
    await ageMarkersOf(worker, stream.id);
    await owner.send(schedulePath, {}, withRelay());
    const left = (await worker.kv()).filter(
      ({ key, value }) => (key + value).includes(stream.id) && !key.endsWith('/deleted'),
    );
    expect(left).toEqual([]);
  });

  it('is not created if Mux fails, and leaves nothing behind', async () => {
    await providers.mux.post('faults', [{ kind: 'status', status: 503, path: 'live-streams$', times: 100 }]);
    const plan = withRelay();
    const answer = await create({ streamingMethod: 'whip_browser', ingest: 'mux' }, plan);
    expect(answer).toMatchObject({ status: 502, body: { type: expect.stringMatching(/:mux-failed$/) } });
    const { operations } = await whenQuiet(worker, plan.run);
    expect(operations.some(({ operation, key }) => operation === 'put' && key.startsWith('stream/'))).toBe(
      false,
    );
  });
});

describe('POST /api/streams/create', () => {
  let memorials = 0;
  const another = () => `memorial-${++memorials}`;
  const ask = (memorialId: unknown, user = owner, more = {}): Promise<Answer> =>
    send('POST', '/api/streams/create', { memorialId, ...more }, withRelay(), user);

  it('creates one live stream in standard latency for a memorial and returns it again', async () => {
    const memorial = another();
    const made = await ask(memorial, owner, { title: 'The funeral' });
    expect(made.status).toBe(201);
    expect(made.headers.get('cache-control')).toBe('no-store');
    const [live] = (await providers.liveStreams()) as unknown as {
      stream_key: string;
      latency_mode: string;
    }[];
    expect(live?.latency_mode).toBe('standard');
    const endpoint = endpointOf(made);
    expect(endpoint).toEqual({
      streamKey: live?.stream_key,
      playbackId: expect.stringMatching(/^\w+$/),
      whipEndpoint: expect.stringMatching(new RegExp(`/app/${live?.stream_key}/whip\\?stream=[0-9a-z]{26}$`)),
      alreadyExists: false,
      streamId: expect.stringMatching(/^[0-9a-z]{26}$/),
    });
    const again = await ask(memorial);
    expect(again.status).toBe(200);
    expect(endpointOf(again)).toEqual({ ...endpoint, alreadyExists: true });
    expect(await providers.liveStreams()).toHaveLength(1);
    expect(await providers.liveInputs()).toEqual([]);
    expect(streamOf(await owner.get(endpoint.streamId, withRelay()))).toMatchObject({
      title: 'The funeral',
      memorialId: memorial,
      plan: mux,
      muxPlaybackId: endpoint.playbackId,
    });
  });

  it('without a relay, says that Mux does not support the address that it gives', async () => {
    const answer = await send(
      'POST',
      '/api/streams/create',
      { memorialId: another() },
      served({ MUX_WHIP_URL: null }),
    );
    const { streamId, streamKey, whipEndpoint } = endpointOf(answer);
    expect(whipEndpoint).toBe(`https://global-live.mux.com/app/${streamKey}/whip`);
    expect(streamOf(await owner.get(streamId, withRelay())).warnings).toEqual([
      { code: 'whip_unsupported', detail: expect.stringMatching(/Mux does not support WHIP/) },
    ]);
  });

  it('creates another stream after that one ended or was deleted, and ignores streams with other ingest', async () => {
    const memorial = another();
    await make({ streamingMethod: 'whip_browser', memorialId: memorial });
    const first = endpointOf(await ask(memorial)).streamId;
    await send('POST', `/api/streams/${first}/end`);
    const second = endpointOf(await ask(memorial));
    expect(second).toMatchObject({ alreadyExists: false });
    expect(second.streamId).not.toBe(first);
    await send('DELETE', `/api/streams/${second.streamId}`);
    expect(endpointOf(await ask(memorial)).alreadyExists).toBe(false);
  });

  it("never returns a stranger's stream, and returns the memorial's to users that it admits", async () => {
    const memorial = another();
    const mine = endpointOf(await ask(memorial));
    const stranger = await Client.of(worker);
    const theirs = endpointOf(await ask(memorial, stranger));
    expect(theirs.alreadyExists).toBe(false);
    expect(theirs.streamKey).not.toBe(mine.streamKey);

    const admin = await Client.of(worker, { roles: ['admin'] });
    const fields = { owner: owner.subject, videographers: [stranger.subject] };
    const path = `/api/memorials/${another()}`;
    await send('PUT', path, fields, withRelay(), admin);
    const known = path.split('/').at(-1);
    const ours = endpointOf(await ask(known));
    expect(endpointOf(await ask(known, stranger))).toEqual({ ...ours, alreadyExists: true });
    expect((await ask(known, await Client.of(worker))).status).toBe(403);
    expect(endpointOf(await ask(known, admin)).streamKey).not.toBe(ours.streamKey);
  });

  it('never returns a stream that a stranger made before the memorial was known', async () => {
    const memorial = another();
    const early = endpointOf(await ask(memorial, await Client.of(worker)));
    const admin = await Client.of(worker, { roles: ['admin'] });
    await send('PUT', `/api/memorials/${memorial}`, { owner: owner.subject }, withRelay(), admin);
    const made = endpointOf(await ask(memorial));
    expect(made.alreadyExists).toBe(false);
    expect(made.streamKey).not.toBe(early.streamKey);
  });

  it('returns the newest key after a rotation', async () => {
    const memorial = another();
    const { streamId } = endpointOf(await ask(memorial));
    const rotated = (await send('POST', `/api/streams/${streamId}/credentials/rotate`)).body as Credentials;
    expect(endpointOf(await ask(memorial))).toMatchObject({
      streamId,
      streamKey: rotated.streamKey,
      whipEndpoint: expect.stringContaining(`/app/${rotated.streamKey}/whip?stream=${streamId}`),
    });
  });

  it.each([
    ['memorialId', {}],
    ['memorialId', { memorialId: null }],
    ['memorialId', { memorialId: 'not an id' }],
    ['memorialId', { memorialId: 7 }],
    ['title', { memorialId: 'm', title: '\n' }],
    ['ingest', { memorialId: 'm', ingest: 'mux' }],
  ])('refuses an invalid %s', async (field, fields) => {
    const answer = await send('POST', '/api/streams/create', fields);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map((each) => each.field)).toEqual([field]);
    expect(await providers.calls()).toEqual([]);
  });
});

it('no credential is in clear text in KV or in the log, whatever the plan', async () => {
  const secrets: string[] = [relay.RELAY_TOKEN_SECRET, relay.RELAY_CREDENTIAL];
  for (const fields of [{ streamingMethod: 'obs' }, { streamingMethod: 'whip_browser', ingest: 'mux' }]) {
    const { whipToken, streamKey } = await credentialsOf(await make(fields));
    secrets.push(...[whipToken, streamKey].filter((each) => each !== undefined));
  }
  const { whipToken = '' } = await credentialsOf(await make({ streamingMethod: 'whip_browser' }));
  secrets.push(whipToken, ...Object.values(await secretsAtCloudflare()));
  expect(secrets.length).toBeGreaterThan(7);
  const kept = JSON.stringify(await worker.kv()) + worker.logs().join('\n');
  for (const secret of secrets) expect(kept).not.toContain(secret);
});
