// Idempotency-Key on a creation: one stream for each key, however often and however fast it is sent, and whatever fails
// on the way.

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf, whenQuiet } from './client.ts';
import type { Answer } from './client.ts';
import { missing, orphans, pause } from './providers.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { planHeader, runsPath, schedulePath, watchedEntry } from './watched-entry.ts';
import type { Plan, Run, StoreFault } from './watched-entry.ts';

vi.setConfig({ maxConcurrency: 10 });

let worker: StartedWorker;

beforeAll(async () => {
  worker = await startWorker({ entry: watchedEntry });
}, 60_000);

afterAll(async () => worker?.stop());

const key = 'a key "of" the client: 7f1c';
const alone: Plan['settings'] = { LEASES: null };

/** What is at the providers and in the store of the one who is on this stage. */
async function whole(stage: Stage) {
  const ids = await streamsOf(stage);
  const kv = (await worker.kv()).filter(({ key }) => ids.some((id) => key.endsWith(`/${id}`)));
  return {
    streams: ids.length,
    liveInputs: (await stage.providers.liveInputs()).length,
    liveStreams: (await stage.providers.liveStreams()).length,
    orphans: await orphans(stage.providers, kv),
    missing: await missing(stage.providers, kv),
  };
}

const one = { streams: 1, liveInputs: 1, liveStreams: 1, orphans: [], missing: [] };

async function streamsOf(stage: Stage): Promise<string[]> {
  const { body } = await stage.user.list('?limit=100', stage.plan());
  return body.streams?.map(({ id }) => id) ?? [];
}

async function send(stage: Stage, more: Partial<Plan> = {}, fields = {}): Promise<Answer> {
  const plan = stage.plan(more);
  const answer = await stage.user.create(fields, plan, key);
  await whenQuiet(worker, plan.run);
  return answer;
}

const problem = (name: string) => `urn:whip-mux:problem:${name}`;
const seconds = expect.stringMatching(/^[1-9]\d*$/);

describe.each([
  ['with leases', {}],
  ['without', alone],
])('the same key, %s', (_, settings) => {
  it('and the same body: the same answer, and nothing more is made', async () => {
    await using stage = await setStage(worker);
    const first = await send(stage, { settings });
    expect(first.status).toBe(201);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    const calls = (await stage.providers.calls()).length;
    for (let time = 0; time < 3; time += 1) {
      const again = await send(stage, { settings });
      expect(again.status).toBe(201);
      expect(again.text).toBe(first.text);
      expect(streamOf(again).whipUrl).toContain('/webRTC/publish');
      for (const name of ['location', 'content-type', 'cache-control'])
        expect(again.headers.get(name)).toBe(first.headers.get(name));
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    }
    expect(await stage.providers.calls()).toHaveLength(calls);
    expect(await whole(stage)).toEqual(one);
  });

  it('and another body: 422, before and after it was made', async () => {
    await using stage = await setStage(worker);
    expect((await send(stage, { settings })).status).toBe(201);
    const other = await send(stage, { settings }, { title: 'Another service' });
    expect(other.status).toBe(422);
    expect(other.body.type).toBe(problem('idempotency-key-used'));
    expect((await send(stage, { settings })).status).toBe(201);
    expect(await whole(stage)).toEqual(one);
  });

  it('of another user is another key', async () => {
    await using stage = await setStage(worker);
    const somebodyElse = await Client.of(worker);
    const [mine, theirs] = [
      await send(stage, { settings }),
      await somebodyElse.create({}, stage.plan({ settings }), key),
    ];
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(streamOf(mine).id).not.toBe(streamOf(theirs).id);
    expect(theirs.headers.get('idempotent-replayed')).toBeNull();
  });

  it('holds no credential in the store that could be read there', async () => {
    await using stage = await setStage(worker);
    const made = streamOf(await send(stage, { settings }));
    const secret = /com\/([^/]+)\/webRTC/.exec(made.whipUrl ?? '')?.[1] ?? made.whipUrl ?? '';
    expect(secret).not.toBe('');
    expect(JSON.stringify(await worker.kv())).not.toContain(secret);
    expect(worker.logs().join('\n')).not.toContain(secret);
  });
});

async function reconcile(stage: Stage): Promise<void> {
  const plan = stage.plan({ settings: { RECONCILE_GRACE_SECONDS: '0' } });
  const answer = await worker.fetch(schedulePath, { headers: { [planHeader]: JSON.stringify(plan) } });
  expect(answer.status).toBe(200);
  await answer.text();
}

describe('many at once with one key', () => {
  it('fifty of them make one stream, and those who come too early hear so', async () => {
    await using stage = await setStage(worker);
    const plans = Array.from({ length: 50 }, () => stage.plan());
    const answers = await Promise.all(plans.map((plan) => stage.user.create({}, plan, key)));
    for (const { run } of plans) await whenQuiet(worker, run);
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    for (const answer of answers.filter((each) => !made.includes(each))) {
      expect(answer.status).toBe(409);
      expect(answer.body.type).toBe(problem('still-running'));
      expect(answer.headers.get('retry-after')).toEqual(seconds);
    }
    expect(await whole(stage)).toEqual(one);
    expect((await send(stage)).text).toBe(made[0]?.text);
  });

  it('make one in the end where there are no leases, and all of them are told the same address', async () => {
    await using stage = await setStage(worker);
    const settings = alone;
    const plans = Array.from({ length: 8 }, () => stage.plan({ settings }));
    const answers = await Promise.all(plans.map((plan) => stage.user.create({}, plan, key)));
    for (const { run } of plans) await whenQuiet(worker, run);
    const made = answers.map(streamOf);
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(new Set(made.map(({ whipUrl }) => whipUrl)).size).toBe(1);
    expect((await stage.providers.liveInputs()).length).toBe(1);
    expect((await stage.providers.liveStreams()).length).toBeGreaterThan(1);
    await reconcile(stage);
    expect(await whole(stage)).toEqual(one);
  });
});

describe('what fails', () => {
  it('is not kept as the answer: the same may be sent again', async () => {
    await using stage = await setStage(worker, {
      cloudflare: [{ kind: 'status', status: 400, method: 'POST', path: 'live_inputs$', times: 1 }],
    });
    expect((await send(stage)).status).toBe(502);
    expect((await send(stage)).status).toBe(201);
    expect(await whole(stage)).toEqual(one);
  });

  it.each([
    ['a bad body', { title: '' }],
    ['a member too many', { colour: 'red' }],
  ])('for %s leaves the key for another', async (_, fields) => {
    await using stage = await setStage(worker);
    expect((await send(stage, {}, fields)).status).toBe(400);
    expect((await send(stage)).status).toBe(201);
  });

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(256)],
    ['with a letter that is not ASCII', 'clé'],
  ])('for a key that is %s is 400 and names the header', async (_, bad) => {
    await using stage = await setStage(worker);
    const answer = await stage.user.create({}, stage.plan(), bad);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ field: 'Idempotency-Key', detail: expect.any(String) }]);
    expect(await stage.providers.calls()).toEqual([]);
  });
});

describe.concurrent('a step with the lease fails', () => {
  const rows = (['acquire', 'complete'] as const).flatMap((step) =>
    (['before', 'after'] as const).flatMap((when) =>
      [1, 1000].map((times) => ({
        row: `${step}, ${when} it takes effect, ${times === 1 ? 'once' : 'each time'}`,
        fault: { operation: 'lease', key: `^${step}$`, when, times } satisfies StoreFault,
      })),
    ),
  );

  it.each(rows)('$row: nothing is made twice', async ({ fault }) => {
    await using stage = await setStage(worker);
    const first = await send(stage, { faults: [fault], held: 20 });
    expect(first.status).toBe(fault.times === 1 ? 201 : 503);
    if (first.status === 503) {
      const name = fault.key === '^acquire$' ? 'store-unavailable' : 'answer-not-kept';
      expect(first.body.type).toBe(problem(name));
      expect(first.headers.get('retry-after')).toEqual(seconds);
    }
    if (first.status === 503 && fault.key === '^acquire$') expect(await stage.providers.calls()).toEqual([]);
    await pause(30);
    const again = await send(stage);
    expect(again.status).toBe(201);
    if (first.status === 201) expect(again.text).toBe(first.text);
    expect(await whole(stage)).toEqual(one);
    expect((await send(stage)).text).toBe(again.text);
  });

  it('release, after a failure: the next waits until its time is over', async () => {
    await using stage = await setStage(worker, {
      cloudflare: [{ kind: 'status', status: 400, method: 'POST', path: 'live_inputs$', times: 1 }],
    });
    const faults: StoreFault[] = [{ operation: 'lease', key: '^release$', when: 'before', times: 1000 }];
    expect((await send(stage, { faults, held: 4000 })).status).toBe(502);
    expect((await send(stage)).status).toBe(409);
    await expect.poll(async () => (await send(stage)).status, { timeout: 10_000 }).toBe(201);
    expect(await whole(stage)).toEqual(one);
  });
});

describe.concurrent('the Worker dies', () => {
  const operations = [
    { name: 'acquire', operation: 'lease', key: '^acquire$' },
    { name: 'put intent', operation: 'put', key: '^intent/' },
    { name: 'seal credentials', operation: 'seal', key: '' },
    { name: 'put stream', operation: 'put', key: '^stream/' },
    { name: 'put credentials', operation: 'put', key: '^credentials/' },
    { name: 'put by-user', operation: 'put', key: '^by-user/' },
    { name: 'put by-memorial', operation: 'put', key: '^by-memorial/' },
    { name: 'put by-input', operation: 'put', key: '^by-input/' },
    { name: 'complete', operation: 'lease', key: '^complete$' },
  ] as const;

  /** The request is begun, and given up once the operation that kills its Worker has been asked for. */
  async function die(stage: Stage, fault: StoreFault): Promise<void> {
    const planned = stage.plan({ faults: [fault], held: 300 });
    const given = new AbortController();
    const lost = stage.user.create({ memorialId: stage.user.subject }, planned, key, given.signal);
    lost.catch(() => undefined);
    const asked = async () => {
      const run = (await (await worker.fetch(runsPath + planned.run)).json()) as Run | null;
      return run?.operations.some(
        (each) => each.operation === fault.operation && new RegExp(fault.key ?? '').test(each.key),
      );
    };
    await expect.poll(asked, { timeout: 15_000 }).toBe(true);
    await pause(100);
    given.abort();
  }

  it.each(operations)('of $name: who comes next makes the same stream whole', async (fault) => {
    await using stage = await setStage(worker);
    await die(stage, { ...fault, when: 'never', times: 1000 });
    const fields = { memorialId: stage.user.subject };
    let answer = await send(stage, {}, fields);
    const early = answer.status;
    if (fault.name !== 'acquire') expect([409, 201]).toContain(early);
    while (answer.status === 409) {
      await pause(50);
      answer = await send(stage, {}, fields);
    }
    expect(answer.status).toBe(201);
    expect(await whole(stage)).toEqual(one);
    expect((await send(stage, {}, fields)).text).toBe(answer.text);
  });
});
