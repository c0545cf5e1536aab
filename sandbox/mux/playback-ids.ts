// /video/v1/live-streams/{id}/playback-ids (Mux API reference, live stream playback ids).

import type { Fields } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { muxId } from '../shared/ids.ts';
import { checkedBody, notFound } from './errors.ts';
import { playbackIdFields } from './live-stream-fields.ts';
import { liveStreamOf, parseId } from './lookup.ts';
import type { PlaybackId, World } from './world.ts';

/** One id per policy. Without a policy there is no playback id, and nothing can be watched. */
export function playbackIds(settings: Fields): PlaybackId[] {
  const policies = (settings.playback_policies ?? settings.playback_policy ?? []) as string[];
  const advanced = (settings.advanced_playback_policies ?? []) as Omit<PlaybackId, 'id'>[];
  return [...policies.map((policy) => ({ policy })), ...advanced].map((entry) => ({ ...entry, id: muxId() }));
}

function create(world: World, call: Call): Answer {
  const stream = liveStreamOf(world, call);
  const body = checkedBody(call, playbackIdFields);
  const playbackId: PlaybackId = { ...(body as { policy: string }), id: muxId() };
  stream.playback_ids.push(playbackId);
  return { status: 201, body: { data: playbackId } };
}

function playbackIdOf(world: World, call: Call): PlaybackId {
  const id = parseId(call.params.playbackId);
  const playbackId = liveStreamOf(world, call).playback_ids.find((candidate) => candidate.id === id);
  if (!playbackId) throw notFound();
  return playbackId;
}

function remove(world: World, call: Call): Answer {
  const stream = liveStreamOf(world, call);
  const gone = playbackIdOf(world, call);
  stream.playback_ids = stream.playback_ids.filter((candidate) => candidate !== gone);
  return { status: 204 };
}

export function playbackIdRoutes(world: World): Routes {
  const path = '/video/v1/live-streams/:id/playback-ids';
  return {
    [`POST ${path}`]: (call) => create(world, call),
    [`GET ${path}/:playbackId`]: (call) => ({ status: 200, body: { data: playbackIdOf(world, call) } }),
    [`DELETE ${path}/:playbackId`]: (call) => remove(world, call),
  };
}
