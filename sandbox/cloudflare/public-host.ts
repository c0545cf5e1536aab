// What https://customer-<code>.cloudflarestream.com answers to anyone: whether an input is live, and how many
// watch (Cloudflare Stream documentation, watch a live stream). Media will be served here too.

import type { Answer, Call, Routes } from '../shared/http.ts';
import type { World } from './world.ts';

function open(body: unknown): Answer {
  return { status: 200, headers: { 'access-control-allow-origin': '*' }, body };
}

const unknown: Answer = { status: 404, headers: { 'access-control-allow-origin': '*' }, body: 'Not Found' };

/** A WHIP broadcast that is not recorded has no video, hence nothing this endpoint calls live. */
function lifecycle(world: World, call: Call): Answer {
  const uid = call.params.uid ?? '';
  const video = world.videos.get(uid);
  if (video) return open({ isInput: false, videoUID: uid, live: video.state === 'live-inprogress' });
  if (!world.liveInputs.has(uid)) return unknown;
  const broadcast = world.broadcasts.get(uid);
  const videoUID = broadcast?.videoUid ?? null;
  return open({ isInput: true, videoUID, live: videoUID !== null });
}

function views(world: World, call: Call): Answer {
  const uid = call.params.uid ?? '';
  const known = world.liveInputs.has(uid) || world.videos.has(uid);
  return known ? open({ liveViewers: 0 }) : unknown;
}

export function publicRoutes(world: World): Routes {
  return {
    'GET /:uid/lifecycle': (call) => lifecycle(world, call),
    'GET /:uid/views': (call) => views(world, call),
  };
}
