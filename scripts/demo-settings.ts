// Writes the settings with which ./run starts the Worker, the relay and the stand-ins, to files in .data that only
// their owner may read. Secrets are random and stay until ./run --reset. The demo user's token is new each time.
//
// Usage: node scripts/demo-settings.ts <Worker URL> <Mux URL> <Cloudflare URL> <Mux RTMPS URL> <relay URL>

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { SignJWT } from 'jose';
import { certificateIn } from '../sandbox/media/certificate.ts';

const folder = resolve(import.meta.dirname, '../.data');
const issuer = 'urn:whip-mux:demo';
const audience = 'whip-mux';

type Settings = NodeJS.Dict<string>;

const secret = (): string => randomBytes(32).toString('base64url');

function write(name: string, settings: Settings): void {
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(join(folder, name), lines.join(''), { mode: 0o600 });
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Each provider's key for signed playback, in the provider's format, with the public half for the stand-in. */
function signingKeys(): Settings {
  const make = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
  const [mux, cloudflare] = [make(), make()];
  const publicPem = (key: KeyObject): string => base64(String(key.export({ type: 'spki', format: 'pem' })));
  return {
    MUX_SIGNING_KEY_ID: secret(),
    MUX_SIGNING_PRIVATE_KEY: base64(String(mux.privateKey.export({ type: 'pkcs1', format: 'pem' }))),
    MUX_SIGNING_PUBLIC_KEY: publicPem(mux.publicKey),
    CLOUDFLARE_SIGNING_KEY_ID: secret(),
    CLOUDFLARE_SIGNING_JWK: base64(JSON.stringify(cloudflare.privateKey.export({ format: 'jwk' }))),
    CLOUDFLARE_SIGNING_PUBLIC_KEY: publicPem(cloudflare.publicKey),
  };
}

/** Keeps the secrets of an earlier run and generates missing ones. */
function secrets(): Settings {
  const file = join(folder, 'secrets.env');
  const drawn = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const known = {
    AUTH_HS256_SECRETS: secret(),
    SEALING_KEYS: `demo:${secret()}`,
    MUX_TOKEN_ID: secret(),
    MUX_TOKEN_SECRET: secret(),
    MUX_WEBHOOK_SECRETS: secret(),
    CLOUDFLARE_ACCOUNT_ID: randomBytes(16).toString('hex'),
    CLOUDFLARE_API_TOKEN: secret(),
    CLOUDFLARE_WEBHOOK_SECRETS: secret(),
    CLOUDFLARE_NOTIFICATION_SECRETS: secret(),
    RELAY_TOKEN_SECRET: secret(),
    RELAY_CREDENTIAL: secret(),
    ...('MUX_SIGNING_KEY_ID' in drawn ? {} : signingKeys()),
    ...drawn,
  };
  write('secrets.env', known);
  return known;
}

const token = (key: string): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('demo-user')
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('12 hours')
    .sign(new TextEncoder().encode(key));

mkdirSync(folder, { recursive: true, mode: 0o700 });
const [worker, mux, cloudflare, muxRtmps, relay] = process.argv.slice(2);
const known = secrets();
await certificateIn(join(folder, 'media'));

const { MUX_SIGNING_PUBLIC_KEY, CLOUDFLARE_SIGNING_PUBLIC_KEY, ...ofTheWorker } = known;

write('worker.env', {
  ...ofTheWorker,
  DEPLOYMENT: 'demo',
  AUTH_ISSUER: issuer,
  AUTH_AUDIENCE: audience,
  MUX_API_URL: mux,
  MUX_PLAYBACK_URL: mux,
  MUX_IMAGE_URL: mux,
  MUX_RTMPS_URL: muxRtmps,
  RELAY_URL: relay,
  CLOUDFLARE_API_URL: `${cloudflare}/client/v4`,
  CLOUDFLARE_PLAYBACK_HOSTS: '127.0.0.1',
});
write('relay.env', {
  RELAY_LISTEN: new URL(relay ?? '').host,
  WORKER_URL: worker,
  RELAY_TOKEN_SECRET: known.RELAY_TOKEN_SECRET,
  RELAY_CREDENTIAL: known.RELAY_CREDENTIAL,
  RELAY_ALLOWED_ORIGINS: worker,
  RELAY_PUBLIC_ADDRESS: '127.0.0.1',
  RELAY_DRAIN_SECONDS: '2',
});
write('mux.env', {
  MUX_TOKEN_ID: known.MUX_TOKEN_ID,
  MUX_TOKEN_SECRET: known.MUX_TOKEN_SECRET,
  MUX_WEBHOOK_URL: `${worker}/api/webhooks/mux`,
  MUX_WEBHOOK_SECRET: known.MUX_WEBHOOK_SECRETS,
  MUX_SIGNING_KEY_ID: known.MUX_SIGNING_KEY_ID,
  MUX_SIGNING_PUBLIC_KEY,
});
write('cloudflare.env', {
  CLOUDFLARE_ACCOUNT_ID: known.CLOUDFLARE_ACCOUNT_ID,
  CLOUDFLARE_API_TOKEN: known.CLOUDFLARE_API_TOKEN,
  CLOUDFLARE_WEBHOOK_URL: `${worker}/api/webhooks/stream-status`,
  CLOUDFLARE_WEBHOOK_SECRET: known.CLOUDFLARE_WEBHOOK_SECRETS,
  CLOUDFLARE_NOTIFICATION_URL: `${worker}/api/webhooks/stream-status`,
  CLOUDFLARE_NOTIFICATION_SECRET: known.CLOUDFLARE_NOTIFICATION_SECRETS,
  CLOUDFLARE_SIGNING_KEY_ID: known.CLOUDFLARE_SIGNING_KEY_ID,
  CLOUDFLARE_SIGNING_PUBLIC_KEY,
});
writeFileSync(join(folder, 'token'), await token(known.AUTH_HS256_SECRETS ?? ''), { mode: 0o600 });
