// Everything in a broadcast: an RTMP server, the Worker's stand-in, the relay, and pages with a camera.

import type { Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { startRelay } from './relay.ts';
import type { Relay } from './relay.ts';
import { startRtmpServer } from './rtmp-server.ts';
import type { RtmpServer } from './rtmp-server.ts';
import { startWorker, token } from './worker.ts';
import type { Worker } from './worker.ts';

export interface Options {
  /** In place of one that is valid for five minutes. */
  token?: string;
  audio?: boolean;
  codec?: 'h264' | 'vp8';
  /** Sends a painted picture of this size in place of the camera's. */
  painted?: { width: number; height: number };
  /** Rewrites the offer on its way to the relay. */
  rewrite?: 'session-level' | 'strict-max-bundle' | 'ls-before-bundle' | 'utf8' | 'passive';
  /** Sends nothing for the microphone until `unmute`. */
  muted?: boolean;
}

export interface Sent {
  bytes: number;
  frames: number;
  width: number;
  codec?: string;
  state: RTCState;
}

type RTCState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed';

/** A page; sessions that it publishes and watches have numbers. */
export interface Phone {
  page: Page;
  publish(client: 'whip-whep' | 'eyevinn' | 'plain', stream: string, options?: Options): Promise<number>;
  watch(stream: string, token?: string): Promise<{ session: number; took: number }>;
  sent(session: number): Promise<Sent>;
  watched(session: number): Promise<{ frames: number; samples: number; width: number }>;
  restartIce(session: number): Promise<{ status: number; etag: string; before: string }>;
  /** Stops sending one kind of media, as when the microphone is taken or the page is in the background. */
  mute(session: number, kind: 'audio' | 'video'): Promise<void>;
  unmute(session: number, kind: 'audio' | 'video'): Promise<void>;
  /** Replaces the picture with a painted one of this size. */
  paint(session: number, width: number, height: number): Promise<void>;
  /** Ends as when the user taps stop. */
  stop(session: number): Promise<void>;
  /** Disappears without notice. */
  vanish(session: number): Promise<void>;
}

export interface Scene {
  rtmp: RtmpServer;
  worker: Worker;
  relay: Relay;
  phone(): Promise<Phone>;
}

/** The Worker knows `streams`; the stream key of `one` is `key-one`. */
export async function setScene(streams: string[], settings: NodeJS.ProcessEnv = {}): Promise<Scene> {
  const rtmp = await startRtmpServer();
  const worker = await startWorker();
  for (const each of streams) worker.streams.set(each, { url: rtmp.url, streamKey: `key-${each}` });
  const browser = await startBrowser();
  const relay = await startRelay(worker.url, { RELAY_ALLOWED_ORIGINS: browser.origin, ...settings });

  const phone = async (): Promise<Phone> => {
    const page = await browser.open();
    const call = <T>(name: string, ...values: unknown[]): Promise<T> =>
      page.evaluate<T>(`${name}(${values.map((each) => JSON.stringify(each)).join(', ')})`);
    return {
      page,
      publish: (client, stream, options = {}) =>
        call('publish', client, `${relay.url}/whip/${stream}`, options.token ?? token(stream), options),
      watch: (stream, bearer = token(stream, 'watch')) =>
        call('watch', `${relay.url}/whep/${stream}`, bearer),
      sent: (session) => call('sent', session),
      watched: (session) => call('watched', session),
      restartIce: (session) => call('restartIce', session),
      mute: (session, kind) => call('mute', session, kind),
      unmute: (session, kind) => call('unmute', session, kind),
      paint: (session, width, height) => call('paint', session, width, height),
      stop: (session) => call('stop', session),
      vanish: (session) => call('vanish', session),
    };
  };
  return { rtmp, worker, relay, phone };
}
