// Routes and methods, and the answers for unknown ones.

import { request } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { Client, streamOf } from './client.ts';
import { worker } from './deployed.ts';

let user: Client;

beforeAll(async () => {
  user = await Client.of(worker);
});

const problem = (name: string): string => `urn:whip-mux:problem:${name}`;

/** Sends the path exactly as written; fetch would normalise it. */
function rawStatus(path: string, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(worker.url, { path, method }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once('error', reject).end();
  });
}

describe('answers 405 with the allowed methods to', () => {
  const id = '0'.repeat(26);
  it.each([
    ['PUT', '/api/streams/create-whip', 'POST'],
    ['DELETE', '/api/streams', 'GET, HEAD, POST'],
    ['PUT', '/api/streams', 'GET, HEAD'],
    ['PUT', `/api/streams/${id}`, 'GET, HEAD'],
    ['POST', `/api/streams/${id}`, 'GET, HEAD'],
    ['GET', '/api/webhooks/mux', 'POST'],
    ['HEAD', '/api/webhooks/mux', 'POST'],
    ['PUT', '/api/webhooks/stream-status', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['OPTIONS', '/readyz', 'GET, HEAD'],
  ])('%s %s', async (method, path, allow) => {
    const answer = await user.send(path, { method });
    expect(answer.status).toBe(405);
    const named = answer.headers.get('allow')?.split(', ');
    expect(named).toEqual(expect.arrayContaining(allow.split(', ')));
    expect(named).not.toContain(method);
    if (method !== 'HEAD') expect(answer.body.type).toBe(problem('method-not-allowed'));
  });
});

describe.each(['/api/streams/create-whip', '/api/streams/create'])('%s is no stream:', (path) => {
  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'])('%s is a 405 that allows POST alone', async (method) => {
    const answer = await user.send(path, { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('answers 404', () => {
  it.each([
    '/api',
    '/api/',
    '/api/streams/',
    '/api/streams//',
    `/api/streams/${'0'.repeat(26)}/`,
    `/api/streams/${'0'.repeat(26)}/x`,
    '/api/webhooks',
    '/api/webhooks/other',
  ])('at %s', async (path) => {
    const answer = await user.send(path);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ type: problem('not-found'), status: 404 });
  });

  it.each(['/api/streams/%', '/api/streams/%zz', '/api/streams/%00', '/api//healthz'])(
    'at the raw path %s',
    async (path) => expect(await rawStatus(path)).toBe(404),
  );
});

describe('an id that names no stream is a 404:', () => {
  it.each([
    '0'.repeat(26),
    'zzzzzzzzzzzzzzzzzzzzzzzzzz',
    '0',
    'create-whips',
    '0'.repeat(27),
    'ILOU'.padEnd(26, '0'),
    '..%2fintent',
    'a%2fb',
    '%e2%98%83',
    "'%20or%201=1",
    'x'.repeat(2000),
  ])('%s', async (id) => {
    const answer = await user.get(id);
    expect(answer.status).toBe(404);
    expect(answer.body.type).toBe(problem('no-such-stream'));
  });
});

describe('HEAD', () => {
  it.each(['/healthz', '/readyz', '/api/streams'])('for %s is GET without the body', async (path) => {
    const [head, get] = [await user.send(path, { method: 'HEAD' }), await user.send(path)];
    expect(head.status).toBe(get.status);
    expect(head.text).toBe('');
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
  });

  it('for a stream is GET without the body', async () => {
    const { id } = streamOf(await user.create());
    const head = await user.send(`/api/streams/${id}`, { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
  });
});

describe('a list request is refused for', () => {
  it.each([
    ['limit', '?limit=0'],
    ['limit', '?limit=101'],
    ['limit', '?limit=-1'],
    ['limit', '?limit=1.5'],
    ['limit', '?limit=ten'],
    ['limit', '?limit='],
    ['limit', '?limit=99999999999'],
    ['limit', '?limit=%2b5'],
    ['status', '?status=gone'],
    ['status', '?status='],
    ['status', '?status=Ready'],
    ['memorialId', '?memorialId='],
    ['memorialId', '?memorialId=a/b'],
    ['memorialId', `?memorialId=${'a'.repeat(65)}`],
    ['cursor', `?cursor=${'a'.repeat(1025)}`],
  ])('the %s of %s', async (field, query) => {
    const answer = await user.list(query);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ type: problem('invalid-field'), errors: [{ field }] });
  });

  it('several invalid parameters, naming all of them', async () => {
    const { body } = await user.list('?limit=x&status=y&memorialId=%20');
    expect(body.errors?.map(({ field }) => field).sort()).toEqual(['limit', 'memorialId', 'status']);
  });

  // A real KV checks cursors; the local one accepts any text.
  it('a made-up cursor shows nothing that a real one would not', async () => {
    const stranger = await Client.of(worker);
    const { id } = streamOf(await user.create());
    const answer = await stranger.list('?cursor=garbage');
    expect([200, 400]).toContain(answer.status);
    expect(answer.text).not.toContain(id);
  });
});

describe('every response', () => {
  it.each([
    ['/healthz', 200],
    ['/readyz', 200],
    ['/api/nowhere', 404],
    ['/api/streams', 200],
    ['/api/streams/x', 404],
  ])('from %s has its own request id and security headers', async (path, status) => {
    const [one, other] = [await user.send(path), await user.send(path)];
    expect(one.status).toBe(status);
    expect(one.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(one.headers.get('x-request-id')).not.toBe(other.headers.get('x-request-id'));
    expect(Object.fromEntries(one.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });
});
