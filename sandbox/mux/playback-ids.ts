// /playback-ids below a live stream or an asset (Mux API reference, live stream and asset playback ids).

import type { Fields } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { muxId } from '../shared/ids.ts';
import { checkedBody, notFound } from './errors.ts';
import { playbackIdFields } from './live-stream-fields.ts';
import { assetOf, liveStreamOf, parseId } from './lookup.ts';
import type { PlaybackId, World } from './world.ts';

/** One id per policy. Without a policy there is no playback id, and nothing can be watched. */
export function playbackIds(settings: Fields): PlaybackId[] {
  const policies = (settings.playback_policies ?? settings.playback_policy ?? []) as string[];
  const advanced = (settings.advanced_playback_policies ?? []) as Omit<PlaybackId, 'id'>[];
  return [...policies.map((policy) => ({ policy })), ...advanced].map((entry) => ({ ...entry, id: muxId() }));
}

interface Holder {
  playback_ids: PlaybackId[];
}
type Find = (world: World, call: Call) => Holder;

function create(holder: Holder, call: Call): Answer {
  const body = checkedBody(call, playbackIdFields);
  const playbackId: PlaybackId = { ...(body as { policy: string }), id: muxId() };
  holder.playback_ids.push(playbackId);
  return { status: 201, body: { data: playbackId } };
}

function playbackIdOf(holder: Holder, call: Call): PlaybackId {
  const id = parseId(call.params.playbackId);
  const playbackId = holder.playback_ids.find((candidate) => candidate.id === id);
  if (!playbackId) throw notFound();
  return playbackId;
}

function remove(holder: Holder, call: Call): Answer {
  const gone = playbackIdOf(holder, call);
  holder.playback_ids = holder.playback_ids.filter((candidate) => candidate !== gone);
  return { status: 204 };
}

function routesBelow(path: string, find: Find, world: World): Routes {
  const at = `${path}/:id/playback-ids`;
  return {
    [`POST ${at}`]: (call) => create(find(world, call), call),
    [`GET ${at}/:playbackId`]: (call) => ({
      status: 200,
      body: { data: playbackIdOf(find(world, call), call) },
    }),
    [`DELETE ${at}/:playbackId`]: (call) => remove(find(world, call), call),
  };
}

export function playbackIdRoutes(world: World): Routes {
  return {
    ...routesBelow('/video/v1/live-streams', liveStreamOf, world),
    ...routesBelow('/video/v1/assets', assetOf, world),
  };
}
