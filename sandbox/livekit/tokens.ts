// Access tokens (LiveKit documentation, tokens and grants): JSON Web Tokens by HS256. The issuer is the API key.

import { createHash, createHmac } from 'node:crypto';
import { isFields } from '../shared/check.ts';
import type { Fields } from '../shared/check.ts';
import { sameText } from '../shared/same-text.ts';
import { unixSeconds } from '../shared/time.ts';

export interface Keys {
  apiKey: string;
  apiSecret: string;
}

/** go-jose's leeway, which LiveKit leaves as it is. */
const leewaySeconds = 60;
const webhookSeconds = 300;

const encoded = (text: string): string => Buffer.from(text).toString('base64url');
const signatureOf = (text: string, { apiSecret }: Keys): string =>
  createHmac('sha256', apiSecret).update(text).digest('base64url');

function decoded(part: string): Fields | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

/** The value of `Authorization` of a webhook with this body. */
export function webhookToken(body: string, keys: Keys): string {
  const now = unixSeconds();
  const sha256 = createHash('sha256').update(body).digest('base64');
  const claims = { iss: keys.apiKey, nbf: now, exp: now + webhookSeconds, sha256 };
  const text = `${encoded('{"alg":"HS256","typ":"JWT"}')}.${encoded(JSON.stringify(claims))}`;
  return `${text}.${signatureOf(text, keys)}`;
}

/** The claims of a valid token; otherwise what LiveKit says about it. */
export function claimsOf(token: string, keys: Keys): Fields | string {
  const [head = '', payload = '', signature = '', ...rest] = token.split('.');
  const claims = decoded(payload);
  if (rest.length > 0 || decoded(head)?.alg !== 'HS256' || !claims) return 'invalid authorization token';
  if (claims.iss !== keys.apiKey) return `invalid API key: ${String(claims.iss)}`;
  if (!sameText(signature, signatureOf(`${head}.${payload}`, keys))) return 'invalid authorization token';
  const { nbf = 0, exp } = claims;
  const now = unixSeconds();
  const isValid = typeof exp === 'number' && now <= exp + leewaySeconds && now >= Number(nbf) - leewaySeconds;
  return isValid ? claims : 'invalid authorization token';
}
