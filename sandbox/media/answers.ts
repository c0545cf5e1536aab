// Media responses for players: playlists, segments, images and files, for pages from any origin.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Call } from '../shared/http.ts';
import { masterPlaylist, mediaPlaylist } from './playlist.ts';
import type { Shown, Subtitles } from './playlist.ts';
import { isSegment } from './recording.ts';
import type { Recording } from './recording.ts';

const anyOrigin = { 'access-control-allow-origin': '*' };

export function openAnswer(status: number, body?: unknown): Answer {
  return { status, headers: anyOrigin, body };
}

export const notThere: Answer = openAnswer(404, 'Not Found');
export const notAdmitted: Answer = openAnswer(401, 'Unauthorized');

function typed(type: string, body: string | Buffer, cacheControl: string): Answer {
  return {
    status: 200,
    headers: { ...anyOrigin, 'content-type': type, 'cache-control': cacheControl },
    body,
  };
}

const playlistType = 'application/vnd.apple.mpegurl';

export function masterAnswer(recording: Recording, media: string, subtitles: Subtitles[] = []): Answer {
  const size = recording.picture ?? { width: 0, height: 0 };
  return typed(playlistType, masterPlaylist(media, size, subtitles), 'no-store');
}

export function playlistAnswer(recording: Recording, shown: Shown): Answer {
  return typed(playlistType, mediaPlaylist(recording.playlist(), shown), 'no-store');
}

export function segmentAnswer(recording: Recording, file: string): Answer {
  if (!isSegment(file)) return notThere;
  const path = join(recording.folder, file);
  return existsSync(path) ? typed('video/mp2t', readFileSync(path), 'max-age=600') : notThere;
}

function imageAnswer(recording: Recording, name: string | null, cacheControl: string): Answer {
  return name ? typed('image/jpeg', readFileSync(join(recording.folder, name)), cacheControl) : notThere;
}

export async function thumbnailAnswer(recording: Recording): Promise<Answer> {
  return imageAnswer(recording, await recording.thumbnail(), 'max-age=60');
}

/** What is on air now. */
export async function latestThumbnailAnswer(recording: Recording): Promise<Answer> {
  return imageAnswer(recording, await recording.latestThumbnail(), 'max-age=10');
}

/** A whole file, or the requested range: players seek in MP4 with ranges (RFC 9110, section 14). */
export function fileAnswer(call: Call, path: string, type: string): Answer {
  return bytesAnswer(call, readFileSync(path), type);
}

export function bytesAnswer(call: Call, bytes: Buffer, type: string): Answer {
  const whole = typed(type, bytes, 'max-age=600');
  whole.headers = { ...whole.headers, 'accept-ranges': 'bytes' };
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(call.headers.range ?? '') ?? [];
  if (first === undefined) return whole;
  const from = Number(first);
  const to = Math.min(last ? Number(last) : bytes.length - 1, bytes.length - 1);
  if (from > to)
    return { status: 416, headers: { ...anyOrigin, 'content-range': `bytes */${bytes.length}` } };
  const range = { 'content-range': `bytes ${from}-${to}/${bytes.length}` };
  return { status: 206, headers: { ...whole.headers, ...range }, body: bytes.subarray(from, to + 1) };
}
