// Bodies larger than a Worker's memory are refused without harm to instance or isolate.

import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { startWorker } from './start-worker.ts';
import type { StartedWorker } from './start-worker.ts';

const megabyte = new Uint8Array(1 << 20).fill(0x20);
const size = 200 * megabyte.length;

const bindings = {
  AUTH_HS256_SECRETS: 'a-secret-of-the-tests-that-is-long-enough',
  AUTH_ISSUER: 'https://issuer.example',
  AUTH_AUDIENCE: 'whip-mux',
  MUX_TOKEN_ID: 'token-id',
  MUX_TOKEN_SECRET: 'token-secret',
  MUX_WEBHOOK_SECRETS: 'a-webhook-secret-of-the-tests-alone',
};

const token = (): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('user')
    .setIssuer(bindings.AUTH_ISSUER)
    .setAudience(bindings.AUTH_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('1 hour')
    .sign(new TextEncoder().encode(bindings.AUTH_HS256_SECRETS));

// What the local runtime's front says if the connection between it and the Worker broke.
const broken = /^Error: Network connection lost/;

/** Sends a body with a declared length of 200 MB, or in chunks. Returns undefined if the connection broke. */
async function send(
  url: URL,
  headers: Record<string, string | number>,
  bytes: number,
): Promise<Outcome | undefined> {
  const request = httpRequest(url, { method: 'POST', headers });
  const answer = once(request, 'response').then(
    ([response]) => response as IncomingMessage,
    () => undefined,
  );
  let over = false;
  void answer.then(() => (over = true));
  for (let sent = 0; sent < bytes && !over; sent += megabyte.length) {
    const flowing = request.write(megabyte.subarray(0, bytes - sent));
    if (!flowing) await Promise.race([once(request, 'drain').catch(() => undefined), answer]);
  }
  const response = await answer;
  const parts = await response
    ?.setEncoding('utf8')
    .toArray()
    .catch(() => undefined);
  request.destroy();
  const body = parts?.join('');
  if (body === undefined || broken.test(body)) return undefined;
  return { status: response?.statusCode, problem: JSON.parse(body) };
}

interface Outcome {
  status: number | undefined;
  problem: unknown;
}

/** The status in a line of the Worker's log. */
const statusIn = (line: string): unknown => (JSON.parse(line) as { status: unknown }).status;

describe.each([
  ['/api/webhooks/mux', 1024 * 1024],
  ['/api/webhooks/stream-status', 1024 * 1024],
  ['/api/streams/create-whip', 16 * 1024],
])('%s', (path, limit) => {
  describe.each([
    ['with a declared length', { 'content-length': size }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('refuses 200 MB %s', (_, framing) => {
    const post = async (worker: StartedWorker, bytes: number) => {
      const headers = {
        ...framing,
        'content-type': 'application/json',
        authorization: `Bearer ${await token()}`,
      };
      return send(new URL(path, worker.url), headers, bytes);
    };

    test('answers 413 as soon as one byte too many has arrived', async () => {
      await using worker = await startWorker({ bindings });
      expect(await post(worker, limit + 1)).toMatchObject({ status: 413, problem: { status: 413 } });
    });

    // A client that keeps sending may see the connection break before it reads the response.
    test('answers 413 although the whole body is sent, and serves the next request', async () => {
      await using worker = await startWorker({ bindings });
      expect((await post(worker, size))?.status ?? 413).toBe(413);
      expect((await worker.fetch('/healthz')).status).toBe(200);
      await expect.poll(() => worker.logs().map(statusIn)).toEqual([413, 200]);
    });
  });
});
