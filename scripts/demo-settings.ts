// Writes what ./run starts the Worker and the stand-ins with, to files in .data that only their owner may read:
// freshly drawn secrets, which stay until ./run --reset, and a token for a demo user, which is new each time.
//
// Usage: node scripts/demo-settings.ts <Worker's address> <Mux stand-in's> <Cloudflare stand-in's>

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { SignJWT } from 'jose';

const folder = resolve(import.meta.dirname, '../.data');
const issuer = 'urn:whip-mux:demo';
const audience = 'whip-mux';

type Settings = NodeJS.Dict<string>;

const secret = (): string => randomBytes(32).toString('base64url');

function write(name: string, settings: Settings): void {
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(join(folder, name), lines.join(''), { mode: 0o600 });
}

function secrets(): Settings {
  const file = join(folder, 'secrets.env');
  if (!existsSync(file)) {
    write('secrets.env', {
      AUTH_HS256_SECRETS: secret(),
      SEALING_KEYS: `demo:${secret()}`,
      MUX_TOKEN_ID: secret(),
      MUX_TOKEN_SECRET: secret(),
      MUX_WEBHOOK_SECRETS: secret(),
      CLOUDFLARE_ACCOUNT_ID: randomBytes(16).toString('hex'),
      CLOUDFLARE_API_TOKEN: secret(),
      CLOUDFLARE_WEBHOOK_SECRETS: secret(),
      CLOUDFLARE_NOTIFICATION_SECRETS: secret(),
    });
  }
  return parseEnv(readFileSync(file, 'utf8'));
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
const [worker, mux, cloudflare] = process.argv.slice(2);
const known = secrets();

write('worker.env', {
  ...known,
  DEPLOYMENT: 'demo',
  AUTH_ISSUER: issuer,
  AUTH_AUDIENCE: audience,
  MUX_API_URL: mux,
  CLOUDFLARE_API_URL: `${cloudflare}/client/v4`,
  CLOUDFLARE_PLAYBACK_HOSTS: '127.0.0.1',
});
write('mux.env', {
  MUX_TOKEN_ID: known.MUX_TOKEN_ID,
  MUX_TOKEN_SECRET: known.MUX_TOKEN_SECRET,
  MUX_WEBHOOK_URL: `${worker}/api/webhooks/mux`,
  MUX_WEBHOOK_SECRET: known.MUX_WEBHOOK_SECRETS,
});
write('cloudflare.env', {
  CLOUDFLARE_ACCOUNT_ID: known.CLOUDFLARE_ACCOUNT_ID,
  CLOUDFLARE_API_TOKEN: known.CLOUDFLARE_API_TOKEN,
  CLOUDFLARE_WEBHOOK_URL: `${worker}/api/webhooks/stream-status`,
  CLOUDFLARE_WEBHOOK_SECRET: known.CLOUDFLARE_WEBHOOK_SECRETS,
  CLOUDFLARE_NOTIFICATION_URL: `${worker}/api/webhooks/stream-status`,
  CLOUDFLARE_NOTIFICATION_SECRET: known.CLOUDFLARE_NOTIFICATION_SECRETS,
});
writeFileSync(join(folder, 'token'), await token(known.AUTH_HS256_SECRETS ?? ''), { mode: 0o600 });
