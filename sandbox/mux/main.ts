// Starts the stand-in for Mux as a process of its own.

import { fail, flags, number, run, secret, target } from '../shared/command-line.ts';
import { documentedRateLimit } from './rate-limit.ts';
import { startMux } from './server.ts';

const usage = `Usage: node sandbox/mux/main.ts [--port 8788] [--start-seconds 0.3] [--rate-limit 60|off]

A stand-in for Mux Video on this machine.

  --port           where to listen, on 127.0.0.1
  --start-seconds  from an encoder's connection until the stream is active (about 11 at Mux)
  --rate-limit     calls that may come at once; off for no limit

  MUX_TOKEN_ID, MUX_TOKEN_SECRET          the access token it accepts
  MUX_WEBHOOK_URL, MUX_WEBHOOK_SECRET     where it sends its webhooks, and their signing secret`;

const given = flags(usage, ['port', 'start-seconds', 'rate-limit']);
const burst = number('rate-limit', given['rate-limit'] === 'off' ? undefined : given['rate-limit'], 60);
const webhook = target('MUX_WEBHOOK_URL', 'MUX_WEBHOOK_SECRET');
if (burst < 1) fail('--rate-limit must be at least 1, or off.');

await run('Mux stand-in', () =>
  startMux({
    port: number('port', given.port, 8788),
    tokenId: secret('MUX_TOKEN_ID'),
    tokenSecret: secret('MUX_TOKEN_SECRET'),
    webhooks: webhook ? [webhook] : [],
    startSeconds: number('start-seconds', given['start-seconds'], 0.3),
    rateLimit: given['rate-limit'] === 'off' ? false : { ...documentedRateLimit, burst },
  }),
);
