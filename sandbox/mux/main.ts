// Starts the Mux stand-in as its own process.

import { fail, flags, number, run, secret, signingKeys, target } from '../shared/command-line.ts';
import { documentedRateLimit } from './rate-limit.ts';
import { startMux } from './server.ts';

const usage = `Usage: node sandbox/mux/main.ts [--port 8788] [--start-seconds 0.3] [--rate-limit 60|off]
       [--media FOLDER [--rtmp-port 5222] [--rtmps-port 8444]]

A local stand-in for Mux Video.

  --port           the port on 127.0.0.1
  --start-seconds  time from an encoder's connection until the stream is active (about 11 at Mux)
  --rate-limit     the largest burst of calls; off for no limit
  --media          takes real media and stores recordings in this folder; needs ffmpeg and openssl
  --rtmp-port, --rtmps-port  the ingest ports on 127.0.0.1

  MUX_TOKEN_ID, MUX_TOKEN_SECRET          the access token it accepts
  MUX_WEBHOOK_URL, MUX_WEBHOOK_SECRET     where to send webhooks, and their signing secret
  MUX_SIGNING_KEY_ID, MUX_SIGNING_PUBLIC_KEY   an existing signing key: base64 PEM`;

const given = flags(usage, ['port', 'start-seconds', 'rate-limit', 'media', 'rtmp-port', 'rtmps-port']);
const burst = number('rate-limit', given['rate-limit'] === 'off' ? undefined : given['rate-limit'], 60);
const rtmpPort = number('rtmp-port', given['rtmp-port'], 5222);
const rtmpsPort = number('rtmps-port', given['rtmps-port'], 8444);
const webhook = target('MUX_WEBHOOK_URL', 'MUX_WEBHOOK_SECRET');
if (burst < 1) fail('--rate-limit must be at least 1, or off.');

await run('Mux stand-in', () =>
  startMux({
    port: number('port', given.port, 8788),
    tokenId: secret('MUX_TOKEN_ID'),
    tokenSecret: secret('MUX_TOKEN_SECRET'),
    webhooks: webhook ? [webhook] : [],
    signingKeys: signingKeys('MUX_SIGNING_KEY_ID', 'MUX_SIGNING_PUBLIC_KEY'),
    startSeconds: number('start-seconds', given['start-seconds'], 0.3),
    rateLimit: given['rate-limit'] === 'off' ? false : { ...documentedRateLimit, burst },
    media: given.media === undefined ? undefined : { folder: given.media, rtmpPort, rtmpsPort },
  }),
);
