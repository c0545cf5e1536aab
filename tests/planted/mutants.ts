// Makes line-level mutants of C++ sources, one at a time, and reports which the unit tests and the simulation find:
// `npm run mutants -- FILE...`. FILE:LINE means those of a line, `--sample N` as many of each file, spread evenly.

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Field } from './field.ts';
import { mutantsOf } from './mutations.ts';
import type { Mutant } from './mutations.ts';

interface Result {
  mutant: Mutant;
  compiles: boolean;
  by: string | undefined; // undefined: nothing found it
}

/** Undefined if everything passes. The tests of the same folder go first, since they are quick. */
async function findingTest(field: Field, file: string): Promise<string | undefined> {
  return (
    (await field.failingInFiles(testsNextTo(field, file))) ??
    (await field.failing(['-R', '^unit$'])) ??
    (await field.failing(['-R', '^simulation/']))
  );
}

/** The names of the test files in the folder that mirrors that of the source. */
const testsNextTo = (field: Field, file: string): string[] =>
  readdirSync(join(field.folder, 'tests/unit', dirname(file).replace(/^src\//, '')))
    .filter((each) => each.endsWith('_test.cpp'))
    .map((each) => basename(each, '.cpp'));

/** Leaves the file as it was. */
async function tryOut(field: Field, file: string, mutant: Mutant): Promise<Result> {
  const path = join(field.folder, file);
  const whole = readFileSync(path, 'utf8');
  writeFileSync(path, mutant.source);
  try {
    const compiles = await field.build(['unit_tests']).then(
      () => true,
      () => false,
    );
    return { mutant, compiles, by: compiles ? await findingTest(field, file) : undefined };
  } finally {
    writeFileSync(path, whole);
  }
}

/** As many of them, from all parts. */
function spread<Item>(all: Item[], count: number): Item[] {
  const share = Math.min(1, count / all.length);
  return all.filter((_, index) => Math.floor((index + 1) * share) > Math.floor(index * share));
}

function report(file: string, { mutant, compiles, by }: Result, seconds: number): void {
  const place = `${file}:${mutant.line}`;
  const time = `${Math.round(seconds)} s`.padStart(6);
  if (!compiles) console.log(`${time}  ${place}  does not compile`);
  else if (by) console.log(`${time}  ${place}  ${by}`);
  else console.log(`${time}  ${place}  NOT FOUND.  - ${mutant.was}  + ${mutant.is}`);
}

const { values, positionals } = parseArgs({
  options: { sample: { type: 'string', default: 'Infinity' } },
  allowPositionals: true,
});
const sample = Number(values.sample);
if (positionals.length === 0 || !(sample >= 1)) {
  console.error('usage: npm run mutants -- [--sample N] FILE[:LINE]...');
  process.exit(1);
}
const places = positionals.map((each) => {
  const [file = '', line] = each.split(':');
  return { file, line: line === undefined ? undefined : Number(line) };
});

const field = await Field.prepare(0, [...new Set(places.map(({ file }) => file))]);
await field.build(['unit_tests']);
const before = await field.failing(['-R', '^(unit$|simulation/)']);
if (before) {
  console.error(`Nothing was changed: ${before} fails without it.`);
  process.exit(1);
}
const summary: string[] = [];
let survivors = 0;
for (const { file, line } of places) {
  const all = mutantsOf(readFileSync(join(field.folder, file), 'utf8'));
  const chosen = spread(
    all.filter((each) => line === undefined || each.line === line),
    sample,
  );
  const results: Result[] = [];
  for (const mutant of chosen) {
    const begun = performance.now();
    const result = await tryOut(field, file, mutant);
    report(file, result, (performance.now() - begun) / 1000);
    results.push(result);
  }
  const compiled = results.filter(({ compiles }) => compiles);
  const found = compiled.filter(({ by }) => by !== undefined).length;
  survivors += compiled.length - found;
  summary.push(`${file}: ${found} of ${compiled.length} found, ${all.length} mutants in all`);
}
console.log(summary.join('\n'));
process.exitCode = survivors > 0 ? 1 : 0;
