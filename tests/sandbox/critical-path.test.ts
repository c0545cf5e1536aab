import { describe, expect, it } from 'vitest';
import { criticalPath } from '../../sandbox/shared/critical-path.ts';

function call(name: string, startedAt: number, endedAt: number | null) {
  return { name, startedAt, endedAt };
}

function names(...calls: ReturnType<typeof call>[]): string {
  return criticalPath(calls)
    .map(({ name }) => name)
    .join('');
}

describe('the critical path', () => {
  it('is empty without calls', () => expect(names()).toBe(''));

  it('counts parallel calls once', () => {
    expect(names(call('a', 0, 10), call('b', 1, 9), call('c', 11, 20))).toBe('bc');
  });

  it('follows the longest chain, not the longest time', () => {
    expect(names(call('x', 0, 100), call('a', 0, 10), call('b', 20, 30), call('c', 40, 50))).toBe('abc');
  });

  it('accepts calls in any order', () => {
    expect(names(call('c', 4, 5), call('a', 0, 1), call('b', 2, 3))).toBe('abc');
  });

  it('omits unfinished calls', () => {
    expect(names(call('a', 0, 1), call('b', 2, null))).toBe('a');
  });
});
