// Playback at https://customer-<code>.cloudflarestream.com: HLS of a live input while it is live, HLS and DASH of each
// recording (Cloudflare Stream documentation, watch a live stream). The paths of renditions and segments are this
// stand-in's own. There is no DASH of what is live.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  bytesAnswer,
  fileAnswer,
  masterAnswer,
  notAdmitted,
  notThere,
  openAnswer,
  playlistAnswer,
  segmentAnswer,
  thumbnailAnswer,
} from '../media/answers.ts';
import { dashManifest } from '../media/recording.ts';
import type { Recording } from '../media/recording.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { scriptedFile } from '../shared/scripted-media.ts';
import { now } from '../shared/time.ts';
import { subtitlesOf } from './captions.ts';
import { videoOf } from './lookup.ts';
import { badRequest, success } from './envelope.ts';
import { admittedUid } from './signing-keys.ts';
import type { Video, World } from './world.ts';

/** How far viewers can rewind a live input without `dvrEnabled`. */
const windowSeconds = 20;
/** How long after a broadcast its playlist still shows the end; then 204. */
const endMarkerMs = 20_000;
const downloadFile = 'default.mp4';

const notLive = openAnswer(204);
const failed = openAnswer(424, 'This video could not be processed.');

interface Found {
  videoUid: string;
  recording: Recording;
  isInput: boolean;
}

function recordingOf(world: World, videoUid: string): Recording | undefined {
  return world.media?.recordings.get(videoUid);
}

function liveVideo(world: World, inputId: string): string | null {
  const { videoUid } = world.broadcasts.get(inputId) ?? {};
  if (videoUid) return videoUid;
  const input = world.liveInputs.get(inputId);
  const last = input?.lastBroadcast;
  return last && now() - last.endedAt < endMarkerMs ? last.videoUid : null;
}

/** Looks up the path's uid or token; returns an error response if there is nothing to play. */
function find(world: World, call: Call): Found | Answer {
  const uid = admittedUid(world, call.params.uid ?? '');
  if (uid === null) return notAdmitted;
  const input = world.liveInputs.get(uid);
  const video = world.videos.get(uid);
  if (!input && !video) return notThere;
  if (video?.state === 'error') return failed;
  const videoUid = video ? uid : liveVideo(world, uid);
  const recording = videoUid === null ? undefined : recordingOf(world, videoUid);
  if (videoUid === null || !recording?.picture) return input ? notLive : notThere;
  return { videoUid, recording, isInput: input !== undefined };
}

function ifFound(
  world: World,
  answer: (found: Found, call: Call) => Answer | Promise<Answer>,
): (call: Call) => Answer | Promise<Answer> {
  return (call) => {
    const found = find(world, call);
    return 'status' in found ? found : answer(found, call);
  };
}

function media({ videoUid, recording, isInput }: Found, call: Call): Answer {
  const rewinds = !isInput || call.query.get('dvrEnabled') === 'true';
  const prefix = `../segments/${videoUid}/`;
  return playlistAnswer(recording, { prefix, windowSeconds: rewinds ? undefined : windowSeconds });
}

/** A live input serves the segments of all its recordings: a viewer may still be at the end of the last one. */
function segment(world: World, call: Call): Answer {
  const { video: videoUid = '', file = '' } = call.params;
  const uid = admittedUid(world, call.params.uid ?? '');
  if (uid === null) return notAdmitted;
  const video = world.videos.get(videoUid);
  const recording = recordingOf(world, videoUid);
  if (!video || !recording || (uid !== videoUid && uid !== video.liveInput)) return notThere;
  return segmentAnswer(recording, file);
}

/** The manifest names the other files relative to itself. */
async function dash({ recording, isInput }: Found, call: Call, file: string): Promise<Answer> {
  const isManifest = file === dashManifest;
  if (isInput || !recording.isFinished || !(isManifest || /^[\w-]+\.m4s$/.test(file))) return notThere;
  const path = join(await recording.dash(), file);
  if (!existsSync(path)) return notThere;
  return fileAnswer(call, path, isManifest ? 'application/dash+xml' : 'video/iso.segment');
}

function page({ params }: Call): Answer {
  const player = `<video src="manifest/video.m3u8" controls autoplay muted playsinline></video>`;
  const body = `<!doctype html><title>${params.uid}</title>${player}`;
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

export function playbackRoutes(world: World): Routes {
  const query = ({ query }: Call): string => (query.size > 0 ? `?${query}` : '');
  return {
    'GET /:uid/manifest/video.m3u8': ifFound(world, ({ recording, videoUid }, call) =>
      masterAnswer(
        recording,
        `stream.m3u8${query(call)}`,
        subtitlesOf(world.videos.get(videoUid), query(call)),
      ),
    ),
    'GET /:uid/manifest/stream.m3u8': ifFound(world, media),
    'GET /:uid/manifest/video.mpd': ifFound(world, (found, call) => dash(found, call, dashManifest)),
    'GET /:uid/manifest/:file': ifFound(world, (found, call) => dash(found, call, call.params.file ?? '')),
    'GET /:uid/segments/:video/:file': (call) => segment(world, call),
    'GET /:uid/thumbnails/thumbnail.jpg': ifFound(world, ({ recording }) => thumbnailAnswer(recording)),
    'GET /:uid/iframe': ifFound(world, (_found, call) => page(call)),
    'GET /:uid/downloads/default.mp4': (call) => downloaded(world, call),
  };
}

/** With signed URLs, the token must say that the video may be downloaded. */
function downloaded(world: World, call: Call): Answer {
  const uid = admittedUid(world, call.params.uid ?? '', 'download');
  if (uid === null) return notAdmitted;
  const video = world.videos.get(uid);
  if (video?.download?.status !== 'ready') return notThere;
  const recording = recordingOf(world, uid);
  return recording
    ? fileAnswer(call, join(recording.folder, downloadFile), 'video/mp4')
    : bytesAnswer(call, scriptedFile(video.duration), 'video/mp4');
}

/** Longer live recordings cannot be downloaded. */
const longestDownloadSeconds = 4 * 3600;

async function makeDownload(world: World, video: Video): Promise<void> {
  const download = video.download;
  if (!download) return;
  try {
    await recordingOf(world, video.uid)?.file(downloadFile, 'all');
    Object.assign(download, { status: 'ready', percentComplete: 100 });
  } catch {
    download.status = 'error';
  }
}

/** MP4 downloads are created on request (Cloudflare API reference, downloads). There is no webhook. */
export function downloadRoutes(world: World, base: string): Routes {
  const view = ({ uid, download }: Video): Answer => {
    const url = `${world.publicUrl}/${uid}/downloads/${downloadFile}`;
    return success(download ? { default: { ...download, url } } : {});
  };
  const create = (call: Call): Answer => {
    const video = videoOf(world, call);
    if (video.state !== 'ready') throw badRequest('the video is not ready');
    if (video.liveInput !== null && video.duration >= longestDownloadSeconds)
      throw badRequest('live recordings of 4 hours or more cannot be downloaded');
    if (video.download && video.download.status !== 'error') return view(video);
    video.download = { status: 'inprogress', percentComplete: 0 };
    const answer = view({ ...video, download: { ...video.download } });
    void makeDownload(world, video);
    return answer;
  };
  return {
    [`GET ${base}/:uid/downloads`]: (call) => view(videoOf(world, call)),
    [`POST ${base}/:uid/downloads`]: create,
    [`POST ${base}/:uid/downloads/default`]: create,
    [`DELETE ${base}/:uid/downloads/default`]: (call) => {
      delete videoOf(world, call).download;
      return success('');
    },
  };
}
