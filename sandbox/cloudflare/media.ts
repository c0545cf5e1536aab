// The RTMPS ingest for real media. A live input's stream key admits a publisher, and its first media starts a
// broadcast. Media that Cloudflare cannot process ends it with a `live_input.errored` (Cloudflare Stream documentation,
// start a live stream and live webhooks).

import { join } from 'node:path';
import { certificateIn } from '../media/certificate.ts';
import { Feed, isKeyFrame, unsupported } from '../media/feed.ts';
import type { MediaMessage } from '../media/feed.ts';
import { messageType } from '../media/rtmp-chunks.ts';
import { listenRtmp } from '../media/rtmp-server.ts';
import type { Publication } from '../media/rtmp-server.ts';
import { connectPublisher, disconnectPublisher, enterState } from './ingest.ts';
import { notify } from './notifications.ts';
import type { IngestError } from './notifications.ts';
import type { LiveInput, Publisher, World } from './world.ts';

export interface MediaOptions {
  /** The folder for recordings and the certificate. */
  folder: string;
  /** 0 picks a free port. */
  rtmpsPort: number;
}

export interface Ingest {
  close(): Promise<void>;
}

/** Key frames must be 2 to 10 s apart; the lower bound leaves room for the jitter of a live encoder. */
const minGroupMs = 1900;
const maxGroupMs = 10_000;

/** As opposed to the configuration and the end of a sequence, which are marked as key frames, too. */
const picture = 1;

const errors: Record<string, IngestError> = {
  video: { code: 'ERR_UNSUPPORTED_VIDEO_CODEC', message: 'The video codec is not supported; send H.264.' },
  audio: { code: 'ERR_UNSUPPORTED_AUDIO_CODEC', message: 'The audio codec is not supported; send AAC.' },
  group: { code: 'ERR_GOP_OUT_OF_RANGE', message: 'The distance between key frames is out of range.' },
};

/** Detects media that Cloudflare does not process. */
class Inspector {
  #firstMessage: number | null = null;
  #lastKeyFrame: number | null = null;
  /** The shortest distance between key frames so far. */
  shortestGroupMs = Number.POSITIVE_INFINITY;

  mistakeIn(message: MediaMessage): IngestError | undefined {
    if (message.payload.length === 0) return undefined;
    const codec = unsupported(message);
    if (codec) return errors[codec];
    if (message.type !== messageType.video) return undefined;
    if (isKeyFrame(message) && message.payload.readUInt8(1) === picture) {
      const group = message.timestamp - (this.#lastKeyFrame ?? Number.NEGATIVE_INFINITY);
      this.shortestGroupMs = Math.min(this.shortestGroupMs, group);
      this.#lastKeyFrame = message.timestamp;
    }
    this.#firstMessage ??= message.timestamp;
    const groupMs = message.timestamp - (this.#lastKeyFrame ?? this.#firstMessage);
    return groupMs > maxGroupMs ? errors.group : undefined;
  }
}

/** Ends the publisher's broadcast, unless another publisher has taken over. */
export function publisherLeft(world: World, inputId: string, publisher: Publisher): void {
  publisher.feed?.end();
  if (world.broadcasts.get(inputId)?.publisher === publisher) disconnectPublisher(world, inputId, {});
}

function publication(world: World, input: LiveInput, drop: () => void, left: () => void): Publication {
  const feed = new Feed();
  const publisher: Publisher = { feed, drop };
  const inspector = new Inspector();
  const { rtmpsStreamKey } = input.credentials;
  let isWarned = false;
  let stage: 'waiting' | 'connected' | 'over' = 'waiting';

  async function connect(): Promise<void> {
    stage = 'connected';
    const rotated = input.credentials.rtmpsStreamKey !== rtmpsStreamKey;
    if (rotated || 'refused' in (await connectPublisher(world, input.uid, 'rtmps', publisher))) drop();
  }

  function fail(mistake: IngestError): void {
    stage = 'over';
    publisherLeft(world, input.uid, publisher);
    enterState(input, 'rtmps', 'errored');
    notify(world, 'live_input.errored', input.uid, mistake);
    drop();
  }

  /** Cloudflare processes such a broadcast, though its documents ask for 2 to 10 s. */
  function warn(): void {
    if (isWarned || inspector.shortestGroupMs >= minGroupMs) return;
    isWarned = true;
    const words = `warning: key frames are ${inspector.shortestGroupMs} ms apart, Cloudflare asks for 2 to 10 s`;
    world.journal.write(input.uid, words);
  }

  return {
    media(message) {
      if (stage === 'over') return;
      const mistake = inspector.mistakeIn(message);
      if (mistake) return fail(mistake);
      warn();
      feed.push(message);
      if (stage === 'waiting' && message.type !== messageType.data) void connect();
    },
    ended() {
      left();
      publisherLeft(world, input.uid, publisher);
    },
  };
}

/** Discards unfinished recordings. */
export function forgetUnfinished(world: World): void {
  const { recordings } = world.media ?? {};
  for (const recording of recordings?.values() ?? []) if (!recording.isFinished) recording.discard();
  recordings?.clear();
}

export async function startIngest(world: World, options: MediaOptions): Promise<Ingest> {
  const certificate = await certificateIn(options.folder);
  /** Live inputs with an admitted encoder, even if it has not sent anything yet. */
  const taken = new Set<string>();

  function publish(streamKey: string, drop: () => void): Publication | string {
    const input = [...world.liveInputs.values()].find(
      ({ credentials }) => credentials.rtmpsStreamKey === streamKey,
    );
    if (!input) return 'The stream key is unknown.';
    if (!input.enabled) return 'The live input is disabled.';
    if (taken.has(input.uid) || world.broadcasts.get(input.uid)?.connected)
      return 'The live input already has a publisher.';
    taken.add(input.uid);
    return publication(world, input, drop, () => taken.delete(input.uid));
  }

  const listener = await listenRtmp({ app: 'live', publish }, options.rtmpsPort, certificate);
  world.media = {
    ingest: listener,
    rtmpsUrl: `rtmps://127.0.0.1:${listener.port}/live/`,
    folder: join(options.folder, 'cloudflare'),
    trusted: certificate.cert,
    recordings: new Map(),
  };
  return listener;
}
