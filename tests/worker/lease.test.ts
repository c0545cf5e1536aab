// The Durable Object behind a lease (worker/lease.js), in workerd. Its storage is watched by a subclass.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker } from './start-worker.ts';
import type { StartedWorker } from './start-worker.ts';

/** Calls a method of the object of a name, and returns what it returns and which changes it made to its storage. */
const entry = `
import { Lease as Shipped } from './shipped.js';

export class Lease extends Shipped {
  constructor(ctx, env) {
    super(ctx, env);
    const { storage } = ctx;
    const changes = [];
    const watched = (name, change) => (...args) => (changes.push(name), change(...args));
    this.ctx = {
      storage: {
        kv: { get: (key) => storage.kv.get(key), put: watched('put', (...args) => storage.kv.put(...args)) },
        setAlarm: watched('setAlarm', (time) => storage.setAlarm(time)),
        deleteAll: watched('deleteAll', () => storage.deleteAll()),
      },
    };
    this.call = async (name, args) => {
      changes.length = 0;
      const result = await this[name](...args);
      return { result, changes, stored: storage.kv.get('lease'), alarm: await storage.getAlarm() };
    };
    this.put = (lease) => storage.kv.put('lease', lease);
  }
  async step(name, ...args) { return this.call(name, args); }
  async store(lease) { this.put(lease); }
}

export default {
  async fetch(request, env) {
    const { object, method, args } = await request.json();
    return Response.json((await env.LEASES.getByName(object)[method](...args)) ?? null);
  },
};`;

interface Outcome {
  result: string[];
  changes: string[];
  stored?: { keptUntil: number };
  alarm: number | null;
}

let worker: StartedWorker;
beforeAll(async () => {
  worker = await startWorker({ entry, described: false });
});
afterAll(() => worker.stop());

let objects = 0;

/** A lease that nobody has. */
function newLease() {
  const object = `lease-${(objects += 1)}`;
  const call = async (method: string, ...args: unknown[]): Promise<unknown> => {
    const body = JSON.stringify({ object, method, args });
    return (await worker.fetch('/_test/lease', { method: 'POST', body })).json();
  };
  const step = (...args: unknown[]) => call('step', ...args) as Promise<Outcome>;
  return {
    step,
    store: (lease: object) => call('store', lease),
    acquire: (holder: string, request = 'request', kept = 60_000) =>
      step('acquire', holder, request, 'note', 30_000, kept),
  };
}

test('acquire stores the lease and sets the alarm for its end', async () => {
  const lease = newLease();
  const { result, changes, stored, alarm } = await lease.acquire('one');
  expect(result).toEqual(['one', 'request', 'note', '']);
  expect(changes).toEqual(['put', 'setAlarm']);
  expect(alarm).toBe(stored?.keptUntil);
});

test('acquire that fails writes nothing and sets no alarm', async () => {
  const lease = newLease();
  const { stored } = await lease.acquire('one');
  for (const failed of [await lease.acquire('two'), await lease.acquire('two', 'another request')]) {
    expect(failed.result).toEqual(['one', 'request', 'note', '']);
    expect(failed.changes).toEqual([]);
    expect(failed.stored).toEqual(stored);
  }
});

test.each(['complete', 'release'])(
  '%s by a request that does not hold the lease writes nothing',
  async (name) => {
    const lease = newLease();
    expect((await lease.step(name, 'two', '', 'value', 0, 1000)).changes).toEqual([]);
    await lease.acquire('one');
    const { result, changes } = await lease.step(name, 'two', '', 'value', 0, 1000);
    expect(result).toEqual(['one', 'request', 'note', '']);
    expect(changes).toEqual([]);
  },
);

test('complete keeps the result, which a request that names it starts anew', async () => {
  const lease = newLease();
  await lease.acquire('one');
  expect((await lease.step('complete', 'one', '', 'value', 0, 60_000)).result).toEqual([
    'one',
    'request',
    'note',
    'value',
  ]);
  expect((await lease.acquire('two')).changes).toEqual([]);
  expect((await lease.acquire('two', 'value')).result).toEqual(['two', 'value', 'note', '']);
});

test('release lets the next request acquire the lease, and keeps the alarm', async () => {
  const lease = newLease();
  await lease.acquire('one');
  expect((await lease.step('release', 'one')).changes).toEqual(['put']);
  expect((await lease.acquire('two')).result[0]).toBe('two');
});

test('the outcome does not depend on the order in which the fields are stored', async () => {
  const lease = newLease();
  const until = Date.now() + 60_000;
  const fields = { holder: 'one', request: 'request', note: 'note', value: 'value' };
  const stored = { keptUntil: until, heldUntil: until, ...fields };
  await lease.store(Object.fromEntries(Object.entries(stored).reverse()));
  expect((await lease.acquire('two')).result).toEqual(['one', 'request', 'note', 'value']);
});

test('an alarm that runs before the lease has ended deletes nothing, and is set again', async () => {
  const lease = newLease();
  const { stored } = await lease.acquire('one');
  const early = await lease.step('alarm');
  expect(early.changes).toEqual(['setAlarm']);
  expect(early.stored).toEqual(stored);
  expect(early.alarm).toBe(stored?.keptUntil);
});

test('an alarm that runs after the lease has ended deletes it', async () => {
  const lease = newLease();
  await lease.acquire('one', 'request', 3_600_000);
  await lease.store({ holder: 'one', request: '', note: '', value: '', heldUntil: 0, keptUntil: Date.now() });
  const { changes, stored } = await lease.step('alarm');
  expect(changes).toEqual(['deleteAll']);
  expect(stored).toBeUndefined();
});
