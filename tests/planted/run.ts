// Plants small bugs, one at a time, and reports which suite finds each, and after how long: `npm run planted`, or with
// the names of some. `--check` only checks that each patch still applies.
//
// A patch begins with a line that says what its bug would do to a user. "Found by: <file>" after it names the test of
// the Worker that finds what the unit tests and the simulation cannot; that test runs only if they found nothing.

import { cpSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Field, lenient, must, root, run } from './field.ts';

const here = import.meta.dirname;

interface Planted {
  name: string;
  path: string;
  harm: string;
  files: string[];
  workerTest: string | undefined;
}

interface Finding {
  bug: Planted;
  by: string | undefined; // undefined: nothing found it
  seconds: number;
}

function read(name: string): Planted {
  const path = join(here, `${name}.patch`);
  const text = readFileSync(path, 'utf8');
  const [harm = ''] = text.split('\n', 1);
  const files = [...text.matchAll(/^\+\+\+ b\/(.*)$/gm)].map(([, file]) => file ?? '');
  if (harm === '' || harm.startsWith('---') || files.length === 0) {
    throw new Error(`${name}.patch must begin with what its bug would do to a user, and change a file`);
  }
  return { name, path, harm, files, workerTest: /^Found by: (\S+)$/m.exec(text)?.[1] };
}

/** The names of the patches that do not apply. */
async function outdated(bugs: Planted[]): Promise<string[]> {
  const tried = bugs.map(async (bug) => ({
    bug,
    ran: await run('git', ['apply', '--check', bug.path], root),
  }));
  return (await Promise.all(tried)).filter(({ ran }) => ran.failed).map(({ bug }) => bug.name);
}

/** Undefined if everything passes. */
async function findingSuite(field: Field, bug?: Planted): Promise<string | undefined> {
  const files = bug?.files ?? ['src/', 'relay/'];
  const ofRelay = files.some((file) => file.startsWith('relay/'));
  const ofCore = files.some((file) => file.startsWith('src/'));
  if (ofRelay || ofCore) {
    await field.build([...(ofCore ? ['unit_tests'] : []), ...(ofRelay ? ['relay_unit_tests'] : [])]);
    const unit = ['unit$', ...(ofRelay ? ['relay_unit'] : [])].filter((each) => ofCore || each !== 'unit$');
    const found = await field.failing(['-R', `^(${unit.join('|')})`]);
    if (found) return found;
  }
  if (ofCore) {
    const found = await field.failing(['-R', '^simulation/']);
    if (found) return found;
  }
  return bug?.workerTest && (await failsInWorker(field, bug.workerTest, ofCore)) ? bug.workerTest : undefined;
}

async function failsInWorker({ folder }: Field, test: string, ofCore: boolean): Promise<boolean> {
  if (ofCore) {
    await must('cmake', ['--preset', 'wasm', lenient], folder);
    await must('cmake', ['--build', '--preset', 'wasm', '--target', 'module'], folder);
  } else {
    mkdirSync(join(folder, 'build'), { recursive: true });
    cpSync(join(root, 'build/module'), join(folder, 'build/module'), { recursive: true });
  }
  const project = test.split('/')[1] ?? '';
  return (await run('vitest', ['run', '--project', project, test], folder)).failed;
}

async function plant(field: Field, bug: Planted): Promise<Finding> {
  const begun = performance.now();
  await must('git', ['apply', bug.path], field.folder);
  try {
    const by = await findingSuite(field, bug);
    return { bug, by, seconds: (performance.now() - begun) / 1000 };
  } finally {
    await must('git', ['apply', '--reverse', bug.path], field.folder);
  }
}

function report({ bug, by, seconds }: Finding): void {
  const time = `${Math.round(seconds)} s`.padStart(6);
  console.log(
    by ? `${bug.name.padEnd(28)} ${time}  ${by}` : `${bug.name.padEnd(28)} ${time}  NOT FOUND. ${bug.harm}`,
  );
}

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const all = readdirSync(here)
  .filter((each) => each.endsWith('.patch'))
  .map((each) => each.replace(/\.patch$/, ''))
  .sort();
const bugs = (positionals.length > 0 ? positionals : all).map(read);
const stale = await outdated(bugs);
if (stale.length > 0) {
  console.error(`These patches in tests/planted do not apply any more: ${stale.join(', ')}`);
  process.exit(1);
}
if (values.check) process.exit(0);

// The module for tests of the shim.
if (bugs.some(({ files }) => files.some((file) => file.startsWith('worker/')))) {
  await must('cmake', ['--preset', 'wasm'], root);
  await must('cmake', ['--build', '--preset', 'wasm', '--target', 'module'], root);
}
const field = await Field.prepare(0);
const before = await findingSuite(field);
if (before) {
  console.error(`Nothing was planted: ${before} fails without it.`);
  process.exit(1);
}
const survivors: string[] = [];
for (const bug of bugs) {
  try {
    const finding = await plant(field, bug);
    if (!finding.by) survivors.push(bug.name);
    report(finding);
  } catch (error) {
    survivors.push(bug.name);
    console.log(`${bug.name.padEnd(28)} IS NO BUG. ${(error as Error).message}`);
  }
}
console.log(`${bugs.length - survivors.length} of ${bugs.length} planted bugs were found`);
process.exitCode = survivors.length > 0 ? 1 : 0;
