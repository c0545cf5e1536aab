// The whole system without the relay: a stream created by the Worker, real media, and what the Worker then reports.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startStage } from '../web/support/engine.ts';
import type { Stage } from '../web/support/engine.ts';
import { Publisher } from '../web/support/publisher.ts';
import { Client, streamOf } from '../worker/api/client.ts';
import type { Stream } from '../worker/api/client.ts';
import type { Providers } from '../worker/api/providers.ts';
import type { StartedWorker } from '../worker/start-worker.ts';
import { encode, eventually, expectSeconds, probe, startWorkerWithMedia } from './support.ts';

interface Recording {
  source: string;
  state: string;
  duration: number;
  playbackUrl: string;
  dashUrl: string | null;
}

interface Rung {
  kind: string;
  url: string;
}

let providers: Providers;
let worker: StartedWorker;
let stage: Stage;
let owner: Client;

beforeAll(async () => {
  stage = await startStage();
}, 60_000);
afterAll(() => stage[Symbol.asyncDispose]());

beforeEach(async () => {
  ({ providers, worker } = await startWorkerWithMedia());
  owner = await Client.of(worker);
}, 60_000);

const look = async ({ id }: Stream): Promise<Stream> => streamOf(await owner.get(id));

async function about<T>(path: string): Promise<T> {
  const { status, text } = await owner.send(path);
  expect(status).toBe(200);
  return JSON.parse(text) as T;
}

async function publishUrlOf({ id }: Stream): Promise<string> {
  const { rtmpUrl, streamKey } = await about<{ rtmpUrl: string; streamKey: string }>(
    `/api/streams/${id}/credentials`,
  );
  return `${rtmpUrl}${streamKey}`;
}

async function recordingsOf({ id }: Stream): Promise<Recording[]> {
  const { broadcasts } = await about<{ broadcasts: { recordings: Recording[] }[] }>(
    `/api/streams/${id}/recordings`,
  );
  return broadcasts.flatMap(({ recordings }) => recordings);
}

/** Resolves once both providers have a ready recording. */
const bothRecordingsOf = (stream: Stream): Promise<Recording[]> =>
  eventually(async () => {
    const found = await recordingsOf(stream);
    return found.length === 2 && found.every(({ state }) => state === 'ready') && found;
  });

/** Ends the broadcast and the providers' reconnect windows now. */
async function end({ cloudflareInputId: inputId }: Stream): Promise<void> {
  await providers.cloudflare.post('disconnect', { inputId, reconnectSeconds: 0.2, wait: true });
  await providers.delivered();
}

const makeForEncoder = async (): Promise<Stream> =>
  streamOf(await owner.post('/api/streams', { title: 'The service', streamingMethod: 'obs' }));

it('an encoder’s broadcast is watched by HLS and recorded twice', async () => {
  const stream = await makeForEncoder();
  const encoder = encode(await publishUrlOf(stream), { size: '1280x720' });

  await eventually(async () => (await look(stream)).status === 'live');
  const rungs = await eventually(async () => {
    const { ladder } = await about<{ ladder: Rung[] }>(`/api/streams/${stream.id}/playback`);
    const hls = ladder.filter(({ kind }) => kind === 'hls');
    const answers = await Promise.all(hls.map(({ url }) => fetch(url)));
    return hls.length > 0 && answers.every(({ status }) => status === 200) && hls;
  });
  for (const { url } of rungs) expect(await probe(url)).toMatchObject({ codecs: ['aac', 'h264'] });
  // Once Mux receives it, the poster is what is on air.
  const poster = await eventually(async () => {
    const { poster: found } = await about<{ poster: string | null }>(`/api/streams/${stream.id}/playback`);
    return found?.endsWith('?latest=true') && found;
  });
  const picture = async (): Promise<string> => {
    const answer = await fetch(poster);
    expect({ status: answer.status, type: answer.headers.get('content-type') }).toEqual({
      status: 200,
      type: 'image/jpeg',
    });
    return Buffer.from(await answer.arrayBuffer()).toString('base64');
  };
  const first = await picture();
  await eventually(async () => (await picture()) !== first);

  await end(stream);
  await encoder.done;
  const recordings = await bothRecordingsOf(stream);
  expect(recordings.map(({ source }) => source).sort()).toEqual(['cloudflare', 'mux']);
  expect(recordings.filter(({ dashUrl }) => dashUrl !== null).map(({ source }) => source)).toEqual([
    'cloudflare',
  ]);
  for (const { playbackUrl, dashUrl, duration } of recordings) {
    const recording = await probe(playbackUrl);
    if (dashUrl !== null) {
      const dash = await probe(dashUrl);
      expect({ codecs: dash.codecs, size: dash.size }).toEqual({ codecs: ['aac', 'h264'], size: '1280x720' });
      expectSeconds(dash.seconds, recording.seconds);
    }
    expect(recording).toMatchObject({ codecs: ['aac', 'h264'], size: '1280x720' });
    expectSeconds(recording.seconds, encoder.sent());
    expect(Math.abs(recording.seconds - duration)).toBeLessThan(0.5);
  }
  expect(await look(stream)).toMatchObject({ status: 'completed', warnings: [] });
  // Nothing is on air any more.
  expect((await fetch(poster)).status).toBe(400);
});

it('a Mux backup that is switched off and on contains what was sent meanwhile, and Cloudflare misses nothing', async () => {
  const stream = await makeForEncoder();
  const backsUp = async (enabled: boolean): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'PUT', headers, body: JSON.stringify({ enabled }) };
    expect((await owner.send(`/api/streams/${stream.id}/simulcast`, init)).status).toBe(200);
  };
  const atMux = async (): Promise<string[]> =>
    (await providers.mux.get<{ words: string }[]>('events')).map(({ words }) => words);
  const encoder = encode(await publishUrlOf(stream));
  const active = 'video.live_stream.active';

  await eventually(async () => (await atMux()).includes(active));
  const begun = encoder.sent();
  await eventually(() => encoder.sent() > begun + 3);
  const off = encoder.sent();
  await backsUp(false);
  await eventually(async () => (await atMux()).includes('video.live_stream.disconnected'));
  const gone = encoder.sent();
  await eventually(() => encoder.sent() > gone + 5);
  const asked = encoder.sent();
  await backsUp(true);
  await eventually(async () => (await atMux()).filter((words) => words === active).length === 2);
  const back = encoder.sent();
  await eventually(() => encoder.sent() > back + 3);
  await end(stream);
  await encoder.done;

  const recordings = await bothRecordingsOf(stream);
  const sent = encoder.sent();
  const lengths = new Map<string, number>();
  for (const { source, playbackUrl } of recordings) {
    const { seconds, codecs } = await probe(playbackUrl);
    expect(codecs).toEqual(['aac', 'h264']);
    lengths.set(source, seconds);
  }
  expectSeconds(lengths.get('cloudflare') ?? 0, sent);
  expectSeconds(lengths.get('mux') ?? 0, off - begun + sent - back, gone + sent - asked);
});

it('a browser’s broadcast straight to Cloudflare is watched by WHEP, with a warning that nothing is recorded', async () => {
  const stream = streamOf(await owner.create());
  const publisher = new Publisher(await stage.page());
  expect(await publisher.start({ url: stream.whipUrl ?? '' })).toMatchObject({ state: 'streaming' });
  const warned = await eventually(async () => {
    await worker.namespace.delete('reconcile/state');
    await worker.scheduled();
    const { warnings } = await look(stream);
    return warnings.some(({ code }) => code === 'recording_unsupported');
  });
  expect(warned).toBe(true);
  const { ladder } = await about<{ ladder: Rung[] }>(`/api/streams/${stream.id}/playback`);
  expect(ladder[0]).toMatchObject({ kind: 'whep' });
  await publisher.stop();
  await publisher.page.context().close();
  expect(await recordingsOf(stream)).toEqual([]);
});
