// Signing keys for playback tokens, and token verification (RS256, at both providers).

import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { unixSeconds } from './time.ts';

export interface SigningKey {
  id: string;
  created_at: number;
}

/** The public half of an existing key: base64 PEM. */
export interface KnownKey {
  id: string;
  publicKey: string;
}

export interface Claims {
  sub?: unknown;
  aud?: unknown;
  exp?: unknown;
  nbf?: unknown;
  kid?: unknown;
  downloadable?: unknown;
  latest?: unknown;
}

function decoded(part: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export class SigningKeys {
  #known: KnownKey[];
  #keys = new Map<string, SigningKey & { publicKey: KeyObject }>();

  constructor(known: KnownKey[] = []) {
    this.#known = known;
    this.reset();
  }

  reset(): void {
    this.#keys.clear();
    for (const { id, publicKey } of this.#known)
      this.#add(id, createPublicKey(Buffer.from(publicKey, 'base64').toString()));
  }

  #add(id: string, publicKey: KeyObject): SigningKey {
    const key = { id, created_at: unixSeconds(), publicKey };
    this.#keys.set(id, key);
    return key;
  }

  /** The private half is returned once and not stored. */
  create(id: string): { key: SigningKey; privateKey: KeyObject } {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    return { key: this.#add(id, publicKey), privateKey };
  }

  find(id: string): SigningKey | undefined {
    return this.#keys.get(id);
  }

  /** Newest first. */
  list(): SigningKey[] {
    return [...this.#keys.values()].reverse();
  }

  remove(id: string): boolean {
    return this.#keys.delete(id);
  }

  /** A valid token's claims, or the reason why it is not valid. */
  read(token: string): Claims | string {
    const [header, payload, signature, ...more] = token.split('.');
    if (!header || !payload || !signature || more.length > 0) return 'not a token';
    const claims = decoded(payload) as Claims;
    const { alg, kid = claims.kid } = decoded(header);
    const key = this.#keys.get(String(kid));
    if (alg !== 'RS256' || !key) return 'not signed with a known key';
    const signed = Buffer.from(`${header}.${payload}`);
    if (!verify('RSA-SHA256', signed, key.publicKey, Buffer.from(signature, 'base64url')))
      return 'the signature is invalid';
    const now = Date.now() / 1000;
    if (typeof claims.exp !== 'number' || claims.exp <= now) return 'expired';
    if (typeof claims.nbf === 'number' && claims.nbf > now) return 'not valid yet';
    return claims;
  }
}
