// Whether LiveKit accepts the deployment's key and secret: two lists, which change nothing.

import { createHmac } from 'node:crypto';
import { fault, ok, unchecked } from './finding.ts';
import type { Finding } from './finding.ts';
import type { Values } from './settings.ts';

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as the Worker makes it. */
function tokenFor(apiKey: string, secret: string): string {
  const now = Math.floor(Date.now() / 1000);
  const video = { ingressAdmin: true, roomRecord: true };
  const claims = { iss: apiKey, nbf: now - 60, exp: now + 60, video };
  const text = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** Nothing in a deployment without LiveKit. */
export async function livekitFindings(values: Values): Promise<Finding[]> {
  const check = 'LiveKit';
  const { LIVEKIT_URL: address, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: secret } = values;
  if (!address) return [];
  if (!apiKey || !secret)
    return [unchecked(check, 'LIVEKIT_API_KEY or LIVEKIT_API_SECRET is not known here')];
  const url = address.replace(/\/+$/, '').replace(/^wss:/, 'https:');
  const headers = {
    authorization: `Bearer ${tokenFor(apiKey, secret)}`,
    'content-type': 'application/json',
  };
  for (const list of ['Ingress/ListIngress', 'Egress/ListEgress']) {
    const init = {
      method: 'POST',
      headers,
      body: '{"roomName":"doctor"}',
      signal: AbortSignal.timeout(10_000),
    };
    const answer = await fetch(`${url}/twirp/livekit.${list}`, init).catch(() => undefined);
    if (!answer) return [fault(check, `nothing answers at ${url}`, 'Compare LIVEKIT_URL with the project.')];
    if (answer.status === 401)
      return [
        fault(check, 'it refuses the key', "Take the project's LIVEKIT_API_KEY and LIVEKIT_API_SECRET."),
      ];
    if (!answer.ok)
      return [
        fault(
          check,
          `${list} answers ${answer.status}`,
          'Give the project its ingress and egress (docs/scaling.md).',
        ),
      ];
  }
  return [ok(check, url)];
}
