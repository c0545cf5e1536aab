// /video/v1/live-streams/{id}/simulcast-targets (Mux API reference, simulcast targets): at most six. They can be
// changed only while the stream is idle, and cannot be switched off.

import type { Answer, Call, Routes } from '../shared/http.ts';
import { muxId } from '../shared/ids.ts';
import type { Fields } from '../shared/check.ts';
import { checkedBody, invalid, notFound } from './errors.ts';
import { emit } from './events.ts';
import { maxSimulcastTargets, simulcastTargetFields } from './live-stream-fields.ts';
import { liveStreamOf, parseId } from './lookup.ts';
import type { LiveStream, SimulcastTarget, World } from './world.ts';

export function newSimulcastTarget(fields: Fields): SimulcastTarget {
  return { ...(fields as { url: string }), id: muxId(), status: 'idle' };
}

function idleStreamOf(world: World, call: Call): LiveStream {
  const stream = liveStreamOf(world, call);
  if (world.encoders.has(stream.id))
    throw invalid('Simulcast targets can only be changed while the live stream is idle');
  return stream;
}

function targetOf(stream: LiveStream, call: Call): SimulcastTarget {
  const id = parseId(call.params.targetId);
  const target = stream.simulcast_targets?.find((candidate) => candidate.id === id);
  if (!target) throw notFound();
  return target;
}

function tell(world: World, name: string, stream: LiveStream, target: SimulcastTarget): void {
  emit(world, {
    type: `video.live_stream.simulcast_target.${name}`,
    object: { type: 'simulcast_target', id: target.id },
    data: { ...target, live_stream_id: stream.id },
    subject: stream.id,
  });
}

function create(world: World, call: Call): Answer {
  const stream = idleStreamOf(world, call);
  const target = newSimulcastTarget(checkedBody(call, simulcastTargetFields));
  const targets = (stream.simulcast_targets ??= []);
  if (targets.length >= maxSimulcastTargets)
    throw invalid(`At most ${maxSimulcastTargets} simulcast targets are allowed`);
  targets.push(target);
  tell(world, 'created', stream, target);
  return { status: 201, body: { data: target } };
}

function remove(world: World, call: Call): Answer {
  const stream = idleStreamOf(world, call);
  const target = targetOf(stream, call);
  stream.simulcast_targets = stream.simulcast_targets?.filter((candidate) => candidate !== target);
  tell(world, 'deleted', stream, target);
  return { status: 204 };
}

export function simulcastTargetRoutes(world: World): Routes {
  const path = '/video/v1/live-streams/:id/simulcast-targets';
  return {
    [`POST ${path}`]: (call) => create(world, call),
    [`GET ${path}/:targetId`]: (call) => ({
      status: 200,
      body: { data: targetOf(liveStreamOf(world, call), call) },
    }),
    [`DELETE ${path}/:targetId`]: (call) => remove(world, call),
  };
}
