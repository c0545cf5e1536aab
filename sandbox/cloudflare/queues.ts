// /queues and /event_subscriptions (Cloudflare API reference, Queues and event subscriptions): what a deployment sets up.
// Nothing is delivered here. An account has one subscription for each source, which is reported and not documented.

import { flag, integer, listOf, object, oneOf, text } from '../shared/check.ts';
import type { Fields } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { hexId, uuid } from '../shared/ids.ts';
import { badRequest, decodedBody, pageOf, refusal, success } from './envelope.ts';
import type { World } from './world.ts';

export interface Consumer {
  consumer_id: string;
  type: string;
  script: string;
  dead_letter_queue?: string;
  settings: Fields;
}

export interface Queue {
  queue_id: string;
  queue_name: string;
  consumers: Consumer[];
}

export interface Subscription {
  id: string;
  name: string;
  enabled: boolean;
  source: { type: string };
  destination: { type: string; queue_id: string };
  events: string[];
}

const eventsOf: Record<string, string[]> = {
  stream: ['video_state.ready', 'video_state.updated'],
  'stream.liveInput': ['live_input.connected', 'live_input.disconnected', 'live_input.errored'],
};

const queueFields = object({ queue_name: text(63) }, { required: ['queue_name'] });
const consumerFields = object(
  {
    type: oneOf('worker'),
    script_name: text(255),
    dead_letter_queue: text(63),
    settings: object({
      batch_size: integer(1, 100),
      max_retries: integer(0, 100),
      max_wait_time_ms: integer(0, 60_000),
      max_concurrency: integer(1, 250),
      retry_delay: integer(0, 43_200),
    }),
  },
  { required: ['type', 'script_name'] },
);
const destinationField = object(
  { type: oneOf('queues.queue'), queue_id: text(32) },
  { required: ['type', 'queue_id'] },
);
const changeable = { name: text(255), enabled: flag, events: listOf(text()), destination: destinationField };
const subscriptionFields = object(
  { ...changeable, source: object({ type: oneOf(...Object.keys(eventsOf)) }, { required: ['type'] }) },
  { required: ['name', 'source', 'destination', 'events'] },
);

const missing = (what: string) => refusal(404, [{ code: 11000, message: `${what} not found` }]);

function queueOf(world: World, id: string | undefined): Queue {
  const found = world.queues.get(id ?? '');
  if (!found) throw missing('queue');
  return found;
}

function view({ consumers, ...queue }: Queue): object {
  return {
    ...queue,
    producers: [],
    producers_total_count: 0,
    consumers,
    consumers_total_count: consumers.length,
  };
}

function list(world: World, call: Call): Answer {
  const names = call.query.getAll('name');
  const wanted = [...world.queues.values()].filter(
    ({ queue_name }) => names.length === 0 || names.includes(queue_name),
  );
  return pageOf(call, wanted.map(view));
}

function create(world: World, call: Call): Answer {
  const name = String(decodedBody(call, queueFields).queue_name);
  if ([...world.queues.values()].some(({ queue_name }) => queue_name === name))
    throw refusal(409, [{ code: 11009, message: `Queue name '${name}' is already taken` }]);
  const queue: Queue = { queue_id: hexId(), queue_name: name, consumers: [] };
  world.queues.set(queue.queue_id, queue);
  return success(view(queue));
}

function remove(world: World, call: Call): Answer {
  world.queues.delete(queueOf(world, call.params.id).queue_id);
  return success(null);
}

/** A queue has one Worker that consumes it. */
function putConsumer(world: World, call: Call): Answer {
  const queue = queueOf(world, call.params.id);
  const { script_name, dead_letter_queue, settings = {} } = decodedBody(call, consumerFields);
  const script = String(script_name);
  if (!world.scripts.has(script)) throw missing('script');
  const { consumer } = call.params;
  const before = queue.consumers.find(({ consumer_id }) => consumer_id === consumer);
  if (consumer !== undefined && !before) throw missing('consumer');
  if (!before && queue.consumers.length > 0)
    throw refusal(409, [{ code: 11004, message: 'Queue already has a consumer' }]);
  const added: Consumer = {
    consumer_id: before?.consumer_id ?? hexId(),
    type: 'worker',
    script,
    ...(dead_letter_queue === undefined ? {} : { dead_letter_queue: String(dead_letter_queue) }),
    settings: settings as Fields,
  };
  queue.consumers = [added];
  return success(added);
}

function checkEvents(type: string, events: string[]): void {
  const unknown = events.filter((each) => !eventsOf[type]?.includes(each));
  if (events.length === 0 || unknown.length > 0)
    throw badRequest(`events of ${type} are ${eventsOf[type]?.join(', ')}`);
}

function subscribe(world: World, call: Call): Answer {
  const body = decodedBody(call, subscriptionFields) as unknown as Subscription;
  queueOf(world, body.destination.queue_id);
  checkEvents(body.source.type, body.events);
  if ([...world.subscriptions.values()].some(({ source }) => source.type === body.source.type))
    throw refusal(409, [{ code: 11010, message: `${body.source.type} already has a subscription` }]);
  const subscription = { ...body, id: uuid(), enabled: body.enabled ?? true };
  world.subscriptions.set(subscription.id, subscription);
  return success(subscription);
}

function subscriptionOf(world: World, call: Call): Subscription {
  const found = world.subscriptions.get(call.params.id ?? '');
  if (!found) throw missing('subscription');
  return found;
}

function change(world: World, call: Call): Answer {
  const before = subscriptionOf(world, call);
  const changes = decodedBody(call, object(changeable)) as Partial<Subscription>;
  const after = { ...before, ...changes };
  queueOf(world, after.destination.queue_id);
  checkEvents(after.source.type, after.events);
  world.subscriptions.set(after.id, after);
  return success(after);
}

export function queueRoutes(world: World, account: string): Routes {
  const queues = `${account}/queues`;
  const subscriptions = `${account}/event_subscriptions/subscriptions`;
  return {
    [`GET ${queues}`]: (call) => list(world, call),
    [`POST ${queues}`]: (call) => create(world, call),
    [`GET ${queues}/:id`]: (call) => success(view(queueOf(world, call.params.id))),
    [`DELETE ${queues}/:id`]: (call) => remove(world, call),
    [`POST ${queues}/:id/consumers`]: (call) => putConsumer(world, call),
    [`PUT ${queues}/:id/consumers/:consumer`]: (call) => putConsumer(world, call),
    [`GET ${subscriptions}`]: (call) => pageOf(call, [...world.subscriptions.values()]),
    [`POST ${subscriptions}`]: (call) => subscribe(world, call),
    [`PATCH ${subscriptions}/:id`]: (call) => change(world, call),
    [`DELETE ${subscriptions}/:id`]: (call) => {
      world.subscriptions.delete(subscriptionOf(world, call).id);
      return success(null);
    },
  };
}
