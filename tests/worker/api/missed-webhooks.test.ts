// With every webhook lost, the alarms of rooms, or the schedule where there are no rooms, still find every recording in
// the providers' lists, and warn while a live stream is not being recorded.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf } from './client.ts';
import type { Stream } from './client.ts';
import { startProviders, until } from './providers.ts';
import type { Providers } from './providers.ts';
import { ringAll, ringingEntry } from './ringing-entry.ts';

describe.each([
  { by: 'alarms', rooms: true },
  { by: 'the schedule alone', rooms: false },
])('by $by', ({ rooms }) => {
  let providers: Providers;
  let worker: StartedWorker;
  let owner: Client;

  beforeAll(async () => {
    providers = await startProviders({ settings: { RECORDING_CHECK_SECONDS: '0' } });
    worker = await startWorker({ bindings: providers.settings, entry: ringingEntry, rooms });
  }, 60_000);

  afterAll(async () => {
    await worker?.stop();
    await providers?.close();
  });

  beforeEach(async () => {
    for (const { key } of await worker.kv()) await worker.namespace.delete(key);
    for (const each of [providers.mux, providers.cloudflare]) {
      await each.post('reset');
      await each.post('faults', [{ kind: 'webhook-drop', event: '', times: 100_000 }]);
    }
    await providers.sendWebhooksTo(worker.url);
    owner = await Client.of(worker);
  });

  const make = async (): Promise<Stream> => streamOf(await owner.create());
  const look = async (id: string): Promise<Stream> => streamOf(await owner.get(id));
  const warnings = async (id: string) => (await look(id)).warnings.map(({ code }) => code);

  /** Everything happens that is to happen later, as if every stream were due for a check. */
  async function later(): Promise<void> {
    if (rooms) return ringAll(worker);
    await worker.namespace.delete('reconcile/state');
    await worker.scheduled();
  }

  async function broadcast(stream: Stream, more: object = {}): Promise<void> {
    const brief = { seconds: 0.12, reconnectSeconds: 0.01 };
    await providers.cloudflare.post('broadcast', { inputId: stream.cloudflareInputId, ...brief, ...more });
    await providers.delivered();
  }

  const recorded = {
    status: 'completed',
    muxAssetReady: true,
    recordingSources: { cloudflare: { available: true }, mux: { available: true } },
  };

  it('both recordings of every stream are listed, and nothing is written twice', async () => {
    const streams = [await make(), await make()];
    for (const stream of streams) await broadcast(stream);
    for (const { id } of streams) expect((await look(id)).status).toBe('ready');

    await later();
    for (const { id } of streams) expect(await look(id)).toMatchObject(recorded);
    const first = await Promise.all(streams.map(({ id }) => look(id)));
    const facts = (await worker.kv()).filter(({ key }) => key.startsWith('fact/'));
    await later();
    expect(await Promise.all(streams.map(({ id }) => look(id)))).toEqual(first);
    expect((await worker.kv()).filter(({ key }) => key.startsWith('fact/'))).toEqual(facts);
  });

  it('a failed recording is not waited for, and the other is preferred', async () => {
    const stream = await make();
    await broadcast(stream, { failRecording: 'cloudflare' });
    await later();
    expect(await look(stream.id)).toMatchObject({ preferredRecordingSource: 'mux', muxAssetReady: true });
  });

  it.each(['mux', 'cloudflare'] as const)(
    'if %s fails, the other recording is listed, and its own by the next run',
    async (at) => {
      const stream = await make();
      await broadcast(stream);
      await providers[at].post('faults', [{ kind: 'status', status: 500, method: 'GET', times: 1 }]);
      await later();
      const other = at === 'mux' ? 'cloudflare' : 'mux';
      const { recordingSources } = await look(stream.id);
      expect(recordingSources[other].available).toBe(true);
      expect(recordingSources[at].available).toBe(false);
      await later();
      expect(await look(stream.id)).toMatchObject(recorded);
    },
  );

  it('a live stream is detected, and recording brings no warning', async () => {
    const stream = await make();
    const inputId = stream.cloudflareInputId;
    await providers.cloudflare.post('connect', { inputId, protocol: 'rtmps' });
    await until(async () => (await providers.mux.get<{ assets: object[] }>('state')).assets.length > 0);
    await later();
    expect(await look(stream.id)).toMatchObject({ status: 'live', warnings: [] });
    await providers.cloudflare.post('disconnect', { inputId, reconnectSeconds: 0.01, wait: true });
    // The next run repeats a check that one provider did not answer.
    await until(async () => {
      await later();
      const { recordingSources } = await look(stream.id);
      return recordingSources.cloudflare.available && recordingSources.mux.available;
    });
    expect(await look(stream.id)).toMatchObject(recorded);
  });

  it('a live stream at Mux is detected and recorded', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const fields = { title: 'The service', streamingMethod: 'whip_browser', ingest: 'mux' };
    const { id } = streamOf(await owner.send('/api/streams', { ...init, body: JSON.stringify(fields) }));
    const streamKey = (await providers.liveStreams())[0]?.stream_key;
    await providers.mux.post('encoder/connect', { streamKey });
    const state = () => providers.mux.get<{ assets: { status: string }[] }>('state');
    await until(async () => (await state()).assets.some(({ status }) => status === 'ready'));
    await later();
    expect(await look(id)).toMatchObject({ status: 'live', warnings: [] });
    await providers.mux.post('encoder/disconnect', { streamKey, reconnectSeconds: 0.01, wait: true });
    await later();
    expect(await look(id)).toMatchObject({
      status: 'completed',
      muxAssetReady: true,
      preferredRecordingSource: 'mux',
    });
  });

  it('a broadcast that neither provider records causes a warning once the lists were read', async () => {
    const stream = await make();
    await providers.cloudflare.post('connect', { inputId: stream.cloudflareInputId, protocol: 'webrtc' });
    expect(await warnings(stream.id)).toEqual([]);
    await later();
    expect((await look(stream.id)).status).toBe('live');
    expect(await warnings(stream.id)).toEqual(['recording_not_started']);
  });

  it('an error of the encoder that no notification told is read from the API', async () => {
    const stream = await make();
    const inputId = stream.cloudflareInputId;
    await providers.cloudflare.post('connect', { inputId, protocol: 'rtmps' });
    await providers.cloudflare.post('ingest-error', { inputId, code: 'ERR_GOP_OUT_OF_RANGE' });
    await later();
    expect((await look(stream.id)).warnings).toContainEqual({
      code: 'ingest_error',
      detail: expect.stringContaining('ERR_GOP_OUT_OF_RANGE'),
    });
  });
});
