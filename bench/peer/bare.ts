// The least that JavaScript needs for the same four requests: no library, WebCrypto, keys imported once.

import type { Settings } from './settings.ts';

const utf8 = new TextEncoder();
const keys = new Map<string, CryptoKey>();

async function keyOf(secret: string): Promise<CryptoKey> {
  let key = keys.get(secret);
  if (!key) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    key = await crypto.subtle.importKey('raw', utf8.encode(secret), algorithm, false, ['verify']);
    keys.set(secret, key);
  }
  return key;
}

async function verifies(secret: string, signature: Uint8Array<ArrayBuffer>, text: string): Promise<boolean> {
  return crypto.subtle.verify('HMAC', await keyOf(secret), signature, utf8.encode(text));
}

const bytesOfHex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

const refused = (status: number, error: string): Response => Response.json({ error }, { status });

async function takeWebhook(request: Request, env: Settings): Promise<Response> {
  const body = await request.text();
  const [, time, signature = ''] =
    /^t=(\d+),v1=([0-9a-f]{64})$/.exec(request.headers.get('mux-signature') ?? '') ?? [];
  const recent = Math.abs(Date.now() / 1000 - Number(time)) < 300;
  const good = await verifies(env.MUX_WEBHOOK_SECRETS, bytesOfHex(signature), `${time}.${body}`);
  if (!recent || !good) return refused(401, 'bad signature');
  const { id, type, created_at, data } = JSON.parse(body);
  const metadata = { type, at: created_at, asset: data.id };
  await env.STREAMS.put(`fact/mux/${data.id}/${id}`, body, { metadata });
  return Response.json({ received: true });
}

const decoded = (part: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
const json = (part: string) => JSON.parse(new TextDecoder().decode(decoded(part)));

/** The subject of a valid token. */
async function subjectOf(request: Request, env: Settings): Promise<string | undefined> {
  const token = (request.headers.get('authorization') ?? '').slice('Bearer '.length);
  const [head = '', claims = '', signature = ''] = token.split('.');
  const { iss, aud, exp, sub } = json(claims);
  const right = json(head).alg === 'HS256' && iss === env.AUTH_ISSUER && aud === env.AUTH_AUDIENCE;
  if (!right || exp < Date.now() / 1000) return undefined;
  return (await verifies(env.AUTH_HS256_SECRETS, decoded(signature), `${head}.${claims}`)) ? sub : undefined;
}

async function showStream(request: Request, env: Settings, id: string): Promise<Response> {
  const subject = await subjectOf(request, env);
  if (subject === undefined) return refused(401, 'unauthorized');
  const found = await env.STREAMS.get<{ createdBy: string }>(`answer/${id}`, 'json');
  return found?.createdBy === subject ? Response.json(found) : refused(404, 'not found');
}

export default {
  async fetch(request: Request, env: Settings): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === '/healthz') return Response.json({ status: 'ok' });
    if (pathname === '/api/webhooks/mux') return takeWebhook(request, env);
    const [, id = '', playback] = /^\/api\/streams\/([^/]+)(\/playback)?$/.exec(pathname) ?? [];
    if (!playback) return showStream(request, env, id);
    const found = await env.STREAMS.get(`answer/${id}/playback`, 'json');
    return found ? Response.json(found) : refused(404, 'not found');
  },
};
