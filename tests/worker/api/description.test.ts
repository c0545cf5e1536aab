// GET /api/openapi.json is valid OpenAPI, complete, consistent with routes and problems in the sources, and served. The
// conformance check of these tests accepts nothing else.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { methods, resolve } from '../../../scripts/openapi.ts';
import type { Schema } from '../../../scripts/openapi.ts';
import { checkAt, description, expectDescribed, methodsAt } from '../conformance.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { defaults } from './providers.ts';

const sources = new URL('../../../src/', import.meta.url).pathname;
const page = '/api/openapi.json';

/** All objects inside a value, each with its path. */
function* objectsIn(value: unknown, at: string[] = []): Generator<[string[], Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [at, value as Record<string, unknown>];
  for (const [name, each] of Object.entries(value)) {
    if (name !== 'example' && name !== 'examples') yield* objectsIn(each, [...at, name]);
  }
}

const operations = Object.entries(description.paths).flatMap(([path, item]) =>
  methods.flatMap((method) => {
    const operation = item[method];
    return operation ? [{ name: `${method.toUpperCase()} ${path}`, path, method, item, operation }] : [];
  }),
);

describe('the description', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate({ ...structuredClone(description) });
    expect([valid, errors]).toEqual([true, undefined]);
    expect(validator.version).toBe('3.1');
  });

  it('has a valid example for every body', () => {
    for (const [at, media] of objectsIn(description)) {
      if (at.at(-2) !== 'content') continue;
      const examples = (media.examples ?? { one: { value: media.example } }) as Record<string, object>;
      for (const example of Object.values(examples)) {
        const check = checkAt(...at, 'schema');
        const { value } = resolve(description, example) as { value?: unknown };
        expect([at, check(value), check.errors]).toEqual([at, true, null]);
      }
    }
  });

  it('has valid examples in its schemas', () => {
    for (const [at, schema] of objectsIn(description)) {
      if (!Array.isArray(schema.examples)) continue;
      for (const example of schema.examples) {
        const check = checkAt(...at);
        expect([at, check(example), check.errors]).toEqual([at, true, null]);
      }
    }
  });

  it('says for every object whether it allows additional members', () => {
    for (const [at, schema] of objectsIn(description.components.schemas) as Generator<[string[], Schema]>)
      if (schema.type === 'object')
        expect([at, schema.additionalProperties]).toEqual([at, expect.any(Boolean)]);
  });

  it('declares every path parameter and uses each operation name once', () => {
    for (const { name, path, item, operation } of operations) {
      const given = [...(item.parameters ?? []), ...(operation.parameters ?? [])]
        .map((each) => resolve(description, each))
        .flatMap((each) => (each.in === 'path' ? [`{${each.name}}`] : []));
      expect([name, given]).toEqual([name, path.match(/\{\w+\}/g) ?? []]);
    }
    const names = operations.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('the sources and the description', () => {
  it('have the same routes', () => {
    const text = readFileSync(join(sources, 'api/serve.cpp'), 'utf8');
    const table = /#define ROUTES\(ROUTE\) +\\\n(.*?)\n\n/s.exec(text)?.[1] ?? '';
    const line = / *ROUTE\("([A-Z]+)", "([^"]+)", \w+\)(?: +\\)?/g;
    const routes = [...table.matchAll(line)].map(([, method, path]) => `${method} ${path}`);
    const rest = table.replaceAll(line, '');
    expect(rest.trim()).toBe('');
    const described = operations.map(({ name }) => name).filter((name) => name !== `GET ${page}`);
    expect(described.sort()).toEqual(routes.sort());
  });

  it('have the same problems with the same titles', () => {
    const files = readdirSync(sources, { recursive: true, encoding: 'utf8' });
    const texts = files
      .filter((each) => /\.(cpp|h)$/.test(each))
      .map((each) => readFileSync(join(sources, each), 'utf8'));
    const examples = Object.entries(description.components.examples);
    const described = new Map(examples.map(([type, { value }]) => [type, value.title]));

    const written = texts.flatMap((text) => text.match(/\.type = [^,;]+/g) ?? []);
    const types = written.flatMap((each) => [...each.matchAll(/"([a-z-]+)"/g)].map(([, type]) => type));
    expect([...described.keys()].sort()).toEqual([...new Set([...types, 'internal-error'])].sort());
    for (const [, type = '', title] of texts.join().matchAll(/\.type = "([a-z-]+)",\s*\.title = "([^"]+)"/g))
      expect([type, title]).toEqual([type, described.get(type)]);
  });
});

describe('the Worker', () => {
  let worker: StartedWorker;
  const bindings = {
    ...defaults,
    LIVEKIT_URL: 'https://livekit.example',
    LIVEKIT_API_KEY: 'a-key',
    LIVEKIT_API_SECRET: 'a-secret-of-livekit-of-32-bytes-or-more',
  };
  beforeAll(async () => void (worker = await startWorker({ bindings })), 60_000);
  afterAll(async () => worker?.stop());

  it('serves the page as an asset to all origins, without running', async () => {
    const answer = await worker.fetch(page, { headers: { origin: 'https://any.example' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(await answer.json()).toEqual(description);
    const headers = { 'if-none-match': answer.headers.get('etag') ?? '' };
    expect((await worker.fetch(page, { headers })).status).toBe(304);
    expect((await worker.fetch(page, { method: 'HEAD' })).status).toBe(200);
    await worker.fetch('/healthz');
    await expect.poll(() => worker.logs()).toEqual([expect.stringContaining('GET /healthz')]);
  });

  const paths = Object.keys(description.paths).filter((path) => path !== page);
  it.each(paths)('accepts at %s exactly the described methods', async (pattern) => {
    const path = pattern.replaceAll(/\{\w+\}/g, 'x');
    for (const method of methods.map((each) => each.toUpperCase())) {
      const { status } = await worker.fetch(path, { method });
      expect([method, status === 405]).toEqual([method, !methodsAt(path).includes(method)]);
    }
  });

  it.each(operations)(
    'asks at $name for authentication if described',
    async ({ path, method, operation }) => {
      const { security = description.security } = operation;
      const { status } = await worker.fetch(path.replaceAll(/\{\w+\}/g, 'x'), {
        method: method.toUpperCase(),
      });
      // An empty alternative means no authentication.
      const open = security.length === 0 || security.some((each) => Object.keys(each).length === 0);
      expect(status === 401).toBe(!open);
    },
  );
});

describe('the conformance check refuses a response', () => {
  const headers = {
    'content-type': 'application/json',
    'x-request-id': '0'.repeat(32),
    'cache-control': 'no-store',
  };
  const problem = {
    type: 'urn:whip-mux:problem:no-such-stream',
    title: 'There is no such stream',
    status: 404,
    detail: 'x',
  };
  const asProblem = { ...headers, 'content-type': 'application/problem+json' };
  const id = '0'.repeat(26);
  const ask = (path: string, answer: Response, method = 'GET', body?: string) =>
    expectDescribed({ method, path, headers: new Headers(), ...(body !== undefined && { body }) }, answer);
  const json = (status: number, body: unknown, more: Record<string, string> = headers) =>
    new Response(JSON.stringify(body), { status, headers: more });

  it('unless it matches the description', async () => {
    await ask('/healthz', json(200, { status: 'ok' }));
    await ask(`/api/streams/${id}`, json(404, problem, asProblem));
    await ask('/healthz', new Response(null, { headers }), 'HEAD');
  });

  const { 'x-request-id': _, ...anonymous } = headers;
  const memorial = { id: 'x', owner: 'o', funeralDirector: null, videographers: [] };
  it.each<[string, string, Response, string?, string?]>([
    ['for an undescribed path', '/healthy', json(200, { status: 'ok' })],
    ['for an undescribed method', '/healthz', json(200, { status: 'ok' }), 'POST'],
    ['with an undescribed status', '/healthz', json(201, { status: 'ok' })],
    ['with an undescribed member', '/healthz', json(200, { status: 'ok', at: 1 })],
    ['without a required member', '/healthz', json(200, {})],
    ['with a wrong value', '/healthz', json(200, { status: 'fine' })],
    ['with an undescribed header', '/healthz', json(200, { status: 'ok' }, { ...headers, etag: '"x"' })],
    ['without a required header', '/healthz', json(200, { status: 'ok' }, anonymous)],
    [
      'with a wrong header',
      '/healthz',
      json(200, { status: 'ok' }, { ...headers, 'cache-control': 'public' }),
    ],
    [
      'with another media type',
      '/healthz',
      json(200, { status: 'ok' }, { ...headers, 'content-type': 'text/json' }),
    ],
    ['with a body where none is allowed', '/api/memorials/x', new Response('x', { headers }), 'HEAD'],
    ['without the required body', '/healthz', new Response('', { headers })],
    ['with a problem of another route', '/healthz', json(404, problem, asProblem)],
    ['with a problem of another status', `/api/streams/${id}`, json(503, problem, asProblem)],
    [
      'with a problem of another title',
      `/api/streams/${id}`,
      json(404, { ...problem, title: 'x' }, asProblem),
    ],
    ['with an unknown problem', `/api/streams/${id}`, json(404, { ...problem, type: 'x' }, asProblem)],
    [
      'for an unknown route with a described problem',
      `/api/streams/${id}`,
      json(404, { ...problem, type: 'not-found' }, asProblem),
    ],
    ['to an undescribed request body', '/api/memorials/x', json(200, memorial), 'PUT', '{"owner":1}'],
    ['to an undescribed parameter', '/healthz?verbose=1', json(200, { status: 'ok' })],
  ])('%s', async (_, path, answer, method, body) => {
    await expect(ask(path, answer, method, body)).rejects.toThrow(/see docs\/openapi$|JSON/);
  });
});
