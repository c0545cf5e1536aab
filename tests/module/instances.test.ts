// Instances are used again: each begins with the memory of a new one, byte for byte.

import { describe, expect, test } from 'vitest';
import { instancesOf } from '../../worker/instances.js';
import { Instance, answerIn, module } from './instance.ts';

/** Serves a request with an instance, which is left with traces of it. */
function serve(exports: WebAssembly.Exports, path: string, header: string): void {
  const answer = answerIn(new Instance(exports).start('GET', path, [['x-trace', header]]));
  expect(answer?.status).toBe(200);
}

const memoryOf = (exports: WebAssembly.Exports): Uint8Array =>
  new Uint8Array((exports['memory'] as WebAssembly.Memory).buffer);

describe('instances', () => {
  test('gives an instance back with the memory of a new one, byte for byte', () => {
    const instances = instancesOf(module);
    const used = instances.take();
    const fresh = memoryOf(used).slice();
    serve(used, '/healthz', 'a trace of the first request');
    expect(memoryOf(used).subarray(0, fresh.length)).not.toEqual(fresh);
    instances.giveBack(used);
    const reused = instances.take();
    expect(reused).toBe(used);
    expect(memoryOf(reused).subarray(0, fresh.length)).toEqual(fresh);
    expect(
      memoryOf(reused)
        .subarray(fresh.length)
        .every((byte) => byte === 0),
    ).toBe(true);
    serve(reused, '/healthz', '');
  });

  test('clears the memory that a request made it grow by', () => {
    const instances = instancesOf(module);
    const used = instances.take();
    const fresh = memoryOf(used).slice();
    serve(used, '/healthz', 'x'.repeat(400_000));
    const grown = memoryOf(used).length;
    expect(grown).toBeGreaterThan(fresh.length);
    instances.giveBack(used);
    expect(instances.take()).toBe(used);
    expect(memoryOf(used).subarray(0, fresh.length)).toEqual(fresh);
    expect(
      memoryOf(used)
        .subarray(fresh.length)
        .every((byte) => byte === 0),
    ).toBe(true);
    serve(used, '/healthz', 'x'.repeat(400_000));
    expect(memoryOf(used).length).toBe(grown);
  });

  test('clears what the runtime writes into an idle instance', () => {
    const instances = instancesOf(module);
    const used = instances.take();
    const fresh = memoryOf(used).slice();
    instances.giveBack(used);
    const signal = (used['__instance_signal'] as WebAssembly.Global).value as number;
    new DataView((used['memory'] as WebAssembly.Memory).buffer).setUint32(signal, 24, true);
    expect(memoryOf(instances.take())).toEqual(fresh);
  });

  test('never gives one instance to two requests at a time', () => {
    const instances = instancesOf(module);
    const [one, other] = [instances.take(), instances.take()];
    expect(one).not.toBe(other);
    instances.giveBack(one);
    instances.giveBack(other);
    expect(new Set([instances.take(), instances.take(), instances.take()]).size).toBe(3);
  });

  test('keeps no instance whose memory has grown beyond 4 MiB', () => {
    const instances = instancesOf(module);
    const used = instances.take();
    serve(used, '/healthz', 'x'.repeat(3_000_000));
    instances.giveBack(used);
    expect(instances.take()).not.toBe(used);
  });

  test('keeps no instance whose stack is not empty', () => {
    const instances = instancesOf(module);
    const used = instances.take();
    (used['__stack_pointer'] as WebAssembly.Global).value -= 16;
    instances.giveBack(used);
    expect(instances.take()).not.toBe(used);
  });
});
