// A strict stand-in for Mux Video's control plane: live streams, recordings and webhooks (Mux API reference). Comments
// in the code explain each choice that the documentation leaves open.

import { CallLog } from '../shared/call-log.ts';
import { controlRoutes } from '../shared/control.ts';
import { Courier } from '../shared/courier.ts';
import { Faults } from '../shared/faults.ts';
import { listen } from '../shared/http.ts';
import type { Call, Listener } from '../shared/http.ts';
import { uuid } from '../shared/ids.ts';
import { Journal } from '../shared/journal.ts';
import { Plant } from '../shared/plant.ts';
import { sameText } from '../shared/same-text.ts';
import { SigningKeys } from '../shared/signing-keys.ts';
import type { KnownKey } from '../shared/signing-keys.ts';
import { Windows } from '../shared/windows.ts';
import { assetRoutes } from './assets.ts';
import { muxControlRoutes } from './control.ts';
import { forbidden, noRoute, tooMany, unauthorized } from './errors.ts';
import { maxAttempts } from './events.ts';
import { captionRoutes } from './captions.ts';
import { fileRoutes, masterRoutes } from './files.ts';
import { forgetUnfinished, startIngest } from './media.ts';
import type { Ingest, MediaOptions } from './media.ts';
import { liveStreamRoutes } from './live-streams.ts';
import { playbackRoutes } from './playback.ts';
import { playbackIdRoutes } from './playback-ids.ts';
import { documentedRateLimit, RateLimiter } from './rate-limit.ts';
import type { RateLimit } from './rate-limit.ts';
import { signingKeyRoutes } from './signing-keys.ts';
import { simulcastTargetRoutes } from './simulcast-targets.ts';
import { systemRoutes } from './system.ts';
import { addWebhookEndpoint, secretNames } from './world.ts';
import type { SecretName, World } from './world.ts';

export interface MuxOptions {
  /** 0 picks a free port. */
  port: number;
  tokenId: string;
  tokenSecret: string;
  /** The environment's initial webhook endpoints. */
  webhooks?: { url: string; secret: string }[];
  environment?: { name: string; id: string };
  rateLimit?: RateLimit | false;
  /** Seconds from an encoder's connection until the stream is active. Default 0.3; about 11 at Mux. */
  startSeconds?: number;
  /** Takes real media; needs ffmpeg and openssl. Without it, broadcasts are scripted. */
  media?: MediaOptions;
  /** The gap before a webhook's second attempt; each later one is twice as long. Default 1000. */
  firstRetryGapMs?: number;
  /** How long a webhook receiver has to answer. Default 5000, as documented. */
  webhookTimeoutMs?: number;
  /** Existing signing keys. */
  signingKeys?: KnownKey[];
  /** Secrets to use instead of random ones, in this order for each name. */
  secrets?: Partial<Record<SecretName, string[]>>;
}

function newWorld(options: MuxOptions): World {
  const faults = new Faults();
  const postage = {
    timeoutMs: options.webhookTimeoutMs ?? 5000,
    maxAttempts,
    firstGapMs: options.firstRetryGapMs ?? 1000,
  };
  return {
    environment: options.environment ?? { name: 'Sandbox', id: 'sand0x' },
    permissions: [],
    startSeconds: options.startSeconds ?? 0.3,
    liveStreams: new Map(),
    assets: new Map(),
    masters: new Map(),
    url: '',
    webhookEndpoints: new Map(),
    encoders: new Map(),
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

function reset(world: World, options: MuxOptions): void {
  world.windows.endAll();
  for (const encoder of world.encoders.values()) {
    encoder.media?.drop();
    encoder.finish();
  }
  forgetUnfinished(world);
  for (const things of [
    world.liveStreams,
    world.assets,
    world.webhookEndpoints,
    world.encoders,
    world.masters,
  ])
    things.clear();
  for (const part of [world.journal, world.faults, world.calls]) part.clear();
  world.courier.reset();
  world.plant.reset();
  world.signingKeys.reset();
  world.permissions = ['video:read', 'video:write', 'system:read', 'system:write'];
  for (const { url, secret } of options.webhooks ?? []) addWebhookEndpoint(world, url, secret);
}

export interface StartedMux extends Listener {
  /** The ingest addresses, with real media. */
  rtmpsUrl: string | undefined;
  rtmpUrl: string | undefined;
}

export async function startMux(options: MuxOptions): Promise<StartedMux> {
  const world = newWorld(options);
  const limiter = new RateLimiter(options.rateLimit ?? documentedRateLimit);
  const credentials = Buffer.from(`${options.tokenId}:${options.tokenSecret}`).toString('base64');
  const startAgain = (): void => {
    reset(world, options);
    limiter.reset();
  };
  startAgain();

  function guard(call: Call): void {
    if (!sameText(call.headers.authorization ?? '', `Basic ${credentials}`)) throw unauthorized();
    permit(call);
    if (call.path.startsWith('/video/') && !limiter.take(call.method)) throw tooMany();
  }

  function permit({ method, path }: Call): void {
    if (path === '/system/v1/whoami') return;
    const right = `${path.startsWith('/system/') ? 'system' : 'video'}:${method === 'GET' ? 'read' : 'write'}`;
    if (!world.permissions.includes(right)) throw forbidden();
  }

  const state = (): unknown => ({
    liveStreams: [...world.liveStreams.values()],
    assets: [...world.assets.values()],
    webhookEndpoints: [...world.webhookEndpoints.values()],
    signingKeys: world.signingKeys.list(),
    encoders: [...world.encoders].map(([liveStreamId, { connected, assetId }]) => ({
      liveStreamId,
      connected,
      assetId,
    })),
  });
  const listener = await listen(
    {
      api: {
        ...liveStreamRoutes(world),
        ...playbackIdRoutes(world),
        ...simulcastTargetRoutes(world),
        ...fileRoutes(world),
        ...captionRoutes(world),
        ...assetRoutes(world),
        ...systemRoutes(world),
        ...signingKeyRoutes(world),
      },
      open: { ...masterRoutes(world), ...playbackRoutes(world) },
      control: {
        ...controlRoutes({ ...world, secretNames, state, reset: startAgain }),
        ...muxControlRoutes(world),
      },
      guard,
      headers: () => ({ 'x-request-id': uuid(), ...limiter.headers() }),
      noRoute,
      faults: world.faults,
      calls: world.calls,
    },
    options.port,
  );
  world.url = listener.url;
  const ingest: Ingest | null = options.media ? await startIngest(world, options.media) : null;
  return {
    url: listener.url,
    rtmpsUrl: ingest?.rtmpsUrl,
    rtmpUrl: ingest?.rtmpUrl,
    async close() {
      startAgain();
      await ingest?.close();
      await listener.close();
    },
  };
}
