// The settings with which a Worker signs the playback of private streams. The stand-ins do not know these keys.

import { generateKeyPairSync } from 'node:crypto';
import type { Settings } from './providers.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

export const signing: Settings = {
  MUX_SIGNING_KEY_ID: 'mux-key',
  MUX_SIGNING_PRIVATE_KEY: base64(String(privateKey.export({ type: 'pkcs1', format: 'pem' }))),
  CLOUDFLARE_SIGNING_KEY_ID: 'cloudflare-key',
  CLOUDFLARE_SIGNING_JWK: base64(JSON.stringify(privateKey.export({ format: 'jwk' }))),
};
