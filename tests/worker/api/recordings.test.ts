// GET /api/streams/{id}/recordings: by broadcast, from both providers, the preferred one first, for everyone.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf } from './client.ts';
import type { Stream } from './client.ts';
import { startProviders } from './providers.ts';
import type { Providers } from './providers.ts';
import { Viewer, broadcast, goLive, stop } from './watching.ts';
import type { Recordings } from './watching.ts';

let providers: Providers;
let worker: StartedWorker;
let viewer: Viewer;

beforeAll(async () => {
  providers = await startProviders({ settings: { MUX_IMAGE_URL: 'https://images.example/' } });
  worker = await startWorker({ bindings: providers.settings });
  await providers.sendWebhooksTo(worker.url);
  viewer = new Viewer(worker);
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

const make = async (fields = {}): Promise<Stream> => streamOf(await (await Client.of(worker)).create(fields));

/** Such as "cloudflare ready, mux processing" for each broadcast. */
const brief = ({ broadcasts }: Recordings): string[] =>
  broadcasts.map(({ recordings }) => recordings.map(({ source, state }) => `${source} ${state}`).join(', '));

describe('the recordings of a stream', () => {
  it('are none before a broadcast, a growing one during it, and both after it', async () => {
    const stream = await make();
    const before = await viewer.recordings(stream.id);
    expect(before).toMatchObject({ status: 200, body: { status: 'ready', broadcasts: [] } });
    expect(before.cacheControl).toBe('public, max-age=5');

    await goLive(providers, stream, 'rtmps');
    const during = await viewer.recordings(stream.id);
    expect(during.body.status).toBe('live');
    expect(brief(during.body)).toEqual(['mux processing']);
    expect(during.cacheControl).toBe('public, max-age=5');
    expect(during.body.broadcasts[0]?.recordings[0]).toMatchObject({
      duration: null,
      playbackUrl: null,
      thumbnailUrl: null,
    });

    await stop(providers, stream);
    const after = await viewer.recordings(stream.id);
    expect(after.body.status).toBe('completed');
    expect(brief(after.body)).toEqual(['cloudflare ready, mux ready']);
    expect(after.cacheControl).toBe('public, max-age=60');
  });

  it('contain everything a player needs, under the providers’ own names', async () => {
    const stream = await make();
    await broadcast(providers, stream);
    const { body } = await viewer.recordings(stream.id);
    const { videos } = await providers.cloudflare.get<{ videos: { uid: string; liveInput: string }[] }>(
      'state',
    );
    const { assets } = await providers.mux.get<{
      assets: { id: string; live_stream_id: string; playback_ids: { id: string }[] }[];
    }>('state');
    const uid = videos.find(({ liveInput }) => liveInput === stream.cloudflareInputId)?.uid;
    const asset = assets.find((each) => each.live_stream_id === stream.muxLiveStreamId);
    const below = stream.playbackUrl?.replace(`${stream.cloudflareInputId}/iframe`, `${uid}/`);
    const playbackId = asset?.playback_ids[0]?.id;
    expect(body.broadcasts).toEqual([
      {
        startedAt: expect.any(String),
        preferredRecordingSource: 'cloudflare',
        recordings: [
          {
            source: 'cloudflare',
            id: uid,
            origin: 'live',
            clippedFrom: null,
            state: 'ready',
            progress: null,
            reason: null,
            duration: expect.any(Number),
            startedAt: expect.any(String),
            playbackUrl: `${below}manifest/video.m3u8`,
            dashUrl: `${below}manifest/video.mpd`,
            iframeUrl: `${below}iframe`,
            thumbnailUrl: `${below}thumbnails/thumbnail.jpg`,
            downloadUrl: null,
          },
          {
            source: 'mux',
            id: asset?.id,
            origin: 'live',
            clippedFrom: null,
            state: 'ready',
            progress: null,
            reason: null,
            duration: expect.any(Number),
            startedAt: expect.any(String),
            playbackUrl: `https://stream.mux.com/${playbackId}.m3u8`,
            dashUrl: null,
            iframeUrl: null,
            thumbnailUrl: `https://images.example/${playbackId}/thumbnail.jpg`,
            downloadUrl: null,
          },
        ],
      },
    ]);
  });

  it.each([
    ['cloudflare', 'mux', 'mux ready, cloudflare failed'],
    ['mux', 'cloudflare', 'cloudflare ready, mux failed'],
    ['both', 'cloudflare', 'cloudflare failed, mux failed'],
  ])('that failed at %s prefer %s', async (failRecording, preferred, shown) => {
    const stream = await make();
    await broadcast(providers, stream, { failRecording });
    const { body, cacheControl } = await viewer.recordings(stream.id);
    expect(brief(body)).toEqual([shown]);
    expect(body.broadcasts[0]?.preferredRecordingSource).toBe(preferred);
    expect(cacheControl).toBe('public, max-age=60');
  });

  it('of two broadcasts are separate, newest first, each with its own preference', async () => {
    const stream = await make();
    await broadcast(providers, stream);
    // Mux's event times are whole seconds.
    const second = Math.floor(Date.now() / 1000);
    await expect.poll(() => Math.floor(Date.now() / 1000)).toBeGreaterThan(second);
    await broadcast(providers, stream, { failRecording: 'cloudflare' });
    const { body } = await viewer.recordings(stream.id);
    expect(brief(body)).toEqual(['mux ready, cloudflare failed', 'cloudflare ready, mux ready']);
    const [newer, older] = body.broadcasts.map(({ startedAt }) => Date.parse(startedAt));
    expect(newer).toBeGreaterThan(older ?? Infinity);
  });

  it('of a stream without a backup contain one', async () => {
    const stream = await make({ enableMuxBackup: false });
    await broadcast(providers, stream);
    const { body, cacheControl } = await viewer.recordings(stream.id);
    expect(brief(body)).toEqual(['cloudflare ready']);
    expect(cacheControl).toBe('public, max-age=60');
  });

  it('of a WHIP broadcast are none, as Cloudflare documents', async () => {
    const stream = await make();
    await broadcast(providers, stream, { protocol: 'webrtc' });
    expect((await viewer.recordings(stream.id)).body.broadcasts).toEqual([]);
  });

  it('that were deleted at Mux are not shown', async () => {
    const stream = await make();
    await broadcast(providers, stream, { failRecording: 'cloudflare' });
    const [asset] = (await viewer.recordings(stream.id)).body.broadcasts[0]?.recordings ?? [];
    const { MUX_API_URL, MUX_TOKEN_ID, MUX_TOKEN_SECRET } = providers.settings;
    const authorization = `Basic ${btoa(`${MUX_TOKEN_ID}:${MUX_TOKEN_SECRET}`)}`;
    const url = `${MUX_API_URL}/video/v1/assets/${asset?.id}`;
    expect((await fetch(url, { method: 'DELETE', headers: { authorization } })).status).toBe(204);
    await providers.delivered();
    expect(brief((await viewer.recordings(stream.id)).body)).toEqual(['cloudflare failed']);
  });

  it('are answered 304 to clients that have them, until they change', async () => {
    const stream = await make();
    const tag = { 'if-none-match': (await viewer.recordings(stream.id)).headers.get('etag') ?? '' };
    expect(await viewer.recordings(stream.id, tag)).toMatchObject({
      status: 304,
      text: '',
      cacheControl: 'public, max-age=5',
    });
    await broadcast(providers, stream);
    expect(await viewer.recordings(stream.id, tag)).toMatchObject({ status: 200 });
  });
});

it.each(['recordings', 'playback'])('the %s of an unknown stream are a 404', async (what) => {
  for (const id of ['01k0000000000000000000000', 'x', '00000000000000000000000000', 'a%2Fb'])
    expect(await viewer.ask(id, what)).toMatchObject({
      status: 404,
      cacheControl: 'no-store',
      body: { type: expect.stringContaining('no-such-stream') },
    });
});
