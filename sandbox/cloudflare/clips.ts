// A part of a video as a video of its own (Cloudflare API reference, Stream clip; Stream documentation, "Clip videos").
// What Cloudflare answers to times that make no sense is not documented; here they are refused.

import { join } from 'node:path';
import { anyObject, flag, integer, listOf, number, object, text } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { badRequest, decodedBody, notFound, success } from './envelope.ts';
import { demandStorage, newVideo } from './files.ts';
import type { NewVideo } from './files.ts';
import { endVideo, malformed, videoView } from './videos.ts';
import type { Video, World } from './world.ts';

const clipFields = object(
  {
    clippedFromVideoUID: text(32),
    startTimeSeconds: integer(0, 36_000),
    endTimeSeconds: integer(1, 36_000),
    meta: anyObject,
    name: text(),
    creator: text(64),
    requireSignedURLs: flag,
    allowedOrigins: listOf(text()),
    scheduledDeletion: text(),
    thumbnailTimestampPct: number,
    watermark: object({ uid: text() }),
  },
  { required: ['clippedFromVideoUID', 'startTimeSeconds', 'endTimeSeconds'] },
);

async function cut(world: World, source: Video, clip: Video, from: number, to: number): Promise<void> {
  clip.state = 'inprogress';
  const original = world.media?.recordings.get(source.uid);
  let seconds: number | undefined = to - from;
  if (world.media && original) {
    const recorded = await original.clip(join(world.media.folder, clip.uid), { from, to }).catch(() => null);
    clip.picture = recorded?.recorded.picture;
    seconds = recorded?.recorded.durationSeconds;
    if (recorded) world.media.recordings.set(clip.uid, recorded.recording);
  }
  if (world.videos.get(clip.uid) !== clip) return;
  endVideo(world, clip, (seconds ?? 0) * 1000, seconds === undefined ? malformed : undefined);
}

function create(world: World, call: Call): Answer {
  const { clippedFromVideoUID, startTimeSeconds, endTimeSeconds, meta, ...rest } = decodedBody(
    call,
    clipFields,
  );
  const [from, to] = [Number(startTimeSeconds), Number(endTimeSeconds)];
  const source = world.videos.get(String(clippedFromVideoUID));
  if (!source) throw notFound();
  if (source.state !== 'ready') throw badRequest('the video is not ready');
  if (from >= to) throw badRequest('startTimeSeconds must be before endTimeSeconds');
  if (to > source.duration) throw badRequest('endTimeSeconds is after the end of the video');
  demandStorage(world, to - from);
  const clip = newVideo(world, {
    ...(rest as Partial<NewVideo>),
    state: 'queued',
    meta: (meta ?? {}) as Record<string, unknown>,
  });
  clip.clippedFrom = source.uid;
  const answer = success(videoView(world, clip));
  void Promise.resolve().then(() => cut(world, source, clip, from, to));
  return answer;
}

export function clipRoutes(world: World, base: string): Routes {
  return { [`POST ${base}/clip`]: (call) => create(world, call) };
}
