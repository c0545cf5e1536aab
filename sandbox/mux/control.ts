// The control endpoints that only Mux's stand-in has: encoders without media, and webhook endpoints with secrets that
// tests know.

import { isFields } from '../shared/check.ts';
import { controlFields, ingestRoutes, ok, refuse } from '../shared/control.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { connectEncoder, disconnectEncoder } from './ingest.ts';
import type { Refused } from './ingest.ts';
import { addWebhookEndpoint } from './world.ts';
import type { World } from './world.ts';

const reasons = {
  unknown: [404, 'No live stream has this stream key.'],
  disabled: [403, 'The live stream is disabled.'],
  busy: [409, 'An encoder is already connected to this live stream.'],
  'not connected': [409, 'No encoder is connected to this live stream.'],
} as const;

function refuseEncoder({ refused }: Refused): never {
  const [status, reason] = reasons[refused];
  return refuse(status, reason);
}

/** Mux takes media at its own hosts under /app; here any loopback address counts as one of them. */
function isIngestAddress(address: string): boolean {
  const url = URL.parse(address);
  if (!url || !/^(rtmps?|srt):$/.test(url.protocol)) return false;
  const ours = /^(global-live\.mux\.com|[a-z]+-[a-z]+\.live\.mux\.com|127\.0\.0\.1|localhost)$/.test(
    url.hostname,
  );
  return ours && (url.protocol === 'srt:' || url.pathname.replace(/\/$/, '') === '/app');
}

function connect(world: World, call: Call): Answer {
  const { url, streamKey, protocol = 'rtmp' } = controlFields(call);
  if (protocol !== 'rtmp' && protocol !== 'srt') refuse(400, 'protocol must be rtmp or srt.');
  if (typeof url === 'string' && !isIngestAddress(url)) refuse(404, 'Mux takes no media at this address.');
  const result = connectEncoder(world, String(streamKey), protocol);
  if ('refused' in result) return refuseEncoder(result);
  return ok({ liveStreamId: result.stream.id, assetId: result.asset?.id ?? null });
}

async function disconnect(world: World, call: Call): Promise<Answer> {
  const { streamKey, reconnectSeconds, failRecording, wait } = controlFields(call);
  const result = disconnectEncoder(world, String(streamKey), {
    reconnectSeconds: typeof reconnectSeconds === 'number' ? reconnectSeconds : undefined,
    failRecording: failRecording === true,
  });
  if ('refused' in result) return refuseEncoder(result);
  if (wait === true) await result.over;
  return ok({ liveStreamId: result.stream.id });
}

function replaceWebhooks(world: World, call: Call): Answer {
  const { endpoints } = controlFields(call);
  if (!Array.isArray(endpoints) || !endpoints.every(isFields))
    return refuse(400, 'Send {endpoints: [{url, secret}]}.');
  world.webhookEndpoints.clear();
  for (const { url, secret } of endpoints) addWebhookEndpoint(world, String(url), String(secret));
  return { status: 204 };
}

function changeAccount(world: World, call: Call): Answer {
  const { permissions } = controlFields(call);
  if (!Array.isArray(permissions)) return refuse(400, 'Send {permissions: ["video:read", …]}.');
  world.permissions = permissions.map(String);
  return { status: 204 };
}

export function muxControlRoutes(world: World): Routes {
  return {
    ...ingestRoutes(() => world.media?.ingest),
    'POST /_sandbox/encoder/connect': (call) => connect(world, call),
    'POST /_sandbox/encoder/disconnect': (call) => disconnect(world, call),
    'PUT /_sandbox/account': (call) => changeAccount(world, call),
    'PUT /_sandbox/webhooks': (call) => replaceWebhooks(world, call),
  };
}
