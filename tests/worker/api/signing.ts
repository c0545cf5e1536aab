// The settings with which a Worker signs the playback of private streams, and what the stand-ins must know to check it.

import { generateKeyPairSync } from 'node:crypto';
import type { Settings } from './providers.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

export const signing: Settings = {
  MUX_SIGNING_KEY_ID: 'mux-key',
  MUX_SIGNING_PRIVATE_KEY: base64(String(privateKey.export({ type: 'pkcs1', format: 'pem' }))),
  CLOUDFLARE_SIGNING_KEY_ID: 'cloudflare-key',
  CLOUDFLARE_SIGNING_JWK: base64(JSON.stringify(privateKey.export({ format: 'jwk' }))),
};

const known = (id: string) => ({
  signingKeys: [{ id, publicKey: base64(String(publicKey.export({ type: 'spki', format: 'pem' }))) }],
});

/** Options of the stand-ins. */
export const knownKeys = { mux: known('mux-key'), cloudflare: known('cloudflare-key') };
