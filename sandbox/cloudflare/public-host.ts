// The public endpoints of https://customer-<code>.cloudflarestream.com: whether an input is live, and its viewer count
// (Cloudflare Stream documentation, watch a live stream).

import { notAdmitted, notThere, openAnswer } from '../media/answers.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { admittedUid } from './signing-keys.ts';
import type { World } from './world.ts';

/** Answers for the live input or video in the path, named by uid or token. */
function about(world: World, call: Call, answer: (world: World, uid: string) => Answer): Answer {
  const uid = admittedUid(world, call.params.uid ?? '');
  return uid === null ? notAdmitted : answer(world, uid);
}

/** An unrecorded WHIP broadcast has no video, so this endpoint does not call it live. */
function lifecycle(world: World, uid: string): Answer {
  const video = world.videos.get(uid);
  if (video)
    return openAnswer(200, { isInput: false, videoUID: uid, live: video.state === 'live-inprogress' });
  if (!world.liveInputs.has(uid)) return notThere;
  const broadcast = world.broadcasts.get(uid);
  const videoUID = broadcast?.videoUid ?? null;
  return openAnswer(200, { isInput: true, videoUID, live: videoUID !== null });
}

function views(world: World, uid: string): Answer {
  const known = world.liveInputs.has(uid) || world.videos.has(uid);
  return known ? openAnswer(200, { liveViewers: 0 }) : notThere;
}

export function publicRoutes(world: World): Routes {
  return {
    'GET /:uid/lifecycle': (call) => about(world, call, lifecycle),
    'GET /:uid/views': (call) => about(world, call, views),
  };
}
