// /stream/live_inputs (Cloudflare API reference, Stream live inputs).

import type { Answer, Call, Routes } from '../shared/http.ts';
import { alphanumeric, hexId } from '../shared/ids.ts';
import { isoMicros, now } from '../shared/time.ts';
import { badRequest, decodedBody, inputWasDeleted, success } from './envelope.ts';
import { cutOff } from './ingest.ts';
import { liveInputFields, settingsFrom } from './live-input-fields.ts';
import { liveInputOf } from './lookup.ts';
import { videoView } from './videos.ts';
import type { Credentials, LiveInput, World } from './world.ts';

const idempotencyHours = 6;
const publicRtmpsUrl = 'rtmps://live.cloudflare.com:443/live/';
const srtUrl = 'srt://live.cloudflare.com:778';

function newCredentials(world: World): Credentials {
  const { plant } = world;
  return {
    rtmpsStreamKey: plant.take('rtmpsStreamKey', () => alphanumeric(65)),
    rtmpsPlaybackStreamKey: plant.take('rtmpsPlaybackStreamKey', () => alphanumeric(65)),
    srtStreamId: plant.take('srtStreamId', hexId),
    srtPassphrase: plant.take('srtPassphrase', () => alphanumeric(64)),
    srtPlaybackPassphrase: plant.take('srtPlaybackPassphrase', () => alphanumeric(64)),
    whipSecret: plant.take('whipSecret', () => alphanumeric(64)),
  };
}

/** All fields, including credentials; unset optional fields are omitted. */
function view(world: World, input: LiveInput): Record<string, unknown> {
  const { uid, credentials } = input;
  const base = `${world.publicUrl}/${uid}`;
  const rtmpsUrl = world.media?.rtmpsUrl ?? publicRtmpsUrl;
  return {
    uid,
    created: input.created,
    modified: input.modified,
    keysRotatedAt: input.keysRotatedAt,
    enabled: input.enabled,
    meta: input.meta,
    status: input.status,
    defaultCreator: input.defaultCreator,
    preferLowLatency: input.preferLowLatency,
    rtmps: { url: rtmpsUrl, streamKey: credentials.rtmpsStreamKey },
    rtmpsPlayback: { url: rtmpsUrl, streamKey: credentials.rtmpsPlaybackStreamKey },
    srt: { url: srtUrl, streamId: credentials.srtStreamId, passphrase: credentials.srtPassphrase },
    srtPlayback: { url: srtUrl, streamId: `play${uid}`, passphrase: credentials.srtPlaybackPassphrase },
    webRTC: { url: `${world.publicUrl}/${credentials.whipSecret}/webRTC/publish` },
    webRTCPlayback: { url: `${base}/webRTC/play` },
    playback: { hls: `${base}/manifest/video.m3u8`, dash: `${base}/manifest/video.mpd` },
    recording: input.recording,
    deleteRecordingAfterDays: input.deleteRecordingAfterDays ?? undefined,
  };
}

/** The input that an earlier call created with the same key, if any. */
function madeBefore(world: World, key: string | undefined): LiveInput | undefined {
  if (key === undefined) return undefined;
  if (Buffer.byteLength(key) > 255) throw badRequest('Idempotency-Key must be at most 255 bytes');
  const made = world.idempotencyKeys.get(key);
  if (!made || now() - made.at > idempotencyHours * 3600_000) return undefined;
  const input = world.liveInputs.get(made.uid);
  if (!input) throw inputWasDeleted();
  return input;
}

function create(world: World, call: Call): Answer {
  const key = call.headers['idempotency-key'] as string | undefined;
  const before = madeBefore(world, key);
  if (before) return success(createdView(world, before));
  const settings = settingsFrom(decodedBody(call, liveInputFields));
  const at = now();
  const input: LiveInput = {
    uid: hexId(),
    created: isoMicros(at),
    modified: isoMicros(at),
    ...settings,
    credentials: newCredentials(world),
    status: null,
    outputs: new Map(),
  };
  world.liveInputs.set(input.uid, input);
  if (key !== undefined) world.idempotencyKeys.set(key, { uid: input.uid, at });
  return success(createdView(world, input));
}

/** This field is null here and absent in other responses. */
function createdView(world: World, input: LiveInput): Record<string, unknown> {
  return { ...view(world, input), deleteRecordingAfterDays: input.deleteRecordingAfterDays };
}

function list(world: World, call: Call): Answer {
  const inputs = [...world.liveInputs.values()].reverse().map((input) => ({
    uid: input.uid,
    created: input.created,
    modified: input.modified,
    meta: input.meta,
    enabled: input.enabled,
    deleteRecordingAfterDays: input.deleteRecordingAfterDays ?? undefined,
  }));
  const counts =
    call.query.get('include_counts') === 'true' ? { range: inputs.length, total: inputs.length } : {};
  return success({ liveInputs: inputs, ...counts });
}

function update(world: World, call: Call): Answer {
  const input = liveInputOf(world, call);
  Object.assign(input, settingsFrom(decodedBody(call, liveInputFields), input), { modified: isoMicros() });
  if (!input.enabled) cutOff(world, input);
  return success(view(world, input));
}

/** Disabling ends a broadcast and refuses the next; the rest of the live input stays as it is. */
function setEnabled(world: World, call: Call, enabled: boolean): Answer {
  const input = liveInputOf(world, call);
  input.enabled = enabled;
  input.modified = isoMicros();
  if (!enabled) cutOff(world, input);
  return success(view(world, input));
}

/** The recordings remain and keep costing storage. */
function remove(world: World, call: Call): Answer {
  const input = liveInputOf(world, call);
  cutOff(world, input);
  world.liveInputs.delete(input.uid);
  return success('');
}

/** Replaces all credentials. Cloudflare does not explicitly document that this includes the WHIP URL. */
function rotateKeys(world: World, call: Call): Answer {
  const input = liveInputOf(world, call);
  cutOff(world, input);
  input.credentials = newCredentials(world);
  input.keysRotatedAt = isoMicros();
  input.modified = input.keysRotatedAt;
  return success(view(world, input));
}

function listVideos(world: World, call: Call): Answer {
  const { uid } = liveInputOf(world, call);
  const videos = [...world.videos.values()].reverse().filter((video) => video.liveInput === uid);
  return success(videos.map((video) => videoView(world, video)));
}

export function liveInputRoutes(world: World, base: string): Routes {
  const path = `${base}/live_inputs`;
  return {
    [`POST ${path}`]: (call) => create(world, call),
    [`GET ${path}`]: (call) => list(world, call),
    [`GET ${path}/:uid`]: (call) => success(view(world, liveInputOf(world, call))),
    [`PUT ${path}/:uid`]: (call) => update(world, call),
    [`DELETE ${path}/:uid`]: (call) => remove(world, call),
    [`POST ${path}/:uid/disable`]: (call) => setEnabled(world, call, false),
    [`POST ${path}/:uid/enable`]: (call) => setEnabled(world, call, true),
    [`POST ${path}/:uid/rotate_keys`]: (call) => rotateKeys(world, call),
    [`GET ${path}/:uid/videos`]: (call) => listVideos(world, call),
  };
}
