// What the schedule repairs, against both stand-ins: interrupted creations and orphaned objects. It never touches what
// belongs to others.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { orphans, pause, until } from './providers.ts';
import { old, reconcile as reconcileBy, ways } from './reconciling.ts';
import { setStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { planHeader, runsPath, schedulePath, watchedEntry } from './watched-entry.ts';
import type { Operation, Run, StoreFault } from './watched-entry.ts';

let worker: StartedWorker;

beforeAll(async () => {
  worker = await startWorker({ entry: watchedEntry });
}, 60_000);

afterAll(async () => worker?.stop());

beforeEach(async () => {
  for (const { key } of await worker.kv()) await worker.namespace.delete(key);
});

const reconcile = (stage: Stage, settings?: Record<string, string>): Promise<void> =>
  reconcileBy(worker, stage, 'the schedule alone', settings);

const keys = async (prefix: string) =>
  (await worker.kv()).map(({ key }) => key).filter((key) => key.startsWith(prefix));

/** Kills a creation at an operation. */
async function kill(stage: Stage, fault: Omit<StoreFault, 'when'>): Promise<void> {
  const plan = stage.plan({ faults: [{ ...fault, when: 'never' }] });
  void stage.user.create({ memorialId: 'killed' }, plan).catch(() => undefined);
  const hit = ({ operation, key }: Operation) =>
    operation === fault.operation && new RegExp(fault.key ?? '').test(key);
  await until(async () => {
    const run = (await (await worker.fetch(runsPath + plan.run)).json()) as Run | null;
    return run?.operations.some(hit) ?? false;
  });
  // Let the operations that it had started in parallel take effect.
  await pause(100);
}

/** Creates an object at each provider without the Worker's knowledge. */
async function plant(stage: Stage, tag: string | undefined): Promise<void> {
  const { settings } = stage.providers;
  const send = async (url: string, authorization: string, body: object): Promise<void> => {
    const headers = { authorization, 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(answer.ok).toBe(true);
  };
  const pair = Buffer.from(`${settings.MUX_TOKEN_ID}:${settings.MUX_TOKEN_SECRET}`).toString('base64');
  await send(`${settings.MUX_API_URL}/video/v1/live-streams`, `Basic ${pair}`, {
    playback_policies: ['public'],
    ...(tag === undefined ? {} : { passthrough: tag }),
  });
  await send(
    `${settings.CLOUDFLARE_API_URL}/accounts/${settings.CLOUDFLARE_ACCOUNT_ID}/stream/live_inputs`,
    `Bearer ${settings.CLOUDFLARE_API_TOKEN}`,
    {
      meta: { name: 'planted', ...(tag === undefined ? {} : { streamId: tag }) },
      recording: { mode: 'automatic' },
    },
  );
}

const made = async ({ providers }: Stage) => ({
  inputs: (await providers.liveInputs()).length,
  streams: (await providers.liveStreams()).length,
});

const anId = '0'.repeat(26);

/** The deployment in our tags: a run of the schedule writes its id into the store. */
async function ours(stage: Stage): Promise<string> {
  await reconcile(stage, {});
  const id = (await worker.kv()).find(({ key }) => key === 'deployment')?.value;
  expect(id).toMatch(/^[0-9a-f]{16}$/);
  return `${stage.providers.settings.DEPLOYMENT}-${id}`;
}

it('a cron trigger runs the deployed Worker’s schedule', async () => {
  await using shipped = await startWorker();
  await shipped.scheduled();
  expect(shipped.logs().join('\n')).toContain('"route":"schedule"');
});

it('no outside request runs it', async () => {
  await using stage = await setStage(worker);
  for (const path of ['/api', '/api/schedule', '/api/__scheduled']) {
    expect((await stage.user.send(path, {}, stage.plan())).status).toBe(404);
  }
});

describe.each(ways)('a creation that was interrupted, by $by,', ({ by }) => {
  const reconcile = (stage: Stage, settings?: Record<string, string>): Promise<void> =>
    reconcileBy(worker, stage, by, settings);

  it.each([
    { point: 'sealing', fault: { operation: 'seal' } },
    { point: 'writing the record', fault: { operation: 'put', key: '^stream/' } },
  ] satisfies { point: string; fault: Omit<StoreFault, 'when'> }[])(
    'at $point is undone once it is old, and not before',
    async ({ fault }) => {
      await using stage = await setStage(worker);
      await kill(stage, fault);
      expect(await made(stage)).toEqual({ inputs: 1, streams: 1 });

      await reconcile(stage, {});
      expect(await made(stage)).toEqual({ inputs: 1, streams: 1 });
      expect(await keys('intent/')).toHaveLength(1);

      await reconcile(stage);
      expect(await made(stage)).toEqual({ inputs: 0, streams: 0 });
      expect((await keys('')).filter((key) => key !== 'reconcile/state' && key !== 'deployment')).toEqual([]);
    },
  );

  it.each(['by-user', 'by-memorial', 'by-input'])('at %s is completed', async (folder) => {
    await using stage = await setStage(worker);
    await kill(stage, { operation: 'put', key: `^${folder}/` });
    await reconcile(stage);
    expect(await orphans(stage.providers, await worker.kv())).toEqual([]);
    expect(await keys('intent/')).toEqual([]);
    const { body } = await stage.user.list('', stage.plan());
    expect(body.streams).toHaveLength(1);
    expect(await keys(`${folder}/`)).toHaveLength(1);
  });

  it.each(['mux', 'cloudflare'] as const)('is undone by a later run if %s fails', async (at) => {
    await using stage = await setStage(worker);
    await kill(stage, { operation: 'seal' });
    await stage.providers[at].post('faults', [{ kind: 'status', status: 500, times: 1000 }]);
    await reconcile(stage);
    expect(await keys('intent/')).toHaveLength(1);

    await fetch(
      new URL(
        '/_sandbox/faults',
        stage.providers.settings[at === 'mux' ? 'MUX_API_URL' : 'CLOUDFLARE_API_URL'],
      ),
      {
        method: 'DELETE',
      },
    );
    await reconcile(stage);
    expect(await made(stage)).toEqual({ inputs: 0, streams: 0 });
    expect(await keys('intent/')).toEqual([]);
  });
});

describe('an object without a stream', () => {
  it('with our tag is deleted once it is old', async () => {
    await using stage = await setStage(worker);
    await plant(stage, `whip-mux:${await ours(stage)}:${anId}`);
    await reconcile(stage, {});
    expect(await made(stage)).toEqual({ inputs: 1, streams: 1 });
    await reconcile(stage);
    expect(await made(stage)).toEqual({ inputs: 0, streams: 0 });
  });

  it.each([
    { whose: 'another deployment', tag: () => `whip-mux:elsewhere:${anId}` },
    {
      whose: 'a deployment whose name starts with ours',
      tag: (ours: string) => `whip-mux:${ours}-2:${anId}`,
    },
    { whose: 'nobody', tag: () => undefined },
    { whose: 'a malformed tag', tag: (ours: string) => `whip-mux:${ours}:${anId}0` },
    { whose: 'a tag without a stream id', tag: (ours: string) => `whip-mux:${ours}:` },
  ])('tagged by $whose is left alone', async ({ tag }) => {
    await using stage = await setStage(worker);
    await plant(stage, tag(await ours(stage)));
    await reconcile(stage);
    expect(await made(stage)).toEqual({ inputs: 1, streams: 1 });
    expect((await stage.providers.calls()).filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  it('is left alone if the store cannot be read, or if it has a stream', async () => {
    await using stage = await setStage(worker);
    await stage.create();
    await plant(stage, `whip-mux:${await ours(stage)}:${anId}`);
    const faults: StoreFault[] = [{ operation: 'get', when: 'before', times: 1000 }];
    const headers = { [planHeader]: JSON.stringify(stage.plan({ settings: old, faults })) };
    await worker.fetch(schedulePath, { headers });
    expect(await made(stage)).toEqual({ inputs: 2, streams: 2 });
    await reconcile(stage);
    expect(await made(stage)).toEqual({ inputs: 1, streams: 1 });
    expect(await orphans(stage.providers, await worker.kv())).toEqual([]);
  });

  it('is left alone if there are many of them: the store may be the wrong one', async () => {
    await using stage = await setStage(worker);
    const deployment = await ours(stage);
    for (let i = 0; i < 4; ++i) await plant(stage, `whip-mux:${deployment}:${String(i).repeat(26)}`);
    await reconcile(stage);
    expect(await made(stage)).toEqual({ inputs: 4, streams: 4 });
    const { body } = await stage.user.send('/readyz', {}, stage.plan());
    expect(body).toMatchObject({ sweep: expect.stringMatching(/^stopped: more than a tenth/) });
  });
});
