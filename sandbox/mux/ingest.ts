// What an encoder's arrival and departure do to the live stream and its recording, and the resulting events, in the
// order of recorded broadcasts (Mux documentation, start live streaming; live stream and asset events). The control
// endpoints and the real ingest call `connectEncoder` and `disconnectEncoder`.

import { now } from '../shared/time.ts';
import { emitAsset, emitLiveStream } from './events.ts';
import {
  endSpan,
  finishRecording,
  newRecording,
  recordMedia,
  recordingReady,
  startSpan,
} from './recordings.ts';
import { assetOfEncoder, mediaOf } from './world.ts';
import type { Asset, Encoder, EncoderMedia, IngestProtocol, LiveStream, World } from './world.ts';

/** Mux drops an encoder that still sends this long after `complete`. */
const dropAfterCompleteSeconds = 60;

export type Refused = { refused: 'unknown' | 'disabled' | 'busy' | 'not connected' };

function byKey(world: World, streamKey: string): LiveStream | undefined {
  return [...world.liveStreams.values()].find((stream) => stream.stream_key === streamKey);
}

/** Refuses a second encoder on the same stream; Mux does not document which of the two it keeps. */
export function connectEncoder(
  world: World,
  streamKey: string,
  protocol: IngestProtocol,
  media: EncoderMedia | null = null,
): { stream: LiveStream; asset: Asset | undefined } | Refused {
  const stream = byKey(world, streamKey);
  if (!stream) return { refused: 'unknown' };
  if (stream.status === 'disabled') return { refused: 'disabled' };
  const before = world.encoders.get(stream.id);
  if (before?.connected) return { refused: 'busy' };

  stream.active_ingest_protocol = protocol;
  if (before) {
    world.windows.end(`reconnect ${stream.id}`);
    before.connected = true;
    before.streamKey = streamKey;
    before.media = media;
    startSpan(world, stream, before);
    emitLiveStream(world, 'connected', stream);
    void start(world, stream, before, protocol);
    return { stream, asset: assetOfEncoder(world, before) };
  }
  return { stream, asset: begin(world, stream, protocol, media) };
}

function begin(
  world: World,
  stream: LiveStream,
  protocol: IngestProtocol,
  media: EncoderMedia | null,
): Asset | undefined {
  const at = now();
  // As recorded: a reused stream still names its last recording in this one event.
  emitLiveStream(world, 'connected', stream, { at, active_asset_id: stream.recent_asset_ids.at(-1) });
  const { promise: over, resolve: finish } = Promise.withResolvers<void>();
  const encoder: Encoder = {
    connected: true,
    completed: false,
    streamKey: stream.stream_key,
    assetId: null,
    media,
    spanStartedAt: at,
    over,
    finish,
  };
  world.encoders.set(stream.id, encoder);
  if (!media) openRecording(world, stream, encoder, protocol, at);
  void start(world, stream, encoder, protocol);
  return assetOfEncoder(world, encoder);
}

function openRecording(
  world: World,
  stream: LiveStream,
  encoder: Encoder,
  protocol: IngestProtocol,
  at: number,
): void {
  const asset = newRecording(world, stream, protocol);
  encoder.assetId = asset.id;
  stream.active_asset_id = asset.id;
  stream.recent_asset_ids.push(asset.id);
  emitAsset(world, 'created', asset, at);
}

/**
 * The status stays idle while the first media arrives; an encoder that leaves early ends this. Scripted broadcasts
 * follow the clock, others the media that has arrived.
 */
async function start(
  world: World,
  stream: LiveStream,
  encoder: Encoder,
  protocol: IngestProtocol,
): Promise<void> {
  const key = `start ${stream.id}`;
  const { windows, startSeconds } = world;
  const { media } = encoder;
  if (!(await (media ? windows.until(key, media.arrived) : windows.wait(key, startSeconds / 3)))) return;
  if (encoder.assetId === null) openRecording(world, stream, encoder, protocol, now());
  const asset = assetOfEncoder(world, encoder);
  const recording = media && asset && recordMedia(world, asset, media);
  emitLiveStream(world, 'recording', stream, { connected: true, recording: true });
  const playable = recording
    ? windows.until(key, recording.playable)
    : windows.wait(key, (startSeconds * 2) / 3);
  if (!(await playable)) return;
  stream.status = 'active';
  const at = now();
  if (asset?.status === 'preparing') recordingReady(world, stream, at);
  emitLiveStream(world, 'active', stream, { at, connected: true, recording: true });
}

export interface Departure {
  /** Overrides the live stream's reconnect window. */
  reconnectSeconds?: number;
  failRecording?: boolean;
}

export function disconnectEncoder(
  world: World,
  streamKey: string,
  departure: Departure,
): { stream: LiveStream; over: Promise<void> } | Refused {
  // With real media the encoder has already gone; only the wait can be set.
  const sends = ([, { connected, media, completed, streamKey: key }]: [string, Encoder]): boolean =>
    (connected || (media !== null && !completed)) && key === streamKey;
  const [id = '', encoder] = [...world.encoders].find(sends) ?? [];
  const stream = world.liveStreams.get(id);
  if (!stream || !encoder) return { refused: byKey(world, streamKey) ? 'not connected' : 'unknown' };

  if (encoder.connected) leave(world, stream, encoder);
  if (encoder.completed) {
    world.windows.end(`drop ${stream.id}`);
    world.encoders.delete(stream.id);
  } else {
    void reconnectWindow(world, stream, encoder, departure);
  }
  return { stream, over: encoder.over };
}

/** After `complete` this event comes after `idle`: a stale disconnected that must not make the stream live again. */
function leave(world: World, stream: LiveStream, encoder: Encoder): void {
  world.windows.end(`start ${stream.id}`);
  encoder.connected = false;
  encoder.media?.drop();
  if (!encoder.completed) endSpan(world, encoder);
  emitLiveStream(world, 'disconnected', stream);
}

async function reconnectWindow(
  world: World,
  stream: LiveStream,
  encoder: Encoder,
  departure: Departure,
): Promise<void> {
  const seconds = departure.reconnectSeconds ?? stream.reconnect_window;
  if (await world.windows.wait(`reconnect ${stream.id}`, seconds)) {
    finish(world, stream, encoder, departure.failRecording ?? false);
    world.encoders.delete(stream.id);
  }
}

/** Ends the broadcast: idle and the recording's completion have the same second. */
function finish(world: World, stream: LiveStream, encoder: Encoder, fail: boolean): void {
  const at = now();
  stream.status = 'idle';
  delete stream.active_ingest_protocol;
  emitLiveStream(world, 'idle', stream, { at });
  delete stream.active_asset_id;
  void closeRecording(world, encoder, fail, at).then(encoder.finish);
}

/** With real media the recording is complete a moment later, when its last segment is written. */
async function closeRecording(world: World, encoder: Encoder, fail: boolean, at: number): Promise<void> {
  const asset = assetOfEncoder(world, encoder);
  const recording = asset && mediaOf(world, asset);
  if (!recording) return asset && finishRecording(world, asset, fail, at);
  const recorded = await recording.finish();
  if (world.assets.get(asset.id) === asset) finishRecording(world, asset, fail || !recorded, now(), recorded);
}

/** `complete`: the recording closes at once, and an encoder that still sends is dropped later. */
export function endBroadcast(world: World, stream: LiveStream): boolean {
  const encoder = world.encoders.get(stream.id);
  if (!encoder || encoder.completed) return false;
  world.windows.end(`start ${stream.id}`);
  world.windows.end(`reconnect ${stream.id}`);
  if (encoder.connected) endSpan(world, encoder);
  finish(world, stream, encoder, false);
  encoder.completed = true;
  if (encoder.connected) void dropLater(world, stream);
  else world.encoders.delete(stream.id);
  return true;
}

async function dropLater(world: World, stream: LiveStream): Promise<void> {
  if (await world.windows.wait(`drop ${stream.id}`, dropAfterCompleteSeconds)) cutOff(world, stream);
}

/** `disable` and deletion: drops the encoder and closes the recording, without a reconnect window. */
export function cutOff(world: World, stream: LiveStream): void {
  const encoder = world.encoders.get(stream.id);
  if (encoder?.connected) leave(world, stream, encoder);
  endBroadcast(world, stream);
  world.windows.end(`drop ${stream.id}`);
  world.encoders.delete(stream.id);
}
