// The headers of the web app's files: policies belong to documents and workers, and cost bytes with each other file.

import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { headersFor } from './support/headers-file.ts';

const folder = resolve(import.meta.dirname, '../../build/assets');
const rules = readFileSync(resolve(folder, '_headers'), 'utf8');
const assets = readdirSync(resolve(folder, 'assets'));
const isWorker = (name: string): boolean => /worker/.test(name);
const namesOf = (path: string) => [...headersFor(rules, path).keys()].sort();

test.each(['/', '/live/x', '/watch/x', '/embed/x', '/nowhere'])('%s has every policy', (path) => {
  expect(namesOf(path)).toEqual([
    'content-security-policy',
    'cross-origin-opener-policy',
    'permissions-policy',
    'referrer-policy',
    'x-content-type-options',
  ]);
});

test('a script or style has none, and is kept for good', () => {
  const files = assets.filter((name) => !isWorker(name));
  expect(files.length).toBeGreaterThan(20);
  for (const file of files)
    expect(namesOf(`/assets/${file}`), file).toEqual(['cache-control', 'x-content-type-options']);
});

test('a worker, which does not inherit the policy of its page, has one that allows no connection', () => {
  const workers = assets.filter(isWorker);
  expect(workers).toHaveLength(2);
  for (const file of workers)
    expect(headersFor(rules, `/assets/${file}`).get('content-security-policy'), file).toBe(
      "default-src 'none'",
    );
});
