// All objects of the Cloudflare Stream stand-in, with Cloudflare's field names (Cloudflare API reference, Stream live
// inputs and videos).

import type { MadeCaptions } from '../shared/captions.ts';
import type { CallLog } from '../shared/call-log.ts';
import type { IngestSwitch } from '../shared/control.ts';
import type { Courier } from '../shared/courier.ts';
import type { Feed } from '../media/feed.ts';
import type { Recording as MediaRecording } from '../media/recording.ts';
import type { RtmpPush } from '../media/rtmp-push.ts';
import type { Faults } from '../shared/faults.ts';
import type { Journal } from '../shared/journal.ts';
import type { Plant } from '../shared/plant.ts';
import type { Windows } from '../shared/windows.ts';
import type { Account } from './account.ts';
import type { Destination, Policy } from './alerting.ts';
import type { Namespace } from './kv-namespaces.ts';
import type { Queue, Subscription } from './queues.ts';
import type { Restream } from './restream.ts';
import type { AssetSession, Script } from './workers.ts';
import type { SigningKeys } from '../shared/signing-keys.ts';

export type Protocol = 'rtmps' | 'srt' | 'webrtc';

export interface InputState {
  ingestProtocol: 'rtmp' | 'srt' | 'webrtc';
  state: 'connected' | 'disconnected' | 'errored';
  reason: string | null;
  statusEnteredAt: string;
  statusLastSeen: string;
}

export interface Recording {
  mode: 'off' | 'automatic';
  timeoutSeconds: number | null;
  requireSignedURLs: boolean;
  allowedOrigins: string[] | null;
  hideLiveViewerCount: boolean;
}

export interface Credentials {
  rtmpsStreamKey: string;
  rtmpsPlaybackStreamKey: string;
  srtStreamId: string;
  srtPassphrase: string;
  srtPlaybackPassphrase: string;
  whipSecret: string;
}

export interface Output {
  uid: string;
  url: string;
  streamKey: string;
  enabled: boolean;
}

export interface LiveInput {
  uid: string;
  created: string;
  modified: string;
  keysRotatedAt?: string;
  enabled: boolean;
  meta: Record<string, unknown>;
  recording: Recording;
  deleteRecordingAfterDays: number | null;
  defaultCreator?: string;
  preferLowLatency?: boolean;
  credentials: Credentials;
  status: { current: InputState; history: InputState[] } | null;
  outputs: Map<string, Output>;
  /** With real media: the last broadcast. */
  lastBroadcast?: { videoUid: string; endedAt: number };
}

/** A tus upload (Stream documentation, resumable uploads). */
export interface Upload {
  /** In its address, which is the only credential. */
  secret: string;
  /** Whether a browser may upload: made with `direct_user=true`. */
  isDirect: boolean;
  length: number;
  bytes: Buffer[];
  expiresAt: number;
  maxDurationSeconds: number | null;
}

export interface Video {
  uid: string;
  /** null for an upload and for a copy. */
  liveInput: string | null;
  creator: string | null;
  state: 'live-inprogress' | 'pendingupload' | 'downloading' | 'queued' | 'inprogress' | 'ready' | 'error';
  errorReasonCode: string;
  errorReasonText: string;
  meta: Record<string, unknown>;
  created: string;
  modified: string;
  readyToStreamAt?: string;
  retentionDays: number | null;
  scheduledDeletion?: string;
  duration: number;
  requireSignedURLs: boolean;
  allowedOrigins: string[];
  /** Its MP4, once one was asked for. */
  download?: { status: 'inprogress' | 'ready' | 'error'; percentComplete: number };
  upload?: Upload;
  /** A clip: the video that it is a part of. */
  clippedFrom?: string;
  captions?: MadeCaptions[];
  size?: number;
  /** Unknown until the end; always unknown for a scripted broadcast. */
  picture?: { width: number; height: number };
}

/** A publisher of real media. */
export interface Publisher {
  /** null if Cloudflare does not forward it. */
  feed: Feed | null;
  drop(): void;
}

/** State of a stand-in that takes real media. */
export interface Media {
  ingest: IngestSwitch;
  rtmpsUrl: string;
  folder: string;
  /** The CA for RTMPS destinations. */
  trusted: string;
  /** By video. */
  recordings: Map<string, MediaRecording>;
}

/** A publisher that is connected, or may return within the dropout window. */
export interface Broadcast {
  connected: boolean;
  protocol: Protocol;
  /** null if nothing is recorded. */
  videoUid: string | null;
  startedAt: number;
  /** Duration recorded before the current connection. */
  recordedMs: number;
  /** The started outputs. */
  carrying: Set<string>;
  /** null in a scripted broadcast, and while no publisher is connected. */
  publisher: Publisher | null;
  /** The pushes of real media, by output. */
  pushes: Map<string, RtmpPush>;
  /** Resolves when the broadcast is over. */
  over: Promise<void>;
  finish: () => void;
}

export interface Target {
  url: string;
  secret: string;
}

export const secretNames = [
  'rtmpsStreamKey',
  'rtmpsPlaybackStreamKey',
  'srtStreamId',
  'srtPassphrase',
  'srtPlaybackPassphrase',
  'whipSecret',
  'webhookSecret',
] as const;
export type SecretName = (typeof secretNames)[number];

export interface World {
  accountId: string;
  /** Replaces https://customer-<code>.cloudflarestream.com. */
  publicUrl: string;
  /** Replaces https://upload.cloudflarestream.com. */
  uploadUrl: string;
  /** Whether WHIP broadcasts are recorded and restreamed; Cloudflare documents that they are not. */
  whip: 'documented' | 'recorded';
  liveInputs: Map<string, LiveInput>;
  videos: Map<string, Video>;
  /** By live input. */
  broadcasts: Map<string, Broadcast>;
  /** Idempotency key → uid of the live input created with it. */
  idempotencyKeys: Map<string, { uid: string; at: number }>;
  videoWebhook: (Target & { modified: string }) | null;
  notifications: Target[];
  policyId: string;
  destinations: Map<string, Destination>;
  policies: Map<string, Policy>;
  account: Account;
  queues: Map<string, Queue>;
  subscriptions: Map<string, Subscription>;
  /** KV namespaces by id, and Workers by name. */
  namespaces: Map<string, Namespace>;
  scripts: Map<string, Script>;
  /** Uploaded and maybe not deployed. */
  versions: Map<string, Script>;
  /** Hashes of the stored assets, and their uploads by token. */
  assets: Set<string>;
  assetSessions: Map<string, AssetSession>;
  restream: Restream;
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
