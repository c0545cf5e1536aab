// Calls of `start` and `allocate` that break the rules of wasm/abi.h: they trap and end that instance only.

import { describe, expect, test } from 'vitest';
import { Instance, expectOthersServed, startMessage } from './instance.ts';

describe('start', () => {
  test('traps the second time', () => {
    const instance = new Instance();
    instance.start('GET', '/healthz');
    expect(() => instance.start('GET', '/healthz')).toThrow(WebAssembly.RuntimeError);
    expectOthersServed();
  });

  test('traps without a message', () => {
    const { exports } = new Instance();
    expect(() => exports.start(0)).toThrow(WebAssembly.RuntimeError);
    expectOthersServed();
  });

  test.each([
    ['random bytes', Uint8Array.from({ length: 200 }, (_, i) => (i * 197 + 31) & 0xff)],
    ['only 0xff', new Uint8Array(200).fill(0xff)],
    ['a list of 4 billion elements', Uint8Array.of(0, 0, 0, 0, 255, 255, 255, 255)],
    ['a single byte', Uint8Array.of(1)],
  ])('traps with %s as its message', (_, message) => {
    const instance = new Instance();
    instance.write(message);
    expect(() => instance.exports.start(instance.now)).toThrow(WebAssembly.RuntimeError);
    expectOthersServed();
  });

  test('traps on a message truncated anywhere', () => {
    const whole = startMessage('GET', '/healthz', [['accept', '*/*']]);
    for (let length = 0; length < whole.length; length += 1) {
      const instance = new Instance();
      instance.write(whole.subarray(0, length));
      expect(() => instance.exports.start(instance.now), `the first ${length} bytes`).toThrow(
        WebAssembly.RuntimeError,
      );
    }
  });
});

describe('allocate', () => {
  test('traps on an impossible size', () => {
    expect(() => new Instance().exports.allocate(0xfffffff0)).toThrow(WebAssembly.RuntimeError);
    expectOthersServed();
  });
});
