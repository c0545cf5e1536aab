// Cloudflare's events by a queue: the queue, the one for messages that cannot be read, and the subscriptions. They need
// no address, no secret and no zone. See docs/operations.md for what happens to a message.

import type { Cloudflare, Queue, Subscription } from './cloudflare.ts';
import type { Deployment } from './deployment.ts';
import { Declined } from './step.ts';
import type { Step } from './step.ts';

export interface QueueNames {
  events: string;
  unread: string;
}

export const queueNames = (deployment: string): QueueNames => ({
  events: `${deployment}-events`,
  unread: `${deployment}-events-unread`,
});

/** What wrangler.toml says about the queue, in a comment: it cannot be deployed before the queue exists. */
export const consumerOf = ({ events, unread }: QueueNames) => ({
  queue: events,
  dead_letter_queue: unread,
  max_batch_size: 10,
  max_batch_timeout: 1,
  max_retries: 8,
});

export const sources: Record<string, string[]> = {
  'stream.liveInput': ['live_input.connected', 'live_input.disconnected', 'live_input.errored'],
  stream: ['video_state.ready', 'video_state.updated'],
};

export interface Events {
  /** Undefined until it exists. */
  queue: Queue | undefined;
  /** Of this account, by source. */
  subscriptions: Map<string, Subscription>;
}

/** Nothing without the permission, which whyNoQueues tells. */
export async function eventsOf(cloudflare: Cloudflare, name: string): Promise<Events> {
  const queue = await cloudflare.queue(queueNames(name).events);
  const all = queue ? await cloudflare.subscriptions() : [];
  return { queue, subscriptions: new Map(all.map((each) => [each.source.type, each])) };
}

const withoutThem = 'webhooks and the schedule report instead';

export const queue: Step = {
  name: 'queue',
  does: "Create the queue for Cloudflare's events, and one for those that cannot be read",
  async already({ cloudflare, name }) {
    const reason = await cloudflare.whyNoQueues();
    if (reason) return `none: ${reason}; ${withoutThem}`;
    const { events, unread } = queueNames(name);
    return (await cloudflare.queue(unread)) && (await cloudflare.queue(events)) ? events : undefined;
  },
  async perform({ cloudflare, name }) {
    const { events, unread } = queueNames(name);
    for (const each of [unread, events])
      if (!(await cloudflare.queue(each))) await cloudflare.createQueue(each);
    return `${events} and ${unread}`;
  },
  remedy: 'The API token needs "Queues: Edit", or no right to queues at all: then there are none.',
};

/** The sources whose events do not reach the queue. */
export function unheard({ queue: to, subscriptions }: Events): string[] {
  return Object.keys(sources).filter((source) => {
    const there = subscriptions.get(source);
    return !there?.enabled || there.destination.queue_id !== to?.queue_id;
  });
}

/** The name of a deployment's own subscription. */
const subscriptionOf = (name: string, source: string): string => `${name} ${source}`;

/** Whether the account's events of that source go to another deployment's queue. */
export const isOthers = ({ queue: to, subscriptions }: Events, name: string, source: string): boolean => {
  const there = subscriptions.get(source);
  return (
    there !== undefined &&
    there.destination.queue_id !== to?.queue_id &&
    there.name !== subscriptionOf(name, source)
  );
};

export const subscribing: Step = {
  name: 'events',
  does: "Subscribe the queue to Cloudflare's events about live inputs and recordings",
  async already({ cloudflare, name }: Deployment) {
    const reason = await cloudflare.whyNoQueues();
    if (reason) return `none: ${reason}; ${withoutThem}`;
    const events = await eventsOf(cloudflare, name);
    return events.queue && unheard(events).length === 0
      ? `subscribed by ${events.queue.queue_name}`
      : undefined;
  },
  async perform({ cloudflare, name }: Deployment) {
    const events = await eventsOf(cloudflare, name);
    if (!events.queue) throw new Error('the queue does not exist');
    const { queue_id } = events.queue;
    const others: string[] = [];
    for (const source of unheard(events)) {
      const there = events.subscriptions.get(source);
      if (isOthers(events, name, source)) {
        others.push(source);
      } else if (there?.destination.queue_id === queue_id) {
        await cloudflare.enableSubscription(there.id);
      } else {
        // It went to a queue that was deleted.
        if (there) await cloudflare.removeSubscription(there.id);
        await cloudflare.subscribe(subscriptionOf(name, source), source, sources[source] ?? [], queue_id);
      }
    }
    if (others.length > 0)
      throw new Declined(
        `this account's events of ${others.join(' and ')} go to another queue; ${withoutThem}`,
      );
    return `subscribed by ${events.queue.queue_name}`;
  },
  remedy: 'The API token needs "Queues: Edit".',
};
