// The two providers' webhook signatures. Both are HMAC-SHA256 over `time.body` with the secret as UTF-8, in
// lower-case hex (Mux documentation, verify webhook signatures; Cloudflare Stream documentation, using webhooks).

import { createHmac } from 'node:crypto';
import { unixSeconds } from './time.ts';

function hmac(secret: string, time: number, body: string): string {
  return createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
}

/** The value of `Mux-Signature`. */
export function muxSignature(secret: string, body: string, time: number = unixSeconds()): string {
  return `t=${time},v1=${hmac(secret, time, body)}`;
}

/** The value of `Webhook-Signature`. */
export function cloudflareSignature(secret: string, body: string, time: number = unixSeconds()): string {
  return `time=${time},sig1=${hmac(secret, time, body)}`;
}
