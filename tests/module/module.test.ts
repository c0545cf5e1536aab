// Properties of the module file, and of an instance that serves a request.

import { describe, expect, test } from 'vitest';
import { Instances } from '../../worker/instances.js';
import { Instance, answerIn, module } from './instance.ts';
import type { OutgoingRecord } from './instance.ts';

describe('the module', () => {
  test('imports nothing', () => {
    expect(WebAssembly.Module.imports(module)).toEqual([]);
  });

  test('exports the ABI and nothing else', () => {
    const exported = WebAssembly.Module.exports(module).map(({ name, kind }) => `${kind} ${name}`);
    expect(exported.sort()).toEqual([
      'function abi_version',
      'function allocate',
      'function resume',
      'function self_check',
      'function start',
      'global __instance_signal',
      'global __stack_pointer',
      'memory memory',
    ]);
  });

  test('has the ABI version that the shim accepts', () => {
    expect(new Instance().exports.abi_version()).toBe(4);
  });

  test('starts with at most 256 KiB of memory, since each request has an instance', () => {
    expect(new Instance().memorySize).toBeLessThanOrEqual(4 * 65536);
  });
});

describe('an instance', () => {
  test('awaits a million tasks that finish at once, without growing its memory', () => {
    const instance = new Instance();
    const before = instance.memorySize;
    expect(instance.exports.self_check(1_000_000)).toBe(1_000_000);
    expect(instance.memorySize).toBe(before);
  });

  test('serves a request', () => {
    const answer = answerIn(new Instance().start('GET', '/healthz'));
    expect(answer?.status).toBe(200);
    expect(JSON.parse(answer?.body ?? '')).toEqual({ status: 'ok' });
  });

  test('accepts a path that is not UTF-8 and a header of 64 KiB', () => {
    expect(answerIn(new Instance().start('GET', '/%ff%fe'))?.status).toBe(404);
    expect(answerIn(new Instance().start('GET', '/healthz', [['x-long', 'x'.repeat(65536)]]))?.status).toBe(
      200,
    );
  });

  test('leaves no trace in the next: the 10,000th has the memory of the 100th', () => {
    const instances = new Instances(module);
    const memories = Array.from({ length: 10_000 }, (_, i) => {
      const exports = instances.take();
      const instance = new Instance(exports as unknown as WebAssembly.Exports);
      const memory =
        i === 99 || i === 9_999 ? Buffer.from(instance.exports.memory.buffer.slice(0)) : undefined;
      instance.start('GET', '/healthz');
      instances.giveBack(exports);
      return memory;
    });
    expect(memories[9_999]?.equals(memories[99] as Buffer)).toBe(true);
  });

  test('shares no state with another', () => {
    const [one, other] = [new Instance(), new Instance()];
    new Uint8Array(one.exports.memory.buffer).fill(0xff);
    expect(answerIn(other.start('GET', '/healthz'))?.status).toBe(200);
    expect(answerIn(new Instance().start('GET', '/healthz'))?.status).toBe(200);
  });

  test('gives a last resort only while it has not responded', () => {
    const kinds = (records: OutgoingRecord[]): string[] => records.map(([kind]) => kind);
    expect(kinds(new Instance().start('GET', '/healthz'))).toEqual(['respond', 'log']);
    expect(kinds(new Instance().start('POST', '/api/webhooks/mux'))).toEqual(['otherwise', 'read_body']);
  });

  test('produces the same records for the same request, time and random bytes', () => {
    const [one, other] = [new Instance().start('GET', '/healthz'), new Instance().start('GET', '/healthz')];
    expect(one).toEqual(other);
  });
});
