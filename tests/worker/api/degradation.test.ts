// Creation with failing providers: without Mux, a stream with a warning; without Cloudflare, no stream; never anything
// left over.

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Fault } from '../../../sandbox/shared/faults.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { streamOf } from './client.ts';
import { until } from './providers.ts';
import { setStage } from './stage.ts';
import type { StageFaults } from './stage.ts';
import { watchedEntry } from './watched-entry.ts';

// These tests spend most of their time waiting for retries.
vi.setConfig({ maxConcurrency: 20 });

let worker: StartedWorker;

beforeAll(async () => {
  worker = await startWorker({ entry: watchedEntry });
}, 60_000);

afterAll(async () => worker?.stop());

const always = { times: 1000 };
const creatingAtMux = { method: 'POST', path: 'live-streams$' };
const creatingInput = { method: 'POST', path: 'live_inputs$' };
const creatingOutput = { method: 'POST', path: 'outputs$' };

interface Row {
  what: string;
  mux?: Fault[];
  cloudflare?: Fault[];
}

describe.concurrent('a stream is created without its backup, with a warning, if', () => {
  const rows: Row[] = [
    { what: 'Mux refuses our credentials', mux: [{ kind: 'status', status: 401, ...always }] },
    { what: 'Mux answers 403', mux: [{ kind: 'status', status: 403, ...always }] },
    {
      what: 'Mux answers 500 every time',
      mux: [{ kind: 'status', status: 500, ...creatingAtMux, ...always }],
    },
    {
      what: 'Mux throttles for longer than a caller can wait',
      mux: [{ kind: 'status', status: 429, headers: { 'retry-after': '60' }, ...always }],
    },
    {
      what: 'the output is refused',
      cloudflare: [{ kind: 'status', status: 400, ...creatingOutput, ...always }],
    },
    {
      what: 'the output fails every time',
      cloudflare: [{ kind: 'drop-before', ...creatingOutput, ...always }],
    },
  ];

  it.each<StageFaults>([
    { mux: [{ kind: 'garbage', ...creatingAtMux, ...always }] },
    { cloudflare: [{ kind: 'garbage', ...creatingOutput, ...always }] },
  ])('but with its backup if what was created is found again: %j', async ({ mux, cloudflare }) => {
    await using stage = await setStage(worker, { mux, cloudflare });
    const { answer, orphans, missing, intents } = await stage.create();
    expect(answer.status).toBe(201);
    expect(streamOf(answer)).toMatchObject({ simulcastEnabled: true, warnings: [] });
    expect({ orphans, missing, intents }).toEqual({ orphans: [], missing: [], intents: [] });
    expect(await stage.providers.liveStreams()).toHaveLength(1);
  });

  it.each(rows)('$what', async ({ mux, cloudflare }) => {
    await using stage = await setStage(worker, { mux, cloudflare });
    const { answer, orphans, missing, intents } = await stage.create();
    expect(answer.status).toBe(201);
    expect(streamOf(answer)).toMatchObject({
      simulcastEnabled: false,
      muxLiveStreamId: null,
      muxPlaybackId: null,
      cloudflareOutputId: null,
      whipUrl: expect.stringMatching(/^https:\/\/relay\.example\/whip\/\w+$/),
      warnings: [
        { code: 'backup_unavailable', detail: expect.stringMatching(/^The Mux backup is off: could not /) },
      ],
    });
    expect({ orphans, missing, intents }).toEqual({ orphans: [], missing: [], intents: [] });
    expect(await stage.providers.liveStreams()).toEqual([]);
    const again = await stage.user.get(streamOf(answer).id, stage.plan());
    expect(streamOf(again)).toEqual(streamOf(answer));
  });

  it.each<Row>([
    { what: 'Mux cannot be reached at all', mux: [{ kind: 'drop-before', ...always }] },
    {
      what: 'Mux creates a live stream, but answers garbage to this and to the search for it',
      mux: [{ kind: 'garbage', ...always }],
    },
  ])('$what: the intent tells the sweep what may exist', async ({ mux }) => {
    await using stage = await setStage(worker, { mux });
    const { answer, intents } = await stage.create();
    expect(answer.status).toBe(201);
    expect(streamOf(answer)).toMatchObject({
      simulcastEnabled: false,
      warnings: [{ code: 'backup_unavailable' }],
    });
    expect(intents).toHaveLength(1);
  });

  it('Mux is too slow to answer', async () => {
    const mux: Fault[] = [{ kind: 'delay', ms: 60_000, ...creatingAtMux, ...always }];
    await using stage = await setStage(worker, { mux });
    const { answer } = await stage.create();
    expect(answer.status).toBe(201);
    expect(streamOf(answer)).toMatchObject({
      simulcastEnabled: false,
      warnings: [{ code: 'backup_unavailable', detail: expect.stringContaining('(timeout)') }],
    });
  }, 60_000);

  // The search runs before the twin exists and finds nothing.
  it('Mux creates a live stream after its call timed out: the intent tells the sweep', async () => {
    const mux: Fault[] = [{ kind: 'delay', ms: 11_000, ...creatingAtMux }];
    await using stage = await setStage(worker, { mux });
    const { answer, intents } = await stage.create();
    expect(answer.status).toBe(201);
    await until(async () => (await stage.providers.liveStreams()).length === 2);
    expect(intents).toHaveLength(1);
  }, 60_000);
});

describe.concurrent('without Mux credentials', () => {
  it.each(['MUX_TOKEN_ID', 'MUX_TOKEN_SECRET'])(
    'a stream is created on Cloudflare alone, with a warning: no %s',
    async (name) => {
      await using stage = await setStage(worker);
      const { answer, intents } = await stage.create({}, { settings: { [name]: null } });
      expect(answer.status).toBe(201);
      expect(streamOf(answer)).toMatchObject({
        simulcastEnabled: false,
        warnings: [{ code: 'backup_not_configured' }],
      });
      expect((await stage.providers.calls()).map(({ at }) => at)).toEqual(['cloudflare']);
      expect(intents).toEqual([]);
    },
  );
});

describe.concurrent('no stream is created and nothing is left at Mux, if', () => {
  const rows: Row[] = [
    {
      what: 'Cloudflare cannot be reached',
      cloudflare: [{ kind: 'drop-before', ...creatingInput, ...always }],
    },
    { what: 'Cloudflare refuses our token', cloudflare: [{ kind: 'status', status: 403, ...always }] },
    {
      what: 'Cloudflare refuses the request',
      cloudflare: [{ kind: 'status', status: 400, ...creatingInput, ...always }],
    },
    {
      what: 'Cloudflare answers 500 every time',
      cloudflare: [{ kind: 'status', status: 500, ...creatingInput, ...always }],
    },
    {
      what: 'Cloudflare answers 500 every time after creating the live input',
      cloudflare: [{ kind: 'status-after', status: 500, ...creatingInput, ...always }],
    },
    {
      what: 'Cloudflare answers garbage every time',
      cloudflare: [{ kind: 'garbage', ...creatingInput, ...always }],
    },
    {
      what: 'Cloudflare throttles for longer than a caller can wait',
      cloudflare: [
        { kind: 'status', status: 429, headers: { 'retry-after': '300' }, ...creatingInput, ...always },
      ],
    },
    {
      what: 'both fail',
      mux: [{ kind: 'drop-after', ...creatingAtMux, ...always }],
      cloudflare: [{ kind: 'drop-after', ...creatingInput, ...always }],
    },
  ];

  it.each(rows)('$what', async ({ mux, cloudflare }) => {
    await using stage = await setStage(worker, { mux, cloudflare });
    const { answer, kept, orphans } = await stage.create({ memorialId: 'm' });
    expect(answer.status).toBe(502);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      type: 'urn:whip-mux:problem:cloudflare-failed',
      status: 502,
      detail: expect.stringMatching(
        /^Could not create the Cloudflare live input .*Nothing was left behind\./,
      ),
    });
    expect(orphans).toEqual([]);
    expect(kept).toEqual([]);
    expect(await stage.providers.liveStreams()).toEqual([]);
    expect(await stage.providers.liveInputs()).toEqual([]);
  });

  it('the cleanup fails: the response says so, and the intent names what is left', async () => {
    const mux: Fault[] = [{ kind: 'status', status: 500, method: 'DELETE', ...always }];
    const cloudflare: Fault[] = [{ kind: 'status', status: 400, ...creatingInput, ...always }];
    await using stage = await setStage(worker, { mux, cloudflare });
    const { answer, kept } = await stage.create();
    expect(answer.status).toBe(502);
    expect(answer.body.detail).toContain('What was made will be cleared away.');
    const [left] = await stage.providers.liveStreams();
    expect(kept.map(({ key }) => key)).toEqual([expect.stringMatching(/^intent\//)]);
    expect(JSON.parse(kept[0]?.value ?? '')).toMatchObject({ tag: left?.passthrough });
  });
});

describe.concurrent('temporary failures are retried and leave one object of each kind:', () => {
  const throttled = { kind: 'status', status: 429, headers: { 'retry-after': '1' } } as const;
  const rows: Row[] = [
    { what: '429 with Retry-After at Mux', mux: [{ ...throttled, ...creatingAtMux }] },
    { what: '429 with Retry-After on the live input', cloudflare: [{ ...throttled, ...creatingInput }] },
    { what: '429 with Retry-After on the output', cloudflare: [{ ...throttled, ...creatingOutput }] },
    { what: '429 without Retry-After at Mux', mux: [{ kind: 'status', status: 429, ...creatingAtMux }] },
    ...[500, 502, 503, 504].flatMap((status): Row[] => [
      { what: `${status} twice at Mux`, mux: [{ kind: 'status', status, times: 2, ...creatingAtMux }] },
      {
        what: `${status} twice on the live input`,
        cloudflare: [{ kind: 'status', status, times: 2, ...creatingInput }],
      },
      {
        what: `${status} twice on the output`,
        cloudflare: [{ kind: 'status', status, times: 2, ...creatingOutput }],
      },
    ]),
    {
      what: 'Mux answers 500 every time after creating a live stream',
      mux: [{ kind: 'status-after', status: 500, ...creatingAtMux, ...always }],
    },
    {
      what: 'the output fails every time after being created',
      cloudflare: [{ kind: 'drop-after', ...creatingOutput, ...always }],
    },
    {
      what: 'each creation fails once after taking effect',
      mux: [{ kind: 'drop-after', ...creatingAtMux }],
      cloudflare: [
        { kind: 'drop-after', ...creatingInput },
        { kind: 'drop-after', ...creatingOutput },
      ],
    },
  ];

  it.each(rows)('$what', async ({ mux, cloudflare }) => {
    await using stage = await setStage(worker, { mux, cloudflare });
    const { answer, orphans, missing, intents } = await stage.create();
    expect(answer.status).toBe(201);
    expect(streamOf(answer)).toMatchObject({ simulcastEnabled: true, warnings: [] });
    expect({ orphans, missing, intents }).toEqual({ orphans: [], missing: [], intents: [] });
    expect(await stage.providers.liveStreams()).toHaveLength(1);
    expect(await stage.providers.liveInputs()).toHaveLength(1);
    expect(await stage.providers.liveInputs()).toMatchObject([{ outputs: [{ enabled: true }] }]);
  });

  it('waits as long as Retry-After says', async () => {
    await using stage = await setStage(worker, { mux: [{ ...throttled, ...creatingAtMux }] });
    await stage.create();
    const [refused, made] = (await stage.providers.calls()).filter(({ at }) => at === 'mux');
    expect((made?.startedAt ?? 0) - (refused?.endedAt ?? 0)).toBeGreaterThanOrEqual(990);
  });
});
