// /system/v1/signing-keys (Mux API reference, signing keys), and the playback access that their tokens grant.

import type { Answer, Call, Routes } from '../shared/http.ts';
import { alphanumeric } from '../shared/ids.ts';
import type { SigningKey } from '../shared/signing-keys.ts';
import { notFound } from './errors.ts';
import { pageOf } from './list.ts';
import type { PlaybackId, World } from './world.ts';

const view = ({ id, created_at }: SigningKey): object => ({ id, created_at: String(created_at) });

function create(world: World): Answer {
  const { key, privateKey } = world.signingKeys.create(alphanumeric(44));
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' });
  return { status: 201, body: { data: { ...view(key), private_key: Buffer.from(pem).toString('base64') } } };
}

function retrieve(world: World, call: Call): Answer {
  const key = world.signingKeys.find(call.params.id ?? '');
  if (!key) throw notFound();
  return { status: 200, body: { data: view(key) } };
}

function remove(world: World, call: Call): Answer {
  if (!world.signingKeys.remove(call.params.id ?? '')) throw notFound();
  return { status: 204 };
}

export function signingKeyRoutes(world: World): Routes {
  const path = '/system/v1/signing-keys';
  return {
    [`POST ${path}`]: () => create(world),
    [`GET ${path}`]: (call) => ({
      status: 200,
      body: { data: pageOf(call, world.signingKeys.list()).map(view) },
    }),
    [`GET ${path}/:id`]: (call) => retrieve(world, call),
    [`DELETE ${path}/:id`]: (call) => remove(world, call),
  };
}

/**
 * Why Mux refuses to play a playback id with this token or without one; null if it plays. `audience` is v for video, t
 * for a thumbnail. A token is refused if none is needed.
 */
export function playbackRefusal(
  world: World,
  playbackId: PlaybackId,
  token: string | null,
  audience: 'v' | 't',
): string | null {
  if (playbackId.policy !== 'signed') return token === null ? null : 'a token on a public playback id';
  const claims = world.signingKeys.read(token ?? '');
  if (typeof claims === 'string') return claims;
  if (claims.sub !== playbackId.id) return 'for another playback id';
  return claims.aud === audience ? null : 'for another audience';
}
