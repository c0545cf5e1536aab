// Performs host operations. Each takes the fields of its record and returns those of its result, as wasm/abi.h lists
// them; before the elements of a list comes their count.

import { readHeaders, writeHeaders } from './wire.js';

const joined = async (parts) => new Uint8Array(await new Blob(parts).arrayBuffer());

async function readUpTo(limit, stream) {
  const parts = [];
  let length = 0;
  for await (const part of stream ?? []) {
    if ((length += part.length) > limit) throw new DOMException('more bytes than the limit', 'TooLarge');
    parts.push(part);
  }
  return parts.length === 1 ? parts[0] : joined(parts);
}

async function aes(use, rawKey, iv, additionalData, content) {
  const key = await crypto.subtle.importKey('raw', rawKey, 'AES-GCM', false, [use]);
  return new Uint8Array(await crypto.subtle[use]({ name: 'AES-GCM', iv, additionalData }, key, content));
}

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const operations = {
  __proto__: null, // `toString` is not an operation

  // The core's name for the deployment's own assets is no host that a request could reach.
  async fetch({ signal, env }, method, url, texts, content, _timeout, limit, cf) {
    const [headers, body] = [readHeaders(texts), content.length ? content : null];
    const init = { method, headers, body, redirect: 'manual', signal, cf: JSON.parse(cf) };
    const from = url.startsWith('https://assets.invalid/') ? env.ASSETS : globalThis;
    const answer = await from.fetch(url, init);
    return [answer.status, writeHeaders(answer.headers), await readUpTo(limit, answer.body)];
  },
  async read_body({ request }, limit) {
    // No body is longer than its Content-Length. Reading it at once is several times as fast as in parts.
    const whole = Number(request.headers.get('content-length') ?? NaN) <= limit;
    return [whole ? new Uint8Array(await request.arrayBuffer()) : await readUpTo(limit, request.body)];
  },
  async kv_get({ env }, keys) {
    // One key alone is cheaper to read by itself.
    if (keys.length === 1) {
      const text = await env.STREAMS.get(keys[0], 'text');
      return [1, text === null ? 0 : 1, text ?? ''];
    }
    const found = await env.STREAMS.get(keys, 'text');
    return [keys.length, ...keys.flatMap((key) => [found.get(key) === null ? 0 : 1, found.get(key) ?? ''])];
  },
  kv_put: ({ env }, key, value, metadata, seconds) =>
    env.STREAMS.put(key, value, { metadata: JSON.parse(metadata), expirationTtl: seconds || undefined }),
  kv_remove: ({ env }, key) => env.STREAMS.delete(key),
  async kv_list({ env }, prefix, cursor, limit) {
    const page = await env.STREAMS.list({ prefix, cursor: cursor || undefined, limit });
    const entries = page.keys.flatMap(({ name, metadata }) => [name, JSON.stringify(metadata ?? null)]);
    return [page.keys.length, ...entries, page.list_complete ? '' : page.cursor];
  },
  async seal(_, key, additionalData, plain) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return [await joined([iv, await aes('encrypt', key, iv, additionalData, plain)])];
  },
  open: async (_, key, additionalData, sealed) => [
    await aes('decrypt', key, sealed.subarray(0, 12), additionalData, sealed.subarray(12)),
  ],
  async verify(_, algorithm, jwk, data, signature) {
    const parameters = JSON.parse(algorithm);
    const key = await crypto.subtle.importKey('jwk', JSON.parse(jwk), parameters, false, ['verify']);
    return [Number(await crypto.subtle.verify(parameters, key, signature, data))];
  },
  async sign(_, algorithm, format, bytes, data) {
    const parameters = JSON.parse(algorithm);
    const material = format === 'jwk' ? JSON.parse(new TextDecoder().decode(bytes)) : bytes;
    const key = await crypto.subtle.importKey(format, material, parameters, false, ['sign']);
    return [new Uint8Array(await crypto.subtle.sign(parameters, key, data))];
  },
  sleep: (_, milliseconds) => sleep(milliseconds),
  lease: ({ env }, name, step, ...fields) => env.LEASES.getByName(name)[step](...fields),
  limit: async ({ env }, key) => [Number((await env.CREATE_LIMIT.limit({ key })).success)],
  async tell({ env }, name, version, ...news) {
    await env.ROOMS.getByName(name).tell(Number(version), ...news);
    return [1];
  },
  async join({ env, take }, name, version, ...news) {
    // A header takes ASCII only.
    const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
    const headers = {
      upgrade: 'websocket',
      'x-join': JSON.stringify([Number(version), ...news]).replace(/[^ -~]/g, escape),
    };
    const { webSocket } = await env.ROOMS.getByName(name).fetch('https://room', { headers });
    if (webSocket) take(webSocket);
    return [webSocket ? 1 : 0];
  },
  wake: ({ env }, name, what, at, memory) => env.ROOMS.getByName(name).wake(name, what, Number(at), memory),
  async pace({ env }, name, gap, burst, longest) {
    const wait = await env.PACES.getByName(name).turn(gap, burst, longest);
    if (wait > longest) return [0];
    if (wait > 0) await sleep(wait);
    return [1];
  },
  measure: ({ env }, points) =>
    points.forEach(([blobs, doubles]) => env.METRICS.writeDataPoint({ indexes: [blobs[0]], blobs, doubles })),
};

// Milliseconds. A fetch and a pace bring their own, and the others need none.
const deadlines = {
  kv_get: 10_000,
  kv_put: 10_000,
  kv_remove: 10_000,
  kv_list: 10_000,
  lease: 5_000,
  limit: 5_000,
  tell: 5_000,
  join: 5_000,
  wake: 5_000,
};

function deadlineOf(name, fields) {
  if (name === 'fetch') return fields[4];
  return name === 'pace' ? fields[3] + 5_000 : deadlines[name];
}

// Numbered like abi::failure: by the error's name, else by the operation. Any other is `unavailable`.
const failures = { __proto__: null, TimeoutError: 1, TooLarge: 4, fetch: 2, read_body: 2, open: 5 };
const unavailable = 3;

// Resolves with the failure, 0 for none, and the result. Never rejects. `take` gets the WebSocket of a `join`.
export async function perform(name, fields, request, env, take) {
  const deadline = deadlineOf(name, fields);
  const abort = name === 'fetch' ? new AbortController() : undefined;
  let timer;
  try {
    const work = operations[name]({ request, env, take, signal: abort?.signal }, ...fields);
    const inTime = (resolve, reject) => {
      timer = setTimeout(() => {
        reject(new DOMException('no answer in time', 'TimeoutError'));
        abort?.abort();
      }, deadline);
      work.then(resolve, reject);
    };
    return [0, (await (deadline ? new Promise(inTime) : work)) ?? []];
  } catch (error) {
    return [failures[error?.name] ?? failures[name] ?? unavailable, []];
  } finally {
    clearTimeout(timer);
  }
}
