// Alarms of rooms, or the schedule where there are no rooms, finish what a request could not: a deletion, an end, a
// switch, a backup. They never touch what the owner created at a provider.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../sandbox/shared/faults.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { streamOf } from './client.ts';
import type { Answer, Stream } from './client.ts';
import { missing, orphans, withoutRelay } from './providers.ts';
import { reconcile as reconcileBy, ways } from './reconciling.ts';
import { setStage } from './stage.ts';
import type { Stage, StageFaults } from './stage.ts';
import { watchedEntry } from './watched-entry.ts';
import type { StoreFault } from './watched-entry.ts';

let worker: StartedWorker;

beforeAll(async () => {
  worker = await startWorker({ entry: watchedEntry });
}, 60_000);

afterAll(async () => worker?.stop());

beforeEach(async () => {
  for (const { key } of await worker.kv()) await worker.namespace.delete(key);
});

const always = { times: 1000 };
const keys = async (prefix: string): Promise<string[]> =>
  (await worker.kv()).map(({ key }) => key).filter((key) => key.startsWith(prefix));

const healed = async ({ providers }: Stage): Promise<void> => {
  for (const at of ['MUX_API_URL', 'CLOUDFLARE_API_URL']) {
    await fetch(new URL('/_sandbox/faults', providers.settings[at]), { method: 'DELETE' });
  }
};

const send = (stage: Stage, method: string, path: string, body?: object, faults: StoreFault[] = []) =>
  stage.user.send(
    `/api/streams/${path}`,
    {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    },
    stage.plan({ faults }),
  );

const get = async (stage: Stage, id: string): Promise<Stream> =>
  streamOf(await stage.user.get(id, stage.plan()));

const inputOf = async ({ providers }: Stage, { cloudflareInputId }: Stream) => {
  const { liveInputs } = await providers.cloudflare.get<{
    liveInputs: { uid: string; enabled: boolean; outputs: { uid: string; enabled: boolean }[] }[];
  }>('state');
  return liveInputs.find(({ uid }) => uid === cloudflareInputId);
};

/** Everything that exists belongs together: no orphan, no duplicate, nothing missing, nothing pending. */
async function expectWhole(stage: Stage): Promise<void> {
  expect(await orphans(stage.providers, await worker.kv())).toEqual([]);
  expect(await missing(stage.providers, await worker.kv())).toEqual([]);
  expect(await keys('intent/')).toEqual([]);
}

describe.each(ways)('by $by:', ({ by }) => {
  const reconcile = (stage: Stage): Promise<void> => reconcileBy(worker, stage, by);

  describe('a backup that could not be attached', () => {
    const creating = { method: 'POST', ...always };
    const rows: ({ what: string } & StageFaults)[] = [
      { what: 'Mux answers 500', mux: [{ kind: 'status', status: 500, path: 'live-streams$', ...creating }] },
      { what: 'Mux answers 400', mux: [{ kind: 'status', status: 400, path: 'live-streams$', ...creating }] },
      { what: 'the output fails', cloudflare: [{ kind: 'drop-before', path: 'outputs$', ...creating }] },
      { what: 'Mux cannot be reached', mux: [{ kind: 'drop-before', ...always }] },
    ];

    it.each(rows)('if $what, is attached later and the warning is withdrawn', async ({ mux, cloudflare }) => {
      await using stage = await setStage(worker, { mux, cloudflare });
      const made = streamOf((await stage.create()).answer);
      expect(made.warnings).toMatchObject([{ code: 'backup_unavailable' }]);
      await reconcile(stage);
      expect(await get(stage, made.id)).toMatchObject({ simulcastEnabled: false });

      await healed(stage);
      for (let run = 0; run < 3; ++run) await reconcile(stage);
      const stream = await get(stage, made.id);
      expect(stream).toMatchObject({
        simulcastEnabled: true,
        muxLiveStreamId: expect.any(String),
        muxPlaybackId: expect.any(String),
        cloudflareOutputId: expect.any(String),
        warnings: [],
      });
      expect(await stage.providers.liveStreams()).toHaveLength(1);
      expect((await inputOf(stage, stream))?.outputs).toHaveLength(1);
      await expectWhole(stage);
    });

    it.each<{ what: string; at: 'mux' | 'cloudflare'; fault: Fault }>([
      {
        what: 'live stream',
        at: 'mux',
        fault: { kind: 'drop-after', path: 'live-streams$', method: 'POST' },
      },
      { what: 'output', at: 'cloudflare', fault: { kind: 'drop-after', path: 'outputs$', method: 'POST' } },
    ])('never has a second $what if the response for the first was lost', async ({ at, fault }) => {
      const mux: Fault[] = [
        { kind: 'status', status: 400, method: 'POST', path: 'live-streams$', ...always },
      ];
      await using stage = await setStage(worker, { mux });
      const made = streamOf((await stage.create()).answer);
      await healed(stage);
      await stage.providers[at].post('faults', [fault]);
      for (let run = 0; run < 3; ++run) await reconcile(stage);
      const stream = await get(stage, made.id);
      expect(stream.simulcastEnabled).toBe(true);
      expect(await stage.providers.liveStreams()).toHaveLength(1);
      expect((await inputOf(stage, stream))?.outputs).toHaveLength(1);
      await expectWhole(stage);
    });

    it('is not attached to a stream without a backup, or one that has ended', async () => {
      const mux: Fault[] = [
        { kind: 'status', status: 400, method: 'POST', path: 'live-streams$', ...always },
      ];
      await using stage = await setStage(worker, { mux });
      await stage.create({ enableMuxBackup: false });
      const ended = streamOf((await stage.create()).answer);
      expect(await send(stage, 'POST', `${ended.id}/end`)).toMatchObject({ status: 200 });
      await healed(stage);
      await reconcile(stage);
      expect(await stage.providers.liveStreams()).toEqual([]);
      expect((await get(stage, ended.id)).warnings).toMatchObject([{ code: 'backup_unavailable' }]);
    });
  });

  describe('after a provider failure', () => {
    it.each(['mux', 'cloudflare'] as const)('a deletion at %s is finished', async (at) => {
      await using stage = await setStage(worker);
      const { id } = streamOf((await stage.create({ memorialId: stage.user.subject })).answer);
      await stage.providers[at].post('faults', [
        { kind: 'status', status: 503, method: 'DELETE', ...always },
      ]);
      expect((await send(stage, 'DELETE', id)).status).toBe(502);
      await reconcile(stage);
      await healed(stage);
      await reconcile(stage);
      expect(await stage.providers.liveInputs()).toEqual([]);
      expect(await stage.providers.liveStreams()).toEqual([]);
      const left = (await keys('')).filter((key) => !/^fact\/|^reconcile\/state$/.test(key));
      expect(left).toEqual(['deployment']);
      expect((await stage.user.get(id, stage.plan())).status).toBe(404);
    });

    it.each(['mux', 'cloudflare'] as const)('an end at %s is finished', async (at) => {
      await using stage = await setStage(worker);
      const stream = streamOf((await stage.create()).answer);
      const path = at === 'mux' ? '/complete$' : '/disable$';
      await stage.providers[at].post('faults', [{ kind: 'status', status: 503, path, ...always }]);
      expect((await send(stage, 'POST', `${stream.id}/end`)).status).toBe(502);
      await healed(stage);
      await reconcile(stage);
      expect(await inputOf(stage, stream)).toMatchObject({ enabled: false });
      // Mux refuses to complete an idle live stream.
      const told = (await stage.providers.calls()).filter(({ path }) => path.endsWith('/complete')).at(-1);
      expect(told?.status).toBeLessThan(500);
      await expectWhole(stage);
    });

    it('a backup switch is finished with the last requested value', async () => {
      await using stage = await setStage(worker);
      const stream = streamOf((await stage.create()).answer);
      const off: Fault[] = [{ kind: 'status', status: 503, method: 'PUT', path: 'outputs/', ...always }];
      await stage.providers.cloudflare.post('faults', off);
      expect((await send(stage, 'PUT', `${stream.id}/simulcast`, { enabled: false })).status).toBe(502);
      expect((await inputOf(stage, stream))?.outputs).toMatchObject([{ enabled: true }]);
      await healed(stage);
      await reconcile(stage);
      expect((await inputOf(stage, stream))?.outputs).toMatchObject([{ enabled: false }]);
      await reconcile(stage);
      expect(await get(stage, stream.id)).toMatchObject({ simulcastEnabled: false });
      await expectWhole(stage);
    });

    it('a broadcast of which no webhook told is ended at once', async () => {
      await using stage = await setStage(worker, {}, { settings: withoutRelay });
      const stream = streamOf((await stage.create()).answer);
      await stage.providers.cloudflare.post('connect', { inputId: stream.cloudflareInputId });
      await reconcile(stage);
      expect(await get(stage, stream.id)).toMatchObject({ status: 'live' });
      expect((await send(stage, 'POST', `${stream.id}/end`)).status).toBe(200);
      expect(await inputOf(stage, stream)).toMatchObject({ enabled: false });
      expect(await get(stage, stream.id)).toMatchObject({ status: 'completed' });
      await reconcile(stage);
      await expectWhole(stage);
    });
  });

  it('an output to Mux that the owner added is not taken for ours', async () => {
    await using stage = await setStage(worker);
    // The owner knows this stream, but its creation is not recorded as done.
    const stays: StoreFault[] = [{ operation: 'delete', key: '^intent/', when: 'before', times: 1000 }];
    const { answer, intents } = await stage.create({}, { faults: stays });
    expect(intents).toHaveLength(1);
    const stream = streamOf(answer);
    const url = stage.providers.settings.MUX_RTMPS_URL ?? 'rtmps://global-live.mux.com:443/app';
    const own = { url, streamKey: '5f1c2e90-77aa-43d1-9b0e-000000000001' };
    const added: Answer = await send(stage, 'POST', `${stream.id}/outputs`, own);
    expect(added.status).toBe(201);
    await reconcile(stage);
    expect(await keys('intent/')).toEqual([]);
    expect((await inputOf(stage, stream))?.outputs).toHaveLength(2);
    expect((await stage.providers.calls()).filter(({ method }) => method === 'DELETE')).toEqual([]);
  });
});
