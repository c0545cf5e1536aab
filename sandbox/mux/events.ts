// Mux's events: the envelope, and one signed webhook to every enabled endpoint of the environment (Mux documentation,
// listen for webhooks). `created_at` inside `data` is a number, and the event's own time has whole seconds, so several
// events of a broadcast may have the same time.

import type { Reply } from '../shared/courier.ts';
import { uuid } from '../shared/ids.ts';
import { muxSignature } from '../shared/signatures.ts';
import { isoWholeSecond, now } from '../shared/time.ts';
import type { Asset, LiveStream, WebhookEndpoint, World } from './world.ts';

/** The most attempts that fit into Mux's 24 hours, with gaps that double from one second. */
export const maxAttempts = 17;

interface Event {
  type: string;
  object: { type: string; id: string };
  data: unknown;
  /** The live stream that the journal entry is about. */
  subject: string;
  at?: number;
}

function attempts(endpoint: WebhookEndpoint, earlier: Reply[]): unknown[] {
  return earlier.map((reply) => ({
    id: uuid(),
    webhook_id: endpoint.number,
    address: endpoint.address,
    created_at: new Date(reply.at).toISOString(),
    max_attempts: maxAttempts,
    response_status_code: reply.status,
    response_headers: reply.headers,
    response_body: reply.body,
  }));
}

export function emit(world: World, event: Event): void {
  const id = uuid();
  const envelope = {
    type: event.type,
    request_id: null,
    object: event.object,
    id,
    environment: world.environment,
    // A copy, because the object may change while the webhook waits.
    data: structuredClone(event.data),
    created_at: isoWholeSecond(event.at ?? now()),
  };
  world.journal.write(event.subject, event.type);
  for (const endpoint of world.webhookEndpoints.values()) {
    if (!endpoint.enabled) continue;
    world.courier.send({
      to: endpoint.address,
      event: event.type,
      id,
      seal(earlier) {
        const tried = { attempts: attempts(endpoint, earlier), accessor_source: null, accessor: null };
        const body = JSON.stringify({ ...envelope, ...tried });
        return {
          body,
          signatureHeader: 'Mux-Signature',
          signature: muxSignature(endpoint.signing_secret, body),
        };
      },
    });
  }
}

interface LiveStreamExtras {
  at?: number;
  connected?: true;
  recording?: true;
  active_asset_id?: string;
}

/** Recorded bodies contain `connected` and `recording` only if true. */
export function emitLiveStream(
  world: World,
  name: string,
  stream: LiveStream,
  extras: LiveStreamExtras = {},
): void {
  const { at, ...fields } = extras;
  emit(world, {
    type: `video.live_stream.${name}`,
    object: { type: 'live', id: stream.id },
    data: { ...stream, ...fields },
    subject: stream.id,
    at,
  });
}

export function emitAsset(world: World, name: string, asset: Asset, at?: number): void {
  const object = { type: 'asset', id: asset.id };
  emit(world, {
    type: `video.asset.${name}`,
    object,
    data: assetData(name, asset),
    subject: asset.live_stream_id ?? asset.id,
    at,
  });
}

/** A time as webhooks write it in `recording_times`, unlike the API. */
function secondsAndNanos(iso: string): { seconds: number; nanos: number } {
  const at = Date.parse(iso);
  return { seconds: Math.floor(at / 1000), nanos: (at % 1000) * 1_000_000 };
}

/** A recorded live_stream_completed body has neither playback ids nor is_live. */
function assetData(name: string, asset: Asset): Record<string, unknown> {
  const times = asset.recording_times?.map((span) => ({
    ...span,
    started_at: secondsAndNanos(span.started_at),
  }));
  const data = { ...asset, recording_times: times };
  if (name !== 'live_stream_completed') return data;
  const { playback_ids: _ids, is_live: _live, ...rest } = data;
  return rest;
}
