// /stream/webhook: the one video webhook of the account (Cloudflare API reference, Stream webhooks).

import { object, url } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { hexId } from '../shared/ids.ts';
import { isoMicros } from '../shared/time.ts';
import { badRequest, decodedBody, notFound, success } from './envelope.ts';
import type { World } from './world.ts';

const address = url('http', 'https');
const fields = object({ notificationUrl: address, notification_url: address }, { open: true });

/** Cloudflare sends only to public addresses; tests set a local one through the control endpoint. */
export function isPublic(hostname: string): boolean {
  const local = /^(localhost|.*\.localhost|.*\.local|\[.*\])$/;
  const reserved = /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\./;
  return !local.test(hostname) && !reserved.test(hostname);
}

function view(world: World): Answer {
  if (!world.videoWebhook) throw notFound();
  const { url: notificationUrl, modified, secret } = world.videoWebhook;
  return success({ notificationUrl, modified, secret });
}

/**
 * Replaces the previous webhook. Whether the secret changes is not documented. Here it does, to expose callers that do
 * not store the returned one.
 */
function replace(world: World, call: Call): Answer {
  const body = decodedBody(call, fields);
  const target = body.notificationUrl ?? body.notification_url;
  if (typeof target !== 'string') throw badRequest('notificationUrl is required');
  if (!isPublic(new URL(target).hostname)) throw badRequest('notificationUrl must be a public address');
  const secret = world.plant.take('webhookSecret', hexId);
  world.videoWebhook = { url: target, secret, modified: isoMicros() };
  return view(world);
}

function remove(world: World): Answer {
  if (!world.videoWebhook) throw notFound();
  world.videoWebhook = null;
  return success('');
}

export function webhookRoutes(world: World, base: string): Routes {
  return {
    [`PUT ${base}/webhook`]: (call) => replace(world, call),
    [`GET ${base}/webhook`]: () => view(world),
    [`DELETE ${base}/webhook`]: () => remove(world),
  };
}
