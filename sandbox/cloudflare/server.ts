// A strict stand-in for Cloudflare Stream's control plane: live inputs, outputs, recordings and both kinds of webhooks
// (Cloudflare API reference, Stream). Comments in the code explain each choice that the documentation leaves open.

import { CallLog } from '../shared/call-log.ts';
import { controlRoutes } from '../shared/control.ts';
import { Courier } from '../shared/courier.ts';
import { Faults } from '../shared/faults.ts';
import { listen } from '../shared/http.ts';
import type { Call, Listener } from '../shared/http.ts';
import { hexId } from '../shared/ids.ts';
import { Journal } from '../shared/journal.ts';
import { Plant } from '../shared/plant.ts';
import { sameText } from '../shared/same-text.ts';
import { SigningKeys } from '../shared/signing-keys.ts';
import type { KnownKey } from '../shared/signing-keys.ts';
import { isoMicros } from '../shared/time.ts';
import { Windows } from '../shared/windows.ts';
import { accountRoutes, demandPermission, newAccount } from './account.ts';
import { alertingRoutes } from './alerting.ts';
import { cloudflareControlRoutes } from './control.ts';
import { noRoute, notAuthorized, tooMany, unauthenticated } from './envelope.ts';
import { captionFileRoutes, captionRoutes } from './captions.ts';
import { clipRoutes } from './clips.ts';
import { fileRoutes, uploadedBytes, uploadRoutes } from './files.ts';
import { forgetUnfinished, startIngest } from './media.ts';
import type { Ingest, MediaOptions } from './media.ts';
import { liveInputRoutes } from './live-inputs.ts';
import { namespaceRoutes } from './kv-namespaces.ts';
import { outputRoutes } from './outputs.ts';
import { downloadRoutes, playbackRoutes } from './playback.ts';
import { publicRoutes } from './public-host.ts';
import { queueRoutes } from './queues.ts';
import { documentedRateLimit, RateLimiter } from './rate-limit.ts';
import type { RateLimit } from './rate-limit.ts';
import { restreamToMux } from './restream.ts';
import { signingKeyRoutes } from './signing-keys.ts';
import { videoRoutes } from './videos.ts';
import { webhookRoutes } from './webhooks.ts';
import { secretNames } from './world.ts';
import { assetRoutes, workerRoutes } from './workers.ts';
import type { SecretName, Target, World } from './world.ts';

export interface CloudflareOptions {
  /** 0 picks a free port. */
  port: number;
  accountId: string;
  apiToken: string;
  videoWebhook?: Target;
  notifications?: Target[];
  /** URL of Mux's stand-in, which is told when outputs start and stop. */
  muxControl?: string;
  /** 'recorded' records and restreams WHIP broadcasts, contrary to the documentation. */
  whip?: 'documented' | 'recorded';
  /** Replaces https://customer-<code>.cloudflarestream.com. Default: the stand-in's URL. */
  publicUrl?: string;
  rateLimit?: RateLimit | false;
  /** Takes real media; needs ffmpeg and openssl. Without it, broadcasts are scripted. */
  media?: MediaOptions;
  webhookTimeoutMs?: number;
  /** Existing signing keys. */
  signingKeys?: KnownKey[];
  /** Secrets to use instead of random ones, in this order for each name. */
  secrets?: Partial<Record<SecretName, string[]>>;
}

function newWorld(options: CloudflareOptions): World {
  const faults = new Faults();
  const postage = { timeoutMs: options.webhookTimeoutMs ?? 5000, maxAttempts: 1, firstGapMs: 0 };
  return {
    accountId: options.accountId,
    publicUrl: options.publicUrl ?? '',
    uploadUrl: '',
    whip: options.whip ?? 'documented',
    liveInputs: new Map(),
    videos: new Map(),
    broadcasts: new Map(),
    idempotencyKeys: new Map(),
    videoWebhook: null,
    notifications: [],
    policyId: hexId(),
    destinations: new Map(),
    policies: new Map(),
    account: newAccount(),
    queues: new Map(),
    subscriptions: new Map(),
    namespaces: new Map(),
    scripts: new Map(),
    versions: new Map(),
    assets: new Set(),
    assetSessions: new Map(),
    restream: restreamToMux(options.muxControl),
    signingKeys: new SigningKeys(options.signingKeys),
    media: null,
    plant: new Plant(options.secrets),
    windows: new Windows(),
    courier: new Courier(postage, faults),
    journal: new Journal(),
    faults,
    calls: new CallLog(),
  };
}

function reset(world: World, options: CloudflareOptions): void {
  world.windows.endAll();
  for (const broadcast of world.broadcasts.values()) {
    broadcast.publisher?.drop();
    for (const push of broadcast.pushes.values()) push.stop();
    broadcast.finish();
  }
  forgetUnfinished(world);
  for (const things of [world.liveInputs, world.videos, world.broadcasts, world.idempotencyKeys])
    things.clear();
  for (const things of [world.destinations, world.policies, world.namespaces, world.scripts]) things.clear();
  for (const things of [world.queues, world.subscriptions]) things.clear();
  for (const things of [world.versions, world.assets, world.assetSessions]) things.clear();
  world.account = newAccount();
  for (const part of [world.journal, world.faults, world.calls]) part.clear();
  world.courier.reset();
  world.plant.reset();
  world.signingKeys.reset();
  world.videoWebhook = options.videoWebhook ? { ...options.videoWebhook, modified: isoMicros() } : null;
  world.notifications = [...(options.notifications ?? [])];
}

function stateOf(world: World): unknown {
  const { videoWebhook, notifications, media } = world;
  return {
    liveInputs: [...world.liveInputs.values()].map((input) => ({
      ...input,
      outputs: [...input.outputs.values()],
    })),
    videos: [...world.videos.values()].map(({ upload, ...video }) => ({
      ...video,
      upload: upload && { ...upload, bytes: undefined, offset: uploadedBytes(upload) },
    })),
    broadcasts: [...world.broadcasts].map(([inputId, { connected, protocol, videoUid }]) => {
      return { inputId, connected, protocol, videoUid };
    }),
    videoWebhook,
    notifications,
    destinations: [...world.destinations.values()],
    policies: [...world.policies.values()],
    queues: [...world.queues.values()],
    subscriptions: [...world.subscriptions.values()],
    namespaces: [...world.namespaces.values()],
    scripts: [...world.scripts.values()],
    signingKeys: world.signingKeys.list(),
    account: world.account,
    media: media && { rtmpsUrl: media.rtmpsUrl, certificate: media.trusted },
  };
}

export async function startCloudflare(options: CloudflareOptions): Promise<Listener> {
  const world = newWorld(options);
  // Loaded on demand: only real media needs these packages.
  const webRtc = options.media ? new (await import('./webrtc.ts')).WebRtc(world) : null;
  const limiter = new RateLimiter(options.rateLimit ?? documentedRateLimit);
  const api = '/client/v4/accounts/';
  const account = `${api}${options.accountId}`;
  const base = `${account}/stream`;
  const startAgain = (): void => {
    reset(world, options);
    webRtc?.closeAll();
    limiter.reset();
  };
  startAgain();

  function guard(call: Call): void {
    if (!sameText(call.headers.authorization ?? '', `Bearer ${options.apiToken}`)) throw unauthenticated();
    const wait = limiter.take();
    if (wait !== null) throw tooMany(wait);
    if (!call.path.startsWith(api)) return;
    if (!call.path.startsWith(`${account}/`)) throw notAuthorized();
    demandPermission(world, call, call.path.slice(account.length + 1));
  }

  const listener = await listen(
    {
      // The first matching route wins: /stream/webhook and /stream/keys are not video uids.
      api: {
        ...accountRoutes(world, account),
        ...liveInputRoutes(world, base),
        ...outputRoutes(world, base),
        ...webhookRoutes(world, base),
        ...signingKeyRoutes(world, base),
        ...downloadRoutes(world, base),
        ...captionRoutes(world, base),
        ...fileRoutes(world, base),
        ...clipRoutes(world, base),
        ...videoRoutes(world, base),
        ...alertingRoutes(world, account),
        ...namespaceRoutes(world, account),
        ...queueRoutes(world, account),
        ...workerRoutes(world, account),
      },
      open: {
        ...assetRoutes(world, account),
        ...uploadRoutes(world, options.apiToken),
        ...publicRoutes(world),
        ...captionFileRoutes(world),
        ...playbackRoutes(world),
        ...webRtc?.routes(),
      },
      control: {
        ...controlRoutes({ ...world, secretNames, state: () => stateOf(world), reset: startAgain }),
        ...cloudflareControlRoutes(world),
      },
      guard,
      headers: () => ({ 'cf-ray': hexId().slice(0, 16), ...limiter.headers() }),
      noRoute,
      faults: world.faults,
      calls: world.calls,
    },
    options.port,
  );
  world.publicUrl ||= listener.url;
  world.uploadUrl = listener.url;
  const ingest: Ingest | null = options.media ? await startIngest(world, options.media) : null;
  return {
    url: listener.url,
    async close() {
      startAgain();
      await ingest?.close();
      await listener.close();
    },
  };
}
