// /stream and /stream/{uid}: the videos (Cloudflare API reference, Stream videos).

import { anyObject, flag, integer, listOf, nullable, number, object, text } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { hexId } from '../shared/ids.ts';
import { isoMicros, now } from '../shared/time.ts';
import { badRequest, decodedBody, stillLive, success } from './envelope.ts';
import { videoOf } from './lookup.ts';
import { sendVideoWebhook } from './notifications.ts';
import type { LiveInput, Video, World } from './world.ts';

const maxLimit = 1000;
const dayMs = 86_400_000;

/** `Court 3 20 Sep 26 11:00 UTC`. */
function videoName(input: LiveInput, ms: number): string {
  const [, day, month, year, time] = /(\d+) (\w+) \d\d(\d+) (\d+:\d+)/.exec(new Date(ms).toUTCString()) ?? [];
  const date = `${day} ${month} ${year} ${time} UTC`;
  return typeof input.meta.name === 'string' ? `${input.meta.name} ${date}` : date;
}

export function beginVideo(world: World, input: LiveInput): Video {
  const at = now();
  const video: Video = {
    uid: hexId(),
    liveInput: input.uid,
    creator: input.defaultCreator ?? null,
    state: 'live-inprogress',
    errorReasonCode: '',
    errorReasonText: '',
    meta: { name: videoName(input, at) },
    created: isoMicros(at),
    modified: isoMicros(at),
    retentionDays: input.deleteRecordingAfterDays,
    duration: -1,
    requireSignedURLs: input.recording.requireSignedURLs,
    allowedOrigins: input.recording.allowedOrigins ?? [],
  };
  world.videos.set(video.uid, video);
  world.journal.write(input.uid, `video ${video.uid} is live-inprogress`);
  return video;
}

/** A failure: the code and the text. */
export type Failure = readonly [string, string];
export const malformed: Failure = [
  'ERR_MALFORMED_VIDEO',
  'The video was malformed and could not be processed.',
];

export function endVideo(world: World, video: Video, recordedMs: number, failure?: Failure): void {
  const at = now();
  video.modified = isoMicros(at);
  if (failure) {
    video.state = 'error';
    [video.errorReasonCode, video.errorReasonText] = failure;
  } else {
    video.state = 'ready';
    video.duration = Math.round(recordedMs / 100) / 10;
    video.readyToStreamAt = isoMicros(at);
    const { retentionDays } = video;
    if (retentionDays !== null) video.scheduledDeletion = isoMicros(at + retentionDays * dayMs);
  }
  world.journal.write(video.liveInput ?? video.uid, `video ${video.uid} is ${video.state}`);
  sendVideoWebhook(world, video.state, { ...videoView(world, video), status: webhookStatus(video) });
}

function status(video: Video): Record<string, string> {
  const { state, errorReasonCode, errorReasonText } = video;
  if (state === 'error')
    return { state, step: 'encoding', pctComplete: '39', errorReasonCode, errorReasonText };
  const progress: Record<string, string> = state === 'ready' ? { pctComplete: '100.000000' } : {};
  return { state, ...progress, errorReasonCode, errorReasonText };
}

/** The documented error webhook spells its fields differently from the API. */
function webhookStatus(video: Video): Record<string, string> {
  const { errorReasonCode, errorReasonText, ...rest } = status(video);
  if (video.state !== 'error') return { ...rest, errorReasonCode: '', errorReasonText: '' };
  return { ...rest, errReasonCode: errorReasonCode ?? '', errReasonText: errorReasonText ?? '' };
}

export function videoView(world: World, video: Video): Record<string, unknown> {
  const base = `${world.publicUrl}/${video.uid}`;
  const ready = video.state === 'ready';
  return {
    uid: video.uid,
    creator: video.creator,
    ...(ready ? { thumbnail: `${base}/thumbnails/thumbnail.jpg`, preview: `${base}/watch` } : {}),
    thumbnailTimestampPct: 0,
    readyToStream: ready,
    readyToStreamAt: video.readyToStreamAt,
    status: status(video),
    meta: video.meta,
    created: video.created,
    modified: video.modified,
    scheduledDeletion: video.scheduledDeletion ?? null,
    // Live recordings never get a size.
    size: video.size ?? 0,
    allowedOrigins: video.allowedOrigins,
    requireSignedURLs: video.requireSignedURLs,
    uploaded: video.created,
    uploadExpiry: video.upload ? isoMicros(video.upload.expiresAt) : null,
    maxSizeBytes: null,
    maxDurationSeconds: video.upload?.maxDurationSeconds ?? null,
    duration: video.duration,
    input: ready ? (video.picture ?? { width: 1280, height: 720 }) : { width: -1, height: -1 },
    playback: { hls: `${base}/manifest/video.m3u8`, dash: `${base}/manifest/video.mpd` },
    watermark: null,
    ...(video.liveInput === null ? {} : { liveInput: video.liveInput }),
    ...(video.clippedFrom === undefined ? {} : { clippedFrom: video.clippedFrom }),
  };
}

/** Measured: a limit that is not a number gets a 500 without a body. */
function limitOf(call: Call): number | null {
  const limit = call.query.get('limit') ?? String(maxLimit);
  if (!/^\d+$/.test(limit)) return null;
  if (Number(limit) > maxLimit) throw badRequest(`limit must be at most ${maxLimit}`);
  return Number(limit);
}

function list(world: World, call: Call): Answer {
  const limit = limitOf(call);
  if (limit === null) return { status: 500 };
  const wanted = (name: string, matches: (video: Video, value: string) => boolean) => (video: Video) => {
    const value = call.query.get(name);
    return value === null || matches(video, value);
  };
  const before = (video: Video, time: string): boolean => Date.parse(video.created) < Date.parse(time);
  const after = (video: Video, time: string): boolean => Date.parse(video.created) > Date.parse(time);
  const nameOf = ({ meta }: Video): string => (typeof meta.name === 'string' ? meta.name : '');
  const named = (video: Video, text: string): boolean =>
    nameOf(video).toLowerCase().includes(text.toLowerCase());
  const filters = [
    wanted('live_input_id', (video, uid) => video.liveInput === uid),
    wanted('status', (video, state) => video.state === state),
    wanted('type', (video, type) => (video.state === 'live-inprogress') === (type === 'live')),
    wanted('creator', (video, creator) => video.creator === creator),
    wanted('name', (video, name) => nameOf(video) === name),
    wanted('video_name', (video, name) => nameOf(video) === name),
    wanted('search', named),
    wanted('start', after),
    wanted('after', after),
    wanted('end', before),
    wanted('before', before),
  ];
  const videos = [...world.videos.values()].filter((video) => filters.every((passes) => passes(video)));
  if (call.query.get('asc') !== 'true') videos.reverse();
  return success(videos.slice(0, limit).map((video) => videoView(world, video)));
}

function remove(world: World, call: Call): Answer {
  const video = videoOf(world, call);
  if (video.state === 'live-inprogress') throw stillLive();
  world.videos.delete(video.uid);
  return success('');
}

const editFields = object(
  {
    meta: anyObject,
    creator: text(64),
    requireSignedURLs: flag,
    allowedOrigins: listOf(text()),
    scheduledDeletion: nullable(text()),
    thumbnailTimestampPct: number,
    maxDurationSeconds: integer(1, 36_000),
    uid: text(),
  },
  { open: true },
);

/** `meta` is replaced as a whole. */
function edit(world: World, call: Call): Answer {
  const video = videoOf(world, call);
  const { meta, creator, requireSignedURLs, allowedOrigins } = decodedBody(
    call,
    editFields,
  ) as Partial<Video>;
  Object.assign(video, {
    meta: meta ?? video.meta,
    creator: creator ?? video.creator,
    requireSignedURLs: requireSignedURLs ?? video.requireSignedURLs,
    allowedOrigins: allowedOrigins ?? video.allowedOrigins,
    modified: isoMicros(),
  });
  return success(videoView(world, video));
}

export function videoRoutes(world: World, base: string): Routes {
  return {
    [`GET ${base}`]: (call) => list(world, call),
    [`GET ${base}/:uid`]: (call) => success(videoView(world, videoOf(world, call))),
    [`POST ${base}/:uid`]: (call) => edit(world, call),
    [`DELETE ${base}/:uid`]: (call) => remove(world, call),
  };
}
