// One stream per Idempotency-Key, and one Mux stream per memorial, however often and however fast clients ask, and
// whatever fails on the way.

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, endpointOf, streamOf, whenQuiet } from './client.ts';
import type { Answer } from './client.ts';
import { missing, orphans, pause, until } from './providers.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { planHeader, runsPath, schedulePath, watchedEntry } from './watched-entry.ts';
import type { Plan, Run, StoreFault } from './watched-entry.ts';

vi.setConfig({ maxConcurrency: 10, testTimeout: 60_000 });

let worker: StartedWorker;

beforeAll(async () => {
  worker = await startWorker({ entry: watchedEntry });
}, 60_000);

afterAll(async () => worker?.stop());

const key = 'a key "of" the client: 7f1c';
const alone: Plan['settings'] = { LEASES: null };

/** What exists at the providers and in the store for this stage's user. */
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
  it('with the same body returns the same response and creates nothing more', async () => {
    await using stage = await setStage(worker);
    const first = await send(stage, { settings });
    expect(first.status).toBe(201);
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    const calls = (await stage.providers.calls()).length;
    for (let time = 0; time < 3; time += 1) {
      const again = await send(stage, { settings });
      expect(again.status).toBe(201);
      expect(again.text).toBe(first.text);
      expect(streamOf(again).whipUrl).toContain('/whip/');
      for (const name of ['location', 'content-type', 'cache-control'])
        expect(again.headers.get(name)).toBe(first.headers.get(name));
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect(again.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'));
    }
    expect(await stage.providers.calls()).toHaveLength(calls);
    expect(await whole(stage)).toEqual(one);
  });

  it('with another body is a 422, before and after the creation', async () => {
    await using stage = await setStage(worker);
    expect((await send(stage, { settings })).status).toBe(201);
    const other = await send(stage, { settings }, { title: 'Another service' });
    expect(other.status).toBe(422);
    expect(other.body.type).toBe(problem('idempotency-key-used'));
    expect((await send(stage, { settings })).status).toBe(201);
    expect(await whole(stage)).toEqual(one);
  });

  it('from another user is another key', async () => {
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

  it('stores no readable credential', async () => {
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

function expectStillRunning(answer: Answer): void {
  expect(answer.status).toBe(409);
  expect(answer.body.type).toBe(problem('still-running'));
  expect(answer.headers.get('retry-after')).toEqual(seconds);
}

/** Sends fifty requests at once and waits for all of their work. */
async function fifty(stage: Stage, ask: (plan: Plan) => Promise<Answer>): Promise<Answer[]> {
  const plans = Array.from({ length: 50 }, () => stage.plan());
  const answers = await Promise.all(plans.map(ask));
  for (const { run } of plans) await whenQuiet(worker, run);
  return answers;
}

describe('many requests at once with one key', () => {
  it.each([
    ['/api/streams/create-whip', { title: 'The service' }],
    ['/api/streams', { title: 'The service', streamingMethod: 'obs' }],
  ])('fifty to %s create one stream, and the early ones are told to retry', async (path, fields) => {
    await using stage = await setStage(worker);
    const ask = (plan: Plan) => stage.user.post(path, fields, plan, key);
    const answers = await fifty(stage, ask);
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map(({ text }) => text)).size).toBe(1);
    for (const answer of answers.filter((each) => !made.includes(each))) expectStillRunning(answer);
    expect(await whole(stage)).toEqual(one);
    expect((await ask(stage.plan())).text).toBe(made[0]?.text);
  });

  it('converge on one stream without leases, and all get the same address', async () => {
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
    // Creations have a share of a run's calls and of its time, so a slow machine needs more runs.
    let found = await whole(stage);
    for (let run = 0; run < 12 && found.liveStreams > 1; ++run) {
      await reconcile(stage);
      found = await whole(stage);
    }
    expect(found).toEqual(one);
  });
});

describe('a failure', () => {
  it('is not stored as the response, so the request may be repeated', async () => {
    await using stage = await setStage(worker, {
      cloudflare: [{ kind: 'status', status: 400, method: 'POST', path: 'live_inputs$', times: 1 }],
    });
    expect((await send(stage)).status).toBe(502);
    expect((await send(stage)).status).toBe(201);
    expect(await whole(stage)).toEqual(one);
  });

  it.each([
    ['a bad body', { title: '' }],
    ['an unknown member', { colour: 'red' }],
  ])('for %s leaves the key free', async (_, fields) => {
    await using stage = await setStage(worker);
    expect((await send(stage, {}, fields)).status).toBe(400);
    expect((await send(stage)).status).toBe(201);
  });

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(256)],
    ['not ASCII', 'clé'],
  ])('for a key that is %s is a 400 that names the header', async (_, bad) => {
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

  it.each(rows)('$row: nothing is created twice', async ({ fault }) => {
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

  describe('the release after a failure fails:', () => {
    const failing = {
      cloudflare: [{ kind: 'status', status: 400, method: 'POST', path: 'live_inputs$', times: 1 } as const],
    };
    const faults: StoreFault[] = [{ operation: 'lease', key: '^release$', when: 'before', times: 1000 }];

    it('the next request is told that another is in progress', async () => {
      await using stage = await setStage(worker, failing);
      expect((await send(stage, { faults })).status).toBe(502);
      expectStillRunning(await send(stage));
    });

    it('the next request creates the stream once the lease has expired', async () => {
      await using stage = await setStage(worker, failing);
      expect((await send(stage, { faults, held: 20 })).status).toBe(502);
      await until(async () => (await send(stage)).status === 201);
      expect(await whole(stage)).toEqual(one);
    });
  });
});

/** Requests the stream of the user's own memorial until no other request is in progress. */
async function askForMemorial(stage: Stage, more: Partial<Plan> = {}, user = stage.user): Promise<Answer> {
  for (;;) {
    const plan = stage.plan(more);
    const answer = await user.createAtMux(stage.user.subject, plan);
    await whenQuiet(worker, plan.run);
    if (answer.status !== 409) return answer;
    expectStillRunning(answer);
  }
}

const oneAtMux = { ...one, liveInputs: 0 };

/** All of these returned one stream; one of them created it. */
function expectOneOf(answers: Answer[]): string {
  const endpoints = answers.map(endpointOf);
  const { alreadyExists: _, ...same } = endpoints[0] ?? expect.fail('there is no answer');
  for (const each of endpoints) expect(each).toMatchObject(same);
  expect(endpoints.filter(({ alreadyExists }) => !alreadyExists)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(answers.length - 1);
  return same.streamId;
}

describe('many requests at once for one memorial', () => {
  // On a slow machine, some are told to retry.
  const fiftyAsk = (stage: Stage, users = [stage.user]): Promise<Answer[]> =>
    Promise.all(
      Array.from({ length: 50 }, (_, index) => askForMemorial(stage, {}, users[index % users.length])),
    );

  it('fifty without a key create one stream, and all get it', async () => {
    await using stage = await setStage(worker);
    expectOneOf(await fiftyAsk(stage));
    expect(await whole(stage)).toEqual(oneAtMux);
  });

  it('from users that the memorial admits all get the same stream', async () => {
    await using stage = await setStage(worker);
    const others = await Promise.all([Client.of(worker), Client.of(worker)]);
    const admin = await Client.of(worker, { roles: ['admin'] });
    const body = JSON.stringify({
      owner: stage.user.subject,
      videographers: others.map(({ subject }) => subject),
    });
    const headers = { 'content-type': 'application/json' };
    await admin.send(`/api/memorials/${stage.user.subject}`, { method: 'PUT', headers, body }, stage.plan());
    expectOneOf(await fiftyAsk(stage, [stage.user, ...others]));
    expect(await stage.providers.liveStreams()).toHaveLength(1);
  });

  it.each(['ended', 'deleted'])('create another stream right after it was %s', async (how) => {
    await using stage = await setStage(worker);
    const first = endpointOf(await askForMemorial(stage)).streamId;
    const path = `/api/streams/${first}`;
    const closed =
      how === 'ended'
        ? await stage.user.send(`${path}/end`, { method: 'POST' }, stage.plan())
        : await stage.user.send(path, { method: 'DELETE' }, stage.plan());
    expect(closed.status).toBe(200);
    const second = expectOneOf(await fiftyAsk(stage));
    expect(second).not.toBe(first);
    expect(await stage.providers.liveStreams()).toHaveLength(how === 'ended' ? 2 : 1);
  });

  it('each with its own key get the same stream', async () => {
    await using stage = await setStage(worker);
    const ask = async (each: string) => {
      let answer: Answer;
      do answer = await stage.user.createAtMux(stage.user.subject, stage.plan(), each);
      while (answer.status === 409);
      return answer;
    };
    const keys = Array.from({ length: 8 }, (_, index) => `key ${index}`);
    const answers = await Promise.all(keys.map(ask));
    expectOneOf(answers);
    expect(await whole(stage)).toEqual(oneAtMux);
    for (const [index, each] of keys.entries()) expect((await ask(each)).text).toBe(answers[index]?.text);
  });

  it('may create one each without leases, and later requests get the newest', async () => {
    await using stage = await setStage(worker);
    const settings = alone;
    const plans = Array.from({ length: 8 }, () => stage.plan({ settings }));
    const answers = await Promise.all(plans.map((plan) => stage.user.createAtMux(stage.user.subject, plan)));
    for (const { run } of plans) await whenQuiet(worker, run);
    const newest = answers.map((answer) => endpointOf(answer).streamId).sort()[0];
    for (let time = 0; time < 3; time += 1)
      expect(endpointOf(await askForMemorial(stage, { settings }))).toMatchObject({
        streamId: newest,
        alreadyExists: true,
      });
    const { orphans, missing } = await whole(stage);
    expect({ orphans, missing }).toEqual({ orphans: [], missing: [] });
  });
});

describe('while the store is behind', () => {
  it('the memorial’s stream is found before it is listed', async () => {
    await using stage = await setStage(worker);
    const { alreadyExists: _, ...made } = endpointOf(await askForMemorial(stage));
    await worker.namespace.delete(`by-memorial/${stage.user.subject}/${made.streamId}`);
    expect(endpointOf(await askForMemorial(stage))).toEqual({ ...made, alreadyExists: true });
    expect(await stage.providers.liveStreams()).toHaveLength(1);
  });

  it('requests wait until the store knows the stream', async () => {
    await using stage = await setStage(worker);
    const { alreadyExists: _, ...made } = endpointOf(await askForMemorial(stage));
    const record = `stream/${made.streamId}`;
    const kept = (await worker.namespace.get(record)) ?? expect.fail('it is not stored');
    await worker.namespace.delete(record);
    const plan = stage.plan();
    const asked = stage.user.createAtMux(stage.user.subject, plan);
    const looked = async () =>
      (await runOf(plan)).operations.some(
        ({ operation, key }) => operation === 'get' && key.includes(record),
      );
    await until(looked);
    await worker.namespace.put(record, kept);
    const first = await asked;
    const answer = first.status === 409 ? await askForMemorial(stage) : first;
    expect(endpointOf(answer)).toEqual({ ...made, alreadyExists: true });
    expect(await stage.providers.liveStreams()).toHaveLength(1);
  });
});

describe.concurrent("a step with the lease of a memorial's stream fails", () => {
  const rows = (['acquire', 'complete'] as const).flatMap((step) =>
    (['before', 'after'] as const).flatMap((when) =>
      [1, 1000].map((times) => ({
        row: `${step}, ${when} it takes effect, ${times === 1 ? 'once' : 'each time'}`,
        fault: { operation: 'lease', key: `^${step}$`, when, times } satisfies StoreFault,
      })),
    ),
  );

  it.each(rows)('$row: nothing is created twice', async ({ fault }) => {
    await using stage = await setStage(worker);
    const first = await askForMemorial(stage, { faults: [fault], held: 20 });
    if (fault.key === '^acquire$' && fault.times > 1) {
      expect(first.body.type).toBe(problem('store-unavailable'));
      expect(first.headers.get('retry-after')).toEqual(seconds);
      expect(await stage.providers.calls()).toEqual([]);
    } else {
      expect(first.status).toBe(201);
    }
    const again = endpointOf(await askForMemorial(stage));
    if (first.status === 201) expect(again).toEqual({ ...endpointOf(first), alreadyExists: true });
    expect(await whole(stage)).toEqual(oneAtMux);
  });
});

async function runOf({ run }: Plan): Promise<Run> {
  const found = (await (await worker.fetch(runsPath + run)).json()) as Run | null;
  return found ?? { operations: [], rooms: [], points: [], answered: false, quiet: false };
}

type Ask = (plan: Plan, signal?: AbortSignal) => Promise<Answer>;

/** Starts the request and abandons it at the operation that kills its Worker. */
async function die(stage: Stage, fault: StoreFault, ask: Ask): Promise<void> {
  const plan = stage.plan({ faults: [fault], held: 300 });
  const given = new AbortController();
  const lost = ask(plan, given.signal);
  lost.catch(() => undefined);
  const asked = async () =>
    (await runOf(plan)).operations.some(
      ({ operation, key }) => operation === fault.operation && new RegExp(fault.key ?? '').test(key),
    );
  await until(asked);
  await pause(100);
  given.abort();
}

const steps = [
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

describe.concurrent('the Worker dies', () => {
  it.each(steps)('at $name: the next request with the key completes the same stream', async (fault) => {
    await using stage = await setStage(worker);
    const fields = { memorialId: stage.user.subject };
    await die(stage, { ...fault, when: 'never', times: 1000 }, (plan, signal) =>
      stage.user.create(fields, plan, key, signal),
    );
    let answer = await send(stage, {}, fields);
    if (fault.name !== 'acquire') expect([409, 201]).toContain(answer.status);
    while (answer.status === 409) {
      await pause(50);
      answer = await send(stage, {}, fields);
    }
    expect(answer.status).toBe(201);
    expect(await whole(stage)).toEqual(one);
    expect((await send(stage, {}, fields)).text).toBe(answer.text);
  });
});

// One at a time: the schedule takes up what it finds in the store, also of another test's stage.
describe('the Worker dies, and the schedule runs afterwards', () => {
  const ofMemorial = steps.filter(({ name }) => name !== 'put by-input');
  it.each(ofMemorial)(
    "at $name: the next request for the memorial's stream completes the same stream",
    async (fault) => {
      await using stage = await setStage(worker);
      await die(stage, { ...fault, when: 'never', times: 1000 }, (plan, signal) =>
        stage.user.createAtMux(stage.user.subject, plan, undefined, signal),
      );
      const made = endpointOf(await askForMemorial(stage));
      expect(endpointOf(await askForMemorial(stage))).toEqual({ ...made, alreadyExists: true });
      // Only the user's list is missing: the stream is returned at once, and the schedule lists it.
      await reconcile(stage);
      expect(await whole(stage)).toEqual(oneAtMux);
      expect(endpointOf(await askForMemorial(stage))).toEqual({ ...made, alreadyExists: true });
    },
  );
});
