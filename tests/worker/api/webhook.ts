// Webhooks sent by the tests themselves, signed correctly or not.

import { randomUUID } from 'node:crypto';
import { cloudflareSignature, muxSignature } from '../../../sandbox/shared/signatures.ts';
import type { StartedWorker } from '../start-worker.ts';
import { read } from './client.ts';
import type { Answer } from './client.ts';
import { defaults } from './providers.ts';
import { planHeader } from './watched-entry.ts';
import type { Plan } from './watched-entry.ts';

export interface Door {
  name: string;
  path: string;
  /** The header that authenticates a body. */
  header: string;
  secretName: string;
  secret: string;
  /** The header's value. */
  prove(secret: string, body: string, time?: number): string;
  /** A body that produces a fact. */
  body(): string;
}

export const muxDoor: Door = {
  name: 'Mux',
  path: '/api/webhooks/mux',
  header: 'mux-signature',
  secretName: 'MUX_WEBHOOK_SECRETS',
  secret: defaults.MUX_WEBHOOK_SECRETS ?? '',
  prove: muxSignature,
  body: () =>
    JSON.stringify(muxEvent('video.live_stream.active', { passthrough: `whip-mux:tests:${'0'.repeat(26)}` })),
};

export const videoDoor: Door = {
  name: "Cloudflare's videos",
  path: '/api/webhooks/stream-status',
  header: 'webhook-signature',
  secretName: 'CLOUDFLARE_WEBHOOK_SECRETS',
  secret: defaults.CLOUDFLARE_WEBHOOK_SECRETS ?? '',
  prove: cloudflareSignature,
  body: () =>
    JSON.stringify({
      uid: hex(),
      liveInput: hex(),
      status: { state: 'ready' },
      created: '2026-09-20T11:00:00.000000Z',
      modified: '2026-09-20T11:05:00.000000Z',
      duration: 60,
    }),
};

export const notificationDoor: Door = {
  name: "Cloudflare's notifications",
  path: '/api/webhooks/stream-status',
  header: 'cf-webhook-auth',
  secretName: 'CLOUDFLARE_NOTIFICATION_SECRETS',
  secret: defaults.CLOUDFLARE_NOTIFICATION_SECRETS ?? '',
  prove: (secret) => secret,
  body: () =>
    JSON.stringify({
      data: {
        input_id: hex(),
        event_type: 'live_input.connected',
        updated_at: '2026-09-20T11:00:00.123456789Z',
      },
    }),
};

export const doors = [muxDoor, videoDoor, notificationDoor];

const hex = (): string => randomUUID().replaceAll('-', '');

export function muxEvent(type: string, data: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type,
    id: randomUUID(),
    created_at: '2026-09-20T11:00:00.000000Z',
    object: { type: 'live', id: 'x' },
    data: { id: `Live${hex()}`, status: 'active', ...data },
  };
}

/** A null proof leaves the header out. */
export async function post(
  worker: StartedWorker,
  { path, header }: Door,
  body: BodyInit,
  proof: string | null,
  plan?: Plan,
): Promise<Answer> {
  const headers = new Headers({ 'content-type': 'application/json' });
  if (proof !== null) headers.set(header, proof);
  if (plan) headers.set(planHeader, JSON.stringify(plan));
  return read(await worker.fetch(path, { method: 'POST', headers, body }));
}

/** Sends a body as its provider would. */
export function deliver(worker: StartedWorker, door: Door, body: string, plan?: Plan): Promise<Answer> {
  return post(worker, door, body, door.prove(door.secret, body), plan);
}
