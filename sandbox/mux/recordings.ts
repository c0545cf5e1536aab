// The recording of one broadcast, from the first media to the finished asset (Mux documentation, assets of a
// live stream; the figures of its tracks stand for media that a scripted broadcast does not have).

import { muxId } from '../shared/ids.ts';
import { now, unixSeconds } from '../shared/time.ts';
import { emit, emitAsset } from './events.ts';
import { playbackIds } from './playback-ids.ts';
import type { Asset, Encoder, IngestProtocol, LiveStream, StaticRendition, World } from './world.ts';

function rendition({
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

/** Some seconds into the broadcast, and long before its end, the asset is ready: playable, and still live. */
export function recordingReady(world: World, stream: LiveStream, at: number): void {
  const encoder = world.encoders.get(stream.id);
  const asset = encoder && world.assets.get(encoder.assetId);
  if (!asset) return;
  asset.status = 'ready';
  asset.duration = seconds(at - encoder.spanStartedAt);
  describeMedia(asset);
  emitAsset(world, 'ready', asset, at);
}

function describeMedia(asset: Asset): void {
  asset.aspect_ratio = '16:9';
  asset.resolution_tier = '720p';
  asset.max_stored_frame_rate = 30;
  asset.tracks ??= [
    { id: muxId(), type: 'video', max_width: 1280, max_height: 720, max_frame_rate: 30 },
    { id: muxId(), type: 'audio', max_channels: 2, max_channel_layout: 'stereo' },
  ];
}

function seconds(ms: number): number {
  return Number((ms / 1000).toFixed(4));
}

export function startSpan(encoder: Encoder): void {
  encoder.spanStartedAt = now();
}

/** A recording may have gaps, where the encoder was away inside the reconnect window. */
export function endSpan(world: World, encoder: Encoder): void {
  const span = {
    started_at: new Date(encoder.spanStartedAt).toISOString(),
    duration: seconds(now() - encoder.spanStartedAt),
    type: 'content' as const,
  };
  const asset = world.assets.get(encoder.assetId);
  if (asset) asset.recording_times = [...(asset.recording_times ?? []), span];
}

export function finishRecording(world: World, asset: Asset, fail: boolean, at: number): void {
  asset.is_live = false;
  if (fail) {
    asset.status = 'errored';
    asset.progress = { state: 'errored', progress: -1 };
    asset.errors = { type: 'invalid_input', messages: ['Asset cannot be processed'] };
    return emitAsset(world, 'errored', asset, at);
  }
  asset.status = 'ready';
  asset.progress = { state: 'completed', progress: 100 };
  asset.duration = seconds(
    (asset.recording_times ?? []).reduce((sum, span) => sum + span.duration * 1000, 0),
  );
  describeMedia(asset);
  emitAsset(world, 'live_stream_completed', asset, at);
  finishRenditions(world, asset);
}

function finishRenditions(world: World, asset: Asset): void {
  for (const file of asset.static_renditions?.files ?? []) {
    file.status = 'ready';
    // About 2 Mbit/s, in a string as Mux has it.
    file.filesize = String(Math.round((asset.duration ?? 0) * 250_000));
    const object = { type: 'asset', id: asset.id };
    const data = { ...file, asset_id: asset.id };
    emit(world, { type: 'video.asset.static_rendition.ready', object, data, subject: asset.live_stream_id });
  }
}
