// Both stand-ins as a pair, the settings that point a Worker at them, and the objects that no stream owns.

import { randomBytes } from 'node:crypto';
import { startCloudflare } from '../../../sandbox/cloudflare/server.ts';
import type { CloudflareOptions } from '../../../sandbox/cloudflare/server.ts';
import { startMux } from '../../../sandbox/mux/server.ts';
import type { MuxOptions } from '../../../sandbox/mux/server.ts';
import type { CallEntry } from '../../../sandbox/shared/call-log.ts';
import { control } from '../../../sandbox/shared/control-client.ts';
import type { Control } from '../../../sandbox/shared/control-client.ts';
import type { Fault } from '../../../sandbox/shared/faults.ts';
import type { KvEntry } from '../kv.ts';

export type Settings = Record<string, string>;

export interface LiveStream {
  id: string;
  passthrough?: string;
  stream_key: string;
}

export interface LiveInput {
  uid: string;
  meta: { name?: string; streamId?: string };
  credentials: Record<string, string>;
  outputs: { uid: string; streamKey: string; enabled: boolean }[];
}

export interface Providers extends AsyncDisposable {
  mux: Control;
  cloudflare: Control;
  /** All settings a Worker needs, including webhook secrets and its own keys. */
  settings: Settings;
  liveStreams(): Promise<LiveStream[]>;
  liveInputs(): Promise<LiveInput[]>;
  /** API calls that reached either stand-in, in the order in which they began. */
  calls(): Promise<(CallEntry & { at: 'mux' | 'cloudflare' })[]>;
  /** Makes both send their webhooks to a Worker. */
  sendWebhooksTo(url: string): Promise<void>;
  /** Waits until all webhooks are delivered. */
  delivered(): Promise<void>;
  close(): Promise<void>;
}

export interface ProviderOptions {
  mux?: Partial<MuxOptions>;
  cloudflare?: Partial<CloudflareOptions>;
  /** Overrides of settings. */
  settings?: Settings;
}

export const defaults: Settings = {
  AUTH_HS256_SECRETS: 'a-secret-for-tokens-of-32-bytes-or-more',
  AUTH_ISSUER: 'https://issuer.example',
  AUTH_AUDIENCE: 'whip-mux-tests',
  SEALING_KEYS: `k1:${randomBytes(32).toString('base64url')}`,
  MUX_TOKEN_ID: 'mux-token-id',
  MUX_TOKEN_SECRET: 'mux-token-secret',
  MUX_WEBHOOK_SECRETS: 'mux-webhook-secret',
  CLOUDFLARE_ACCOUNT_ID: 'f0e1d2c3b4a5968778695a4b3c2d1e0f',
  CLOUDFLARE_API_TOKEN: 'cloudflare-api-token',
  CLOUDFLARE_WEBHOOK_SECRETS: 'cloudflare-webhook-secret',
  CLOUDFLARE_NOTIFICATION_SECRETS: 'cloudflare-notification-secret',
  CLOUDFLARE_PLAYBACK_HOSTS: '127.0.0.1',
  DEPLOYMENT: 'tests',
  // Tests of copies switch them on.
  SECOND_COPIES: 'off',
  // With a relay, what a phone publishes is recorded at both.
  RELAY_URL: 'https://relay.example',
  RELAY_TOKEN_SECRET: 'a-secret-of-relay-and-worker-of-32-bytes',
  RELAY_CREDENTIAL: 'what-the-relay-shows-to-the-worker',
};

export const withoutRelay: Settings = { RELAY_URL: '', RELAY_TOKEN_SECRET: '', RELAY_CREDENTIAL: '' };

const first = (list = ''): string => list.split(',')[0] ?? '';

export async function startProviders(options: ProviderOptions = {}): Promise<Providers> {
  const set = { ...defaults, ...options.settings };
  const mux = await startMux({
    port: 0,
    tokenId: set.MUX_TOKEN_ID ?? '',
    tokenSecret: set.MUX_TOKEN_SECRET ?? '',
    rateLimit: false,
    startSeconds: 0.03,
    firstRetryGapMs: 10,
    ...options.mux,
  });
  const cloudflare = await startCloudflare({
    port: 0,
    accountId: set.CLOUDFLARE_ACCOUNT_ID ?? '',
    apiToken: set.CLOUDFLARE_API_TOKEN ?? '',
    rateLimit: false,
    muxControl: mux.url,
    ...options.cloudflare,
  });
  const atMux = control(mux.url);
  const atCloudflare = control(cloudflare.url);

  async function calls() {
    const lists = await Promise.all([
      atMux.get<CallEntry[]>('calls').then((list) => list.map((call) => ({ ...call, at: 'mux' as const }))),
      atCloudflare
        .get<CallEntry[]>('calls')
        .then((list) => list.map((call) => ({ ...call, at: 'cloudflare' as const }))),
    ]);
    return lists.flat().sort((a, b) => a.startedAt - b.startedAt);
  }

  async function sendWebhooksTo(url: string): Promise<void> {
    const status = `${url}/api/webhooks/stream-status`;
    await atMux.put('webhooks', {
      endpoints: [{ url: `${url}/api/webhooks/mux`, secret: first(set.MUX_WEBHOOK_SECRETS) }],
    });
    await atCloudflare.put('webhooks', {
      video: { url: status, secret: first(set.CLOUDFLARE_WEBHOOK_SECRETS) },
      notifications: [{ url: status, secret: first(set.CLOUDFLARE_NOTIFICATION_SECRETS) }],
    });
  }

  async function delivered(): Promise<void> {
    for (const each of [atMux, atCloudflare]) {
      while ((await each.get<{ pending: number }>('webhooks')).pending > 0) await pause();
    }
  }

  /** Where the stand-ins receive and serve real media, if they do. */
  const media: Settings = mux.rtmpsUrl
    ? { MUX_RTMPS_URL: mux.rtmpsUrl, MUX_PLAYBACK_URL: mux.url, MUX_IMAGE_URL: mux.url }
    : {};
  const close = async (): Promise<void> => void (await Promise.all([mux.close(), cloudflare.close()]));
  return {
    mux: atMux,
    cloudflare: atCloudflare,
    settings: { ...set, ...media, MUX_API_URL: mux.url, CLOUDFLARE_API_URL: `${cloudflare.url}/client/v4` },
    liveStreams: async () => (await atMux.get<{ liveStreams: LiveStream[] }>('state')).liveStreams,
    liveInputs: async () => (await atCloudflare.get<{ liveInputs: LiveInput[] }>('state')).liveInputs,
    calls,
    sendWebhooksTo,
    delivered,
    close,
    [Symbol.asyncDispose]: close,
  };
}

export const pause = (ms = 10): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits for a condition; the test's own timeout ends it. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause();
}

/** Slows every call down, to show which calls ran in parallel. */
export const slowly: Fault[] = [{ kind: 'delay', ms: 60, times: 1000 }];

interface StreamRecord {
  id: string;
  cloudflare?: { liveInputId: string };
  mux?: { liveStreamId: string; outputId: string };
}

/** Descriptions of objects at either provider that belong to no stream in KV. */
export async function orphans(providers: Providers, kv: KvEntry[]): Promise<string[]> {
  const records = kv
    .filter(({ key }) => key.startsWith('stream/'))
    .map(({ value }) => JSON.parse(value) as StreamRecord);
  const inputs = await providers.liveInputs();
  const streams = await providers.liveStreams();
  const found: string[] = [];
  for (const { id, passthrough } of streams) {
    if (!records.some(({ mux }) => mux?.liveStreamId === id)) found.push(`live stream of ${passthrough}`);
  }
  for (const { uid, meta, outputs } of inputs) {
    const owner = records.find(({ cloudflare }) => cloudflare?.liveInputId === uid);
    if (!owner) found.push(`live input of ${meta.streamId}`);
    for (const output of outputs) {
      if (owner?.mux?.outputId !== output.uid) found.push(`output of ${meta.streamId}`);
    }
  }
  return found;
}

/** Descriptions of objects that a record in KV names and neither provider has. */
export async function missing(providers: Providers, kv: KvEntry[]): Promise<string[]> {
  const inputs = await providers.liveInputs();
  const streams = await providers.liveStreams();
  const found: string[] = [];
  for (const { key, value } of kv.filter(({ key }) => key.startsWith('stream/'))) {
    const { cloudflare, mux } = JSON.parse(value) as StreamRecord;
    if (mux && !streams.some(({ id }) => id === mux.liveStreamId)) found.push(`the live stream of ${key}`);
    if (!cloudflare) continue;
    const input = inputs.find(({ uid }) => uid === cloudflare.liveInputId);
    if (!input) found.push(`the live input of ${key}`);
    if (mux && !input?.outputs.some(({ uid }) => uid === mux.outputId)) found.push(`the output of ${key}`);
  }
  return found;
}
