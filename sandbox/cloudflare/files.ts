// Videos that come as files: a copy from an address (Cloudflare API reference, Stream copy), and a tus upload (Stream
// documentation, direct creator uploads and resumable uploads).

import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Recording } from '../media/recording.ts';
import { anyObject, flag, listOf, number, object, text, url } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { alphanumeric, hexId } from '../shared/ids.ts';
import { sameText } from '../shared/same-text.ts';
import { scriptedSeconds } from '../shared/scripted-media.ts';
import { readSource } from '../shared/source-file.ts';
import { isoMicros, now } from '../shared/time.ts';
import { badRequest, decodedBody, refusal, success } from './envelope.ts';
import { endVideo, malformed, videoView } from './videos.ts';
import type { Failure } from './videos.ts';
import type { Upload, Video, World } from './world.ts';

const maxBytes = 30e9;
const maxUnfinished = 120;
const defaultLifeMs = 30 * 60_000;
const shortestLifeMs = 2 * 60_000;
const longestLifeMs = 6 * 3_600_000;
const longestVideoSeconds = 36_000;

const fetchFailed: Failure = ['ERR_FETCH_ORIGIN_ERROR', 'The video could not be fetched from its address.'];
const tooLong: Failure = ['ERR_DURATION_EXCEED_CONSTRAINT', 'The video is longer than maxDurationSeconds.'];

export interface NewVideo {
  state: Video['state'];
  meta: Record<string, unknown>;
  creator?: string;
  requireSignedURLs?: boolean;
  allowedOrigins?: string[];
}

export function newVideo(world: World, { meta, state, ...given }: NewVideo): Video {
  const unfinished = [...world.videos.values()].filter(
    (each) => each.liveInput === null && !['pendingupload', 'ready', 'error'].includes(each.state),
  );
  if (unfinished.length >= maxUnfinished)
    throw refusal(429, [{ code: 10006, message: 'Too many videos are queued or encoding' }]);
  const at = isoMicros();
  const video: Video = {
    uid: hexId(),
    liveInput: null,
    creator: given.creator ?? null,
    state,
    errorReasonCode: '',
    errorReasonText: '',
    meta,
    created: at,
    modified: at,
    retentionDays: null,
    duration: -1,
    requireSignedURLs: given.requireSignedURLs ?? false,
    allowedOrigins: given.allowedOrigins ?? [],
  };
  world.videos.set(video.uid, video);
  return video;
}

/** The minutes that are stored, and reserved for uploads. */
export function demandStorage({ account, videos }: World, seconds: number): void {
  const reserved = [...videos.values()]
    .filter(({ state }) => state === 'pendingupload')
    .reduce((sum, { upload }) => sum + (upload?.maxDurationSeconds ?? 0), seconds);
  if (account.storage.minutes + reserved / 60 <= account.storage.limit) return;
  throw refusal(413, [{ code: 10011, message: 'Storage capacity exceeded' }]);
}

/** The file's duration in seconds, or why it has no duration. */
async function encode(world: World, video: Video, file: Buffer): Promise<number | Failure> {
  video.size = file.length;
  if (!world.media) return scriptedSeconds(file);
  const folder = join(world.media.folder, video.uid);
  const source = join(folder, 'source');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  writeFileSync(source, file);
  const recording = new Recording(folder, source);
  world.media.recordings.set(video.uid, recording);
  const recorded = await recording.finish();
  if (!recorded) return malformed;
  video.picture = recorded.picture;
  return recorded.durationSeconds;
}

async function process(world: World, video: Video, file: Buffer): Promise<void> {
  const isThere = (): boolean => world.videos.get(video.uid) === video;
  video.state = 'queued';
  await Promise.resolve();
  video.state = 'inprogress';
  const made = await encode(world, video, file).catch(() => malformed);
  if (!isThere()) return;
  const limit = video.upload?.maxDurationSeconds ?? longestVideoSeconds;
  if (typeof made !== 'number') endVideo(world, video, 0, made);
  else endVideo(world, video, made * 1000, made > limit ? tooLong : undefined);
}

const copyFields = object(
  {
    input: url('http', 'https'),
    url: url('http', 'https'),
    meta: anyObject,
    creator: text(64),
    requireSignedURLs: flag,
    allowedOrigins: listOf(text()),
    scheduledDeletion: text(),
    thumbnailTimestampPct: number,
    watermark: object({ uid: text() }),
  },
  { open: true },
);

/** `meta` gets the source's address, whatever it contains. */
function copy(world: World, call: Call): Answer {
  const { input, url: deprecated, meta, ...rest } = decodedBody(call, copyFields);
  const source = input ?? deprecated;
  if (typeof source !== 'string') throw badRequest('input is required');
  demandStorage(world, 0);
  const video = newVideo(world, {
    ...(rest as Partial<NewVideo>),
    state: 'downloading',
    meta: { ...(meta as object), 'downloaded-from': source },
  });
  void readSource(source)
    .then((file) => process(world, video, file))
    .catch(() => {
      if (world.videos.get(video.uid) === video) endVideo(world, video, 0, fetchFailed);
    });
  return success(videoView(world, video));
}

const tusVersion = '1.0.0';
const chunkUnit = 256 * 1024;
const smallestChunk = 5 * 1024 * 1024;
const largestChunk = 200 * 1024 * 1024;

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, HEAD, PATCH, OPTIONS',
  'access-control-allow-headers':
    'authorization, content-type, tus-resumable, upload-length, upload-metadata, upload-offset',
  'access-control-expose-headers':
    'location, stream-media-id, tus-resumable, tus-version, upload-length, upload-metadata, upload-offset',
};

function tusAnswer(status: number, headers: Record<string, string> = {}, body?: string): Answer {
  return { status, headers: { 'tus-resumable': tusVersion, ...headers }, body };
}

function demandVersion(call: Call): Answer | null {
  return call.headers['tus-resumable'] === tusVersion
    ? null
    : tusAnswer(412, { 'tus-version': tusVersion }, 'Precondition Failed');
}

/** `name YjAx,maxDurationSeconds MzYwMA==,requiresignedurls`: a comma without a space, and base64. */
function metadataOf(header: unknown): Record<string, string> {
  if (header === undefined || header === '') return {};
  return Object.fromEntries(
    String(header)
      .split(',')
      .map((pair): [string, string] => {
        const [key = '', value = '', ...more] = pair.split(' ');
        const decoded = Buffer.from(value, 'base64');
        if (key === '' || more.length > 0 || decoded.toString('base64') !== value)
          throw badRequest('Upload-Metadata is malformed');
        return [key, decoded.toString('utf8')];
      }),
  );
}

function durationLimit(text: string | undefined, isDirect: boolean): number | null {
  if (text === undefined && !isDirect) return null;
  const seconds = Number(text ?? Number.NaN);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= longestVideoSeconds) return seconds;
  throw badRequest(`maxDurationSeconds must be between 1 and ${longestVideoSeconds}`);
}

function expiry(text: string | undefined): number {
  const at = text === undefined ? now() + defaultLifeMs : Date.parse(text);
  if (at >= now() + shortestLifeMs - 5000 && at <= now() + longestLifeMs) return at;
  throw badRequest('expiry must be between 2 minutes and 6 hours from now');
}

function createUpload(world: World, call: Call): Answer {
  const refused = demandVersion(call);
  if (refused) return refused;
  const isDirect = call.query.get('direct_user') === 'true';
  const length = Number(call.headers['upload-length'] ?? Number.NaN);
  if (!Number.isInteger(length) || length <= 0) throw badRequest('Upload-Length is required');
  if (length >= maxBytes) throw refusal(413, [{ code: 10011, message: 'The video is too large' }]);
  const known = metadataOf(call.headers['upload-metadata']);
  const { maxDurationSeconds, expiry: until, requiresignedurls, allowedorigins, ...meta } = known;
  const upload: Upload = {
    secret: alphanumeric(48),
    isDirect,
    length,
    bytes: [],
    expiresAt: expiry(until),
    maxDurationSeconds: durationLimit(maxDurationSeconds, isDirect),
  };
  demandStorage(world, upload.maxDurationSeconds ?? 0);
  const creator = call.headers['upload-creator'];
  if (typeof creator === 'string' && creator.length > 64) throw badRequest('Upload-Creator is too long');
  const video = newVideo(world, {
    state: 'pendingupload',
    meta,
    creator: creator as string | undefined,
    requireSignedURLs: requiresignedurls !== undefined,
    allowedOrigins: allowedorigins === undefined ? [] : allowedorigins.split(','),
  });
  video.upload = upload;
  const location = `${world.uploadUrl}/tus/${upload.secret}?tusv2=true`;
  return tusAnswer(201, { ...(isDirect ? cors : {}), location, 'stream-media-id': video.uid });
}

/** The upload that an address names. One that expired before its end is 410, an unknown one 404. */
function uploadOf(world: World, call: Call, apiToken: string): { video: Video; upload: Upload } | Answer {
  const video = [...world.videos.values()].find(({ upload }) => upload?.secret === call.params.secret);
  const upload = video?.upload;
  if (!video || !upload) return tusAnswer(404, cors, 'Not Found');
  if (!upload.isDirect && !sameText(call.headers.authorization ?? '', `Bearer ${apiToken}`))
    return tusAnswer(401, {}, 'Unauthorized');
  if (video.state === 'pendingupload' && upload.expiresAt <= now()) return tusAnswer(410, cors, 'Gone');
  return { video, upload };
}

/** What has arrived of an upload. */
export const uploadedBytes = ({ bytes }: Upload): number =>
  bytes.reduce((sum, { length }) => sum + length, 0);

function head(upload: Upload): Answer {
  return tusAnswer(200, {
    ...(upload.isDirect ? cors : {}),
    'cache-control': 'no-store',
    'upload-offset': String(uploadedBytes(upload)),
    'upload-length': String(upload.length),
  });
}

function patch(world: World, { video, upload }: { video: Video; upload: Upload }, call: Call): Answer {
  const headers = upload.isDirect ? cors : {};
  const refuse = (status: number, why: string): Answer => tusAnswer(status, headers, why);
  if (call.headers['content-type'] !== 'application/offset+octet-stream')
    return refuse(415, 'Unsupported Media Type');
  const offset = uploadedBytes(upload);
  if (Number(call.headers['upload-offset'] ?? Number.NaN) !== offset)
    return refuse(409, 'Upload-Offset does not match');
  const chunk = call.bytes;
  const isLast = offset + chunk.length === upload.length;
  if (offset + chunk.length > upload.length || chunk.length > largestChunk)
    return refuse(413, 'The chunk is too large');
  if (!isLast && chunk.length % chunkUnit !== 0)
    return refuse(400, 'Chunk size must be a multiple of 256KiB');
  if (!isLast && chunk.length < smallestChunk) return refuse(400, 'Chunk size must be at least 5 MiB');
  upload.bytes.push(chunk);
  video.modified = isoMicros();
  if (isLast) void process(world, video, Buffer.concat(upload.bytes));
  return tusAnswer(204, { ...headers, 'upload-offset': String(offset + chunk.length) });
}

export function fileRoutes(world: World, base: string): Routes {
  return {
    [`POST ${base}/copy`]: (call) => copy(world, call),
    [`POST ${base}`]: (call) => createUpload(world, call),
  };
}

/** The addresses that phones upload to. */
export function uploadRoutes(world: World, apiToken: string): Routes {
  const toUpload =
    (act: (found: { video: Video; upload: Upload }, call: Call) => Answer) =>
    (call: Call): Answer => {
      const refused = demandVersion(call);
      if (refused) return { ...refused, headers: { ...cors, ...refused.headers } };
      const found = uploadOf(world, call, apiToken);
      return 'status' in found ? found : act(found, call);
    };
  const path = '/tus/:secret';
  return {
    [`OPTIONS ${path}`]: () =>
      tusAnswer(204, { ...cors, 'tus-version': tusVersion, 'tus-extension': 'expiration' }),
    [`HEAD ${path}`]: toUpload(({ upload }) => head(upload)),
    [`PATCH ${path}`]: toUpload((found, call) => patch(world, found, call)),
  };
}
