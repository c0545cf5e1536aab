// Starts the stand-in for Mux as a process of its own.

import { fail, flags, number, run, secret, signingKeys, target } from '../shared/command-line.ts';
import { documentedRateLimit } from './rate-limit.ts';
import { startMux } from './server.ts';

const usage = `Usage: node sandbox/mux/main.ts [--port 8788] [--start-seconds 0.3] [--rate-limit 60|off]
       [--media FOLDER [--rtmp-port 5222] [--rtmps-port 8444] [--whip on|off]]

A stand-in for Mux Video on this machine.

  --port           where to listen, on 127.0.0.1
  --start-seconds  from an encoder's connection until the stream is active (about 11 at Mux)
  --rate-limit     calls that may come at once; off for no limit
  --media          takes real media, and keeps recordings in this folder; needs ffmpeg and openssl
  --rtmp-port, --rtmps-port  where encoders publish to, on 127.0.0.1
  --whip           on for WHIP at /app/{stream key}/whip, which Mux does not document

  MUX_TOKEN_ID, MUX_TOKEN_SECRET          the access token it accepts
  MUX_WEBHOOK_URL, MUX_WEBHOOK_SECRET     where it sends its webhooks, and their signing secret
  MUX_SIGNING_KEY_ID, MUX_SIGNING_PUBLIC_KEY   a signing key made before: PEM in base64`;

const given = flags(usage, [
  'port',
  'start-seconds',
  'rate-limit',
  'media',
  'rtmp-port',
  'rtmps-port',
  'whip',
]);
const burst = number('rate-limit', given['rate-limit'] === 'off' ? undefined : given['rate-limit'], 60);
const rtmpPort = number('rtmp-port', given['rtmp-port'], 5222);
const rtmpsPort = number('rtmps-port', given['rtmps-port'], 8444);
const { whip = 'off' } = given;
if (whip !== 'on' && whip !== 'off') fail('--whip is on or off.');
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
    media:
      given.media === undefined
        ? undefined
        : { folder: given.media, rtmpPort, rtmpsPort, whip: whip === 'on' },
  }),
);
