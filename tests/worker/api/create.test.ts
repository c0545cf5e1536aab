// POST /api/streams/create-whip from end to end, as deployed.

import { beforeEach, describe, expect, it } from 'vitest';
import { criticalPath } from '../../../sandbox/shared/critical-path.ts';
import { Client, streamOf } from './client.ts';
import { providers, worker } from './deployed.ts';
import { orphans, slowly } from './providers.ts';

beforeEach(async () => {
  await providers.mux.post('reset');
  await providers.cloudflare.post('reset');
});

const fields = [
  'id',
  'memorialId',
  'title',
  'status',
  'streamingMethod',
  'visibility',
  'phoneCopy',
  'viewersMayDownload',
  'plan',
  'whipUrl',
  'rtmpUrl',
  'streamKey',
  'cloudflareInputId',
  'playbackUrl',
  'muxLiveStreamId',
  'muxPlaybackId',
  'muxAssetId',
  'muxAssetReady',
  'cloudflareOutputId',
  'simulcastEnabled',
  'recordingSources',
  'preferredRecordingSource',
  'createdBy',
  'createdAt',
  'updatedAt',
  'endedAt',
  'warnings',
  'scheduledStart',
  'description',
  'coverUrl',
];

describe('a creation', () => {
  it('answers 201 with all fields of a ready stream and its Location', async () => {
    const user = await Client.of(worker);
    const answer = await user.create({ title: '  Für Oma Käthe 🕊  ', memorialId: 'memorial-1' });
    expect(answer.status).toBe(201);
    expect(answer.body.success).toBe(true);
    const stream = streamOf(answer);
    expect(Object.keys(stream)).toEqual(fields);
    const [input] = await providers.liveInputs();
    const [liveStream] = await providers.liveStreams();
    expect(stream).toMatchObject({
      title: 'Für Oma Käthe 🕊',
      memorialId: 'memorial-1',
      status: 'ready',
      streamingMethod: 'whip_browser',
      plan: { ingest: 'relay', live: 'whep', recordedAt: ['cloudflare', 'mux'], verified: true },
      whipUrl: `https://relay.example/whip/${stream.id}`,
      rtmpUrl: null,
      streamKey: null,
      cloudflareInputId: input?.uid,
      playbackUrl: expect.stringContaining(`/${input?.uid}/iframe`),
      muxLiveStreamId: liveStream?.id,
      muxPlaybackId: expect.stringMatching(/^[0-9A-Za-z]+$/),
      muxAssetId: null,
      muxAssetReady: false,
      cloudflareOutputId: input?.outputs[0]?.uid,
      simulcastEnabled: true,
      recordingSources: {
        cloudflare: { available: false, playbackUrl: null, duration: null },
        mux: { available: false, playbackUrl: null, duration: null },
      },
      preferredRecordingSource: 'cloudflare',
      createdBy: user.subject,
      warnings: [],
    });
    expect(Math.abs(Date.parse(stream.createdAt) - Date.now())).toBeLessThan(60_000);
    expect(stream.updatedAt).toBe(stream.createdAt);
    expect(answer.headers.get('location')).toBe(`/api/streams/${stream.id}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    const timing = answer.headers.get('server-timing') ?? '';
    for (const call of ['mux-create-live-stream', 'cloudflare-create-live-input', 'cloudflare-create-output'])
      expect(timing).toMatch(new RegExp(`(^|, ?)${call};[^,]*dur=\\d+`));
  });

  it('creates one object of each kind, tagged with the stream, with the output using the live stream’s own key', async () => {
    const user = await Client.of(worker);
    const { id } = streamOf(await user.create());
    const inputs = await providers.liveInputs();
    const streams = await providers.liveStreams();
    expect(inputs).toHaveLength(1);
    expect(streams).toHaveLength(1);
    const tag = streams[0]?.passthrough;
    expect(tag).toMatch(new RegExp(`^whip-mux:tests-[0-9a-f]{16}:${id}$`));
    expect(inputs[0]?.meta).toEqual({ name: 'The service', streamId: tag });
    expect(inputs[0]?.outputs).toMatchObject([{ streamKey: streams[0]?.stream_key, enabled: true }]);
    expect(await orphans(providers, await worker.kv())).toEqual([]);
  });

  it('leaves no intent behind', async () => {
    await (await Client.of(worker)).create();
    const intents = async () => (await worker.kv()).filter(({ key }) => key.startsWith('intent/'));
    await expect.poll(intents).toEqual([]);
  });

  it('waits for two provider round trips, not three', async () => {
    await providers.mux.post('faults', slowly);
    await providers.cloudflare.post('faults', slowly);
    const user = await Client.of(worker);
    expect((await user.create()).status).toBe(201);
    const calls = await providers.calls();
    expect(calls.map(({ method, path }) => `${method} ${path.replace(/[0-9a-f]{32}/g, '*')}`).sort()).toEqual(
      [
        'POST /client/v4/accounts/*/stream/live_inputs',
        'POST /client/v4/accounts/*/stream/live_inputs/*/outputs',
        'POST /video/v1/live-streams',
      ],
    );
    expect(criticalPath(calls)).toHaveLength(2);
  });

  it('passes an Idempotency-Key to Cloudflare with the live input', async () => {
    await (await Client.of(worker)).create();
    const calls = await providers.calls();
    const create = calls.find(({ method, path }) => method === 'POST' && path.endsWith('/live_inputs'));
    expect(create?.idempotencyKey).toBe(true);
  });

  it('with the same title by the same user creates another stream', async () => {
    const user = await Client.of(worker);
    const made = await Promise.all([user.create(), user.create(), user.create()]);
    expect(new Set(made.map((answer) => streamOf(answer).id)).size).toBe(3);
    expect(await orphans(providers, await worker.kv())).toEqual([]);
  });
});

describe('Cloudflare alone', () => {
  it('is used if enableMuxBackup is false: Mux is not called and there is no warning', async () => {
    const answer = await (await Client.of(worker)).create({ enableMuxBackup: false });
    expect(answer.status).toBe(201);
    expect(streamOf(answer)).toMatchObject({
      simulcastEnabled: false,
      muxLiveStreamId: null,
      muxPlaybackId: null,
      cloudflareOutputId: null,
      whipUrl: expect.stringMatching(/^https:\/\/relay\.example\/whip\/\w+$/),
      warnings: [],
    });
    const calls = await providers.calls();
    expect(calls.map(({ at, method }) => `${at} ${method}`)).toEqual(['cloudflare POST']);
  });
});

describe('a stream’s credentials', () => {
  it('are returned to its owner every time', async () => {
    const owner = await Client.of(worker);
    const made = streamOf(await owner.create());
    const answer = await owner.get(made.id);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(streamOf(answer)).toEqual(made);
  });

  it('are hidden from admins, who see everything else', async () => {
    const owner = await Client.of(worker);
    const admin = await Client.of(worker, { roles: ['admin'] });
    const made = streamOf(await owner.create());
    const answer = await admin.get(made.id);
    expect(answer.status).toBe(200);
    expect(streamOf(answer)).toEqual({ ...made, whipUrl: null });
    expect(answer.text).not.toContain('webRTC/publish');
  });

  it('and the stream itself are hidden from others: the 404 equals that of an unknown id', async () => {
    const owner = await Client.of(worker);
    const stranger = await Client.of(worker);
    const { id } = streamOf(await owner.create());
    const unknownId = id.slice(0, -1) + (id.endsWith('0') ? '1' : '0');
    const [theirs, unknown] = [await stranger.get(id), await stranger.get(unknownId)];
    expect(theirs.status).toBe(404);
    const plain = ({ text, body, headers, status }: typeof theirs) => {
      const { requestId = '', ...rest } = body;
      const kept = [...headers]
        .filter(([name]) => !['date', 'server-timing'].includes(name))
        .map(([name, value]) => [name, value.replace(requestId, '')]);
      return { status, rest, kept, text: text.replace(requestId, '') };
    };
    expect(plain(theirs)).toEqual(plain(unknown));
    expect(theirs.body.requestId).toMatch(/^[0-9a-f]{32}$/);
    expect(theirs.headers.get('server-timing')).toBe(unknown.headers.get('server-timing'));
  });
});
