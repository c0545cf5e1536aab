// Whether LiveKit accepts the deployment's key and secret: two lists, which change nothing.

import { createHmac } from 'node:crypto';
import { fault, ok, unchecked } from './finding.ts';
import type { Finding } from './finding.ts';
import type { Values } from './settings.ts';

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token with these claims, as the Worker and LiveKit make it; undefined if the key is not known here. */
export function livekitToken(values: Values, more: object): string | undefined {
  const { LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: secret } = values;
  if (!apiKey || !secret) return undefined;
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: apiKey, nbf: now - 60, exp: now + 60, ...more };
  const text = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** Nothing in a deployment without LiveKit. */
export async function livekitFindings(values: Values): Promise<Finding[]> {
  const check = 'LiveKit';
  const address = values['LIVEKIT_URL'];
  if (!address) return [];
  const token = livekitToken(values, { video: { ingressAdmin: true, roomRecord: true } });
  if (!token) return [unchecked(check, 'LIVEKIT_API_KEY or LIVEKIT_API_SECRET is not known here')];
  const url = address.replace(/\/+$/, '').replace(/^wss:/, 'https:');
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
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
