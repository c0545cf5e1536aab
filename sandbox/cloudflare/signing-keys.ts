// /stream/keys (Cloudflare API reference, Stream keys), and the playback access that their tokens grant.

import type { Answer, Call, Routes } from '../shared/http.ts';
import { hexId } from '../shared/ids.ts';
import type { Claims, SigningKey } from '../shared/signing-keys.ts';
import { isoMicros } from '../shared/time.ts';
import { notFound, success } from './envelope.ts';
import type { World } from './world.ts';

const view = ({ id, created_at }: SigningKey): object => ({ id, created: isoMicros(created_at * 1000) });

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');

function create(world: World): Answer {
  const { key, privateKey } = world.signingKeys.create(hexId());
  const jwk = { use: 'sig', kid: key.id, alg: 'RS256', ...privateKey.export({ format: 'jwk' }) };
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' });
  return success({ ...view(key), pem: base64(pem), jwk: base64(JSON.stringify(jwk)) });
}

function remove(world: World, call: Call): Answer {
  if (!world.signingKeys.remove(call.params.id ?? '')) throw notFound();
  return success('');
}

export function signingKeyRoutes(world: World, base: string): Routes {
  return {
    [`POST ${base}/keys`]: () => create(world),
    [`GET ${base}/keys`]: () => success(world.signingKeys.list().map(view)),
    [`DELETE ${base}/keys/:id`]: (call) => remove(world, call),
  };
}

/**
 * The uid of the live input or video that a path names by uid or token; null if that grants no access. Something that
 * needs a token cannot be played by its uid.
 */
export function admittedUid(world: World, name: string, use: 'play' | 'download' = 'play'): string | null {
  const isToken = name.includes('.');
  const claims: Claims | string = isToken ? world.signingKeys.read(name) : { sub: name };
  if (typeof claims === 'string' || typeof claims.sub !== 'string') return null;
  const uid = claims.sub;
  const needsToken =
    world.videos.get(uid)?.requireSignedURLs ??
    world.liveInputs.get(uid)?.recording.requireSignedURLs ??
    false;
  const admits = !needsToken || (isToken && (use === 'play' || claims.downloadable === true));
  return admits ? uid : null;
}
