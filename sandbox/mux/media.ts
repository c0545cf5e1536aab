// The RTMP and RTMPS ingest for real media. A live stream's stream key admits an encoder; events follow the media that
// arrives (Mux documentation, start live streaming).

import { join } from 'node:path';
import { certificateIn } from '../media/certificate.ts';
import { Feed, unsupported } from '../media/feed.ts';
import { messageType } from '../media/rtmp-chunks.ts';
import { listenRtmp } from '../media/rtmp-server.ts';
import type { Publication } from '../media/rtmp-server.ts';
import { connectEncoder, disconnectEncoder } from './ingest.ts';
import type { Refused } from './ingest.ts';
import type { EncoderMedia, World } from './world.ts';

export interface MediaOptions {
  /** The folder for recordings and the certificate. */
  folder: string;
  /** 0 picks a free port. */
  rtmpPort: number;
  rtmpsPort: number;
}

export interface Ingest {
  rtmpUrl: string;
  rtmpsUrl: string;
  close(): Promise<void>;
}

const reasons: Record<Refused['refused'], string> = {
  unknown: 'The stream key is unknown.',
  disabled: 'The live stream is disabled.',
  busy: 'An encoder is already connected to the live stream.',
  'not connected': 'No encoder is connected to the live stream.',
};

/** Admits an encoder, or returns the reason why not. */
export function publish(world: World, streamKey: string, drop: () => void): Publication | string {
  const feed = new Feed();
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const media: EncoderMedia = { feed, arrived, drop };
  const result = connectEncoder(world, streamKey, 'rtmp', media);
  if ('refused' in result) return reasons[result.refused];
  const { stream } = result;
  return {
    media(message) {
      // Mux does not document how it treats other codecs, so refuse them here.
      if (message.payload.length > 0 && unsupported(message)) return drop();
      feed.push(message);
      if (message.type !== messageType.data) arrive();
    },
    ended() {
      feed.end();
      if (world.encoders.get(stream.id)?.media === media) disconnectEncoder(world, streamKey, {});
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
  const ingest = {
    app: 'app',
    publish: (streamKey: string, drop: () => void) => publish(world, streamKey, drop),
  };
  const rtmp = await listenRtmp(ingest, options.rtmpPort);
  const rtmps = await listenRtmp(ingest, options.rtmpsPort, certificate);
  const both = {
    close: async () => void (await Promise.all([rtmp.close(), rtmps.close()])),
    reopen: async () => void (await Promise.all([rtmp.reopen(), rtmps.reopen()])),
  };
  world.media = { ingest: both, folder: join(options.folder, 'mux'), recordings: new Map() };
  return {
    rtmpUrl: `rtmp://127.0.0.1:${rtmp.port}/app`,
    rtmpsUrl: `rtmps://127.0.0.1:${rtmps.port}/app`,
    close: both.close,
  };
}
