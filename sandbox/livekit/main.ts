// Starts the LiveKit stand-in as its own process.

import { readFileSync } from 'node:fs';
import { flags, number, run, secret } from '../shared/command-line.ts';
import { startLiveKit } from './server.ts';

const usage = `Usage: node sandbox/livekit/main.ts [--port 8790] [--media CERTIFICATE]

A local stand-in for the part of LiveKit that takes WHIP and sends it on by RTMPS.

  --port   the port on 127.0.0.1
  --media  takes real media; the file is the certificate of the RTMPS servers on this machine, such as the one that
           Cloudflare's stand-in writes. Needs ffmpeg

  LIVEKIT_API_KEY, LIVEKIT_API_SECRET   what it accepts, and signs its webhooks with
  LIVEKIT_WEBHOOK_URL                   where they go`;

const given = flags(usage, ['port', 'media']);

await run('LiveKit stand-in', () =>
  startLiveKit({
    port: number('port', given.port, 8790),
    apiKey: secret('LIVEKIT_API_KEY'),
    apiSecret: secret('LIVEKIT_API_SECRET'),
    webhookUrl: process.env.LIVEKIT_WEBHOOK_URL || undefined,
    media: given.media === undefined ? undefined : { trusted: readFileSync(given.media, 'utf8') },
  }),
);
