// The control endpoints that only Cloudflare's stand-in has: broadcasts without media, webhooks to local addresses, and
// notifications that do not come from a broadcast.

import { setTimeout as sleep } from 'node:timers/promises';
import { isFields } from '../shared/check.ts';
import type { Fields } from '../shared/check.ts';
import { controlFields, ingestRoutes, ok, refuse } from '../shared/control.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { isoMicros } from '../shared/time.ts';
import { changeAccount } from './account.ts';
import { connectPublisher, disconnectPublisher, enterState } from './ingest.ts';
import type { Leaving, Refused } from './ingest.ts';
import { notify, ping } from './notifications.ts';
import type { Protocol, World } from './world.ts';

const done: Answer = { status: 204 };

function refuseInput(inputId: string, { refused }: Refused): never {
  if (refused === 'unknown') return refuse(404, `There is no live input ${inputId}.`);
  if (refused === 'disabled') return refuse(403, `The live input ${inputId} is disabled.`);
  if (refused === 'busy') return refuse(409, `The live input ${inputId} already has a publisher.`);
  return refuse(409, `The live input ${inputId} has no publisher.`);
}

function protocolOf({ protocol = 'rtmps' }: Fields): Protocol {
  if (protocol === 'rtmps' || protocol === 'srt' || protocol === 'webrtc') return protocol;
  return refuse(400, 'protocol must be rtmps, srt or webrtc.');
}

function secondsOf(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  return typeof value === 'number' && value >= 0
    ? value
    : refuse(400, `${name} must be a number of seconds.`);
}

function leavingOf(fields: Fields): Leaving {
  const fail = fields.failRecording;
  if (fail !== undefined && fail !== 'cloudflare' && fail !== 'mux' && fail !== 'both') {
    return refuse(400, 'failRecording must be cloudflare, mux or both.');
  }
  return {
    reconnectSeconds: secondsOf(fields, 'reconnectSeconds'),
    failRecording: fail,
    wait: fields.wait === true,
  };
}

async function connect(world: World, call: Call): Promise<Answer> {
  const fields = controlFields(call);
  const inputId = String(fields.inputId);
  const result = await connectPublisher(world, inputId, protocolOf(fields));
  if ('refused' in result) return refuseInput(inputId, result);
  return ok({ videoUid: result.broadcast.videoUid });
}

async function disconnect(world: World, call: Call): Promise<Answer> {
  const fields = controlFields(call);
  const inputId = String(fields.inputId);
  const result = disconnectPublisher(world, inputId, leavingOf(fields));
  if ('refused' in result) return refuseInput(inputId, result);
  await result.left;
  return ok({ videoUid: result.broadcast.videoUid });
}

/** Answers when the broadcast and its reconnect windows are over; webhooks may still be in flight. */
async function broadcast(world: World, call: Call): Promise<Answer> {
  const fields = controlFields(call);
  const inputId = String(fields.inputId);
  const leaving = { ...leavingOf(fields), wait: true };
  const seconds = secondsOf(fields, 'seconds') ?? 5;
  const start = await connectPublisher(world, inputId, protocolOf(fields));
  if ('refused' in start) return refuseInput(inputId, start);
  await sleep(seconds * 1000);
  const end = disconnectPublisher(world, inputId, leaving);
  // It may have ended already because the input was disabled or deleted.
  if (!('refused' in end)) await end.left;
  return ok({ videoUid: start.broadcast.videoUid });
}

function ingestError(world: World, call: Call): Answer {
  const { inputId, code, message = 'The broadcast cannot be processed.' } = controlFields(call);
  const input = world.liveInputs.get(String(inputId));
  if (!input) return refuseInput(String(inputId), { refused: 'unknown' });
  enterState(input, world.broadcasts.get(input.uid)?.protocol ?? 'rtmps', 'errored', String(code));
  notify(world, 'live_input.errored', String(inputId), { code: String(code), message: String(message) });
  return done;
}

function replaceWebhooks(world: World, call: Call): Answer {
  const { video, notifications } = controlFields(call);
  if (video === null) world.videoWebhook = null;
  if (isFields(video)) {
    world.videoWebhook = { url: String(video.url), secret: String(video.secret), modified: isoMicros() };
  }
  if (Array.isArray(notifications)) {
    world.notifications = notifications.filter(isFields).map(({ url, secret }) => ({
      url: String(url),
      secret: String(secret),
    }));
  }
  return done;
}

export function cloudflareControlRoutes(world: World): Routes {
  return {
    ...ingestRoutes(() => world.media?.ingest),
    'POST /_sandbox/connect': (call) => connect(world, call),
    'POST /_sandbox/disconnect': (call) => disconnect(world, call),
    'POST /_sandbox/broadcast': (call) => broadcast(world, call),
    'POST /_sandbox/ingest-error': (call) => ingestError(world, call),
    'PUT /_sandbox/account': (call) => changeAccount(world, call),
    'POST /_sandbox/uploads/expire': (call) => {
      const upload = world.videos.get(String(controlFields(call).uid))?.upload;
      if (!upload) return refuse(404, 'There is no such upload.');
      upload.expiresAt = 0;
      return done;
    },
    'PUT /_sandbox/webhooks': (call) => replaceWebhooks(world, call),
    'POST /_sandbox/notifications/test': () => {
      ping(world);
      return done;
    },
  };
}
