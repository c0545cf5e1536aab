// What https://customer-<code>.cloudflarestream.com answers to anyone: whether an input is live, and how many
// watch (Cloudflare Stream documentation, watch a live stream).

import { notAdmitted, notThere, openAnswer } from '../media/answers.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { admittedUid } from './signing-keys.ts';
import type { World } from './world.ts';

/** Answers about the live input or video that the path names, by its uid or by a token that stands for it. */
function about(world: World, call: Call, answer: (world: World, uid: string) => Answer): Answer {
  const uid = admittedUid(world, call.params.uid ?? '');
  return uid === null ? notAdmitted : answer(world, uid);
}

/** A WHIP broadcast that is not recorded has no video, hence nothing this endpoint calls live. */
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
