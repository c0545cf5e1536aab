// What Durable Objects write, which the platform counts in rows. tests/simulation/bill_test.cpp adds up the same by its
// models of them, and the end of each lease, which writes one more.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { answerPatiently } from '../patient-entry.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf } from './client.ts';
import type { Answer, Stream } from './client.ts';
import { startProviders, withoutRelay } from './providers.ts';
import type { Providers } from './providers.ts';
import { Page } from './room-page.ts';
import { deliver, notificationDoor } from './webhook.ts';

/** `/_test/rows` tells how many were written since it was asked last; `/_test/ring/<stream>` lets an alarm ring later. */
const entry = `
import shipped, { Lease as ShippedLease, Pace as ShippedPace, Room as ShippedRoom } from './shipped.js';
${answerPatiently}
let rows = 0;
const now = Date.now;
let ahead = 0;
Date.now = () => now() + ahead;

const writing = ['put', 'delete', 'setAlarm', 'deleteAlarm', 'deleteAll'];
const watched = (target, replaced = {}) =>
  new Proxy(target, {
    get(_, name) {
      if (name in replaced) return replaced[name];
      const found = Reflect.get(target, name);
      if (typeof found !== 'function') return found;
      return (...args) => {
        if (writing.includes(name)) ++rows;
        return found.apply(target, args);
      };
    },
  });
const counting = (Shipped) =>
  class extends Shipped {
    constructor(ctx, env) {
      super(ctx, env);
      this.ctx = watched(ctx, { storage: watched(ctx.storage, { kv: watched(ctx.storage.kv) }) });
    }
    ring() {
      return super.alarm();
    }
  };
export class Lease extends counting(ShippedLease) {}
export class Pace extends counting(ShippedPace) {}
export class Room extends counting(ShippedRoom) {}

export default {
  ...shipped,
  async fetch(request, env, context) {
    const [, test, what, room] = new URL(request.url).pathname.split('/');
    if (test !== '_test') return answerPatiently(request, env, context);
    if (what === 'ring') {
      ahead += Number(await request.text());
      await env.ROOMS.getByName(room).ring();
      return new Response();
    }
    const written = rows;
    rows = 0;
    return Response.json(written);
  },
};`;

let providers: Providers;
let worker: StartedWorker;
let owner: Client;
let stream: Stream;

const rows = async (): Promise<number> => (await worker.fetch('/_test/rows')).json() as Promise<number>;

async function written(ask: () => Promise<Answer>): Promise<number> {
  await rows();
  expect((await ask()).status).toBeLessThan(300);
  return rows();
}

const ask = (method: string, path: string, body?: object): Promise<Answer> => {
  const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return owner.send(`/api/streams/${stream.id}${path}`, init);
};

const connected = (): Promise<Answer> => {
  const data = {
    input_id: stream.cloudflareInputId,
    event_type: 'live_input.connected',
    updated_at: new Date().toISOString(),
  };
  return deliver(worker, notificationDoor, JSON.stringify({ data }));
};

beforeAll(async () => {
  providers = await startProviders({ settings: withoutRelay });
  worker = await startWorker({ bindings: providers.settings, entry });
  owner = await Client.of(worker);
}, 60_000);

beforeEach(async () => {
  const fields = { title: 'The service', streamingMethod: 'whip_browser' };
  stream = streamOf(await owner.post('/api/streams', fields));
});

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

it.each([
  ['a webhook', 5, connected],
  ['a new title', 3, () => ask('PATCH', '', { title: 'Another' })],
  ['an output', 5, () => ask('POST', '/outputs', { url: 'rtmps://live.example/app', streamKey: 'its-key' })],
  ['an invite', 4, () => ask('POST', '/invites', { name: 'Ben' })],
  ['another stream', 2, () => owner.create({})],
  ['a read', 0, () => owner.get(stream.id)],
])('%s writes %d rows', async (_, count, how) => {
  expect(await written(how)).toBe(count);
});

it('the first viewer of a broadcast writes three rows, a new peak one, and an alarm that counts two', async () => {
  await connected();
  await rows();
  let sum = 0;
  const total = async (): Promise<number> => (sum += await rows());
  await using _first = await Page.enter(worker, stream.id, 'viewer');
  // The peak; and what is due, with its alarm.
  await expect.poll(total).toBe(3);
  await using _second = await Page.enter(worker, stream.id, 'viewer');
  await expect.poll(total).toBe(4);
  // The alarm that counts writes what is due next, and sets itself.
  await worker.fetch(`/_test/ring/${stream.id}`, { method: 'POST', body: '31000' });
  expect(await total()).toBe(6);
});
