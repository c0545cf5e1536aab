// Calls of `resume` that break the rules of wasm/abi.h: they have no effect, or trap and end that instance only.

import { describe, expect, test } from 'vitest';
import { Instance, expectOthersServed, operationsIn, unavailable, waiting } from './instance.ts';

/** Fails every operation until the instance has responded and requests no more. */
function finish(instance: Instance, operation: number): void {
  const open = [operation];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    open.push(...operationsIn(instance.resume(id, unavailable) ?? []));
  }
}

describe('resume', () => {
  test('returns null for an unknown id, and the operation stays pending', () => {
    const { instance, operation } = waiting();
    for (const id of [0, 1, 0xffff, 0xffffffff, operation + 1, operation + 0x10000]) {
      expect(instance.resume(id, unavailable)).toBeNull();
    }
    expect(instance.resume(operation, unavailable)).not.toBeNull();
  });

  test('returns null the second time for the same id', () => {
    const { instance, operation } = waiting();
    expect(instance.resume(operation, unavailable)).not.toBeNull();
    expect(instance.resume(operation, unavailable)).toBeNull();
  });

  test('returns null after the request is finished', () => {
    const { instance, operation } = waiting();
    finish(instance, operation);
    expect(instance.resume(operation, unavailable)).toBeNull();
    expect(instance.resume(operation + 0x10000, unavailable)).toBeNull();
  });

  test('traps before start', () => {
    expect(() => new Instance().resume(0x10000, unavailable)).toThrow(WebAssembly.RuntimeError);
    expectOthersServed();
  });

  test('traps on an unknown failure', () => {
    const { instance, operation } = waiting();
    expect(() => instance.resume(operation, 99)).toThrow(WebAssembly.RuntimeError);
    expectOthersServed();
  });

  test('traps on a truncated result', () => {
    const { instance, operation } = waiting();
    instance.write(Uint8Array.of(100, 0, 0, 0, 1));
    expect(() => instance.exports.resume(instance.now, operation, 0)).toThrow(WebAssembly.RuntimeError);
    expectOthersServed();
  });
});
