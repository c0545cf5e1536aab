// Each host operation of a creation fails in turn, before and after it takes effect, once and always. Nothing is ever
// left that belongs to no stream, and the response says what happened.

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallFault } from '../../../sandbox/shared/faults.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { endpointOf, streamOf } from './client.ts';
import type { Answer } from './client.ts';
import { setStage } from './stage.ts';
import type { Outcome, Stage } from './stage.ts';
import { watchedEntry } from './watched-entry.ts';
import type { Operation, Plan, StoreFault } from './watched-entry.ts';

// These tests spend most of their time waiting for retries.
vi.setConfig({ maxConcurrency: 20, testTimeout: 120_000 });

let worker: StartedWorker;

beforeAll(async () => {
  worker = await startWorker({ entry: watchedEntry });
}, 60_000);

afterAll(async () => worker?.stop());

interface Call {
  name: string;
  at: 'mux' | 'cloudflare';
  path: string;
}

interface Step {
  name: string;
  operation: StoreFault['operation'];
  key: string;
}

/**
 * A way to create a stream, and its operations when nothing fails: at the providers, then in the store, without reads.
 */
interface Way {
  name: string;
  ask: (stage: Stage, plan: Plan) => Promise<Answer>;
  idOf: (answer: Answer) => string;
  calls: Call[];
  steps: Step[];
}

const atMux: Call = { name: 'mux POST live-streams', at: 'mux', path: 'live-streams$' };

const steps: Step[] = [
  { name: 'put intent', operation: 'put', key: '^intent/' },
  { name: 'seal credentials', operation: 'seal', key: '' },
  { name: 'put stream', operation: 'put', key: '^stream/' },
  { name: 'put credentials', operation: 'put', key: '^credentials/' },
  { name: 'put by-user', operation: 'put', key: '^by-user/' },
  { name: 'put by-memorial', operation: 'put', key: '^by-memorial/' },
  { name: 'delete intent', operation: 'delete', key: '^intent/' },
];

const ways: Way[] = [
  {
    name: 'create-whip',
    ask: ({ user }, plan) => user.create({ memorialId: user.subject }, plan),
    idOf: (answer) => streamOf(answer).id,
    calls: [
      atMux,
      { name: 'cloudflare POST live_inputs', at: 'cloudflare', path: 'live_inputs$' },
      { name: 'cloudflare POST outputs', at: 'cloudflare', path: 'outputs$' },
    ],
    steps: [...steps, { name: 'put by-input', operation: 'put', key: '^by-input/' }],
  },
  {
    name: 'create, into Mux',
    ask: ({ user }, plan) => user.createAtMux(user.subject, plan),
    idOf: (answer) => endpointOf(answer).streamId,
    calls: [atMux],
    steps: [
      ...steps,
      { name: 'lease acquire', operation: 'lease', key: '^acquire$' },
      { name: 'lease complete', operation: 'lease', key: '^complete$' },
    ],
  },
];

const often = [
  { howOften: 'once', times: 1 },
  { howOften: 'each time', times: 1000 },
];

const nameOf = ({ operation, key }: { operation: string; key: string }): string =>
  operation === 'seal' ? 'seal credentials' : `${operation} ${key.split('/')[0]}`;

const isRead = ({ operation }: Operation): boolean => operation === 'get' || operation === 'list';

it.each(ways)('$name does exactly these operations, apart from reads, when nothing fails', async (way) => {
  await using stage = await setStage(worker);
  const { run } = await stage.watch((plan) => way.ask(stage, plan));
  const changes = run.operations.filter((each) => !isRead(each));
  expect(changes.map(nameOf).sort()).toEqual(way.steps.map(({ name }) => name).sort());
  const made = (await stage.providers.calls()).map(
    ({ at, method, path }) => `${at} ${method} ${path.split('/').at(-1)}`,
  );
  expect(made.sort()).toEqual(way.calls.map(({ name }) => name).sort());
});

const refusals = /^(?:urn:whip-mux:problem:)(cloudflare-failed|mux-failed|store-unavailable)$/;

/** What must hold after any failure. */
async function expectWhole(stage: Stage, { idOf }: Way, outcome: Outcome): Promise<void> {
  const { answer, kept, orphans, missing } = outcome;
  expect({ orphans, missing }).toEqual({ orphans: [], missing: [] });
  if (answer.status === 201) {
    const id = idOf(answer);
    const shown = streamOf(await stage.user.get(id, stage.plan()));
    if (answer.body.stream) expect(shown).toEqual(answer.body.stream);
    else expect(endpointOf(answer).whipEndpoint).toMatch(new RegExp(`/app/[^/]+/whip\\?stream=${id}$`));
    for (const query of ['', `?memorialId=${stage.user.subject}`]) {
      const { body } = await stage.user.list(query, stage.plan());
      expect(body.streams?.map((stream) => stream.id)).toContain(id);
    }
    return;
  }
  expect([502, 503]).toContain(answer.status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.body.type).toMatch(refusals);
  expect(answer.body.status).toBe(answer.status);
  const pending = answer.body.detail?.includes('What was made will be cleared away.');
  if (!pending) expect(kept).toEqual([]);
}

describe.concurrent('a provider call', () => {
  const faults: { how: string; fault: CallFault }[] = [
    { how: 'is cut before it takes effect', fault: { kind: 'drop-before' } },
    { how: 'is cut after it took effect', fault: { kind: 'drop-after' } },
    { how: 'is answered 500 before it takes effect', fault: { kind: 'status', status: 500 } },
    { how: 'is answered 500 after it took effect', fault: { kind: 'status-after', status: 500 } },
    { how: 'is refused', fault: { kind: 'status', status: 400 } },
    { how: 'is answered with garbage', fault: { kind: 'garbage' } },
    {
      how: 'is answered with unrelated JSON',
      fault: { kind: 'garbage', body: { result: {}, data: {} } },
    },
  ];
  const rows = ways.flatMap((way) =>
    way.calls.flatMap(({ name, at, path }) =>
      faults.flatMap(({ how, fault }) =>
        often.map(({ howOften, times }) => ({
          row: `of ${way.name}, ${name} ${how}, ${howOften}`,
          way,
          faults: { [at]: [{ ...fault, method: 'POST', path, times }] },
        })),
      ),
    ),
  );

  it.each(rows)('$row', async ({ way, faults: some }) => {
    await using stage = await setStage(worker, some);
    const outcome = await stage.watch((plan) => way.ask(stage, plan));
    await expectWhole(stage, way, outcome);
    expect(outcome.intents).toEqual([]);
    expect([201, 502]).toContain(outcome.answer.status);
    if (outcome.answer.status === 502)
      expect(outcome.answer.body.detail).toContain('Nothing was left behind.');
  });
});

describe.concurrent('an operation of the store, a lease or a seal fails', () => {
  const rows = ways.flatMap((way) =>
    way.steps.flatMap(({ name, operation, key }) =>
      (['before', 'after'] as const).flatMap((when) =>
        often.map(({ howOften, times }) => ({
          row: `of ${way.name}, ${name}, ${when} it takes effect, ${howOften}`,
          way,
          fault: { operation, key, when, times } satisfies StoreFault,
        })),
      ),
    ),
  );

  it.each(rows)('$row', async ({ way, fault }) => {
    await using stage = await setStage(worker);
    const outcome = await stage.watch((plan) => way.ask(stage, plan), { faults: [fault] });
    await expectWhole(stage, way, outcome);
    expect([201, 503]).toContain(outcome.answer.status);
    // The only failure after which it must stay.
    const kept = fault.operation === 'delete' && fault.when === 'before' && fault.times > 1;
    expect(outcome.intents).toHaveLength(kept ? 1 : 0);
  });
});

it.each(ways)('$name works or does nothing when each of its reads fails', async (way) => {
  await using untroubled = await setStage(worker);
  const { run } = await untroubled.watch((plan) => way.ask(untroubled, plan));
  for (const { operation, key } of run.operations.filter(isRead)) {
    for (const { times } of often) {
      await using stage = await setStage(worker);
      const faults: StoreFault[] = [{ operation, key: `^${key.split('/')[0]}`, when: 'before', times }];
      const outcome = await stage.watch((plan) => way.ask(stage, plan), { faults });
      if (outcome.answer.status === 201) {
        await expectWhole(stage, way, outcome);
      } else {
        expect(outcome.answer.status).toBe(503);
        expect(outcome.answer.body.type).toMatch(refusals);
        expect(outcome.kept).toEqual([]);
        expect(await stage.providers.calls()).toEqual([]);
      }
    }
  }
});

describe.concurrent('the cleanup fails as well', () => {
  it('the store fails from the record on: the providers are cleaned up, and the response says that the intent remains', async () => {
    await using stage = await setStage(worker);
    const faults: StoreFault[] = [
      { operation: 'put', key: '^(stream|by-)', when: 'before', times: 1000 },
      { operation: 'delete', when: 'before', times: 1000 },
    ];
    const { answer, intents } = await stage.create({}, { faults });
    expect(answer.status).toBe(503);
    expect(answer.body.detail).toContain('What was made will be cleared away.');
    expect(intents).toHaveLength(1);
    expect(await stage.providers.liveInputs()).toEqual([]);
    expect(await stage.providers.liveStreams()).toEqual([]);
  });

  it.each([
    { at: 'mux', left: 'live stream' },
    { at: 'cloudflare', left: 'live input' },
  ])('$at keeps its $left: the intent remains and names it', async ({ at, left }) => {
    const refusing = [{ kind: 'status', status: 500, method: 'DELETE', times: 1000 }] as const;
    await using stage = await setStage(worker, { [at]: refusing });
    const faults: StoreFault[] = [{ operation: 'seal', when: 'before', times: 1000 }];
    const { answer, kept, intents, orphans } = await stage.create({}, { faults });
    expect(answer.status).toBe(503);
    expect(answer.body.detail).toContain('What was made will be cleared away.');
    expect(intents).toHaveLength(1);
    expect(kept).toHaveLength(1);
    const { tag } = JSON.parse(kept[0]?.value ?? '') as { tag: string };
    expect(orphans.filter((words) => words.startsWith(left))).toEqual([`${left} of ${tag}`]);
  });

  // Known flaw: the code does not check whether the record was removed.
  it('a record that cannot be removed: the intent remains, and the response says so', async () => {
    await using stage = await setStage(worker);
    const faults: StoreFault[] = [
      { operation: 'put', key: '^by-user/', when: 'before', times: 1000 },
      { operation: 'delete', key: '^stream/', when: 'before', times: 1000 },
    ];
    const { answer, kept, intents } = await stage.create({}, { faults });
    expect(answer.status).toBe(503);
    expect(kept.filter(({ key }) => key.startsWith('stream/'))).toHaveLength(1);
    expect(answer.body.detail).not.toContain('Nothing was left behind.');
    expect(intents).toHaveLength(1);
  });
});
