// A broadcast's recording, from the first media to the finished asset (Mux documentation, assets of a live stream). A
// scripted broadcast has no media, so its track figures are invented.

import { join } from 'node:path';
import type { Picture } from '../media/ffmpeg.ts';
import { Recording } from '../media/recording.ts';
import type { Recorded } from '../media/recording.ts';
import { muxId } from '../shared/ids.ts';
import { now, unixSeconds } from '../shared/time.ts';
import { emit, emitAsset } from './events.ts';
import { playbackIds } from './playback-ids.ts';
import { assetOfEncoder, mediaOf } from './world.ts';
import type {
  Asset,
  Encoder,
  EncoderMedia,
  IngestProtocol,
  LiveStream,
  StaticRendition,
  World,
} from './world.ts';

const slateAfterMs = 500;

const scriptedPicture: Picture = { width: 1280, height: 720, framesPerSecond: 30, audioChannels: 2 };

export function rendition({
  resolution,
  passthrough,
}: {
  resolution: string;
  passthrough?: string;
}): StaticRendition {
  const ext = resolution === 'audio-only' ? 'm4a' : 'mp4';
  return { id: muxId(), name: `${resolution}.${ext}`, ext, resolution, status: 'preparing', passthrough };
}

export function newRecording(world: World, stream: LiveStream, protocol: IngestProtocol): Asset {
  const settings = stream.new_asset_settings;
  const asset: Asset = {
    id: muxId(),
    created_at: unixSeconds(),
    status: 'preparing',
    progress: { state: 'live', progress: -1 },
    is_live: true,
    live_stream_id: stream.id,
    ingest_type: `live_${protocol}`,
    playback_ids: playbackIds({ ...settings }),
    passthrough: settings.passthrough,
    meta: settings.meta,
    master_access: settings.master_access ?? 'none',
    video_quality: settings.video_quality ?? 'plus',
    encoding_tier: 'smart',
    max_resolution_tier: settings.max_resolution_tier ?? '1080p',
    mp4_support: settings.mp4_support ?? 'none',
    test: stream.test,
    static_renditions: settings.static_renditions && { files: settings.static_renditions.map(rendition) },
  };
  world.assets.set(asset.id, asset);
  return asset;
}

/** Records the encoder's media into the asset from now on. */
export function recordMedia(world: World, asset: Asset, media: EncoderMedia): Recording | null {
  if (!world.media) return null;
  const { recordings, folder } = world.media;
  const recording = recordings.get(asset.id) ?? new Recording(join(folder, asset.id));
  recordings.set(asset.id, recording);
  recording.follow(media.feed);
  return recording;
}

/** The asset is ready some seconds into the broadcast, long before its end: playable and still live. */
export function recordingReady(world: World, stream: LiveStream, at: number): void {
  const encoder = world.encoders.get(stream.id);
  const asset = encoder && assetOfEncoder(world, encoder);
  if (!asset) return;
  asset.status = 'ready';
  asset.duration = seconds(at - encoder.spanStartedAt);
  describeMedia(asset, mediaOf(world, asset)?.picture ?? scriptedPicture);
  emitAsset(world, 'ready', asset, at);
}

function describeMedia(asset: Asset, picture: Picture): void {
  const { width, height, framesPerSecond, audioChannels } = picture;
  const shorter = Math.min(width, height);
  if (width > 0) {
    asset.aspect_ratio = aspectRatio(width, height);
    asset.resolution_tier = shorter > 1080 ? '2160p' : shorter > 720 ? '1080p' : '720p';
    asset.max_stored_frame_rate = framesPerSecond || -1;
  } else asset.resolution_tier = 'audio-only';
  const video = {
    type: 'video',
    max_width: width,
    max_height: height,
    max_frame_rate: framesPerSecond || -1,
  };
  const layout = audioChannels > 1 ? 'stereo' : 'mono';
  const audio = { type: 'audio', max_channels: audioChannels, max_channel_layout: layout };
  asset.tracks ??= [...(width > 0 ? [video] : []), ...(audioChannels > 0 ? [audio] : [])].map((track) => ({
    id: muxId(),
    ...track,
  }));
}

function aspectRatio(width: number, height: number): string {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  const common = divisor(width, height);
  return `${width / common}:${height / common}`;
}

function seconds(ms: number): number {
  return Number((ms / 1000).toFixed(4));
}

/**
 * With reduced and low latency, and if asked also with standard, Mux fills the time without an encoder with slate,
 * from half a second on. Otherwise the recording has a gap.
 */
export function startSpan(world: World, stream: LiveStream, encoder: Encoder): void {
  const asset = assetOfEncoder(world, encoder);
  const last = asset?.recording_times?.at(-1);
  const makesSlate = stream.latency_mode !== 'standard' || stream.use_slate_for_standard_latency;
  encoder.spanStartedAt = now();
  if (!asset?.recording_times || !last || !makesSlate) return;
  const from = Date.parse(last.started_at) + last.duration * 1000 + slateAfterMs;
  if (encoder.spanStartedAt <= from) return;
  const started_at = new Date(from).toISOString();
  asset.recording_times.push({ started_at, duration: seconds(encoder.spanStartedAt - from), type: 'slate' });
}

/** A recording has gaps if the encoder was away within the reconnect window. */
export function endSpan(world: World, encoder: Encoder): void {
  const span = {
    started_at: new Date(encoder.spanStartedAt).toISOString(),
    duration: seconds(now() - encoder.spanStartedAt),
    type: 'content' as const,
  };
  const asset = assetOfEncoder(world, encoder);
  if (asset) asset.recording_times = [...(asset.recording_times ?? []), span];
}

/** `recorded` describes the real media, if any. */
export function finishRecording(
  world: World,
  asset: Asset,
  fail: boolean,
  at: number,
  recorded?: Recorded | null,
): void {
  asset.is_live = false;
  if (fail) {
    asset.status = 'errored';
    asset.progress = { state: 'errored', progress: -1 };
    asset.errors = { type: 'invalid_input', messages: ['Asset cannot be processed'] };
    return emitAsset(world, 'errored', asset, at);
  }
  asset.status = 'ready';
  asset.progress = { state: 'completed', progress: 100 };
  const scripted = (asset.recording_times ?? []).reduce((sum, span) => sum + span.duration * 1000, 0);
  asset.duration = seconds(recorded ? recorded.durationSeconds * 1000 : scripted);
  describeMedia(asset, recorded?.picture ?? scriptedPicture);
  emitAsset(world, 'live_stream_completed', asset, at);
  for (const file of asset.static_renditions?.files ?? []) void makeRendition(world, asset, file);
}

/** Describes the media of an asset that is complete. */
export function describeAsset(world: World, asset: Asset): void {
  describeMedia(asset, mediaOf(world, asset)?.picture ?? scriptedPicture);
}

/** Creates only renditions that need no transcoding; Mux itself skips those larger than the original. */
export async function makeRendition(world: World, asset: Asset, file: StaticRendition): Promise<void> {
  const recording = mediaOf(world, asset);
  // About 2 Mbit/s.
  if (!recording)
    return finishRendition(world, asset, file, 'ready', Math.round((asset.duration ?? 0) * 250_000));
  if (file.resolution !== 'highest' && file.resolution !== 'audio-only')
    return finishRendition(world, asset, file, 'skipped');
  try {
    const bytes = await recording.file(file.name, file.resolution === 'audio-only' ? 'audio' : 'all');
    finishRendition(world, asset, file, 'ready', bytes);
  } catch {
    finishRendition(world, asset, file, 'errored');
  }
}

/** The size is a string, as at Mux. */
function finishRendition(
  world: World,
  asset: Asset,
  file: StaticRendition,
  status: 'ready' | 'skipped' | 'errored',
  bytes?: number,
): void {
  file.status = status;
  if (bytes !== undefined) file.filesize = String(bytes);
  emitRendition(world, asset, file, status);
}

export function emitRendition(world: World, asset: Asset, file: StaticRendition, event: string): void {
  const object = { type: 'asset', id: asset.id };
  const data = { ...file, asset_id: asset.id };
  const type = `video.asset.static_rendition.${event}`;
  emit(world, { type, object, data, subject: asset.live_stream_id ?? asset.id });
}
