// What anyone may read about a stream without signing in, and broadcasts to watch.

import type { StartedWorker } from '../start-worker.ts';
import { read, streamOf } from './client.ts';
import type { Client, Stream } from './client.ts';
import type { Providers } from './providers.ts';

export type Source = 'cloudflare' | 'mux';
export const sources: Source[] = ['cloudflare', 'mux'];

export interface Recording {
  source: Source;
  id: string;
  origin: 'live' | 'copy' | 'phone' | 'clip';
  clippedFrom: string | null;
  state: 'processing' | 'copying' | 'ready' | 'failed';
  duration: number | null;
  startedAt: string;
  playbackUrl: string | null;
  dashUrl: string | null;
  iframeUrl: string | null;
  thumbnailUrl: string | null;
  downloadUrl: string | null;
}

export interface Recordings {
  status: 'ready' | 'live' | 'processing' | 'completed';
  broadcasts: { startedAt: string; preferredRecordingSource: Source; recordings: Recording[] }[];
}

export interface Playback {
  title: string;
  status: Recordings['status'];
  live: Record<'whep' | 'hls' | 'dash' | 'iframe', string | null> | null;
  recording: { cloudflare: Recording | null; mux: Recording | null; preferred: Source } | null;
  poster: string | null;
  ladder: { kind: string; source: Source; url: string }[];
}

/** A viewer without token or cookie. */
export class Viewer {
  readonly #worker: StartedWorker;

  constructor(worker: StartedWorker) {
    this.#worker = worker;
  }

  async ask<T>(id: string, what: string, headers: Record<string, string> = {}) {
    const answer = await read(await this.#worker.fetch(`/api/streams/${id}/${what}`, { headers }));
    return {
      ...answer,
      cacheControl: answer.headers.get('cache-control'),
      body: answer.body as unknown as T,
    };
  }

  recordings(id: string, headers: Record<string, string> = {}) {
    return this.ask<Recordings>(id, 'recordings', headers);
  }

  playback(id: string, headers: Record<string, string> = {}) {
    return this.ask<Playback>(id, 'playback', headers);
  }
}

/** Plays a complete, very short broadcast and delivers all of its webhooks. */
export async function broadcast(providers: Providers, stream: Stream, more: object = {}): Promise<void> {
  const inputId = stream.cloudflareInputId;
  const brief = { inputId, seconds: 0.12, reconnectSeconds: 0.01, ...more };
  await providers.cloudflare.post('broadcast', brief);
  await providers.delivered();
}

/** A new stream with a broadcast that both providers have recorded. */
export async function recorded(providers: Providers, owner: Client, seconds?: number): Promise<Stream> {
  const stream = streamOf(await owner.create());
  await broadcast(providers, stream, seconds === undefined ? {} : { seconds });
  return stream;
}

/** Starts a broadcast that continues, and waits until Mux plays it if it reaches Mux. */
export async function goLive(providers: Providers, stream: Stream, protocol: string): Promise<void> {
  await providers.cloudflare.post('connect', { inputId: stream.cloudflareInputId, protocol });
  const state = () => providers.mux.get<{ liveStreams: { id: string; status: string }[] }>('state');
  const carried = protocol !== 'webrtc' && stream.muxLiveStreamId !== null;
  const isActive = async () =>
    (await state()).liveStreams.some(
      ({ id, status }) => id === stream.muxLiveStreamId && status === 'active',
    );
  while (carried && !(await isActive())) await new Promise((resolve) => setTimeout(resolve, 10));
  await providers.delivered();
}

export async function stop(providers: Providers, stream: Stream): Promise<void> {
  const inputId = stream.cloudflareInputId;
  await providers.cloudflare.post('disconnect', { inputId, reconnectSeconds: 0.05, wait: true });
  await providers.delivered();
}
