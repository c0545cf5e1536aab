// Ways for a module to die or misbehave. After each, the client gets a problem and the next request is served normally.
// The shim is the real one; the modules are built here.

import { describe, expect, test } from 'vitest';
import { startGate } from './gate.ts';
import { assemble, doomed, hostileModule, respond, sleep, spared, written } from './hostile-module.ts';
import type { Data, Ways } from './hostile-module.ts';
import { startWorker } from './start-worker.ts';
import type { StartedWorker } from './start-worker.ts';

async function expectProblem(response: Response): Promise<void> {
  expect(response.status).toBe(500);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  const problem = (await response.json()) as Record<string, unknown>;
  expect(Object.keys(problem).sort()).toEqual(['detail', 'status', 'title', 'type']);
  expect(problem).toMatchObject({ type: 'urn:whip-mux:problem:internal-error', status: 500 });
}

async function expectServed(response: Response): Promise<void> {
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('served');
}

/** Doomed requests get a problem; the requests before, between and after them are served. */
async function expectOnlyTheDoomedToDie(worker: StartedWorker): Promise<void> {
  await expectServed(await worker.fetch(spared));
  for (let time = 0; time < 2; time += 1) {
    await expectProblem(await worker.fetch(doomed));
    await expectServed(await worker.fetch(spared));
  }
}

const bytes = (...values: number[]): Uint8Array => new Uint8Array(Uint32Array.from(values).buffer);

const traps: Record<string, string> = {
  'an unreachable instruction': '(unreachable)',
  'a division by zero': '(i32.div_u (i32.const 1) (i32.const 0))',
  'a load outside its memory': '(i32.load (i32.const -4))',
  'a call through an empty table': '(call_indirect (type $nothing_to_number) (i32.const 0))',
  'infinite recursion': '(call $deeper (i32.const 0))',
  'exhausted memory':
    '(loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (unreachable)',
};
const deeper = '(func $deeper (param i32) (result i32) (i32.add (call $deeper (local.get 0)) (i32.const 1)))';

describe.each(['allocate', 'start', 'resume'])('%s dies of', (name) => {
  test.each(Object.entries(traps))('%s', async (_, code) => {
    await using worker = await startWorker({ module: hostileModule(() => ({ [name]: code, more: deeper })) });
    await expectOnlyTheDoomedToDie(worker);
    await expect.poll(() => worker.logs()).toContainEqual(expect.stringMatching(/^the module failed: /));
  });
});

const misbehaviour: Record<string, (data: Data) => Ways> = {
  'start requests nothing and does not respond': (data) => ({ start: data.outbox() }),
  'start only logs': (data) => ({ start: data.outbox(['log', 'hello']) }),
  'start returns null': () => ({ start: '(i32.const 0)' }),
  'resume requests nothing and does not respond': (data) => ({ resume: data.outbox() }),
  'resume returns null, as for an unknown id': () => ({ resume: '(i32.const 0)' }),
  'allocate returns a buffer outside the memory': () => ({ allocate: '(i32.const 0x7fffffff)' }),
  'the outbox is beyond the memory': () => ({ start: '(i32.const 0x7ffffff0)' }),
  'the outbox is before the memory': () => ({ start: '(i32.const -16)' }),
  'the outbox is longer than the memory': (data) => ({ start: data.bytes(bytes(0xffffffff)) }),
  'the outbox is empty and not even a list': (data) => ({ start: data.rawOutbox(bytes()) }),
  'the outbox is not a list': (data) => ({ start: data.rawOutbox(written(7)) }),
  'a record is not a list': (data) => ({ start: data.rawOutbox(written([7])) }),
  'a record is an empty list': (data) => ({ start: data.rawOutbox(written([[]])), resume: '(i32.const 0)' }),
  'a value has an unknown tag': (data) => ({ start: data.rawOutbox(bytes(9, 0)) }),
  'a value is cut short': (data) => ({ start: data.rawOutbox(bytes(3, 1, 3, 2, 1)) }),
  'a list claims 4 billion elements': (data) => ({
    start: data.rawOutbox(bytes(3, 0xffffffff, 0, 1)),
  }),
  'lists are nested 6,000 deep': (data) => ({
    start: data.rawOutbox(bytes(...Array.from({ length: 6000 }, () => [3, 1]).flat())),
  }),
  'the response has an invalid status': (data) => ({ start: data.outbox(respond(99)) }),
  'the response has a body with a status that forbids it': (data) => ({
    start: data.outbox(respond(204, 'body')),
  }),
  'the response has an invalid header name': (data) => ({
    start: data.outbox(respond(200, '', [['a b', 'c']])),
  }),
  'the response has a header with a line break': (data) => ({
    start: data.outbox(respond(200, '', [['a', 'b\r\nc: d']])),
  }),
  'an unknown operation is requested, followed by a trap': (data) => ({
    start: data.outbox(['frobnicate', 7]),
    resume: '(unreachable)',
  }),
  "an operation has the name of an object's built-in property": (data) => ({
    start: data.outbox(['toString', 7], ['constructor', 8], ['__proto__', 9]),
    resume: data.outbox(),
  }),
  'two operations are requested, followed by a trap on the first': (data) => ({
    start: data.outbox(sleep, ['sleep', 8, 20]),
    resume: '(unreachable)',
  }),
};

test.each(Object.entries(misbehaviour))('%s', async (_, ways) => {
  await using worker = await startWorker({ module: hostileModule(ways) });
  await expectOnlyTheDoomedToDie(worker);
});

describe('a request is still served when its module', () => {
  const survivable: Record<string, (data: Data) => Ways> = {
    'responds twice': (data) => ({ start: data.outbox(respond(200, 'served'), respond(503, 'not this')) }),
    'responds, and responds again when resumed': (data) => ({
      start: data.outbox(respond(200, 'served'), sleep),
      resume: data.outbox(respond(503, 'not this')),
    }),
    'responds and then traps': (data) => ({
      start: data.outbox(respond(200, 'served'), sleep),
      resume: '(unreachable)',
    }),
    'responds and requests nonsense in the same outbox': (data) => ({
      start: data.outbox(respond(200, 'served'), ['frobnicate', 7]),
      resume: data.outbox(),
    }),
    'requests an unknown operation and is told that it is unavailable': (data) => ({
      start: data.outbox(['frobnicate', 7]),
      resume: `(if (result i32) (i32.eq (local.get $failure) (i32.const 3))
        (then ${data.outbox(respond(200, 'served'))}) (else (unreachable)))`,
    }),
    // An isolate's first console call may resume what the previous operation has already failed.
    'requests an operation that fails at once, logs and responds, all in one outbox': (data) => ({
      start: data.outbox(['frobnicate', 7], ['log', 'hello'], respond(200, 'served')),
      resume: data.outbox(),
    }),
  };

  test.each(Object.entries(survivable))('%s', async (_, ways) => {
    await using worker = await startWorker({ module: hostileModule(ways) });
    for (let time = 0; time < 2; time += 1) {
      await expectServed(await worker.fetch(doomed));
      await expectServed(await worker.fetch(spared));
    }
  });
});

describe('every request gets a problem when the module', () => {
  const hopeless: Record<string, Uint8Array> = {
    'has another ABI version': hostileModule(() => ({ abiVersion: '(i32.const 2)' })),
    'traps when asked for its version': hostileModule(() => ({ abiVersion: '(unreachable)' })),
    'imports something': assemble('(module (import "env" "f" (func)) (memory (export "memory") 1))'),
    'traps during instantiation': assemble('(module (func $f (unreachable)) (start $f))'),
    'exports nothing': assemble('(module)'),
  };

  test.each(Object.entries(hopeless))('%s', async (_, module) => {
    await using worker = await startWorker({ module });
    await expectProblem(await worker.fetch(spared));
    await expectProblem(await worker.fetch(doomed));
  });
});

test.each([
  ['start', { start: '(unreachable)' }],
  ['resume', { resume: '(unreachable)' }],
])('when one of eight requests in flight dies in %s, the other seven are served', async (_, ways) => {
  await using gate = await startGate();
  const wait = ['fetch', 7, 'GET', gate.url, '', new Uint8Array(), 60_000, 1000, '{}'];
  const module = hostileModule((data) => ({ ...ways, startSpared: data.outbox(wait) }));
  await using worker = await startWorker({ module });

  const inFlight = Array.from({ length: 7 }, () => worker.fetch(spared));
  await expect.poll(gate.waiting, { timeout: 10_000 }).toBe(7);
  await expectProblem(await worker.fetch(doomed));
  gate.open();
  for (const response of await Promise.all(inFlight)) await expectServed(response);
});
