// Browsers: session cookies, which they send for any page, and pages of other origins (CORS).

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, read, tokenFor } from './client.ts';
import type { Answer } from './client.ts';
import { defaults } from './providers.ts';

const [app, local] = ['https://app.example', 'http://localhost:5173'];
const strangers = [
  'https://evil.example',
  'http://app.example',
  'https://app.example:8443',
  'https://app.example.evil.example',
  'https://APP.example',
  'null',
  '*',
];

let worker: StartedWorker;
let token: string;

beforeAll(async () => {
  const settings = { AUTH_COOKIE: '__Host-session', ALLOWED_ORIGINS: `${app}, ${local}` };
  worker = await startWorker({ bindings: { ...defaults, ...settings } });
  token = await tokenFor({ sub: 'user-of-a-page', roles: ['admin'] });
}, 60_000);

afterAll(async () => worker?.stop());

const problem = (name: string): string => `urn:whip-mux:problem:${name}`;
const cookie = (value = token): { cookie: string } => ({
  cookie: `theme=dark; __Host-session=${value}; x=1`,
});

async function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  fields?: object,
): Promise<Answer> {
  const type: Record<string, string> = fields ? { 'content-type': 'application/json' } : {};
  const body = fields ? JSON.stringify(fields) : null;
  return read(await worker.fetch(path, { method, headers: { ...type, ...headers }, body }));
}

describe('a session cookie', () => {
  it('works like the header for reads, whatever page asks', async () => {
    for (const headers of [
      cookie(),
      { ...cookie(), origin: app },
      { ...cookie(), origin: 'https://evil.example' },
    ])
      for (const method of ['GET', 'HEAD'])
        expect((await send(method, '/api/streams', headers)).status).toBe(200);
  });

  beforeAll(async () => {
    await send(
      'PUT',
      '/api/memorials/of-a-page',
      { authorization: `Bearer ${token}` },
      { owner: 'somebody' },
    );
  });

  const changes: [string, string, object | undefined, number][] = [
    ['POST', '/api/streams/create-whip', {}, 400],
    ['PUT', '/api/memorials/of-a-page', { owner: 'somebody' }, 200],
    ['PATCH', '/api/streams/none', { title: 'x' }, 404],
    ['DELETE', '/api/memorials/none', undefined, 204],
  ];
  it.each(changes)('lets only pages of an allowed origin %s %s', async (method, path, fields, status) => {
    for (const origin of [app, local])
      expect((await send(method, path, { ...cookie(), origin }, fields)).status).toBe(status);
    for (const from of [{}, ...strangers.map((origin) => ({ origin }))]) {
      const refused = await send(method, path, { ...cookie(), ...from }, fields);
      expect([refused.status, refused.body.type]).toEqual([403, problem('origin-not-allowed')]);
    }
  });

  it('is ignored if there is an Authorization header, valid or not', async () => {
    const bearer = { authorization: `Bearer ${token}` };
    const fields = { owner: 'somebody' };
    const path = '/api/memorials/by-header';
    expect((await send('PUT', path, { ...bearer, ...cookie('bad') }, fields)).status).toBe(201);
    for (const authorization of ['Bearer bad', 'Basic dXNlcjpwYXNz', 'Bearer'])
      expect((await send('GET', '/api/streams', { ...cookie(), authorization })).status).toBe(401);
  });

  it.each([
    ['with another name', 'session=TOKEN'],
    ['with a name in another case', '__host-session=TOKEN'],
    ['sent twice', '__Host-session=TOKEN; __Host-session=TOKEN'],
    ['that is empty', '__Host-session='],
    ['that is not a token', '__Host-session=abc'],
    ['in quotes', '__Host-session="TOKEN"'],
  ])('%s is a 401', async (_, text) => {
    expect((await send('GET', '/api/streams', { cookie: text.replaceAll('TOKEN', token) })).status).toBe(401);
  });

  it('is ignored if the deployment names none', async () => {
    await using other = await startWorker({ bindings: { ...defaults, ALLOWED_ORIGINS: app } });
    expect((await other.fetch('/api/streams', { headers: { ...cookie(), origin: app } })).status).toBe(401);
  });
});

const grants = (answer: Answer): string[] =>
  [...answer.headers.keys()].filter((name) => name.includes('allow-'));

describe('a response', () => {
  const requests: [string, string, number][] = [
    ['GET', '/api/streams', 401],
    ['GET', '/healthz', 200],
    ['GET', '/api/nowhere', 404],
    ['DELETE', '/healthz', 405],
    ['POST', '/api/webhooks/mux', 401],
  ];
  it.each(requests)(
    'to %s %s, a %i, can be read only by pages of the allowed origins',
    async (method, path, status) => {
      for (const origin of [app, local]) {
        const answer = await send(method, path, { origin });
        expect(answer.status).toBe(status);
        expect(Object.fromEntries(answer.headers)).toMatchObject({
          'access-control-allow-origin': origin,
          'access-control-allow-credentials': 'true',
          'access-control-expose-headers':
            'ETag, Location, Link, Accept-Patch, Retry-After, X-Request-Id, Server-Timing',
          vary: 'Origin',
        });
      }
      for (const headers of [{}, ...strangers.map((origin) => ({ origin }))] as Record<string, string>[]) {
        const answer = await send(method, path, headers);
        expect(answer.status).toBe(status);
        expect(grants(answer)).toEqual([]);
        // A response cached for one origin must not be given to another.
        expect(answer.headers.get('vary')).toBe('Origin');
      }
    },
  );

  it('does not mention origins if the deployment allows none', async () => {
    await using other = await startWorker({ bindings: defaults });
    const answer = await read(await other.fetch('/healthz', { headers: { origin: app } }));
    expect([grants(answer), answer.headers.get('vary')]).toEqual([[], null]);
  });
});

describe('a preflight', () => {
  const ask = (path: string, origin: string): Promise<Answer> =>
    send('OPTIONS', path, { origin, 'access-control-request-method': 'POST' });

  it.each([
    ['/healthz', ['GET', 'HEAD']],
    ['/api/webhooks/mux', ['POST']],
    ['/api/memorials/any', ['PUT', 'GET', 'HEAD', 'DELETE']],
    [`/api/streams/${'0'.repeat(26)}`, ['GET', 'HEAD', 'PATCH']],
  ])('for %s names the allowed methods', async (path, methods) => {
    const answer = await ask(path, app);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.headers.get('access-control-allow-methods')?.split(', ')).toEqual(
      expect.arrayContaining(methods),
    );
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': app,
      'access-control-allow-credentials': 'true',
      'access-control-allow-headers': 'Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key',
      'access-control-max-age': '600',
      vary: 'Origin',
    });
  });

  it('for an unknown path is a 404', async () => {
    expect((await ask('/api/nowhere', app)).status).toBe(404);
  });

  it.each(strangers)('from %s is a 405 that allows nothing', async (origin) => {
    const answer = await ask('/api/streams', origin);
    expect([answer.status, grants(answer)]).toEqual([405, []]);
  });
});

describe('an invalid setting is named and ignored entirely:', () => {
  it.each([
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', `${app} null`],
    ['ALLOWED_ORIGINS', `${app}/`],
    ['ALLOWED_ORIGINS', 'app.example'],
    ['AUTH_COOKIE', 'a=b'],
    ['AUTH_JWKS_URL', 'http://id.example/keys'],
    ['AUTH_JWKS_URL', 'http://localhost@id.example/keys'],
  ])('%s, %s', async (name, value) => {
    await using other = await startWorker({ bindings: { ...defaults, [name]: value } });
    const headers = { origin: app };
    const ready = await read(await other.fetch('/readyz', { headers }));
    expect([ready.status, ready.body.missing?.includes(name)]).toEqual([503, true]);
    expect(grants(ready)).toEqual([]);
    const asked = await (await Client.of(other)).list();
    expect([asked.status, asked.body.type]).toEqual([503, problem('not-configured')]);
  });
});
