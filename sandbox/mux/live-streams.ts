// /video/v1/live-streams (Mux API reference, live streams).

import type { Fields } from '../shared/check.ts';
import { alphanumeric, muxId, uuid } from '../shared/ids.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { unixSeconds } from '../shared/time.ts';
import { checkedBody, invalid } from './errors.ts';
import { emitLiveStream } from './events.ts';
import { cutOff, endBroadcast } from './ingest.ts';
import { createFields, updateFields } from './live-stream-fields.ts';
import { newestFirst, pageOf } from './list.ts';
import { liveStreamOf } from './lookup.ts';
import { playbackIds } from './playback-ids.ts';
import { newSimulcastTarget } from './simulcast-targets.ts';
import { view } from './world.ts';
import type { AssetSettings, LiveStream, World } from './world.ts';

function latencyMode(body: Fields): string {
  if (body.latency_mode !== undefined) return String(body.latency_mode);
  if (body.low_latency === true) return 'low';
  return body.reduced_latency === true ? 'reduced' : 'standard';
}

function newLiveStream(world: World, body: Fields): LiveStream {
  const latency = latencyMode(body);
  const targets = body.simulcast_targets as Fields[] | undefined;
  return {
    id: muxId(),
    created_at: unixSeconds(),
    status: 'idle',
    stream_key: world.plant.take('streamKey', uuid),
    srt_passphrase: world.plant.take('srtPassphrase', () => alphanumeric(24)),
    latency_mode: latency,
    reconnect_window: Number(body.reconnect_window ?? (latency === 'standard' ? 60 : 0)),
    max_continuous_duration: Number(body.max_continuous_duration ?? 43200),
    use_slate_for_standard_latency: body.use_slate_for_standard_latency === true,
    reconnect_slate_url: body.reconnect_slate_url as string | undefined,
    passthrough: (body.passthrough as string | undefined) || undefined,
    meta: body.meta as Fields | undefined,
    audio_only: body.audio_only as boolean | undefined,
    test: body.test as boolean | undefined,
    playback_ids: playbackIds(body),
    new_asset_settings: (body.new_asset_settings ?? {}) as AssetSettings,
    simulcast_targets: targets?.map(newSimulcastTarget),
    embedded_subtitles: body.embedded_subtitles,
    generated_subtitles: body.generated_subtitles,
    recent_asset_ids: [],
  };
}

function create(world: World, call: Call): Answer {
  const stream = newLiveStream(world, checkedBody(call, createFields));
  world.liveStreams.set(stream.id, stream);
  emitLiveStream(world, 'created', stream);
  return { status: 201, body: { data: view(stream) } };
}

function list(world: World, call: Call): Answer {
  const status = call.query.get('status');
  const key = call.query.get('stream_key');
  if (status !== null && !['active', 'idle', 'disabled'].includes(status)) {
    throw invalid('status must be one of: active, idle, disabled');
  }
  const streams = newestFirst(world.liveStreams.values()).filter(
    (stream) => (status === null || stream.status === status) && (key === null || stream.stream_key === key),
  );
  return { status: 200, body: { data: pageOf(call, streams).map(view) } };
}

function update(world: World, call: Call): Answer {
  const stream = liveStreamOf(world, call);
  const body = checkedBody(call, updateFields);
  if (body.latency_mode !== undefined && stream.status !== 'idle') {
    throw invalid('latency_mode can only be changed while the live stream is idle');
  }
  const { new_asset_settings: settings, passthrough, ...rest } = body;
  Object.assign(stream, rest);
  // An empty string clears it.
  if (passthrough !== undefined) stream.passthrough = (passthrough as string) || undefined;
  Object.assign(stream.new_asset_settings, settings);
  emitLiveStream(world, 'updated', stream);
  return { status: 200, body: { data: view(stream) } };
}

/** The recordings remain. */
function remove(world: World, call: Call): Answer {
  const stream = liveStreamOf(world, call);
  cutOff(world, stream);
  world.liveStreams.delete(stream.id);
  emitLiveStream(world, 'deleted', stream);
  return { status: 204 };
}

/** Mux's response for an idle stream is not documented; callers must treat a 4xx as "already ended". */
function complete(world: World, call: Call): Answer {
  const stream = liveStreamOf(world, call);
  if (!endBroadcast(world, stream)) throw invalid('Live stream is not active');
  return { status: 200, body: { data: {} } };
}

function disable(world: World, call: Call): Answer {
  const stream = liveStreamOf(world, call);
  cutOff(world, stream);
  stream.status = 'disabled';
  emitLiveStream(world, 'disabled', stream);
  return { status: 200, body: { data: {} } };
}

function enable(world: World, call: Call): Answer {
  const stream = liveStreamOf(world, call);
  if (stream.status === 'disabled') {
    stream.status = 'idle';
    emitLiveStream(world, 'enabled', stream);
  }
  return { status: 200, body: { data: {} } };
}

function resetStreamKey(world: World, call: Call): Answer {
  const stream = liveStreamOf(world, call);
  stream.stream_key = world.plant.take('streamKey', uuid);
  emitLiveStream(world, 'updated', stream);
  return { status: 201, body: { data: view(stream) } };
}

export function liveStreamRoutes(world: World): Routes {
  return {
    'POST /video/v1/live-streams': (call) => create(world, call),
    'GET /video/v1/live-streams': (call) => list(world, call),
    'GET /video/v1/live-streams/:id': (call) => ({
      status: 200,
      body: { data: view(liveStreamOf(world, call)) },
    }),
    'PATCH /video/v1/live-streams/:id': (call) => update(world, call),
    'DELETE /video/v1/live-streams/:id': (call) => remove(world, call),
    'PUT /video/v1/live-streams/:id/complete': (call) => complete(world, call),
    'PUT /video/v1/live-streams/:id/disable': (call) => disable(world, call),
    'PUT /video/v1/live-streams/:id/enable': (call) => enable(world, call),
    'POST /video/v1/live-streams/:id/reset-stream-key': (call) => resetStreamKey(world, call),
  };
}
