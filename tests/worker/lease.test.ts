// The Durable Object of a lease, called as src/edge/lease.h calls it.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StartedWorker } from './start-worker.ts';
import { startWorker } from './start-worker.ts';

// Calls the steps of the request's body, one after the other, and responds with their results and the alarm's time.
const entry = `
import { Lease as Shipped } from './shipped.js';
export class Lease extends Shipped {
  steps = 0;
  async inspect() { return [await this.ctx.storage.getAlarm(), this.ctx.storage.kv.get('lease') ?? null]; }
  async ring() { await this.alarm(); return this.inspect(); }
}
export default {
  async fetch(request, env) {
    const lease = env.LEASES.getByName(new URL(request.url).pathname);
    const results = [];
    for (const [step, ...fields] of await request.json()) results.push(await lease[step](...fields));
    return Response.json(results);
  },
};`;

let worker: StartedWorker;
beforeAll(async () => {
  worker = await startWorker({ entry, described: false });
});
afterAll(() => worker.stop());

type Stored = [alarm: number | null, lease: { holder: string; note: string } | null];

async function call<Result>(name: string, ...steps: unknown[][]): Promise<Result[]> {
  const response = await worker.fetch(`/_test/${name}`, { method: 'POST', body: JSON.stringify(steps) });
  return (await response.json()) as Result[];
}

test('gives holder, request, note and result in this order', async () => {
  const results = await call(
    'order',
    ['acquire', 'me', 'request', 'note', 60_000, 60_000],
    ['complete', 'me', '', 'result', 0, 60_000],
  );
  expect(results).toEqual([
    ['me', 'request', 'note', ''],
    ['me', 'request', 'note', 'result'],
  ]);
});

test('writes nothing and moves no alarm when another holder has the lease', async () => {
  const [, before, refused, after] = await call<Stored>(
    'refused',
    ['acquire', 'first', 'request', 'note', 60_000, 60_000],
    ['inspect'],
    ['acquire', 'second', 'request', 'other note', 60_000, 3_600_000],
    ['inspect'],
  );
  expect(refused).toEqual(['first', 'request', 'note', '']);
  expect(after).toEqual(before);
});

test('keeps a lease whose time was extended when an early alarm rings', async () => {
  const [, [alarm, lease]] = (await call<Stored>(
    'early',
    ['acquire', 'me', 'request', 'note', 60_000, 60_000],
    ['ring'],
  )) as [Stored, Stored];
  expect(lease).toMatchObject({ holder: 'me', note: 'note' });
  expect(alarm).toBeGreaterThan(Date.now());
});

test('forgets a lease when its time has passed', async () => {
  const results = await call<Stored>(
    'over',
    ['acquire', 'me', 'request', 'note', 60_000, 60_000],
    ['complete', 'me', '', '', 0, 0],
    ['ring'],
  );
  expect(results[2]?.[1]).toBeNull();
});
