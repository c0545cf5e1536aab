// GET /api/streams/{id}/playback: what any viewer's player is told before, during and after a broadcast.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf } from './client.ts';
import type { Stream } from './client.ts';
import { startProviders } from './providers.ts';
import type { LiveInput, Providers } from './providers.ts';
import { Viewer, broadcast, goLive, stop } from './watching.ts';
import type { Playback } from './watching.ts';

let providers: Providers;
let worker: StartedWorker;
let viewer: Viewer;

beforeAll(async () => {
  providers = await startProviders({ settings: { MUX_PLAYBACK_URL: 'https://media.example' } });
  worker = await startWorker({ bindings: providers.settings });
  viewer = new Viewer(worker);
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

beforeEach(async () => {
  await providers.mux.post('reset');
  await providers.cloudflare.post('reset');
  await providers.sendWebhooksTo(worker.url);
});

const make = async (): Promise<Stream> => streamOf(await (await Client.of(worker)).create());
/** The phone publishes to Cloudflare, without the relay. */
const makeDirect = async (): Promise<Stream> => {
  const fields = { title: 'The service', streamingMethod: 'whip_browser', ingest: 'cloudflare' };
  return streamOf(await (await Client.of(worker)).post('/api/streams', fields));
};
const look = async ({ id }: Stream): Promise<Playback> => (await viewer.playback(id)).body;
const kinds = ({ ladder }: Playback): string[] => ladder.map(({ kind, source }) => `${kind} ${source}`);
const address = ({ playbackUrl, cloudflareInputId }: Stream, id = cloudflareInputId): string =>
  (playbackUrl ?? '').replace(`${cloudflareInputId}/iframe`, id);

const nothing = { live: null, recording: null, poster: null, ladder: [] };
const byWhepFirst = ['whep', 'hls', 'dash', 'iframe'].map((kind) => `${kind} cloudflare`);

describe('a player', () => {
  it('is told to wait, then where to watch live, then both recordings', async () => {
    const stream = await make();
    const before = await viewer.playback(stream.id);
    const details = { scheduledStart: null, description: null, coverUrl: null };
    expect(before.body).toEqual({ title: 'The service', status: 'ready', ...details, ...nothing });
    expect(before.cacheControl).toBe('public, max-age=5');

    await goLive(providers, stream, 'rtmps');
    const live = await viewer.playback(stream.id);
    expect(live.body).toMatchObject({
      status: 'live',
      live: {
        whep: `https://relay.example/whep/${stream.id}`,
        hls: `${address(stream)}/manifest/video.m3u8`,
        dash: `${address(stream)}/manifest/video.mpd`,
        iframe: stream.playbackUrl,
      },
      recording: null,
      poster: expect.stringContaining(stream.muxPlaybackId ?? '-'),
    });
    expect(kinds(live.body)).toEqual([
      'whep relay',
      'hls cloudflare',
      'hls mux',
      'dash cloudflare',
      'iframe cloudflare',
    ]);
    expect(live.body.ladder[2]?.url).toBe(`https://media.example/${stream.muxPlaybackId}.m3u8`);
    expect(live.cacheControl).toBe('public, max-age=5');

    await stop(providers, stream);
    const after = await viewer.playback(stream.id);
    const { cloudflare, mux, preferred } = after.body.recording ?? {};
    expect(after.body).toMatchObject({ status: 'completed', live: null });
    expect([preferred, cloudflare?.state, mux?.state]).toEqual(['cloudflare', 'ready', 'ready']);
    expect(after.body.poster).toBe(cloudflare?.thumbnailUrl);
    expect(after.body.ladder).toEqual([
      { kind: 'recording', source: 'cloudflare', url: cloudflare?.playbackUrl },
      { kind: 'recording', source: 'mux', url: mux?.playbackUrl },
      { kind: 'iframe', source: 'cloudflare', url: cloudflare?.iframeUrl },
    ]);
    expect(after.cacheControl).toBe('public, max-age=60');
  });

  it('waits while the recording is processed, and plays the first one available', async () => {
    const stream = await make();
    for (const each of [providers.mux, providers.cloudflare])
      await each.post('faults', [
        { kind: 'webhook-drop', event: 'asset.live_stream_completed|ready', times: 9 },
      ]);
    await broadcast(providers, stream, { seconds: 0.2 });
    expect(await look(stream)).toMatchObject({ status: 'processing', ...nothing });

    for (const each of [providers.mux, providers.cloudflare]) await each.remove('faults');
    const other = await make();
    await providers.cloudflare.post('faults', [{ kind: 'webhook-drop', event: 'ready', times: 9 }]);
    await broadcast(providers, other);
    const played = await viewer.playback(other.id);
    expect(played.body).toMatchObject({
      status: 'completed',
      recording: { preferred: 'mux', cloudflare: null },
    });
    expect(kinds(played.body)).toEqual(['recording mux']);
    expect(played.cacheControl).toBe('public, max-age=5');
  });

  it.each([
    ['cloudflare', 'mux', ['recording mux']],
    ['mux', 'cloudflare', ['recording cloudflare', 'iframe cloudflare']],
  ])('gets the other recording if %s failed', async (failRecording, preferred, ladder) => {
    const stream = await make();
    await broadcast(providers, stream, { failRecording });
    const told = await look(stream);
    expect(told.recording?.preferred).toBe(preferred);
    expect(told.recording?.[failRecording as 'mux']?.state).toBe('failed');
    expect(kinds(told)).toEqual(ladder);
    expect(told.poster).toBe(told.recording?.[preferred as 'mux']?.thumbnailUrl);
  });

  it('tries WHEP first if nothing says that the broadcast is recorded, and gets nothing afterwards', async () => {
    const stream = await makeDirect();
    await goLive(providers, stream, 'webrtc');
    const live = await look(stream);
    expect(live.live?.whep).toBe(`${address(stream)}/webRTC/play`);
    expect(kinds(live)).toEqual(byWhepFirst);
    await providers.cloudflare.post('disconnect', {
      inputId: stream.cloudflareInputId,
      reconnectSeconds: 0.01,
      wait: true,
    });
    await providers.delivered();
    expect((await look(stream)).recording).toBeNull();
  });

  it('causes no call to a provider, before, during and after the broadcast', async () => {
    const stream = await make();
    const before = (await providers.calls()).length;
    const asks = async () => (await viewer.playback(stream.id)).headers.get('server-timing');
    expect(await asks()).toBeNull();
    await goLive(providers, stream, 'rtmps');
    expect(await asks()).toBeNull();
    await stop(providers, stream);
    expect(await asks()).toBeNull();
    // Alarms of earlier streams may ask about those.
    const about = [stream.cloudflareInputId ?? '', stream.muxLiveStreamId ?? ''];
    const calls = (await providers.calls()).slice(before);
    expect(calls.filter(({ path }) => about.some((id) => path.includes(id)))).toEqual([]);
  });

  it('sees the older recording during a second broadcast, but does not fall back to it', async () => {
    const stream = await make();
    await broadcast(providers, stream);
    const second = Math.floor(Date.now() / 1000);
    await expect.poll(() => Math.floor(Date.now() / 1000)).toBeGreaterThan(second);
    await goLive(providers, stream, 'srt');
    const told = await look(stream);
    expect(told).toMatchObject({ status: 'live', recording: { preferred: 'cloudflare' } });
    expect(kinds(told)).not.toContain('recording cloudflare');
    await stop(providers, stream);
  });

  it('never gets a credential', async () => {
    const stream = await make();
    const texts: string[] = [];
    const ask = async () => {
      for (const what of ['playback', 'recordings']) texts.push((await viewer.ask(stream.id, what)).text);
    };
    await ask();
    await goLive(providers, stream, 'rtmps');
    await ask();
    await stop(providers, stream);
    await ask();
    const [input] = (await providers.liveInputs()) as [LiveInput];
    const [live] = await providers.liveStreams();
    const secrets = [...Object.values(input.credentials), live?.stream_key ?? '-'];
    expect(secrets.length).toBeGreaterThan(5);
    for (const secret of secrets) expect(texts.join('\n')).not.toContain(secret);
  });

  it('gets a 304 if it has the response already', async () => {
    const stream = await make();
    const { headers } = await viewer.playback(stream.id);
    const known = await viewer.playback(stream.id, { 'if-none-match': headers.get('etag') ?? '' });
    expect(known).toMatchObject({ status: 304, text: '' });
  });
});
