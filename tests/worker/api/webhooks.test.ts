// Authentic webhooks: the fact and its marker before the response, whatever they say, and the state after the recorded
// webhooks of a real broadcast.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vectorsFolder } from '../../support/vectors.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf, whenQuiet } from './client.ts';
import { startProviders } from './providers.ts';
import type { Providers } from './providers.ts';
import { watchedEntry } from './watched-entry.ts';
import type { Plan } from './watched-entry.ts';
import { deliver, doors, muxDoor, muxEvent, notificationDoor, videoDoor } from './webhook.ts';
import type { Door } from './webhook.ts';

let providers: Providers;
let worker: StartedWorker;
let runs = 0;

beforeAll(async () => {
  providers = await startProviders();
  worker = await startWorker({ bindings: providers.settings, entry: watchedEntry });
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

const plan = (more: Partial<Plan> = {}): Plan => ({ run: `webhook-${++runs}`, ...more });
const facts = async () => (await worker.kv()).filter(({ key }) => key.startsWith('fact/'));

/** Delivers a body and returns the store operations. */
async function watch(door: Door, body: string, more: Partial<Plan> = {}) {
  const planned = plan(more);
  const answer = await deliver(worker, door, body, planned);
  const { operations } = await whenQuiet(worker, planned.run);
  return { answer, operations };
}

/** A webhook for each endpoint about an existing stream. */
async function bodiesOfStream(): Promise<[Door, string][]> {
  const user = await Client.of(worker);
  const { id, muxLiveStreamId, cloudflareInputId } = streamOf(await user.create());
  const passthrough = `whip-mux:tests:${id}`;
  const active = muxEvent('video.live_stream.active', { id: muxLiveStreamId, passthrough });
  const video = { ...(JSON.parse(videoDoor.body()) as object), liveInput: cloudflareInputId };
  const notification = JSON.parse(notificationDoor.body()) as { data: object };
  return [
    [muxDoor, JSON.stringify(active)],
    [videoDoor, JSON.stringify(video)],
    [notificationDoor, JSON.stringify({ data: { ...notification.data, input_id: cloudflareInputId } })],
  ];
}

describe('an authentic webhook', () => {
  it('costs two writes at once and one read at most before its response; then the state is folded', async () => {
    for (const [door, body] of await bodiesOfStream()) {
      const { answer, operations } = await watch(door, body);
      expect([door.name, answer.status]).toEqual([door.name, 200]);
      const before = operations.filter(({ afterAnswer }) => !afterAnswer);
      // Mux's events carry the stream.
      const reads = door === muxDoor ? [] : [expect.stringMatching(/^get by-input\/[^/]+$/)];
      expect(before.map(({ operation, key }) => `${operation} ${key}`)).toEqual([
        ...reads,
        expect.stringMatching(/^put fact\/stream\/[^/]+\/(mux|cloudflare)-[^/]+$/),
        expect.stringMatching(/^put intent\/[^/]+\/fold-[^/]+$/),
      ]);
      const after = operations.filter(({ afterAnswer }) => afterAnswer).map(({ operation }) => operation);
      expect(after).toContain('list');
      // Checks afterwards whether the stream was deleted meanwhile.
      // A recording that is ready may end the operator's alarm: one read more.
      expect(after.join(' ')).toMatch(/ put get( get)?$/);
    }
  });

  it('calls no provider’s API', async () => {
    const bodies = await bodiesOfStream();
    const before = await providers.calls();
    for (const [door, body] of bodies) await watch(door, body);
    expect(await providers.calls()).toEqual(before);
  });

  it('rewrites the same key when it is resent, even if its body mentions earlier attempts', async () => {
    const event = muxEvent('video.live_stream.idle');
    await watch(muxDoor, JSON.stringify({ ...event, attempts: [] }));
    const once = await facts();
    await watch(muxDoor, JSON.stringify({ attempts: [{ response_status_code: 500 }], ...event }));
    const plain = (list: typeof once) => list.map(({ key, metadata }) => ({ key, metadata }));
    expect(plain(await facts())).toEqual(plain(once));
  });

  it.each(doors)('from $name is answered 503 if the store fails, so that it is resent', async (door) => {
    const before = await facts();
    const faults: Plan['faults'] = [{ operation: 'put', when: 'before', times: 1000 }];
    const { answer } = await watch(door, door.body(), { faults });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(answer.body.type).toBe('urn:whip-mux:problem:store-unavailable');
    expect(await facts()).toEqual(before);
  });

  it.each(doors)('from $name is stored if the store fails once', async (door) => {
    const before = (await facts()).length;
    const faults: Plan['faults'] = [{ operation: 'put', when: 'before' }];
    expect((await watch(door, door.body(), { faults })).answer.status).toBe(200);
    expect(await facts()).toHaveLength(before + 1);
  });

  it('counts even if the fold after its response failed: readers see it', async () => {
    const user = await Client.of(worker);
    const { id, muxLiveStreamId } = streamOf(await user.create());
    const data = { id: muxLiveStreamId, passthrough: `whip-mux:tests:${id}` };
    const event = { ...muxEvent('video.live_stream.active', data), created_at: new Date().toISOString() };
    const faults: Plan['faults'] = [{ operation: 'list', when: 'before', times: 1000 }];
    expect((await watch(muxDoor, JSON.stringify(event), { faults })).answer.status).toBe(200);
    expect(streamOf(await user.get(id)).status).toBe('live');
  });
});

it.each(['by itself', 'in the list'])(
  'a webhook for an hour-old stream counts even if facts cannot be listed: %s',
  async (how) => {
    const user = await Client.of(worker);
    const { id, muxLiveStreamId } = streamOf(await user.create());
    const record = JSON.parse((await worker.namespace.get(`stream/${id}`)) ?? '') as { createdAt: number };
    const older = { ...record, createdAt: record.createdAt - 3600 * 1e6 };
    await worker.namespace.put(`stream/${id}`, JSON.stringify(older));
    const data = { id: muxLiveStreamId, passthrough: `whip-mux:tests:${id}` };
    const event = { ...muxEvent('video.live_stream.active', data), created_at: new Date().toISOString() };
    const faults: Plan['faults'] = [{ operation: 'list', when: 'before', times: 1000 }];
    expect((await watch(muxDoor, JSON.stringify(event), { faults })).answer.status).toBe(200);
    const seen = how === 'in the list' ? (await user.list()).body.streams?.[0] : streamOf(await user.get(id));
    expect(seen?.status).toBe('live');
  },
);

describe('the sender gets a 2xx and nothing is stored for', () => {
  const foreign = { passthrough: 'somebody-elses-42' };
  const otherDeployment = { passthrough: `whip-mux:production:${'0'.repeat(26)}` };
  const rows: [what: string, door: Door, body: string][] = [
    ['an unknown Mux event type', muxDoor, JSON.stringify(muxEvent('video.live_stream.sneezed'))],
    ['an irrelevant Mux event type', muxDoor, JSON.stringify(muxEvent('video.live_stream.updated'))],
    [
      "another customer's passthrough",
      muxDoor,
      JSON.stringify(muxEvent('video.live_stream.active', foreign)),
    ],
    [
      "another deployment's passthrough",
      muxDoor,
      JSON.stringify(muxEvent('video.live_stream.active', otherDeployment)),
    ],
    ['a Mux upload', muxDoor, JSON.stringify(muxEvent('video.asset.ready', { status: 'ready' }))],
    [
      'a Mux event without an id',
      muxDoor,
      JSON.stringify({ ...muxEvent('video.live_stream.active'), id: 5 }),
    ],
    ['a Mux event without a time', muxDoor, '{"type":"video.live_stream.idle","id":"x","data":{"id":"y"}}'],
    [
      'a Mux event whose resource id is a path',
      muxDoor,
      JSON.stringify(muxEvent('video.live_stream.active', { id: '../stream/x' })),
    ],
    ['an irrelevant video state', videoDoor, '{"uid":"a","status":{"state":"queued"}}'],
    ['a video without a state', videoDoor, '{"uid":"a"}'],
    [
      'an uploaded video, which has no live input',
      videoDoor,
      '{"uid":"a","liveInput":null,"status":{"state":"ready"},"readyToStream":true}',
    ],
    ['an unknown live input event', notificationDoor, '{"data":{"event_type":"live_input.sneezed"}}'],
    ["Cloudflare's test ping", notificationDoor, '{"text":"Hello World! This is a test message."}'],
    ['another product', notificationDoor, '{"data":{"alert":"billing"},"alert_type":"billing_usage_alert"}'],
    ...doors.flatMap((door): [string, Door, string][] => [
      [`text that is not JSON from ${door.name}`, door, 'hello'],
      [`truncated JSON from ${door.name}`, door, door.body().slice(0, -1)],
      [`an array from ${door.name}`, door, '[]'],
      [`null from ${door.name}`, door, 'null'],
      [`an empty body from ${door.name}`, door, ''],
      [`an empty object from ${door.name}`, door, '{}'],
    ]),
  ];

  it.each(rows)('%s', async (_, door, body) => {
    const { answer, operations } = await watch(door, body);
    expect([answer.status, answer.text]).toEqual([200, '{"received":true}']);
    expect(operations).toEqual([]);
  });

  it('the ping of "Save and Test"', async () => {
    await providers.sendWebhooksTo(worker.url);
    const before = await worker.kv();
    await providers.cloudflare.post('notifications/test');
    await providers.delivered();
    const { deliveries } = await providers.cloudflare.get<{
      deliveries: { event: string; status: number }[];
    }>('webhooks');
    expect(deliveries.at(-1)).toMatchObject({ event: 'ping', status: 200 });
    expect(await worker.kv()).toEqual(before);
  });
});

const vectors = vectorsFolder('webhooks');
const filesIn = (folder: string): string[] =>
  vectors === undefined ? [] : readdirSync(join(vectors, folder)).filter((name) => name.endsWith('.json'));
const published: [string, Door][] = [
  ...filesIn('mux').map((name): [string, Door] => [`mux/${name}`, muxDoor]),
  ...filesIn('cloudflare').map((name): [string, Door] => [
    `cloudflare/${name}`,
    /ping|live-input/.test(name) ? notificationDoor : videoDoor,
  ]),
];
describe.skipIf(vectors === undefined)('published recordings', () => {
  const read = (name: string): string => readFileSync(join(vectors ?? '', name), 'utf8');

  it.each(published)('%s is accepted with a signature and refused without', async (name, door) => {
    expect((await deliver(worker, door, read(name))).status).toBe(200);
    expect((await deliver(worker, { ...door, secret: 'another' }, read(name))).status).toBe(401);
  });

  it('the eight events of one real broadcast produce one finished recording, in any order, each twice', async () => {
    const names = published.map(([name]) => name).filter((name) => name.includes('recorded-'));
    expect(names).toHaveLength(8);
    const { id: liveStreamId } = (JSON.parse(read(names[0] ?? '')) as { data: { id: string } }).data;
    const orders = [
      names,
      names.toReversed(),
      [...names, ...names],
      names.toSorted((a, b) => a.slice(-9).localeCompare(b.slice(-9))),
    ];
    for (const order of orders) {
      for (const { key } of await facts()) await worker.namespace.delete(key);
      const user = await Client.of(worker);
      const { id } = streamOf(await user.create());
      // Replace the recorded live stream's id with the created one's.
      const record = JSON.parse((await worker.namespace.get(`stream/${id}`)) ?? '') as { mux: object };
      const renamed = { ...record, mux: { ...record.mux, liveStreamId } };
      await worker.namespace.put(`stream/${id}`, JSON.stringify(renamed));
      // Those of a live stream that we create carry its tag.
      const tagged = (name: string): string => {
        const event = JSON.parse(read(name)) as { data: object };
        return JSON.stringify({ ...event, data: { ...event.data, passthrough: `whip-mux:tests:${id}` } });
      };
      for (const name of order) expect((await deliver(worker, muxDoor, tagged(name))).status).toBe(200);
      expect(await facts()).toHaveLength(8);
      expect(streamOf(await user.get(id))).toMatchObject({
        status: 'completed',
        muxLiveStreamId: liveStreamId,
        muxAssetId: 'OGDoCxGloyo1pDSHvuh6OGq4w7qYA19900K9cldCgrXM',
        muxAssetReady: true,
        recordingSources: {
          cloudflare: { available: false },
          mux: {
            available: true,
            playbackUrl: 'https://stream.mux.com/rqNernfGonhdV9nLpBmyn100ynaoQoBTUzAOxUDNtHUo.m3u8',
            duration: 14.043,
          },
        },
        preferredRecordingSource: 'mux',
      });
    }
  });
});

describe('what a strict parser refuses', () => {
  const begun = async (title: string) => {
    const user = await Client.of(worker);
    const { id, muxLiveStreamId } = streamOf(await user.create({ title }));
    const passthrough = `whip-mux:tests:${id}`;
    return { user, id, event: muxEvent('video.live_stream.active', { id: muxLiveStreamId, passthrough }) };
  };
  const wrongs: [string, (body: string) => string][] = [
    ['half an emoji', (body) => body.replace('"data":{', '"data":{"meta":{"title":"Taufe \\ud83d"},')],
    ['a number beyond 64 bits', (body) => body.replace('"data":{', '"data":{"n":123456789012345678901,')],
    [
      'attempts that have grown beyond 256 kB',
      (body) => {
        const attempt = { response_status_code: 503, response_body: '<p>busy</p>'.repeat(1000) };
        return JSON.stringify({ ...JSON.parse(body), attempts: Array.from({ length: 30 }, () => attempt) });
      },
    ],
  ];

  it.each(wrongs)('counts all the same with %s', async (_, change) => {
    const { user, id, event } = await begun('The service');
    event.created_at = new Date().toISOString();
    const { answer } = await watch(muxDoor, change(JSON.stringify(event)));
    expect(answer.status).toBe(200);
    expect(streamOf(await user.get(id)).status).toBe('live');
  });

  // To parse the body and write it again before verifying it would change one of these.
  it('counts with escapes, white space and an order of members that no serializer writes', async () => {
    const { user, id, event } = await begun('The service');
    const data = JSON.stringify(event.data).replace(
      '{',
      '{\r\n\t"note" : "\\u00fc\\u001B\\/\\u2028 ü 👶\u2028",',
    );
    const at = new Date().toISOString();
    const body = `{ "data":${data},\r\n "created_at":"${at}", "id" : "7c1d0f52" ,"type":"${event.type}"}\n`;
    expect((await watch(muxDoor, body)).answer.status).toBe(200);
    expect(streamOf(await user.get(id)).status).toBe('live');
  });
});

describe('an error that only the operator can mend', () => {
  it.each(['ERR_STORAGE_QUOTA_EXHAUSTED', 'ERR_MISSING_SUBSCRIPTION'])(
    '%s at the root of the body is told to the owner, in the log and by /readyz',
    async (code) => {
      const user = await Client.of(worker);
      const { id, cloudflareInputId: input_id } = streamOf(await user.create());
      const body = JSON.stringify({
        data: { input_id, event_type: 'live_input.errored', updated_at: new Date().toISOString() },
        live_input_errored: { error: { code, message: 'No room left.' } },
      });
      expect((await watch(notificationDoor, body)).answer.status).toBe(200);
      const detail = expect.stringMatching(new RegExp(`operator.*\\(${code}\\)\\.$`));
      expect(streamOf(await user.get(id)).warnings).toContainEqual({ code: 'ingest_error', detail });
      const ready = await worker.fetch('/readyz');
      expect(ready.status).toBe(503);
      expect(await ready.json()).toMatchObject({ status: 'not ready', missing: [], errors: [detail] });
      expect(worker.logs().join('\n')).toContain(`"code":"${code}"`);
    },
  );
});
