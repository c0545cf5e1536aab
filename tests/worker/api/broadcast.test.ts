// A broadcast from ready to live to completed, driven by the webhooks of both stand-ins, whatever order they arrive in.

import { beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../sandbox/shared/faults.ts';
import { Client, streamOf } from './client.ts';
import type { Stream } from './client.ts';
import { providers, worker } from './deployed.ts';

let owner: Client;

beforeEach(async () => {
  await providers.mux.post('reset');
  await providers.cloudflare.post('reset');
  await providers.sendWebhooksTo(worker.url);
  owner = await Client.of(worker);
});

const brief = { seconds: 0.12, reconnectSeconds: 0.01 };

const look = async (id: string): Promise<Stream> => streamOf(await owner.get(id));
const make = async (): Promise<Stream> => streamOf(await owner.create());

async function broadcast(stream: Stream, more: object = {}): Promise<void> {
  await providers.cloudflare.post('broadcast', { inputId: stream.cloudflareInputId, ...brief, ...more });
  await providers.delivered();
}

/** A stream's state without the fields that differ between broadcasts. */
function summary({ status, muxAssetReady, recordingSources, preferredRecordingSource, warnings }: Stream) {
  const { cloudflare, mux } = recordingSources;
  return {
    status,
    muxAssetReady,
    order: Object.keys(recordingSources),
    cloudflare: cloudflare.available,
    mux: mux.available,
    preferredRecordingSource,
    warnings: warnings.map(({ code }) => code),
  };
}

const bothRecorded = {
  status: 'completed',
  muxAssetReady: true,
  order: ['cloudflare', 'mux'],
  cloudflare: true,
  mux: true,
  preferredRecordingSource: 'cloudflare',
  warnings: [],
};

describe('a broadcast', () => {
  it('makes a stream live, then completed with both recordings, the preferred one first', async () => {
    const stream = await make();
    expect((await look(stream.id)).status).toBe('ready');

    await providers.cloudflare.post('connect', { inputId: stream.cloudflareInputId });
    await expect.poll(async () => (await look(stream.id)).muxAssetId).not.toBeNull();
    const live = await look(stream.id);
    expect(live).toMatchObject({
      status: 'live',
      muxAssetReady: false,
      recordingSources: { cloudflare: { available: false }, mux: { available: false } },
    });

    // Mux's live stream becomes active, and its recording "ready", during the broadcast.
    const active = async () =>
      (await providers.mux.get<{ liveStreams: { status: string }[] }>('state')).liveStreams[0]?.status;
    await expect.poll(active).toBe('active');
    await providers.delivered();
    expect(summary(await look(stream.id))).toMatchObject({
      status: 'live',
      mux: false,
      muxAssetReady: false,
    });

    const inputId = stream.cloudflareInputId;
    await providers.cloudflare.post('disconnect', { inputId, reconnectSeconds: 0.05, wait: true });
    await providers.delivered();
    const completed = await look(stream.id);
    expect(summary(completed)).toEqual(bothRecorded);
    const { videos } = await providers.cloudflare.get<{ videos: { uid: string }[] }>('state');
    const { assets } = await providers.mux.get<{
      assets: { id: string; playback_ids: { id: string }[] }[];
    }>('state');
    expect(completed).toMatchObject({
      muxAssetId: assets[0]?.id,
      recordingSources: {
        cloudflare: {
          playbackUrl: expect.stringContaining(`/${videos[0]?.uid}/manifest/video.m3u8`),
          duration: expect.any(Number),
        },
        mux: {
          playbackUrl: `https://stream.mux.com/${assets[0]?.playback_ids[0]?.id}.m3u8`,
          duration: expect.any(Number),
        },
      },
    });
    expect(Date.parse(completed.updatedAt)).toBeGreaterThanOrEqual(Date.parse(stream.createdAt) - 1000);
    await expect
      .poll(async () => (await owner.list('?status=completed')).body.streams?.map(({ id }) => id))
      .toEqual([stream.id]);
  });

  it('looks the same to an admin as to its owner', async () => {
    const stream = await make();
    await broadcast(stream);
    const admin = await Client.of(worker, { roles: ['admin'] });
    expect(streamOf(await admin.get(stream.id))).toEqual({ ...(await look(stream.id)), whipUrl: null });
  });

  it('on a stream that had an earlier one makes it live again and shows the new recordings', async () => {
    const stream = await make();
    await broadcast(stream);
    const first = await look(stream.id);
    expect(summary(first)).toEqual(bothRecorded);
    // Mux's event times are whole seconds.
    const second = Math.floor(Date.now() / 1000);
    await expect.poll(() => Math.floor(Date.now() / 1000)).toBeGreaterThan(second);
    const inputId = stream.cloudflareInputId;
    await providers.cloudflare.post('connect', { inputId });
    await expect.poll(async () => (await look(stream.id)).status).toBe('live');
    await expect.poll(async () => (await look(stream.id)).muxAssetId).not.toBe(first.muxAssetId);
    await providers.cloudflare.post('disconnect', { inputId, reconnectSeconds: 0.05, wait: true });
    await providers.delivered();
    const again = await look(stream.id);
    expect(summary(again)).toEqual(bothRecorded);
    for (const source of ['cloudflare', 'mux'] as const) {
      const [before, after] = [first.recordingSources[source], again.recordingSources[source]];
      expect(after.playbackUrl).not.toBe(before.playbackUrl);
    }
  });

  it.each([
    [
      'cloudflare',
      {
        cloudflare: false,
        mux: true,
        preferredRecordingSource: 'mux',
        order: ['mux', 'cloudflare'],
        warnings: ['recording_failed'],
      },
    ],
    [
      'mux',
      {
        cloudflare: true,
        mux: false,
        preferredRecordingSource: 'cloudflare',
        muxAssetReady: false,
        warnings: ['recording_failed'],
      },
    ],
    [
      'both',
      {
        cloudflare: false,
        mux: false,
        muxAssetReady: false,
        warnings: ['recording_failed', 'recording_failed'],
      },
    ],
  ])(
    'whose recording fails at %s plays the other recording, and says why',
    async (failRecording, expected) => {
      const stream = await make();
      await broadcast(stream, { failRecording });
      expect(summary(await look(stream.id))).toEqual({ ...bothRecorded, ...expected });
    },
  );

  it('without a Mux backup completes with one recording', async () => {
    const stream = streamOf(await owner.create({ enableMuxBackup: false }));
    await broadcast(stream);
    const alone = { ...bothRecorded, mux: false, muxAssetReady: false };
    expect(summary(await look(stream.id))).toEqual(alone);
  });

  it('that Cloudflare cannot use is reported until the next one works', async () => {
    const stream = await make();
    const inputId = stream.cloudflareInputId;
    await providers.cloudflare.post('ingest-error', { inputId, code: 'ERR_GOP_OUT_OF_RANGE' });
    await providers.delivered();
    const { warnings } = await look(stream.id);
    expect(warnings).toMatchObject([
      { code: 'ingest_error', detail: expect.stringContaining('ERR_GOP_OUT_OF_RANGE') },
    ]);
    await broadcast(stream);
    expect(summary(await look(stream.id))).toEqual(bothRecorded);
  });
});

describe('the final state is the same if webhooks', () => {
  const all = { event: '.*', times: 1000 };
  const rows: [how: string, faults: Fault[]][] = [
    ['are sent twice', [{ kind: 'webhook-duplicate', ...all }]],
    ['are swapped in pairs', [{ kind: 'webhook-reorder', ...all }]],
    ['arrive in reverse', [{ kind: 'webhook-reorder', count: 8, ...all }]],
    [
      'are delayed, the first ones most',
      [
        { kind: 'webhook-delay', ms: 500, ...all, times: 2 },
        { kind: 'webhook-delay', ms: 300, ...all, times: 2 },
      ],
    ],
    ['for connections arrive last', [{ kind: 'webhook-delay', ms: 600, event: 'connected$' }]],
    [
      'for the end arrive before the others',
      [
        {
          kind: 'webhook-delay',
          ms: 600,
          event: 'connected|created|recording|active|asset.ready',
          times: 1000,
        },
      ],
    ],
  ];

  it.each(rows)('%s', async (_, faults) => {
    const stream = await make();
    await providers.delivered();
    await providers.mux.post('faults', faults);
    await providers.cloudflare.post('faults', faults);
    await providers.cloudflare.post('broadcast', { inputId: stream.cloudflareInputId, ...brief });
    await providers.mux.remove('faults');
    await providers.cloudflare.remove('faults');
    await providers.delivered();
    expect(summary(await look(stream.id))).toEqual(bothRecorded);
  });

  it('are held back until the end and then delivered', async () => {
    const stream = await make();
    await providers.mux.post('webhooks/hold');
    await providers.cloudflare.post('webhooks/hold');
    await providers.cloudflare.post('broadcast', { inputId: stream.cloudflareInputId, ...brief });
    expect((await look(stream.id)).status).toBe('ready');
    await providers.mux.post('webhooks/release');
    await providers.cloudflare.post('webhooks/release');
    await providers.delivered();
    const completed = await look(stream.id);
    expect(summary(completed)).toEqual(bothRecorded);
    interface Sent {
      to: string;
      sent: { body: string; signatureHeader: string; signature: string } | null;
    }
    for (const at of [providers.mux, providers.cloudflare]) {
      const { deliveries } = await at.get<{ deliveries: Sent[] }>('webhooks');
      for (const { to, sent } of deliveries.reverse()) {
        if (!sent) continue;
        const headers = { [sent.signatureHeader]: sent.signature };
        const answer = await fetch(to, { method: 'POST', headers, body: sent.body });
        expect(answer.status).toBe(200);
      }
    }
    expect(await look(stream.id)).toEqual(completed);
  });

  it('have a wrong signature first and are resent with the right one', async () => {
    const stream = await make();
    await providers.delivered();
    await providers.mux.post('faults', [{ kind: 'webhook-corrupt', ...all }]);
    await broadcast(stream);
    expect(summary(await look(stream.id))).toEqual(bothRecorded);
  });
});

it('webhooks with a wrong signature change nothing', async () => {
  const stream = await make();
  await providers.delivered();
  await providers.mux.put('webhooks', {
    endpoints: [{ url: `${worker.url}/api/webhooks/mux`, secret: 'somebody else' }],
  });
  await providers.cloudflare.put('webhooks', {
    video: { url: `${worker.url}/api/webhooks/stream-status`, secret: 'somebody else' },
    notifications: [{ url: `${worker.url}/api/webhooks/stream-status`, secret: 'somebody else' }],
  });
  const before = await worker.kv();
  await providers.cloudflare.post('broadcast', { inputId: stream.cloudflareInputId, ...brief });
  interface Delivered {
    deliveries: { status: number }[];
  }
  const statuses = async () =>
    (await providers.mux.get<Delivered>('webhooks')).deliveries
      .concat((await providers.cloudflare.get<Delivered>('webhooks')).deliveries)
      .map(({ status }) => status);
  await expect
    .poll(async () => (await statuses()).filter((status) => status === 401).length)
    .toBeGreaterThan(9);
  expect(new Set((await statuses()).filter((status) => status !== 200))).toEqual(new Set([401]));
  expect(await look(stream.id)).toEqual(stream);
  expect(await worker.kv()).toEqual(before);
});
