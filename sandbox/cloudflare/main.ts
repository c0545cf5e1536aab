// Starts the Cloudflare Stream stand-in as its own process.

import { fail, flags, number, run, secret, signingKeys, target } from '../shared/command-line.ts';
import { startCloudflare } from './server.ts';

const usage = `Usage: node sandbox/cloudflare/main.ts [--port 8789] [--mux-control http://127.0.0.1:8788]
       [--whip documented|recorded] [--public-url URL] [--rate-limit on|off]
       [--media FOLDER [--rtmps-port 8443]]

A local stand-in for Cloudflare Stream.

  --port         the port on 127.0.0.1
  --mux-control  URL of the Mux stand-in, which receives the outputs
  --whip         recorded: record and restream WHIP broadcasts, although Cloudflare documents that it does not
  --public-url   replaces https://customer-<code>.cloudflarestream.com; default: the stand-in's URL
  --rate-limit   off for no limit
  --media        takes real media and stores recordings in this folder; needs ffmpeg and openssl
  --rtmps-port   the RTMPS port on 127.0.0.1

  CLOUDFLARE_ACCOUNT_ID, CLOUDFLARE_API_TOKEN                         the account and the token it accepts
  CLOUDFLARE_WEBHOOK_URL, CLOUDFLARE_WEBHOOK_SECRET                   the signed webhook for videos
  CLOUDFLARE_NOTIFICATION_URL, CLOUDFLARE_NOTIFICATION_SECRET         the live-input notification
  CLOUDFLARE_SIGNING_KEY_ID, CLOUDFLARE_SIGNING_PUBLIC_KEY            an existing signing key: base64 PEM`;

const given = flags(usage, [
  'port',
  'mux-control',
  'whip',
  'public-url',
  'rate-limit',
  'media',
  'rtmps-port',
]);
const { whip = 'documented', 'rate-limit': limit = 'on' } = given;
if (whip !== 'documented' && whip !== 'recorded') fail('--whip must be documented or recorded.');
if (limit !== 'on' && limit !== 'off') fail('--rate-limit must be on or off.');
const rtmpsPort = number('rtmps-port', given['rtmps-port'], 8443);
const notification = target('CLOUDFLARE_NOTIFICATION_URL', 'CLOUDFLARE_NOTIFICATION_SECRET');

await run('Cloudflare Stream stand-in', () =>
  startCloudflare({
    port: number('port', given.port, 8789),
    accountId: secret('CLOUDFLARE_ACCOUNT_ID'),
    apiToken: secret('CLOUDFLARE_API_TOKEN'),
    videoWebhook: target('CLOUDFLARE_WEBHOOK_URL', 'CLOUDFLARE_WEBHOOK_SECRET'),
    notifications: notification ? [notification] : [],
    signingKeys: signingKeys('CLOUDFLARE_SIGNING_KEY_ID', 'CLOUDFLARE_SIGNING_PUBLIC_KEY'),
    muxControl: given['mux-control'] ?? 'http://127.0.0.1:8788',
    whip,
    publicUrl: given['public-url'],
    rateLimit: limit === 'off' ? false : undefined,
    media: given.media === undefined ? undefined : { folder: given.media, rtmpsPort },
  }),
);
