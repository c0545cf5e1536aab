// /alerting/v3: webhook destinations and notification policies (Cloudflare API reference, alerting). Creating or changing
// a destination sends a test message, which the address must answer with 2xx. The secret is never returned.

import { anyObject, flag, integer, listOf, object, oneOf, text, url } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { hexId } from '../shared/ids.ts';
import { isoMicros, now } from '../shared/time.ts';
import { decodedBody, refusal, success } from './envelope.ts';
import { pingOnce } from './notifications.ts';
import type { Target, World } from './world.ts';
import { isPublic } from './webhooks.ts';

export const liveAlert = 'stream_live_notifications';

export interface Destination {
  id: string;
  name: string;
  url: string;
  secret: string;
  created_at: string;
}

export interface Policy {
  id: string;
  name: string;
  enabled: boolean;
  alert_type: string;
  mechanisms: { webhooks?: { id: string }[] };
  filters?: { input_id?: string[] };
  created: string;
  modified: string;
}

const destinationFields = object(
  { name: text(256), url: url('http', 'https'), secret: text(256) },
  { required: ['name', 'url'] },
);
const policyShape = {
  name: text(256),
  description: text(),
  enabled: flag,
  alert_type: oneOf(liveAlert),
  mechanisms: object({ webhooks: listOf(object({ id: text(32) }, { required: ['id'] })) }),
  filters: object({ input_id: listOf(text(32)), event_type: listOf(text()) }),
  alert_interval: text(),
  id: text(32),
  created: text(),
  modified: text(),
  account: anyObject,
  version: integer(0, 1e9),
};
const policyRequired = ['name', 'enabled', 'alert_type', 'mechanisms'];

const missing = (what: string) => refusal(404, [{ code: 17100, message: `${what} not found` }]);

/** Where notifications about a live input go. */
export function targetsOf(world: World, inputId: string): Target[] {
  const targets = [...world.notifications];
  for (const policy of world.policies.values()) {
    const wanted = policy.filters?.input_id ?? [];
    if (!policy.enabled || (wanted.length > 0 && !wanted.includes(inputId))) continue;
    for (const { id } of policy.mechanisms.webhooks ?? []) {
      const destination = world.destinations.get(id);
      if (destination) targets.push(destination);
    }
  }
  return targets;
}

function destinationView(world: World, { id, name, url: to, created_at }: Destination): object {
  const sent = world.courier.list().filter((delivery) => delivery.to === to);
  const last = (isGood: boolean): string | null => {
    const found = sent.findLast(({ status }) => (status !== null && status < 300) === isGood);
    return found ? isoMicros(found.at) : null;
  };
  return {
    id,
    name,
    type: 'generic',
    url: to,
    created_at,
    last_success: last(true),
    last_failure: last(false),
  };
}

async function demandAnswer(world: World, target: Target): Promise<void> {
  if (!isPublic(new URL(target.url).hostname))
    throw refusal(400, [{ code: 17104, message: 'webhook URL must be a public address' }]);
  const status = await pingOnce(world, target);
  if (status !== null && status >= 200 && status < 300) return;
  const message = `error validating webhook: expected a 2xx status, got ${status ?? 'no answer'}`;
  throw refusal(400, [{ code: 17104, message }]);
}

async function put(world: World, call: Call, id: string, created_at: string): Promise<Answer> {
  const body = decodedBody(call, destinationFields);
  const destination = {
    id,
    name: String(body.name),
    url: String(body.url),
    secret: String(body.secret ?? ''),
    created_at,
  };
  await demandAnswer(world, destination);
  world.destinations.set(id, destination);
  return success({ id });
}

function destinationOf(world: World, call: Call): Destination {
  const found = world.destinations.get(call.params.id ?? '');
  if (!found) throw missing('webhook');
  return found;
}

function removeDestination(world: World, call: Call): Answer {
  const { id } = destinationOf(world, call);
  const isUsed = [...world.policies.values()].some(({ mechanisms }) =>
    mechanisms.webhooks?.some((each) => each.id === id),
  );
  if (isUsed) throw refusal(409, [{ code: 17105, message: 'webhook is used by a policy' }]);
  world.destinations.delete(id);
  return success(null);
}

function putPolicy(world: World, call: Call, before?: Policy): Answer {
  const fields = object(policyShape, { required: before ? [] : policyRequired });
  const body = decodedBody(call, fields) as Partial<Policy>;
  if (!world.account.hasProZone)
    throw refusal(400, [{ code: 17109, message: 'account is not eligible for this alert type' }]);
  const at = isoMicros(now());
  const id = before?.id ?? hexId();
  const policy = { ...before, ...body, id, created: before?.created ?? at, modified: at } as Policy;
  for (const each of policy.mechanisms.webhooks ?? [])
    if (!world.destinations.has(each.id)) throw missing('webhook');
  world.policies.set(id, policy);
  return success({ id });
}

function policyOf(world: World, call: Call): Policy {
  const found = world.policies.get(call.params.id ?? '');
  if (!found) throw missing('policy');
  return found;
}

function availableAlerts({ account }: World): Answer {
  const live = {
    display_name: 'Stream Live Notifications',
    type: liveAlert,
    description: 'Receive a notification when a live input connects or disconnects.',
    filter_options: [{ Key: 'input_id', Range: '0-n' }],
  };
  return success({ Stream: account.hasProZone ? [live] : [] });
}

export function alertingRoutes(world: World, account: string): Routes {
  const base = `${account}/alerting/v3`;
  const destinations = `${base}/destinations/webhooks`;
  return {
    [`GET ${base}/available_alerts`]: () => availableAlerts(world),
    [`GET ${destinations}`]: () =>
      success([...world.destinations.values()].map((each) => destinationView(world, each))),
    [`POST ${destinations}`]: (call) => put(world, call, hexId(), isoMicros()),
    [`GET ${destinations}/:id`]: (call) => success(destinationView(world, destinationOf(world, call))),
    [`PUT ${destinations}/:id`]: (call) => {
      const { id, created_at } = destinationOf(world, call);
      return put(world, call, id, created_at);
    },
    [`DELETE ${destinations}/:id`]: (call) => removeDestination(world, call),
    [`GET ${base}/policies`]: () => success([...world.policies.values()]),
    [`POST ${base}/policies`]: (call) => putPolicy(world, call),
    [`GET ${base}/policies/:id`]: (call) => success(policyOf(world, call)),
    [`PUT ${base}/policies/:id`]: (call) => putPolicy(world, call, policyOf(world, call)),
    [`DELETE ${base}/policies/:id`]: (call) => {
      world.policies.delete(policyOf(world, call).id);
      return success(null);
    },
  };
}
