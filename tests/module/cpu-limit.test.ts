// What an instance does when the runtime signals that the CPU limit is near (`__instance_signal`, wasm/exports.cpp).

import { describe, expect, test } from 'vitest';
import { answerIn, operationsIn, unavailable, waiting } from './instance.ts';
import type { Instance } from './instance.ts';

describe('when the runtime signals that the CPU limit is near', () => {
  const signal = (instance: Instance): void => {
    const { memory, __instance_signal: word } = instance.exports;
    new DataView(memory.buffer).setUint32(word.value as number, 24, true);
  };

  test('the request is answered with a 503 problem, and requests nothing more', () => {
    const { instance, operation } = waiting();
    signal(instance);
    const records = instance.resume(operation, unavailable) ?? [];
    expect(operationsIn(records)).toEqual([]);
    const answer = answerIn(records);
    expect(answer?.status).toBe(503);
    expect(answer?.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'retry-after': '60',
    });
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({
      status: 503,
      type: expect.stringContaining('out-of-cpu'),
    });
  });

  test('there is no second response', () => {
    const { instance, operation } = waiting();
    signal(instance);
    expect(answerIn(instance.resume(operation, unavailable))?.status).toBe(503);
    expect(answerIn(instance.resume(operation, unavailable))).toBeUndefined();
  });
});
