// Secrets never leak: each has a unique value, and everything that the Worker logs, answers and stores is searched for
// it.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallFault } from '../../../sandbox/shared/faults.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf, tokenFor, whenQuiet } from './client.ts';
import type { Answer } from './client.ts';
import { leaks } from './leaks.ts';
import type { Text } from './leaks.ts';
import { startProviders } from './providers.ts';
import type { Providers } from './providers.ts';
import { watchedEntry } from './watched-entry.ts';
import type { Plan, StoreFault } from './watched-entry.ts';
import { deliver, doors, muxDoor, muxEvent, post } from './webhook.ts';

/** Letters, digits and characters that URLs and base64 encode differently. */
const plant = (name: string): string => `${name}+${randomBytes(18).toString('base64url')}/${name}`;

const sealingKeys = [randomBytes(32), randomBytes(32)];
const inSettings = {
  tokens1: plant('tokens1'),
  tokens2: plant('tokens2'),
  muxTokenSecret: plant('muxTokenSecret'),
  muxWebhook1: plant('muxWebhook1'),
  muxWebhook2: plant('muxWebhook2'),
  cloudflareToken: plant('cloudflareToken'),
  cloudflareWebhook1: plant('cloudflareWebhook1'),
  cloudflareWebhook2: plant('cloudflareWebhook2'),
  notification1: plant('notification1'),
  notification2: plant('notification2'),
  events: randomBytes(33).toString('base64'),
};

const muxNames = ['streamKey', 'srtPassphrase'] as const;
const cloudflareNames = [
  'rtmpsStreamKey',
  'rtmpsPlaybackStreamKey',
  'srtStreamId',
  'srtPassphrase',
  'srtPlaybackPassphrase',
  'whipSecret',
] as const;
const many = 80;

/** Values of one kind. Each kind is searched for as a whole. */
function values(kind: string): string[] {
  return Array.from({ length: many }, (_, i) => `${kind}${i}x${randomBytes(15).toString('hex')}`);
}
const ofMux = Object.fromEntries(muxNames.map((name) => [name, values(`mux${name}`)]));
const ofCloudflare = Object.fromEntries(cloudflareNames.map((name) => [name, values(`cf${name}`)]));

const planted: Record<string, string> = {
  ...inSettings,
  sealingKey1: sealingKeys[0]?.toString('base64url') ?? '',
  sealingKey2: sealingKeys[1]?.toString('base64url') ?? '',
  sealingKeyInHex: sealingKeys[0]?.toString('hex') ?? '',
  basicAuthentication: Buffer.from(`mux-token-id:${inSettings.muxTokenSecret}`).toString('base64'),
  ...Object.fromEntries(
    Object.entries({
      ...ofMux,
      ...Object.fromEntries(Object.entries(ofCloudflare).map(([k, v]) => [`cf-${k}`, v])),
    }).flatMap(([kind, list]) => list.map((value, i) => [`${kind} ${i}`, value])),
  ),
};
/** The stand-ins repeat the providers' secrets in the bodies of their errors. */
const inErrors = plant('inErrors');
planted.inErrors = inErrors;

let providers: Providers;
let worker: StartedWorker;
let user: Client;
let runs = 0;
const answers: Text[] = [];
const toOwners: Text[] = [];

const token = { secret: inSettings.tokens1 };

const startPlanted = (): Promise<Providers> =>
  startProviders({
    mux: { secrets: ofMux },
    cloudflare: { secrets: ofCloudflare },
    settings: {
      AUTH_HS256_SECRETS: `${inSettings.tokens1},${inSettings.tokens2}`,
      SEALING_KEYS: `k1:${planted.sealingKey1} k2:${planted.sealingKey2}`,
      MUX_TOKEN_SECRET: inSettings.muxTokenSecret,
      MUX_WEBHOOK_SECRETS: `${inSettings.muxWebhook1},${inSettings.muxWebhook2}`,
      CLOUDFLARE_API_TOKEN: inSettings.cloudflareToken,
      CLOUDFLARE_WEBHOOK_SECRETS: `${inSettings.cloudflareWebhook1},${inSettings.cloudflareWebhook2}`,
      CLOUDFLARE_NOTIFICATION_SECRETS: `${inSettings.notification1},${inSettings.notification2}`,
      // Nobody listens there.
      EVENTS_URL: 'http://127.0.0.1:9/events',
      EVENTS_SECRETS: `whsec_${inSettings.events}`,
    },
  });

beforeAll(async () => {
  providers = await startPlanted();
  worker = await startWorker({ bindings: providers.settings, entry: watchedEntry });
  user = await Client.of(worker, {}, token);
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

function note(where: string, { text, headers }: Answer, list = answers): void {
  list.push({ where: `the answer to ${where}`, text: `${text}\n${JSON.stringify([...headers])}` });
}

async function create(what: string, faults: StoreFault[] = [], settings?: Plan['settings']): Promise<Answer> {
  const plan: Plan = { run: `secrets-${++runs}`, faults, settings };
  const answer = await user.create({ title: what }, plan);
  note(what, answer, answer.status === 201 ? toOwners : answers);
  await whenQuiet(worker, plan.run);
  return answer;
}

/** Everything logged and stored so far. */
async function written(): Promise<Text[]> {
  const logs = worker.logs().map((text) => ({ where: `the log line ${text.slice(0, 200)}`, text }));
  const kv = (await worker.kv()).map((entry) => ({
    where: `KV at ${entry.key}`,
    text: JSON.stringify(entry),
  }));
  return [...logs, ...kv];
}

// Error bodies that repeat what was sent and more, in fields that a client might read.
function tellingBody(): object {
  const first = (list: Record<string, string[]>): string =>
    Object.values(list)
      .map(([value]) => value)
      .join(' ');
  const all = `${inErrors} ${Object.values(inSettings).join(' ')} ${first(ofMux)} ${first(ofCloudflare)}`;
  return {
    success: false,
    error: { type: inErrors, messages: [all], code: all },
    errors: [{ code: 10005, message: all, type: inErrors }],
    messages: [all],
    result: { uid: all, webRTC: { url: all } },
    data: { id: all, stream_key: all },
  };
}

const times = 1000;
const telling = (status: number): CallFault => ({ kind: 'status', status, body: tellingBody(), times });

/** A creation with its own providers, which have these faults. */
async function createAmid(
  status: number,
  { mux = [], cloudflare = [] }: { mux?: CallFault[]; cloudflare?: CallFault[] },
): Promise<void> {
  await using pair = await startPlanted();
  await pair.mux.post('faults', mux);
  await pair.cloudflare.post('faults', cloudflare);
  const answer = await create(JSON.stringify({ mux, cloudflare }).slice(0, 60), [], pair.settings);
  expect(answer.status).toBe(status);
}

describe('while', () => {
  it('streams are created, read and listed', async () => {
    const stream = streamOf(await create('a creation'));
    note('its owner', await user.get(stream.id), toOwners);
    const fields = { title: 'without the relay', streamingMethod: 'whip_browser', ingest: 'cloudflare' };
    note('a creation without the relay', await user.post('/api/streams', fields), toOwners);
    note('its owner by a list', await user.list());
    const stranger = await Client.of(worker, {}, token);
    const admin = await Client.of(worker, { roles: ['admin'] }, token);
    for (const other of [stranger, admin]) {
      note('somebody else', await other.get(stream.id));
      note('somebody else by a list', await other.list());
    }
  });

  it.concurrent('providers refuse requests with revealing errors', async () => {
    await Promise.all(
      [400, 401, 404, 429, 500].flatMap((status) => [
        createAmid(201, { cloudflare: [{ ...telling(status), path: 'outputs$' }] }),
        createAmid(201, { mux: [telling(status)] }),
        createAmid(502, { mux: [telling(status)], cloudflare: [telling(status)] }),
      ]),
    );
  });

  it.concurrent('providers fail in other ways', async () => {
    await Promise.all(
      (['garbage', 'drop-before', 'drop-after'] as const).flatMap((kind) => [
        createAmid(201, { mux: [{ kind, times, body: tellingBody() }] }),
        createAmid(502, { cloudflare: [{ kind, times, body: tellingBody() }] }),
      ]),
    );
  });

  it.concurrent('the store fails', async () => {
    const faults = (['put', 'delete', 'seal'] as const).flatMap((operation) =>
      (['before', 'after'] as const).map((when) => ({ operation, when, times, key: '^(?!intent)' })),
    );
    await Promise.all(faults.map((fault) => create(`${fault.operation} fails ${fault.when}`, [fault])));
  });

  it.concurrent('settings are missing or malformed', async () => {
    const { settings } = providers;
    const changes = Object.keys(settings).flatMap((name) =>
      [null, `${settings[name]}?`, `${settings[name]},short`].map((value) => ({ [name]: value })),
    );
    await Promise.all(changes.map((change) => create(`another ${Object.keys(change).join()}`, [], change)));
    note('readiness', await user.send('/readyz'));
  });

  it('tokens and bodies are invalid', async () => {
    const good = await tokenFor({ sub: 'user' }, token);
    for (const authorization of [`Bearer ${good}x`, `Basic ${good}`, `Bearer ${inSettings.tokens1}`])
      note('a bad token', await user.send('/api/streams', { headers: { authorization } }));
    const headers = { 'content-type': 'application/json' };
    for (const body of [inErrors, `{"title":"${inErrors}",}`])
      note('a bad body', await user.send('/api/streams/create-whip', { method: 'POST', headers, body }));
  });

  it('webhooks are valid and invalid', async () => {
    const secrets = [inSettings.muxWebhook1, inSettings.cloudflareWebhook1, inSettings.notification1];
    for (const [i, door] of doors.entries()) {
      const secret = secrets[i] ?? '';
      const body = door.body();
      expect((await deliver(worker, { ...door, secret }, body)).status).toBe(200);
      note('a webhook', await deliver(worker, { ...door, secret }, body));
      for (const proof of [null, 'garbage', `t=1,v1=${secret}`, `${secret} `])
        note('a bad webhook', await post(worker, door, body, proof));
      note('a webhook that is no JSON', await deliver(worker, { ...door, secret }, inErrors));
    }
    const secret = inSettings.muxWebhook1;
    // Mux sends the whole live stream, including its key.
    const { id, muxLiveStreamId } = streamOf(await create('one that is told of'));
    const whole = {
      id: muxLiveStreamId,
      stream_key: ofMux.streamKey?.[0],
      srt_passphrase: ofMux.srtPassphrase?.[0],
      passthrough: `whip-mux:tests:${id}`,
      errors: { type: inErrors, messages: [inErrors] },
    };
    for (const type of ['active', 'idle', inErrors])
      await deliver(
        worker,
        { ...muxDoor, secret },
        JSON.stringify(muxEvent(`video.live_stream.${type}`, whole)),
      );
    const asset = { ...whole, id: 'asset', live_stream_id: muxLiveStreamId };
    await deliver(worker, { ...muxDoor, secret }, JSON.stringify(muxEvent('video.asset.errored', asset)));
    note('its state', await user.get(id), toOwners);
  });

  it('a broadcast is played', async () => {
    await providers.sendWebhooksTo(worker.url);
    const { id, cloudflareInputId: inputId } = streamOf(await create('one that is broadcast'));
    await providers.cloudflare.post('broadcast', { inputId, seconds: 0.1, reconnectSeconds: 0.01 });
    await providers.delivered();
    await expect.poll(async () => streamOf(await user.get(id)).status).toBe('completed');
    note('its state', await user.get(id), toOwners);
  });
});

describe('afterwards', () => {
  it('there is something to search, of each kind', async () => {
    const texts = await written();
    expect(texts.filter(({ where }) => where.startsWith('the log')).length).toBeGreaterThan(50);
    for (const kind of [/stream\//, /by-user\//, /fact\/stream\/\w+\/mux-/, /fact\/stream\/\w+\/cloudflare-/])
      expect(texts.some(({ where }) => where.search(kind) === 'KV at '.length)).toBe(true);
    expect(answers.length).toBeGreaterThan(50);
    const { liveInputs } = await providers.cloudflare.get<{ liveInputs: { credentials: object }[] }>('state');
    const known = new Set(Object.values(planted));
    for (const { credentials } of liveInputs)
      for (const secret of Object.values(credentials)) expect(known).toContain(secret);
  });

  it('no secret is in the log, in KV, in an error, or in a response to anyone but the owner', async () => {
    expect(leaks(planted, [...(await written()), ...answers])).toEqual([]);
  });

  it("the owner's responses contain only the secret they are for", () => {
    const found = leaks(planted, toOwners);
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((words) => !words.startsWith('cf-whipSecret '))).toEqual([]);
  });
});
