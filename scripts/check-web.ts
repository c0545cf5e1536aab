// Checks the built web app: prints the gzipped size of each route's first load, and fails if one is over its budget or
// if the code uses something that the oldest supported browsers (iOS 14, Chrome 90) lack.

import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';

const folder = resolve(import.meta.dirname, '../build/assets');

/** Gzipped bytes that a route needs before it is usable: the page, its scripts and styles. */
const budgets: Record<string, number> = { Live: 35_000, Manage: 60_000, Watch: 45_000 };

interface Chunk {
  file: string;
  src?: string;
  imports?: string[];
  css?: string[];
  isEntry?: boolean;
}

const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Record<
  string,
  Chunk
>;
const gzipped = (file: string): number => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length;
const faults: string[] = [];

/** The files of a chunk and of its static imports. */
function filesOf(key: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  if (!chunk || seen.has(chunk.file)) return seen;
  seen.add(chunk.file);
  for (const style of chunk.css ?? []) seen.add(style);
  for (const each of chunk.imports ?? []) filesOf(each, seen);
  return seen;
}

const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry);
if (entry === undefined) throw new Error('the build has no entry');

for (const [route, budget] of Object.entries(budgets)) {
  const key = Object.keys(manifest).find((each) => each.endsWith(`/${route}.svelte`));
  if (key === undefined) {
    faults.push(`the build has no route ${route}`);
    continue;
  }
  const files = new Set(['index.html', ...filesOf(entry), ...filesOf(key)]);
  const size = [...files].reduce((sum, file) => sum + gzipped(file), 0);
  console.log(`${route.padEnd(8)} ${String(size).padStart(8)} bytes gzipped, at most ${budget}`);
  if (size > budget) faults.push(`${route} is over its budget: ${[...files].join(', ')}`);
  for (const file of files)
    if (/hls|join/.test(file)) faults.push(`${route} loads ${file} at once; it must load on demand`);
}

// Before iOS 16.4, lookbehind is a syntax error that breaks the whole file.
const newScript: [RegExp, string][] = [[/\(\?<[=!]/, 'a lookbehind']];
const newStyle: [RegExp, string][] = [
  [/(^|[;{])inset:/, 'inset'],
  [/:has\(/, ':has()'],
  [/@layer|@container/, '@layer or @container'],
  [/color-mix\(/, 'color-mix()'],
  [/display:\s*(inline-)?flex[^}]*[;{](row-|column-)?gap:/, 'gap in a flex box'],
  [/[;{](row-|column-)?gap:[^}]*display:\s*(inline-)?flex/, 'gap in a flex box'],
];

for (const name of readdirSync(join(folder, 'assets'))) {
  const checks = name.endsWith('.js') ? newScript : name.endsWith('.css') ? newStyle : [];
  const text = checks.length > 0 ? readFileSync(join(folder, 'assets', name), 'utf8') : '';
  for (const [pattern, what] of checks)
    if (pattern.test(text)) faults.push(`assets/${name} contains ${what}`);
}

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
