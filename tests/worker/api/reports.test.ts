// What a request leaves for the operator: one log line, metrics, and, if the module dies, a response with an id to
// search for. docs/operations.md describes them.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, whenQuiet } from './client.ts';
import { setStage } from './stage.ts';
import { planHeader, schedulePath, watchedEntry } from './watched-entry.ts';
import type { Point } from './watched-entry.ts';

let worker: StartedWorker;

beforeAll(async () => {
  worker = await startWorker({ entry: watchedEntry });
}, 60_000);

afterAll(async () => worker?.stop());

type Line = Record<string, unknown> & { calls: { call: string; ms: number; outcome: string }[] };

const lines = (): Line[] =>
  worker
    .logs()
    .filter((text) => text.startsWith('{'))
    .map((text) => JSON.parse(text) as Line);

async function lineOf(requestId: string | null): Promise<Line> {
  const found = () => lines().filter((line) => line.requestId === requestId);
  await expect.poll(found).toHaveLength(1);
  return found()[0] as Line;
}

const ms = expect.any(Number);
const documented = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');

describe('the log', () => {
  it('has one line per creation: its route, its calls and the stream’s warnings', async () => {
    await using stage = await setStage(worker, {
      mux: [{ kind: 'status', status: 400, method: 'POST', path: 'live-streams$', times: 1 }],
    });
    const { answer } = await stage.create({ title: 'a title that nobody is to read' });
    const line = await lineOf(answer.headers.get('x-request-id'));
    expect(line).toEqual({
      requestId: answer.headers.get('x-request-id'),
      route: 'POST /api/streams/create-whip',
      status: 201,
      ms,
      calls: expect.any(Array),
      warnings: expect.arrayContaining(['backup_unavailable']),
    });
    expect(line.calls.toSorted((a, b) => a.call.localeCompare(b.call))).toEqual([
      { call: 'cloudflare-create-live-input', ms, outcome: '200' },
      { call: 'mux-create-live-stream', ms, outcome: '400' },
    ]);
    expect(JSON.stringify(line)).not.toContain('nobody');
    for (const field of Object.keys(line)) expect(documented).toContain(`| \`${field}\``);
  });

  it('names the problem of an error response, and never the path', async () => {
    const user = await Client.of(worker);
    for (const [path, route, problem] of [
      [`/api/streams/${'0'.repeat(26)}`, 'GET /api/streams/{id}', 'not-configured'],
      ['/api/nowhere?token=secret', 'none', 'not-found'],
    ] as const) {
      const answer = await user.send(path);
      const line = await lineOf(answer.headers.get('x-request-id'));
      expect(line).toEqual({
        requestId: expect.any(String),
        route,
        status: answer.status,
        problem,
        ms,
        calls: [],
      });
    }
  });

  it('has one line per run of the schedule, with counts and calls', async () => {
    await using stage = await setStage(worker);
    const before = lines().filter(({ route }) => route === 'schedule').length;
    await worker.fetch(schedulePath, { headers: { [planHeader]: JSON.stringify(stage.plan()) } });
    const found = () => lines().filter(({ route }) => route === 'schedule');
    await expect.poll(() => found().length).toBe(before + 1);
    const line = found().at(-1) as Line;
    expect(line.calls.map(({ call }) => call)).toContain('cloudflare-list-live-inputs');
    for (const [field, value] of Object.entries(line)) {
      expect(documented).toContain(`| \`${field}\``);
      if (!['route', 'calls', 'lastFailure'].includes(field)) expect(value, field).toEqual(ms);
    }
  });
});

describe('the metrics', () => {
  it('have a point for the request and one for each call, including calls after the response', async () => {
    await using stage = await setStage(worker, {
      cloudflare: [{ kind: 'status', status: 400, method: 'POST', path: 'outputs$', times: 1 }],
    });
    const { run } = await stage.create();
    const route = 'POST /api/streams/create-whip';
    const [first, ...calls] = run.points;
    expect(first).toEqual({
      indexes: [route],
      blobs: [route, 'request', 'POST', '2xx', ''],
      doubles: [ms, 201, calls.length],
    } satisfies Point);
    const call = (name: string, outcome: string): Point => ({
      indexes: [route],
      blobs: [route, 'call', name, `${outcome[0]}xx`, outcome],
      doubles: [ms],
    });
    expect(calls).toHaveLength(4);
    expect(calls).toEqual(
      expect.arrayContaining([
        call('mux-create-live-stream', '201'),
        call('cloudflare-create-live-input', '200'),
        call('cloudflare-create-output', '400'),
        call('mux-delete-live-stream', '204'),
      ]),
    );
  });

  it('record a problem, and a call without a response', async () => {
    await using stage = await setStage(worker, {
      cloudflare: [{ kind: 'drop-before', method: 'POST', path: 'live_inputs$', times: 1000 }],
    });
    const { run } = await stage.create({ enableMuxBackup: false });
    expect(run.points[0]?.blobs.slice(1)).toEqual(['request', 'POST', '5xx', 'cloudflare-failed']);
    expect(run.points[1]?.blobs.slice(1)).toEqual([
      'call',
      'cloudflare-create-live-input',
      'network',
      'network',
    ]);
  });

  it('are not written without a binding, and a failing binding does no harm', async () => {
    await using stage = await setStage(worker);
    const unbound = await stage.create({}, { settings: { METRICS: null } });
    expect([unbound.answer.status, unbound.run.points]).toEqual([201, []]);
    const failing = await stage.create({}, { settings: { METRICS: 'a text, which takes no points' } });
    expect([failing.answer.status, failing.intents]).toEqual([201, []]);
  });

  it('contain nothing that a caller wrote', async () => {
    await using stage = await setStage(worker);
    const plan = stage.plan();
    await stage.user.send('/api/streams/of-mine/and-more?q=mine', { method: 'PUT' }, plan);
    const { points } = await whenQuiet(worker, plan.run);
    expect(points).toEqual([
      { indexes: ['none'], blobs: ['none', 'request', '', '4xx', 'not-found'], doubles: [ms, 404, 0] },
    ]);
  });
});

describe('when the module dies', () => {
  // The store returns something impossible: the module reads past its message and traps.
  const entry = `
    import shipped from './shipped.js';
    const STREAMS = { get: async (keys) => new Map(keys.map((key) => [key, 4e9])) };
    export default {
      fetch: (request, env, context) => shipped.fetch(request, { ...env, STREAMS }, context),
    };`;

  it('the response has the usual headers and an id that is also in the log', async () => {
    await using stage = await setStage(worker);
    const bindings = { ...stage.providers.settings, ALLOWED_ORIGINS: 'https://app.example' };
    await using dying = await startWorker({ bindings, entry });
    const user = await Client.of(dying);
    const headers = { origin: 'https://app.example' };
    const answer = await user.send(`/api/streams/${'0'.repeat(26)}`, { headers });
    expect(answer.status).toBe(500);
    const id = answer.headers.get('x-request-id') ?? '';
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.body).toMatchObject({ type: 'urn:whip-mux:problem:internal-error', requestId: id });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    await expect.poll(() => dying.logs().join('\n')).toContain(`answered 500 to ${id}: `);
    expect(dying.logs().join('\n')).toContain('the module failed: RuntimeError');
    expect((await dying.fetch('/healthz')).status).toBe(200);
  });
});
