// What `resume` does with what breaks the rules of wasm/abi.h: nothing, or a trap, which ends that instance alone.

import { describe, expect, test } from 'vitest';
import { Instance, expectOthersServed, operationsIn, unavailable, waiting } from './instance.ts';

/** Fails whatever the instance asks for until it has answered and asks for no more. */
function finish(instance: Instance, operation: number): void {
  const open = [operation];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    open.push(...operationsIn(instance.resume(id, unavailable) ?? []));
  }
}

describe('resume', () => {
  test('with an id that never was gives null, and the operation is still pending', () => {
    const { instance, operation } = waiting();
    for (const id of [0, 1, 0xffff, 0xffffffff, operation + 1, operation + 0x10000]) {
      expect(instance.resume(id, unavailable)).toBeNull();
    }
    expect(instance.resume(operation, unavailable)).not.toBeNull();
  });

  test('twice with the same id gives null the second time', () => {
    const { instance, operation } = waiting();
    expect(instance.resume(operation, unavailable)).not.toBeNull();
    expect(instance.resume(operation, unavailable)).toBeNull();
  });

  test('after the request is finished gives null', () => {
    const { instance, operation } = waiting();
    finish(instance, operation);
    expect(instance.resume(operation, unavailable)).toBeNull();
    expect(instance.resume(operation + 0x10000, unavailable)).toBeNull();
  });

  test('before start traps', () => {
    expect(() => new Instance().resume(0x10000, unavailable)).toThrow(WebAssembly.RuntimeError);
    expectOthersServed();
  });

  test('with a failure that does not exist traps', () => {
    const { instance, operation } = waiting();
    expect(() => instance.resume(operation, 99)).toThrow(WebAssembly.RuntimeError);
    expectOthersServed();
  });

  test('with a result that is cut short traps', () => {
    const { instance, operation } = waiting();
    instance.write(Uint8Array.of(100, 0, 0, 0, 1));
    expect(() => instance.exports.resume(instance.now, operation, 0)).toThrow(WebAssembly.RuntimeError);
    expectOthersServed();
  });
});
