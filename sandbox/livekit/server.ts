// A strict stand-in for the part of LiveKit that takes a phone's WHIP and sends it on by RTMPS (livekit-server, ingress
// and egress, August 2026): a room exists as long as a phone is in it.

import { CallLog } from '../shared/call-log.ts';
import { controlRoutes } from '../shared/control.ts';
import { Courier } from '../shared/courier.ts';
import { Faults } from '../shared/faults.ts';
import { listen, Refusal } from '../shared/http.ts';
import type { Call, Listener } from '../shared/http.ts';
import { isFields } from '../shared/check.ts';
import { Journal } from '../shared/journal.ts';
import { Plant } from '../shared/plant.ts';
import { egressInfo, egressRoutes } from './egress.ts';
import { ingressInfo, ingressRoutes } from './ingress.ts';
import { claimsOf } from './tokens.ts';
import type { Keys } from './tokens.ts';
import { refusal } from './twirp.ts';
import { whipRoutes } from './whip.ts';
import { secretNames } from './world.ts';
import type { World } from './world.ts';

export interface LiveKitOptions extends Keys {
  /** 0 picks a free port. */
  port: number;
  webhookUrl?: string;
  /** Takes real media; needs ffmpeg. `trusted` is the CA of RTMPS servers on this machine, in PEM. */
  media?: { trusted?: string };
  /** How long an egress takes to end; 200 by default. LiveKit takes seconds. */
  endingMs?: number;
  /** Secrets to use instead of random ones, in this order for each name. */
  secrets?: Partial<Record<(typeof secretNames)[number], string[]>>;
}

const grants: Record<string, string> = { Ingress: 'ingressAdmin', Egress: 'roomRecord' };

/** Tokens are checked before anything else. A call without one, or without its grant, has the same answer. */
function guard(world: World, call: Call): void {
  const { authorization } = call.headers;
  if (authorization !== undefined && !authorization.startsWith('Bearer '))
    throw new Refusal({ status: 401, body: 'invalid authorization header. Must start with Bearer' });
  const claims = claimsOf(authorization?.slice('Bearer '.length) ?? '', world.keys);
  if (authorization !== undefined && typeof claims === 'string')
    throw new Refusal({ status: 401, body: claims });
  const grant = grants[/^\/twirp\/livekit\.(\w+)\//.exec(call.path)?.[1] ?? ''];
  const video = isFields(claims) && isFields(claims.video) ? claims.video : {};
  if (grant && video[grant] !== true) throw refusal('unauthenticated', 'permissions denied');
}

function reset(world: World, { webhookUrl }: LiveKitOptions): void {
  for (const { phone } of world.ingresses.values()) phone?.close();
  for (const { stop } of world.egresses.values()) stop();
  for (const things of [world.ingresses, world.egresses]) things.clear();
  for (const part of [world.journal, world.faults, world.calls]) part.clear();
  world.courier.reset();
  world.plant.reset();
  world.webhookUrl = webhookUrl ?? null;
}

export async function startLiveKit(options: LiveKitOptions): Promise<Listener> {
  const { apiKey, apiSecret } = options;
  const faults = new Faults();
  const world: World = {
    keys: { apiKey, apiSecret },
    url: '',
    webhookUrl: null,
    media: options.media ?? null,
    endingMs: options.endingMs ?? 200,
    ingresses: new Map(),
    egresses: new Map(),
    plant: new Plant(options.secrets),
    courier: new Courier({ timeoutMs: 5000, maxAttempts: 1, firstGapMs: 0 }, faults),
    journal: new Journal(),
    faults,
    calls: new CallLog(),
  };
  const startAgain = (): void => reset(world, options);
  startAgain();
  const state = (): unknown => ({
    ingresses: [...world.ingresses.values()].map((each) => ingressInfo(world, each)),
    egresses: [...world.egresses.values()].map((each) => ({
      ...egressInfo(each),
      urls: each.urls,
      picture: each.picture,
    })),
  });
  const listener = await listen(
    {
      api: { ...ingressRoutes(world), ...egressRoutes(world) },
      open: whipRoutes(world),
      control: {
        ...controlRoutes({ ...world, secretNames, state, reset: startAgain }),
        'PUT /_sandbox/webhooks': (call) => {
          world.webhookUrl = (JSON.parse(call.body) as { url: string }).url;
          return { status: 204 };
        },
      },
      guard: (call) => guard(world, call),
      headers: () => ({}),
      noRoute: ({ path }) => refusal('bad_route', `no handler for path "${path}"`).answer,
      faults,
      calls: world.calls,
    },
    options.port,
  );
  world.url = listener.url;
  return {
    url: listener.url,
    async close() {
      startAgain();
      await listener.close();
    },
  };
}
