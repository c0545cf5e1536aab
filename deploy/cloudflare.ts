// The calls to Cloudflare that set up and check a deployment (Cloudflare API reference: tokens, Workers, KV, Stream,
// alerting).

import { ApiError, found, rest } from './rest.ts';
import type { Rest } from './rest.ts';

export const liveAlert = 'stream_live_notifications';

export interface Binding {
  name: string;
  type: string;
  /** Only of plain_text. */
  text?: string;
  /** Only of kv_namespace. */
  namespace_id?: string;
}

export interface Token {
  status: string;
  expires_on?: string;
}

export interface Namespace {
  id: string;
  title: string;
}

export interface VideoWebhook {
  notificationUrl: string;
  secret: string;
}

export interface Destination {
  id: string;
  name: string;
  url: string;
  last_success?: string | null;
  last_failure?: string | null;
}

export interface Policy {
  id: string;
  name: string;
  enabled: boolean;
  alert_type: string;
  mechanisms: { webhooks?: { id: string }[] };
}

export interface Queue {
  queue_id: string;
  queue_name: string;
  consumers: { script?: string; dead_letter_queue?: string }[];
}

export interface Subscription {
  name: string;
  id: string;
  enabled: boolean;
  source: { type: string };
  destination: { queue_id: string };
}

export interface StorageUsage {
  totalStorageMinutes: number;
  totalStorageMinutesLimit: number;
}

interface Enveloped<Result> {
  result: Result;
}

/** What a token must be allowed to do, and a call that changes nothing and is refused without that permission. */
export interface Right {
  permission: string;
  probe: { method: string; path: string };
}

/** Deletes things that do not exist: an id of random digits, which the API answers with 404. */
export function rights(random: string): Right[] {
  const remove = (path: string) => ({ method: 'DELETE', path });
  return [
    { permission: 'Stream: Edit', probe: remove(`/stream/live_inputs/${random}`) },
    { permission: 'Workers Scripts: Edit', probe: remove(`/workers/scripts/absent-${random}`) },
    { permission: 'Workers KV Storage: Edit', probe: remove(`/storage/kv/namespaces/${random}`) },
    { permission: 'Queues: Edit', probe: remove(`/queues/${random}`) },
    { permission: 'Notifications: Edit', probe: remove(`/alerting/v3/policies/${random}`) },
  ];
}

export class Cloudflare {
  readonly #rest: Rest;
  readonly #root: Rest;

  constructor(apiUrl: string, account: string, token: string) {
    this.#rest = rest('Cloudflare', `${apiUrl}/accounts/${account}`, `Bearer ${token}`);
    this.#root = rest('Cloudflare', apiUrl, `Bearer ${token}`);
  }

  async #get<Result>(path: string): Promise<Result> {
    return (await this.#rest.get<Enveloped<Result>>(path)).result;
  }

  async #send<Result>(method: string, path: string, body?: unknown, type?: string): Promise<Result> {
    return (await this.#rest.send<Enveloped<Result>>(method, path, body, type)).result;
  }

  /** A token of the account and a token of a user are verified at different addresses. */
  async verifyToken(): Promise<Token> {
    try {
      return await this.#get<Token>('/tokens/verify');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return (await this.#root.get<Enveloped<Token>>('/user/tokens/verify')).result;
    }
  }

  /** Whether the token may do this, and how far this machine's clock is ahead of Cloudflare's, in milliseconds. */
  async may({ probe: { method, path } }: Right): Promise<{ allowed: boolean; aheadMs: number }> {
    const { status, headers } = await this.#rest.ask(method, path);
    const date = Date.parse(headers.get('date') ?? '');
    return { allowed: status !== 401 && status !== 403, aheadMs: Date.now() - date };
  }

  async namespaces(): Promise<Namespace[]> {
    const all: Namespace[] = [];
    for (let page = 1; ; page += 1) {
      const some = await this.#get<Namespace[]>(`/storage/kv/namespaces?per_page=100&page=${page}`);
      all.push(...some);
      if (some.length < 100) return all;
    }
  }

  createNamespace(title: string): Promise<Namespace> {
    return this.#send('POST', '/storage/kv/namespaces', { title });
  }

  /** Undefined before the first deployment. */
  async bindings(script: string): Promise<Binding[] | undefined> {
    const settings = await found(this.#get<{ bindings: Binding[] }>(`/workers/scripts/${script}/settings`));
    return settings?.bindings;
  }

  async schedules(script: string): Promise<string[]> {
    const { schedules } = await this.#get<{ schedules: { cron: string }[] }>(
      `/workers/scripts/${script}/schedules`,
    );
    return schedules.map(({ cron }) => cron);
  }

  /** Undefined before one is registered. */
  async subdomain(): Promise<string | undefined> {
    return (await found(this.#get<{ subdomain: string }>('/workers/subdomain')))?.subdomain;
  }

  async putSecrets(script: string, secrets: Record<string, string>): Promise<void> {
    const named = Object.entries(secrets).map(
      ([name, text]) => [name, { name, text, type: 'secret_text' }] as const,
    );
    const body = { secrets: Object.fromEntries(named) };
    await this.#send(
      'PATCH',
      `/workers/scripts/${script}/secrets-bulk`,
      body,
      'application/merge-patch+json',
    );
  }

  videoWebhook(): Promise<VideoWebhook | undefined> {
    return found(this.#get<VideoWebhook>('/stream/webhook'));
  }

  /** An account has one only: this replaces whatever was there. */
  putVideoWebhook(notificationUrl: string): Promise<VideoWebhook> {
    return this.#send('PUT', '/stream/webhook', { notificationUrl });
  }

  storageUsage(): Promise<StorageUsage> {
    return this.#get('/stream/storage-usage');
  }

  async signingKeys(): Promise<string[]> {
    return (await this.#get<{ id: string }[]>('/stream/keys')).map(({ id }) => id);
  }

  createSigningKey(): Promise<{ id: string; jwk: string }> {
    return this.#send('POST', '/stream/keys');
  }

  async deleteSigningKey(id: string): Promise<void> {
    await this.#send('DELETE', `/stream/keys/${id}`);
  }

  /** Why there are no notifications about live inputs; undefined if there may be. */
  async whyNoLiveAlerts(): Promise<string | undefined> {
    try {
      const alerts = await this.#get<Record<string, { type?: string }[]>>('/alerting/v3/available_alerts');
      const types = Object.values(alerts).flat();
      return types.some(({ type }) => type === liveAlert)
        ? undefined
        : 'not offered to this account, which has no zone on a Pro plan';
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 403)) throw error;
      return 'the Cloudflare token lacks "Notifications: Edit"';
    }
  }

  destinations(): Promise<Destination[]> {
    return this.#get('/alerting/v3/destinations/webhooks');
  }

  createDestination(body: { name: string; url: string; secret: string }): Promise<{ id: string }> {
    return this.#send('POST', '/alerting/v3/destinations/webhooks', body);
  }

  async updateDestination(id: string, body: { name: string; url: string; secret: string }): Promise<void> {
    await this.#send('PUT', `/alerting/v3/destinations/webhooks/${id}`, body);
  }

  policies(): Promise<Policy[]> {
    return this.#get('/alerting/v3/policies');
  }

  async createPolicy(name: string, destination: string): Promise<void> {
    const mechanisms = { webhooks: [{ id: destination }] };
    const body = { name, enabled: true, alert_type: liveAlert, mechanisms, filters: {} };
    await this.#send('POST', '/alerting/v3/policies', body);
  }

  async enablePolicy(id: string): Promise<void> {
    await this.#send('PUT', `/alerting/v3/policies/${id}`, { enabled: true });
  }

  /** Why there are no queues; undefined if there may be. */
  async whyNoQueues(): Promise<string | undefined> {
    try {
      await this.#get('/queues?per_page=1');
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 403)) throw error;
      return 'the Cloudflare token lacks "Queues: Edit"';
    }
  }

  /** Undefined if no queue has that name, or the token may not ask. */
  async queue(name: string): Promise<Queue | undefined> {
    if (await this.whyNoQueues()) return undefined;
    return (await this.#get<Queue[]>(`/queues?name=${name}`)).find(({ queue_name }) => queue_name === name);
  }

  async createQueue(name: string): Promise<void> {
    await this.#send('POST', '/queues', { queue_name: name });
  }

  async removeSubscription(id: string): Promise<void> {
    await this.#send('DELETE', `/event_subscriptions/subscriptions/${id}`);
  }

  async subscriptions(): Promise<Subscription[]> {
    return this.#get('/event_subscriptions/subscriptions?per_page=100');
  }

  async subscribe(name: string, source: string, events: string[], queue: string): Promise<void> {
    const destination = { type: 'queues.queue', queue_id: queue };
    const body = { name, enabled: true, source: { type: source }, destination, events };
    await this.#send('POST', '/event_subscriptions/subscriptions', body);
  }

  async enableSubscription(id: string): Promise<void> {
    await this.#send('PATCH', `/event_subscriptions/subscriptions/${id}`, { enabled: true });
  }
}
