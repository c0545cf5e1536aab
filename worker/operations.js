// Carries out host operations. Each takes the fields of its record and gives its result as wasm/abi.h names them.

import { join } from './wire.js';

async function readUpTo(limit, stream) {
  const parts = [];
  let length = 0;
  for await (const part of stream ?? []) {
    if ((length += part.length) > limit) throw new DOMException('more bytes than the limit', 'TooLarge');
    parts.push(part);
  }
  return join(parts);
}

async function aes(use, rawKey, iv, additionalData, content) {
  const key = await crypto.subtle.importKey('raw', rawKey, 'AES-GCM', false, [use]);
  return [new Uint8Array(await crypto.subtle[use]({ name: 'AES-GCM', iv, additionalData }, key, content))];
}

const operations = (request, env) => ({
  async fetch(method, url, headers, body, timeout, limit, cf) {
    const init = { method, headers, body: body.length ? body : null, redirect: 'manual', cf: JSON.parse(cf) };
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(timeout) });
    return [answer.status, [...answer.headers], await readUpTo(limit, answer.body)];
  },
  read_body: async (limit) => [await readUpTo(limit, request.body)],
  async kv_get(keys) {
    const found = await env.STREAMS.get(keys, 'text');
    return [keys.map((key) => [found.get(key) === null ? 0 : 1, found.get(key) ?? ''])];
  },
  kv_put: (key, value, metadata, seconds) =>
    env.STREAMS.put(key, value, { metadata: JSON.parse(metadata), expirationTtl: seconds || undefined }),
  kv_remove: (key) => env.STREAMS.delete(key),
  async kv_list(prefix, cursor, limit) {
    const page = await env.STREAMS.list({ prefix, cursor: cursor || undefined, limit });
    const entries = page.keys.map(({ name, metadata }) => [name, JSON.stringify(metadata ?? null)]);
    return [entries, page.list_complete ? '' : page.cursor];
  },
  async seal(key, additionalData, plain) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return [join([iv, ...(await aes('encrypt', key, iv, additionalData, plain))])];
  },
  open: (key, place, sealed) => aes('decrypt', key, sealed.subarray(0, 12), place, sealed.subarray(12)),
  async verify(algorithm, jwk, data, signature) {
    const parameters = JSON.parse(algorithm);
    const key = await crypto.subtle.importKey('jwk', JSON.parse(jwk), parameters, false, ['verify']);
    return [Number(await crypto.subtle.verify(parameters, key, signature, data))];
  },
  async sign(algorithm, format, bytes, data) {
    const parameters = JSON.parse(algorithm);
    const material = format === 'jwk' ? JSON.parse(new TextDecoder().decode(bytes)) : bytes;
    const key = await crypto.subtle.importKey(format, material, parameters, false, ['sign']);
    return [new Uint8Array(await crypto.subtle.sign(parameters, key, data))];
  },
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  lease: (name, step, ...fields) => env.LEASES.getByName(name)[step](...fields),
  limit: async (key) => [Number((await env.CREATE_LIMIT.limit({ key })).success)],
  measure: (points) =>
    points.forEach(([blobs, doubles]) => env.METRICS.writeDataPoint({ indexes: [blobs[0]], blobs, doubles })),
});

// As abi::failure numbers them, by the name of the error or else of the operation; `unavailable` for the rest.
const failures = { TimeoutError: 1, TooLarge: 4, fetch: 2, read_body: 2, open: 5 };

// Gives the failure, 0 for none, and the result; never throws.
export async function perform(name, fields, request, env) {
  try {
    return [0, (await operations(request, env)[name](...fields)) ?? []];
  } catch (error) {
    return [failures[error?.name] ?? failures[name] ?? 3, []];
  }
}
