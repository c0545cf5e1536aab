// All objects of the Mux stand-in, with Mux's field names (Mux API reference, live streams and assets). `created_at` is
// stored as a number; the REST API writes it as a string.

import { randomInt } from 'node:crypto';
import type { Feed } from '../media/feed.ts';
import type { Recording } from '../media/recording.ts';
import type { CallLog } from '../shared/call-log.ts';
import type { IngestSwitch } from '../shared/control.ts';
import type { Courier } from '../shared/courier.ts';
import type { Faults } from '../shared/faults.ts';
import { uuid } from '../shared/ids.ts';
import type { Journal } from '../shared/journal.ts';
import type { Plant } from '../shared/plant.ts';
import { unixSeconds } from '../shared/time.ts';
import type { Windows } from '../shared/windows.ts';
import type { SigningKeys } from '../shared/signing-keys.ts';

export interface PlaybackId {
  id: string;
  policy: string;
  drm_configuration_id?: string;
}

export interface SimulcastTarget {
  id: string;
  url: string;
  stream_key?: string;
  passthrough?: string;
  status: 'idle';
}

export interface StaticRendition {
  id: string;
  name: string;
  ext: string;
  resolution: string;
  status: 'preparing' | 'ready' | 'skipped' | 'errored';
  passthrough?: string;
  filesize?: string;
}

/** The settings for each recording of a live stream, as received. */
export interface AssetSettings {
  playback_policies?: string[];
  passthrough?: string;
  meta?: Record<string, unknown>;
  master_access?: string;
  video_quality?: string;
  max_resolution_tier?: string;
  mp4_support?: string;
  static_renditions?: { resolution: string; passthrough?: string }[];
}

export type IngestProtocol = 'rtmp' | 'srt';

export interface LiveStream {
  id: string;
  created_at: number;
  status: 'idle' | 'active' | 'disabled';
  stream_key: string;
  srt_passphrase: string;
  latency_mode: string;
  reconnect_window: number;
  max_continuous_duration: number;
  use_slate_for_standard_latency: boolean;
  reconnect_slate_url?: string;
  passthrough?: string;
  meta?: Record<string, unknown>;
  audio_only?: boolean;
  test?: boolean;
  playback_ids: PlaybackId[];
  new_asset_settings: AssetSettings;
  simulcast_targets?: SimulcastTarget[];
  embedded_subtitles?: unknown;
  generated_subtitles?: unknown;
  recent_asset_ids: string[];
  active_asset_id?: string;
  active_ingest_protocol?: IngestProtocol;
}

export interface Asset {
  id: string;
  created_at: number;
  status: 'preparing' | 'ready' | 'errored';
  progress: { state: 'ingesting' | 'transcoding' | 'live' | 'completed' | 'errored'; progress: number };
  /** Missing for an asset by URL, like live_stream_id. */
  is_live?: boolean;
  live_stream_id?: string;
  ingest_type: 'live_rtmp' | 'live_srt' | 'on_demand_url' | 'on_demand_clip';
  /** Of a clip. */
  source_asset_id?: string;
  playback_ids: PlaybackId[];
  passthrough?: string;
  meta?: Record<string, unknown>;
  master_access: string;
  master?: { status: 'preparing' | 'ready' | 'errored'; url?: string };
  video_quality: string;
  encoding_tier: string;
  max_resolution_tier: string;
  mp4_support: string;
  test?: boolean;
  duration?: number;
  aspect_ratio?: string;
  resolution_tier?: string;
  max_stored_frame_rate?: number;
  tracks?: Record<string, unknown>[];
  recording_times?: { started_at: string; duration: number; type: 'content' | 'slate' }[];
  static_renditions?: { files: StaticRendition[] };
  errors?: { type: string; messages: string[] };
}

/** The recording that an encoder writes or wrote. */
export function assetOfEncoder(world: World, { assetId }: Encoder): Asset | undefined {
  return assetId === null ? undefined : world.assets.get(assetId);
}

/** The real media of an asset. */
export function mediaOf(world: World, { id }: Asset): Recording | undefined {
  return world.media?.recordings.get(id);
}

export interface WebhookEndpoint {
  id: string;
  /** In `attempts[]`, unlike in the API, Mux numbers its endpoints. */
  number: number;
  address: string;
  enabled: boolean;
  created_at: number;
  signing_secret: string;
}

export const secretNames = ['streamKey', 'srtPassphrase', 'signingSecret'] as const;
export type SecretName = (typeof secretNames)[number];

/** State of an encoder with real media. */
export interface EncoderMedia {
  feed: Feed;
  /** Whether the first media has arrived. */
  arrived: Promise<void>;
  drop(): void;
}

/** State of a stand-in that takes real media. */
export interface Media {
  ingest: IngestSwitch;
  folder: string;
  /** By asset. */
  recordings: Map<string, Recording>;
}

/** An encoder that is connected, or may return within the reconnect window. */
export interface Encoder {
  connected: boolean;
  /** `complete` was called while it was connected; its further media is dropped. */
  completed: boolean;
  /** The key it used; the stream's key may have been reset since. */
  streamKey: string;
  /** null until the first media has arrived. */
  assetId: string | null;
  /** null if scripted. */
  media: EncoderMedia | null;
  spanStartedAt: number;
  /** Resolves when the broadcast is over. */
  over: Promise<void>;
  finish: () => void;
}

export interface World {
  environment: { name: string; id: string };
  /** What the access token may do. */
  permissions: string[];
  /** Seconds from an encoder's connection until the stream is active; about 11 at Mux. */
  startSeconds: number;
  liveStreams: Map<string, LiveStream>;
  assets: Map<string, Asset>;
  /** The signatures of temporary masters, by asset. */
  masters: Map<string, { secret: string; until: number }>;
  /** Replaces https://mezzanine.mux.com. */
  url: string;
  webhookEndpoints: Map<string, WebhookEndpoint>;
  /** By live stream id. */
  encoders: Map<string, Encoder>;
  signingKeys: SigningKeys;
  /** null without real media. */
  media: Media | null;
  plant: Plant<SecretName>;
  windows: Windows;
  courier: Courier;
  journal: Journal;
  faults: Faults;
  calls: CallLog;
}

/** The environment's initial webhook endpoints. */
export function addWebhookEndpoint(world: World, address: string, signingSecret: string): WebhookEndpoint {
  const endpoint: WebhookEndpoint = {
    id: uuid(),
    number: randomInt(1, 1_000_000),
    address,
    enabled: true,
    created_at: unixSeconds(),
    signing_secret: signingSecret,
  };
  world.webhookEndpoints.set(endpoint.id, endpoint);
  return endpoint;
}

/** An object as the REST API shows it: `created_at` as a string. */
export function view<Thing extends { created_at: number }>(
  thing: Thing,
): Omit<Thing, 'created_at'> & { created_at: string } {
  return { ...thing, created_at: String(thing.created_at) };
}
