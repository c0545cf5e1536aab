// Tokens signed with keys of a key set, verified by the deployed module and the shim's operations together. The tokens
// are Project Wycheproof's (C2SP/wycheproof), and most must be refused.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { perform } from '../../worker/operations.js';
import { vectorsFolder } from '../support/vectors.ts';
import { Instance, answerIn, isOperation } from './instance.ts';
import type { OutgoingRecord } from './instance.ts';

const settings: [string, string][] = [
  ['AUTH_JWKS_URL', 'https://id.example/keys'],
  ['AUTH_ISSUER', 'https://id.example'],
  ['AUTH_AUDIENCE', 'whip-mux'],
];

interface Key {
  kty: string;
  alg?: string;
  kid?: string;
}

interface Verdict {
  /** Whether the signature was checked and is valid. */
  good: boolean;
  status: number | undefined;
}

type Fields = Parameters<typeof perform>[1];

/** Sends a request with a token, at an issuer with these keys, and runs it to its response. */
async function judge(token: string, keys: Key[]): Promise<Verdict> {
  const instance = new Instance();
  const authorization: [string, string] = ['authorization', `Bearer ${token}`];
  let records: OutgoingRecord[] = instance.start('GET', '/api/streams', [authorization], settings);
  for (let good = false; ;) {
    const answer = answerIn(records);
    if (answer) return { good, status: answer.status };
    const [name = '', id, ...fields] = records.find(isOperation) ?? [];
    let [failure, result] = [0, [200, '', new TextEncoder().encode(JSON.stringify({ keys }))] as unknown[]];
    if (name !== 'fetch') [failure, result] = await perform(name, fields as Fields);
    if (name === 'verify') good = result[0] === 1;
    records = instance.resume(id as number, failure, result as Fields) ?? [];
  }
}

interface Group {
  comment: string;
  public?: Key | { keys: Key[] };
  tests: { tcId: number; comment: string; jws: string; result: 'valid' | 'invalid' }[];
}

const folder = vectorsFolder('wycheproof');

// Secret keys belong to no key set: tests/unit/crypto/wycheproof_test.cpp covers tokens signed with them, including the
// four on which the file contradicts itself (tcId 367, 370, 372 and 373).
function groupsOf(file: string): [Group, Key[]][] {
  const { testGroups } = JSON.parse(readFileSync(join(folder ?? '', file), 'utf8')) as {
    testGroups: Group[];
  };
  return testGroups.flatMap((group) => {
    if (!group.public) return [];
    return [[group, 'keys' in group.public ? group.public.keys : [group.public]]];
  });
}

// A token with another algorithm (PS256, RS512, …) is refused even if it is valid.
const ours = (key?: Key): boolean => [undefined, 'RS256', 'ES256'].includes(key?.alg);

test.skipIf(folder === undefined).each([
  ['json_web_signature_test.json', 10, 351],
  ['json_web_key_test.json', 1, 10],
  ['json_web_crypto_test.json', 2, 27],
])('Wycheproof: %s is verified correctly, %i tokens valid and %i not', async (file, good, bad) => {
  const counted = { good: 0, bad: 0 };
  for (const [group, keys] of groupsOf(file)) {
    for (const { tcId, comment, jws, result } of group.tests) {
      const expected = result === 'valid' && ours(keys[0]);
      const verdict = await judge(jws, keys);
      // None of them has claims, so a valid signature is not enough.
      expect({ tcId, comment, ...verdict }).toEqual({ tcId, comment, good: expected, status: 401 });
      counted[expected ? 'good' : 'bad'] += 1;
    }
  }
  expect(counted).toEqual({ good, bad });
});

describe('the fetch operation', () => {
  test.each([{}, { cacheEverything: true, cacheTtlByStatus: { '200-299': 300 } }])(
    'passes %j to the platform',
    async (cf) => {
      const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('keys'));
      const call = ['GET', 'https://id.example/keys', '', new Uint8Array(), 1000, 100, JSON.stringify(cf)];
      expect((await perform('fetch', call as Fields))[0]).toBe(0);
      expect(fetched).toHaveBeenCalledOnce();
      expect(fetched.mock.calls[0]?.[1]).toMatchObject({ redirect: 'manual' });
      expect((fetched.mock.calls[0]?.[1] as { cf?: unknown }).cf).toEqual(cf);
      fetched.mockRestore();
    },
  );
});
