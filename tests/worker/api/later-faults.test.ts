// Later changes to a stream and webhooks about it: a KV operation or provider call fails, before and after it takes
// effect, or the Worker dies there. After the schedule has run, the change is done completely or not at all, and
// nothing is left over.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../sandbox/shared/faults.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { read, streamOf } from './client.ts';
import type { Answer, Stream } from './client.ts';
import { defaults, missing, orphans, pause, until } from './providers.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { planHeader, runsPath, schedulePath, watchedEntry } from './watched-entry.ts';
import type { Plan, Run, StoreFault } from './watched-entry.ts';
import { muxDoor, muxEvent, videoDoor } from './webhook.ts';

let worker: StartedWorker;

beforeAll(async () => {
  worker = await startWorker({ entry: watchedEntry });
}, 60_000);

afterAll(async () => worker?.stop());

beforeEach(async () => {
  for (const { key } of await worker.kv()) await worker.namespace.delete(key);
});

interface Input {
  keysRotatedAt?: string;
  uid: string;
  enabled: boolean;
  credentials: Record<string, string>;
  outputs: { enabled: boolean }[];
}

const inputsOf = async ({ providers }: Stage): Promise<Input[]> =>
  (await providers.cloudflare.get<{ liveInputs: Input[] }>('state')).liveInputs;

const keys = async (prefix: string): Promise<string[]> =>
  (await worker.kv()).map(({ key }) => key).filter((key) => key.startsWith(prefix));

/** Runs the schedule as if everything were due for a check. */
async function reconcile(stage: Stage): Promise<void> {
  await worker.namespace.delete('reconcile/state');
  const plan = stage.plan({ settings: { RECONCILE_GRACE_SECONDS: '0' } });
  const answer = await worker.fetch(schedulePath, { headers: { [planHeader]: JSON.stringify(plan) } });
  expect(answer.status).toBe(200);
  await answer.text();
}

interface LaterRequest {
  name: string;
  method: string;
  path: string;
  body?: object;
  /** Whether the change is done at the providers and shown. */
  isDone(stage: Stage, stream: Stream): Promise<boolean>;
}

const shown = (stage: Stage, { id }: Stream): Promise<Answer> => stage.user.get(id, stage.plan());

const deletion: LaterRequest = {
  name: 'a deletion',
  method: 'DELETE',
  path: '?recordings=true',
  isDone: async (stage, stream) =>
    (await shown(stage, stream)).status === 404 &&
    (await inputsOf(stage)).length === 0 &&
    (await stage.providers.liveStreams()).length === 0,
};

const toggle: LaterRequest = {
  name: "the backup's switch",
  method: 'PUT',
  path: '/simulcast',
  body: { enabled: false },
  isDone: async (stage, stream) => {
    const { simulcastEnabled } = streamOf(await shown(stage, stream));
    const [input] = await inputsOf(stage);
    expect(input?.outputs).toEqual([expect.objectContaining({ enabled: simulcastEnabled })]);
    return !simulcastEnabled;
  },
};

const rotation: LaterRequest = {
  name: 'new credentials',
  method: 'POST',
  path: '/credentials/rotate',
  isDone: async (stage, stream) => {
    const authorization = `Bearer ${defaults.RELAY_CREDENTIAL}`;
    const path = `/api/relay/streams/${stream.id}/destination`;
    const told = await stage.user.send(path, { headers: { authorization } }, stage.plan());
    const [input] = await inputsOf(stage);
    expect(told.body).toMatchObject({ streamKey: input?.credentials.rtmpsStreamKey });
    return input?.keysRotatedAt !== undefined;
  },
};

const send = ({ user }: Stage, { id }: Stream, what: LaterRequest, plan: Plan): Promise<Answer> =>
  user.send(
    `/api/streams/${id}${what.path}`,
    {
      method: what.method,
      headers: { 'content-type': 'application/json' },
      ...(what.body ? { body: JSON.stringify(what.body) } : {}),
    },
    plan,
  );

async function run(name: string): Promise<Run | null> {
  return (await (await worker.fetch(runsPath + name)).json()) as Run | null;
}

/** The schedule has repaired the fault: a change that was stored is done. */
async function expectSettled(stage: Stage, stream: Stream, what: LaterRequest, promised: boolean) {
  for (const at of [stage.providers.mux, stage.providers.cloudflare]) await at.post('faults', []);
  // That the recordings are to be deleted means nothing without the deletion itself.
  const changes = (await keys(`fact/stream/${stream.id}/`)).filter(
    (key) => !key.endsWith('/recordingsdeleted'),
  );
  const asked = promised || changes.length > 0;
  for (let time = 0; time < 2; ++time) await reconcile(stage);
  const done = await what.isDone(stage, stream);
  // A rotation is recorded before it is known whether Cloudflare performs it.
  if (asked && what !== rotation) expect(done).toBe(true);
  if (promised) expect(done).toBe(true);
  const kv = await worker.kv();
  expect(await orphans(stage.providers, kv)).toEqual([]);
  expect(await missing(stage.providers, kv)).toEqual([]);
  expect(await keys('intent/')).toEqual([]);
  const permanent = kv.filter(({ expiration }) => expiration === undefined).map(({ key }) => key);
  const own = ['deployment', 'reconcile/state', `fact/stream/${stream.id}/deleted`];
  if (what === deletion && done) expect(permanent.filter((key) => !own.includes(key))).toEqual([]);
}

const writes: { what: LaterRequest; operation: StoreFault['operation']; key: string }[] = [
  { what: deletion, operation: 'put', key: '^intent/' },
  { what: deletion, operation: 'put', key: '/deleted$' },
  { what: deletion, operation: 'delete', key: '^credentials/' },
  { what: deletion, operation: 'delete', key: '^by-user/' },
  { what: deletion, operation: 'delete', key: '^stream/' },
  { what: toggle, operation: 'put', key: '^intent/' },
  { what: toggle, operation: 'put', key: '^fact/stream/' },
  { what: rotation, operation: 'put', key: '^intent/' },
  { what: rotation, operation: 'put', key: '^fact/stream/' },
  { what: rotation, operation: 'put', key: '^credentials/' },
];

const failures = [
  { how: 'fails every time', when: 'before', times: 1000 },
  { how: 'fails after it took effect', when: 'after', times: 1 },
] as const;
const deaths = [
  { how: 'is the last one before the Worker dies', when: 'never', times: 1000 },
  { how: 'is the last one before the Worker dies, and takes effect', when: 'once', times: 1000 },
] as const;

const rowOf = ({ name }: LaterRequest, step: string, how: string): string => `${name}: ${step} ${how}`;

describe('a KV operation', () => {
  const rows = writes.flatMap(({ what, operation, key }) =>
    failures.map(({ how, when, times }) => ({
      row: rowOf(what, `${operation} ${key}`, how),
      what,
      fault: { operation, key, when, times } satisfies StoreFault,
    })),
  );

  it.each(rows)('$row', async ({ what, fault }) => {
    await using stage = await setStage(worker);
    const stream = streamOf((await stage.create({ memorialId: stage.user.subject })).answer);
    const plan = stage.plan({ faults: [fault] });
    const answer = await send(stage, stream, what, plan);
    expect([200, 503]).toContain(answer.status);
    await until(async () => (await run(plan.run))?.quiet === true);
    if (answer.status === 200) expect(await what.isDone(stage, stream)).toBe(true);
    await expectSettled(stage, stream, what, answer.status === 200);
  });
});

describe('a Worker that dies', () => {
  const rows = writes.flatMap(({ what, operation, key }, place) =>
    deaths.slice(place % 2, (place % 2) + 1).map(({ how, when, times }) => ({
      row: rowOf(what, `${operation} ${key}`, how),
      what,
      fault: { operation, key, when, times } satisfies StoreFault,
    })),
  );

  it.each(rows)('$row', async ({ what, fault }) => {
    await using stage = await setStage(worker);
    const stream = streamOf((await stage.create({ memorialId: stage.user.subject })).answer);
    const plan = stage.plan({ faults: [fault] });
    const asked = send(stage, stream, what, plan).catch(() => null);
    const came = new RegExp(fault.key);
    await until(async () => {
      const operations = (await run(plan.run))?.operations ?? [];
      return operations.some(({ operation, key }) => operation === fault.operation && came.test(key));
    });
    // The operation takes place or not, and the Worker ends everywhere else.
    await pause(50);
    const answer = await Promise.race([asked, pause(50).then(() => null)]);
    await worker.restart();
    await expectSettled(stage, stream, what, answer?.status === 200);
  });
});

describe('a provider call', () => {
  const calls = [
    { what: deletion, at: 'cloudflare', method: 'DELETE', path: 'live_inputs/' },
    { what: deletion, at: 'mux', method: 'DELETE', path: 'live-streams/' },
    { what: toggle, at: 'cloudflare', method: 'PUT', path: 'outputs/' },
    { what: rotation, at: 'cloudflare', method: 'POST', path: 'rotate_keys$' },
  ] as const;
  const faults: { how: string; fault: { kind: 'drop-before' | 'drop-after' | 'status'; status?: number } }[] =
    [
      { how: 'is cut before it takes effect', fault: { kind: 'drop-before' } },
      { how: 'is cut after it took effect', fault: { kind: 'drop-after' } },
      { how: 'is refused', fault: { kind: 'status', status: 400 } },
    ];
  const rows = calls.flatMap(({ what, at, method, path }) =>
    faults.map(({ how, fault }) => ({
      row: rowOf(what, `${method} ${path}`, how),
      what,
      at,
      fault: { ...fault, method, path, times: 1 } satisfies Fault,
    })),
  );

  it.each(rows)('$row', async ({ what, at, fault }) => {
    await using stage = await setStage(worker);
    const stream = streamOf((await stage.create({ memorialId: stage.user.subject })).answer);
    await stage.providers[at].post('faults', [fault]);
    const answer = await send(stage, stream, what, stage.plan());
    expect([200, 502]).toContain(answer.status);
    if (answer.status === 200) expect(await what.isDone(stage, stream)).toBe(true);
    await expectSettled(stage, stream, what, answer.status === 200);
  });

  it.each(calls)(
    '$what.name: the Worker is killed during $method $path',
    async ({ what, at, method, path }) => {
      await using stage = await setStage(worker);
      const stream = streamOf((await stage.create({ memorialId: stage.user.subject })).answer);
      await stage.providers[at].post('faults', [{ kind: 'delay', ms: 300, method, path }]);
      const asked = send(stage, stream, what, stage.plan()).catch(() => null);
      const begun = async () =>
        (await stage.providers.calls()).some(
          (each) => each.method === method && new RegExp(path).test(each.path),
        );
      await Promise.race([asked, until(begun)]);
      await worker.restart();
      await asked;
      // The call may still complete.
      await pause(400);
      await expectSettled(stage, stream, what, false);
    },
  );
});

describe('a webhook', () => {
  const doors = [
    {
      name: 'of Mux',
      door: muxDoor,
      body: ({ muxLiveStreamId: id }: Stream, tag: string) =>
        JSON.stringify(muxEvent('video.live_stream.idle', { id, passthrough: tag })),
    },
    {
      name: 'of Cloudflare',
      door: videoDoor,
      body: ({ cloudflareInputId: liveInput }: Stream) =>
        JSON.stringify({ ...(JSON.parse(videoDoor.body()) as object), liveInput, uid: 'f'.repeat(32) }),
    },
  ];
  const rows = doors.flatMap((each) =>
    [...failures, ...deaths].map(({ how, when, times }) => ({ ...each, how, when, times })),
  );

  it.each(rows)(
    '$name, whose fact $how: 2xx only if it is stored, and both recordings are listed',
    async (row) => {
      await using stage = await setStage(worker);
      const stream = streamOf((await stage.create()).answer);
      const brief = { seconds: 0.12, reconnectSeconds: 0.01 };
      await stage.providers.cloudflare.post('broadcast', { inputId: stream.cloudflareInputId, ...brief });
      const [liveStream] = await stage.providers.liveStreams();
      const fault: StoreFault = { operation: 'put', key: '^fact/', when: row.when, times: row.times };
      const plan = stage.plan({ faults: [fault] });
      const body = row.body(stream, liveStream?.passthrough ?? '');
      const given = new AbortController();
      const told = worker
        .fetch(row.door.path, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            [row.door.header]: row.door.prove(row.door.secret, body),
            [planHeader]: JSON.stringify(plan),
          },
          body,
          signal: given.signal,
        })
        .then(read)
        .catch(() => null);
      await until(async () => ((await run(plan.run))?.operations.length ?? 0) > 0);
      const answer = await Promise.race([told, pause(row.times > 1 && row.when !== 'before' ? 200 : 20_000)]);
      if (answer) {
        const stored = (await keys('fact/')).length > 0;
        expect(answer.status < 300 ? stored : true).toBe(true);
      } else {
        given.abort();
        await told;
      }
      for (let time = 0; time < 2; ++time) await reconcile(stage);
      const { recordingSources } = streamOf(await shown(stage, stream));
      expect(recordingSources).toMatchObject({ cloudflare: { available: true }, mux: { available: true } });
      expect(await keys('intent/')).toEqual([]);
    },
  );
});
