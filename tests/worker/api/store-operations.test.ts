// What each request costs in Workers KV. Readers read one record, and write and list nothing, however many they are.
// Writers of facts fold them; the schedule folds once more and removes the markers.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import type { Answer, Stream } from './client.ts';
import { Client, read, streamOf, tokenFor, whenQuiet } from './client.ts';
import { invite } from './inviting.ts';
import { ageMarkersOf, markersOf } from './markers.ts';
import { startProviders, withoutRelay } from './providers.ts';
import type { Providers } from './providers.ts';
import { Page } from './room-page.ts';
import type { Entrance, Role } from './room-page.ts';
import { alarmsPath, planHeader, schedulePath, watchedEntry } from './watched-entry.ts';
import type { Plan } from './watched-entry.ts';
import { deliver, muxDoor, muxEvent, notificationDoor } from './webhook.ts';
import { candidates, offer, startWhipEndpoint } from './whip-endpoint.ts';
import type { WhipEndpoint } from './whip-endpoint.ts';

const relay = {
  RELAY_URL: 'http://127.0.0.1:8790',
  RELAY_TOKEN_SECRET: 'a-secret-of-relay-and-worker-of-32-bytes',
  RELAY_CREDENTIAL: 'what-the-relay-shows-to-the-worker',
};

let endpoint: WhipEndpoint;
let providers: Providers;
let worker: StartedWorker;
let owner: Client;
let stream: Stream;
let runs = 0;

beforeAll(async () => {
  endpoint = await startWhipEndpoint();
  providers = await startProviders({ cloudflare: { publicUrl: endpoint.url }, settings: withoutRelay });
  worker = await startWorker({ bindings: providers.settings, entry: watchedEntry });
  owner = await Client.of(worker);
}, 60_000);

beforeEach(async () => {
  stream = await make();
});

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
  await endpoint?.[Symbol.asyncDispose]();
});

const make = async (more: object = {}, method = 'obs'): Promise<Stream> =>
  streamOf(await owner.post('/api/streams', { title: 'The service', streamingMethod: method, ...more }));

/** The response, and the KV operations of the request and of its work after the response. */
async function cost(ask: (plan: Plan) => Promise<Answer>, settings: Plan['settings'] = {}) {
  const plan = { run: `cost-${++runs}`, settings };
  const answer = await ask(plan);
  const { operations, rooms } = await whenQuiet(worker, plan.run);
  const named = ({ operation, key }: (typeof operations)[number]) =>
    `${operation} ${key.replaceAll(stream.id, '{id}')}`;
  return {
    answer,
    before: operations.filter(({ afterAnswer }) => !afterAnswer).map(named),
    after: operations.filter(({ afterAnswer }) => afterAnswer).map(named),
    rooms,
  };
}

const anonymous =
  (path: string, init: RequestInit = {}) =>
  async (plan: Plan): Promise<Answer> => {
    const headers = new Headers(init.headers);
    headers.set(planHeader, JSON.stringify(plan));
    return read(await worker.fetch(path, { ...init, headers }));
  };

const connected = (): Promise<Answer> => {
  const data = {
    input_id: stream.cloudflareInputId,
    event_type: 'live_input.connected',
    updated_at: new Date().toISOString(),
  };
  return deliver(worker, notificationDoor, JSON.stringify({ data }));
};

const active = (plan?: Plan): Promise<Answer> => {
  const passthrough = `whip-mux:tests:${stream.id}`;
  const event = muxEvent('video.live_stream.active', { id: stream.muxLiveStreamId, passthrough });
  const body = JSON.stringify({ ...event, created_at: new Date().toISOString() });
  return deliver(worker, muxDoor, body, plan);
};

const record = 'get stream/{id}';
const recordAndCredentials =
  'get ' +
  [
    'stream/{id}',
    'credentials/{id}',
    ...['deleted', 'rotated', 'stopped', 'ended'].map((each) => `fact/stream/{id}/${each}`),
  ].join();

describe('a reader of a live stream reads one record, and lists and writes nothing:', () => {
  beforeEach(connected);

  it.each(['playback', 'recordings'])('a viewer, the %s', async (what) => {
    const { answer, before, after } = await cost(anonymous(`/api/streams/${stream.id}/${what}`));
    expect(answer).toMatchObject({ status: 200, body: { status: 'live' } });
    expect([before, after]).toEqual([[record], []]);
  });

  it('a viewer who asks again and whose answer still holds', async () => {
    const path = `/api/streams/${stream.id}/playback`;
    const etag = (await read(await worker.fetch(path))).headers.get('etag') ?? '';
    const again = await cost(anonymous(path, { headers: { 'if-none-match': etag } }));
    expect([again.answer.status, again.before, again.after]).toEqual([304, [record], []]);
  });

  it('each of 20 viewers at the same time', async () => {
    const ask = anonymous(`/api/streams/${stream.id}/playback`);
    const all = await Promise.all(Array.from({ length: 20 }, () => cost(ask)));
    for (const { before, after } of all) expect([before, after]).toEqual([[record], []]);
  });

  it('a viewer of a stream that does not exist', async () => {
    const { answer, before, after } = await cost(anonymous(`/api/streams/${'0'.repeat(26)}/playback`));
    expect([answer.status, before, after]).toEqual([404, [`get stream/${'0'.repeat(26)}`], []]);
  });

  it('the phone of its owner, the status', async () => {
    const { answer, before, after } = await cost((plan) => owner.get(`${stream.id}/status`, plan));
    expect(answer).toMatchObject({ status: 200, body: { status: 'live' } });
    expect([before, after]).toEqual([[record], []]);
  });

  it('an invited phone, the status and its invite', async () => {
    const { token, id } = await invite(owner, stream.id);
    const headers = { authorization: `Bearer ${token}` };
    const status = await cost(anonymous(`/api/streams/${stream.id}/status`, { headers }));
    expect(status.answer.status).toBe(200);
    expect([status.before, status.after]).toEqual([[record, `get invite/{id}/${id}`], []]);
  });

  it('its owner, with the credentials in the same read', async () => {
    const { answer, before, after } = await cost((plan) => owner.get(stream.id, plan));
    expect(streamOf(answer).status).toBe('live');
    expect([before, after]).toEqual([[recordAndCredentials], []]);
  });

  it('a user that its memorial admits, and the memorial', async () => {
    const memorial = `memorial-${++runs}`;
    const fields = { method: 'PUT', headers: { 'content-type': 'application/json' } };
    const family = await Client.of(worker);
    const body = JSON.stringify({ owner: family.subject, videographers: [owner.subject] });
    const admin = await Client.of(worker, { roles: ['admin'] });
    expect((await admin.send(`/api/memorials/${memorial}`, { ...fields, body })).status).toBe(201);
    stream = await make({ memorialId: memorial });
    const { answer, before, after } = await cost((plan) => family.get(stream.id, plan));
    expect(answer.status).toBe(200);
    expect([before, after]).toEqual([[recordAndCredentials, `get memorial/${memorial}`], []]);
  });
});

describe('a page that enters the room costs what a reader of the same costs, and one request to the room:', () => {
  beforeEach(connected);

  async function costOfEntering(role: Role, how: Entrance) {
    const plan = { run: `cost-${++runs}` };
    await using page = await Page.enter(worker, stream.id, role, { ...how, plan });
    await page.hears(() => true);
    const { operations, rooms } = await whenQuiet(worker, plan.run);
    const kv = operations.map(({ operation, key }) => `${operation} ${key.replaceAll(stream.id, '{id}')}`);
    return { kv, rooms };
  }

  it('a viewer', async () => {
    expect(await costOfEntering('viewer', {})).toEqual({ kv: [record], rooms: ['join'] });
  });

  it('an invited phone', async () => {
    const { token, id } = await invite(owner, stream.id);
    const kv = [record, `get invite/{id}/${id}`];
    expect(await costOfEntering('publisher', { token })).toEqual({ kv, rooms: ['join'] });
  });

  it('its owner', async () => {
    const token = await tokenFor({ sub: owner.subject });
    expect(await costOfEntering('owner', { token })).toEqual({ kv: [recordAndCredentials], rooms: ['join'] });
  });
});

it("the relay's questions cost one read", async () => {
  const settings = { ...relay };
  const made = await cost((plan) => owner.create({}, plan), settings);
  stream = streamOf(made.answer);
  await connected();
  const headers = { authorization: `Bearer ${relay.RELAY_CREDENTIAL}` };
  const destination = await cost(
    anonymous(`/api/relay/streams/${stream.id}/destination`, { headers }),
    settings,
  );
  expect(destination.answer.status).toBe(200);
  expect([destination.before, destination.after]).toEqual([[recordAndCredentials], []]);

  const given = await cost((plan) => owner.get(`${stream.id}/credentials`, plan), settings);
  const { whipToken: token } = given.answer.body as unknown as { whipToken: string };
  const body = JSON.stringify({ action: 'publish', path: `whip/${stream.id}`, token });
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  const admitted = await cost(anonymous('/api/relay/authorize', init), settings);
  expect(admitted.answer.status).toBe(204);
  expect([admitted.before, admitted.after]).toEqual([[recordAndCredentials], []]);
});

it('a flood from one address of a live stream costs no write, no list and no call of a provider', async () => {
  // What is due for a stream is asked whether anybody watches or not.
  await worker.fetch(`${alarmsPath}wait`);
  await connected();
  const ids = [stream.cloudflareInputId, stream.muxLiveStreamId ?? '-'];
  const calls = async () =>
    (await providers.calls()).filter(({ path }) => ids.some((id) => path.includes(id))).length;
  const before = await calls();

  // No cache stands before the local runtime.
  const playback = anonymous(`/api/streams/${stream.id}/playback`);
  for (let turn = 0; turn < 40; ++turn) {
    const all = await Promise.all(Array.from({ length: 50 }, () => cost(playback)));
    for (const { answer, before: reads, after } of all) {
      expect(answer).toMatchObject({ status: 200, body: { status: 'live' } });
      expect(answer.headers.get('server-timing')).toBeNull();
      expect([reads, after]).toEqual([[record], []]);
    }
  }
  const entrances = Array.from({ length: 100 }, () => ({ plan: { run: `cost-${++runs}` } }));
  const pages = await Promise.all(entrances.map((how) => Page.enter(worker, stream.id, 'viewer', how)));
  for (const each of pages) await each.hears(({ playback: told }) => told?.status === 'live');
  for (const { plan } of entrances) {
    const { operations } = await whenQuiet(worker, plan.run);
    expect(
      operations.map(({ operation, key }) => `${operation} ${key.replaceAll(stream.id, '{id}')}`),
    ).toEqual([record]);
  }
  for (const each of pages) await each[Symbol.asyncDispose]();
  expect(await calls()).toBe(before);
  await worker.fetch(`${alarmsPath}ring`);
  await expect.poll(calls, { timeout: 20_000 }).toBeGreaterThan(before);
});

/** A fold: the record, every fact, the record again, and whether the stream was deleted meanwhile. */
const fold = [
  record,
  'list fact/stream/{id}/',
  'put stream/{id}',
  expect.stringMatching(/^get fact\/stream\/\{id\}\/deleted,by-user\/[0-9a-f]+\/\{id\}$/),
];

describe('a writer stores a fact and its marker, and folds after the response:', () => {
  it('a webhook, of which the room hears once, and when to look again', async () => {
    const { answer, before, after, rooms } = await cost(active);
    expect(rooms).toEqual(['wake work', 'tell', 'wake check']);
    expect(answer.status).toBe(200);
    expect(before).toEqual([
      expect.stringMatching(/^put fact\/stream\/\{id\}\/mux-[^/]+$/),
      expect.stringMatching(/^put intent\/\{id\}\/fold-[^/]+$/),
    ]);
    expect(after).toEqual(fold);
    expect(streamOf(await owner.get(stream.id)).status).toBe('live');
  });

  it('a WHIP session, whose PATCH costs one read', async () => {
    stream = await make({}, 'whip_browser');
    const whip = `/api/streams/${stream.id}/whip`;
    const { token } = await invite(owner, stream.id);
    const headers = { 'content-type': 'application/sdp', authorization: `Bearer ${token}` };
    const begun = await cost(anonymous(whip, { method: 'POST', headers, body: offer }));
    expect(begun.answer.status).toBe(201);
    const facts = (name: string) => [
      expect.stringMatching(new RegExp(`^put fact/stream/\\{id\\}/${name}[0-9a-f]+$`)),
      expect.stringMatching(new RegExp(`^put intent/\\{id\\}/fold-${name}[0-9a-f]+$`)),
    ];
    expect(begun.before).toEqual([
      recordAndCredentials,
      expect.stringMatching(/^get invite\/\{id\}\/[^,]+$/),
      ...facts('begun'),
    ]);
    expect(begun.after).toEqual(fold);

    const session = begun.answer.headers.get('location') ?? '';
    const condition = begun.answer.headers.get('etag') ?? '';
    const fragment = { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': condition };
    const patched = await cost(anonymous(session, { method: 'PATCH', headers: fragment, body: candidates }));
    expect(patched.answer.status).toBe(204);
    expect([begun.rooms, patched.rooms]).toEqual([['wake work', 'tell', 'wake check'], []]);
    expect([patched.before, patched.after]).toEqual([[recordAndCredentials], []]);

    const ended = await cost(anonymous(session, { method: 'DELETE' }));
    expect(ended.answer.status).toBe(200);
    expect(ended.before).toEqual([recordAndCredentials, ...facts('gone')]);
    expect(ended.after).toEqual(fold);
  });
});

describe('the schedule', () => {
  const schedule = anonymous(schedulePath);

  it('repairs a fold that was lost', async () => {
    const faults: Plan['faults'] = [{ operation: 'get', key: '^stream/', when: 'never' }];
    expect((await active({ run: `killed-${++runs}`, faults })).status).toBe(200);
    expect(streamOf(await owner.get(stream.id)).status).toBe('ready');
    await ageMarkersOf(worker, stream.id);
    await cost(schedule);
    expect(streamOf(await owner.get(stream.id)).status).toBe('live');
    expect(await markersOf(worker, stream.id)).toEqual([]);
  });

  it('only reads once more what was folded', async () => {
    await active();
    await ageMarkersOf(worker, stream.id);
    const { before, after } = await cost(schedule);
    const concerned = [...before, ...after].filter((each) => each.includes('{id}'));
    expect(concerned).toEqual(
      expect.arrayContaining([record, 'list fact/stream/{id}/', expect.stringMatching(/^delete intent\//)]),
    );
    expect(concerned.filter((each) => each.startsWith('put'))).toEqual([]);
    expect(await markersOf(worker, stream.id)).toEqual([]);
  });
});
