// Requests in workerd never see each other's memory, although one instance serves them one after the other. The shim is
// the real one. The module counts its requests twice: in a global, which tells instances apart, and in its memory, which
// is restored. A response of `31` is the instance's third request, and the first by its memory.

import { expect, test } from 'vitest';
import { startGate } from './gate.ts';
import { Data, assemble, respond, u32, written } from './hostile-module.ts';
import { startWorker } from './start-worker.ts';
import type { StartedWorker } from './start-worker.ts';

/** What the module does for a request with a long address: WebAssembly text that returns an outbox. */
interface Ways {
  start: string;
  resume?: string;
}

const counts = '(call $counts)';

function countingModule(ways: (data: Data) => Ways): Uint8Array {
  const data = new Data();
  const answer = written([respond(200, '??')]);
  const outbox = data.bytes(Uint8Array.from([...u32(answer.length), ...answer]));
  const digits = Number(/\d+(?=\)$)/.exec(outbox)) + 4 + answer.length - 2;
  const { start, resume = counts } = ways(data);
  return assemble(`(module
    (memory (export "memory") 4 64)
    (global (export "__stack_pointer") (mut i32) (i32.const 0))
    (global $requests (mut i32) (i32.const 0))
    ${data.segments.join('\n')}
    (func $counts (result i32)
      (i32.store8 (i32.const ${digits}) (i32.add (i32.const 48) (global.get $requests)))
      (i32.store8 (i32.const ${digits + 1}) (i32.add (i32.const 48) (i32.load (i32.const 0))))
      ${outbox})
    (func (export "abi_version") (result i32) (i32.const 4))
    (func (export "allocate") (param $size i32) (result i32)
      (if (i32.gt_u (local.get $size) (i32.const 5000)) (then (i32.store (i32.const 4) (i32.const 1))))
      (i32.const 65536))
    (func (export "start") (param f64 i32) (result i32)
      (global.set $requests (i32.add (global.get $requests) (i32.const 1)))
      (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
      (if (result i32) (i32.load (i32.const 4)) (then ${start}) (else ${counts})))
    (func (export "resume") (param f64 i32 i32) (result i32) ${resume}))`);
}

const short = '/api';
const long = `/api?${'x'.repeat(5000)}`;

async function countsOf(worker: StartedWorker, path: string): Promise<string> {
  const response = await worker.fetch(path);
  return response.ok ? response.text() : `status ${response.status}`;
}

test('requests one after the other have one instance, and each has the memory of a new one', async () => {
  await using worker = await startWorker({ module: countingModule(() => ({ start: counts })) });
  for (const expected of ['11', '21', '31', '41', '51']) {
    expect(await countsOf(worker, expected > '20' && expected < '40' ? long : short)).toBe(expected);
  }
});

test.each<[string, (data: Data) => Ways, string]>([
  ['trapped in start', () => ({ start: '(unreachable)' }), 'status 500'],
  ['gave no answer', (data) => ({ start: data.outbox() }), 'status 500'],
  [
    'answered and trapped in resume',
    (data) => ({ start: data.outbox(respond(200, 'answered'), ['sleep', 7, 0]), resume: '(unreachable)' }),
    'answered',
  ],
  [
    'answered and asked for an answer that cannot be given',
    (data) => ({ start: data.outbox(respond(200, 'answered'), respond(99)) }),
    'answered',
  ],
])('an instance that %s is not used again', async (_, ways, outcome) => {
  await using worker = await startWorker({ module: countingModule(ways) });
  expect(await countsOf(worker, short)).toBe('11');
  expect(await countsOf(worker, long)).toBe(outcome);
  expect(await countsOf(worker, short)).toBe('11');
  expect(await countsOf(worker, short)).toBe('21');
});

test('a request that waits has its instance to itself', async () => {
  await using gate = await startGate();
  const wait = ['fetch', 7, 'GET', gate.url, '', new Uint8Array(), 60_000, 1000, '{}'];
  const module = countingModule((data) => ({ start: data.outbox(wait) }));
  await using worker = await startWorker({ module });

  const waiting = Array.from({ length: 5 }, () => countsOf(worker, long));
  await expect.poll(gate.waiting).toBe(5);
  for (const expected of ['11', '21', '31']) expect(await countsOf(worker, short)).toBe(expected);
  gate.open();
  expect(await Promise.all(waiting)).toEqual(['11', '11', '11', '11', '11']);

  // Six instances are idle now; each of them starts with the memory of a new one.
  const later = await Promise.all(Array.from({ length: 20 }, () => countsOf(worker, short)));
  for (const each of later) expect(each).toMatch(/^[2-9:;<=>?@A-Z]1$/);
});
