// Plants small bugs, one at a time, and reports which suite finds each, and after how long: `npm run planted`, or with
// the names of some. `--check` only checks that each patch still applies.
//
// A patch begins with a line that says what its bug would do to a user. "Found by: <file>" after it names the test of
// the Worker that finds what the unit tests and the simulation cannot; that test runs only if they found nothing.

import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run as runProgram } from '../support/run-program.ts';
import type { Ran } from '../support/run-program.ts';

const root = resolve(import.meta.dirname, '../..');
const here = import.meta.dirname;
const preset = 'planted';
// A bug may leave a name unused.
const lenient = '-DWHIPMUX_WARNINGS_ARE_ERRORS=OFF';

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

/** In a folder that the compiler's cache takes for this one. */
const run = (program: string, parameters: string[], folder: string): Promise<Ran> =>
  runProgram(program, parameters, { folder, more: { CCACHE_BASEDIR: folder } });

/** Runs a program that must succeed, and returns what it printed. */
async function must(program: string, parameters: string[], folder: string): Promise<string> {
  const { output, failed } = await run(program, parameters, folder);
  if (failed) throw new Error(`${program} ${parameters.join(' ')} failed:\n${output.slice(-4000)}`);
  return output.trim();
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

/** A copy of the project with a build folder of its own, in which bugs are planted. */
class Field {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** With what is not committed yet, except for new files that git does not know. */
  static async prepare(number: number): Promise<Field> {
    const field = new Field(join(root, `build/planted/${number}`));
    // HEAD of this folder, not of the copy.
    const state =
      (await must('git', ['stash', 'create'], root)) || (await must('git', ['rev-parse', 'HEAD'], root));
    if (existsSync(field.folder)) {
      await must('git', ['reset', '--hard', '--quiet'], field.folder);
      await must('git', ['checkout', '--detach', '--quiet', state], field.folder);
    } else {
      await must('git', ['worktree', 'prune'], root);
      await must('git', ['worktree', 'add', '--detach', '--quiet', field.folder, state], root);
      symlinkSync(join(root, 'node_modules'), join(field.folder, 'node_modules'));
    }
    await must('cmake', ['--preset', preset, lenient], field.folder);
    return field;
  }

  /** Undefined if everything passes. */
  async findingSuite(bug?: Planted): Promise<string | undefined> {
    const files = bug?.files ?? ['src/', 'relay/'];
    const ofRelay = files.some((file) => file.startsWith('relay/'));
    const ofCore = files.some((file) => file.startsWith('src/'));
    if (ofRelay || ofCore) {
      const targets = [...(ofCore ? ['unit_tests'] : []), ...(ofRelay ? ['relay_unit_tests'] : [])];
      await must('cmake', ['--build', '--preset', preset, '--target', ...targets], this.folder);
      const unit = ['unit$', ...(ofRelay ? ['relay_unit'] : [])].filter((each) => ofCore || each !== 'unit$');
      const found = await this.failing(['-R', `^(${unit.join('|')})`]);
      if (found) return found;
    }
    if (ofCore) {
      const found = await this.failing(['-R', '^simulation/']);
      if (found) return found;
    }
    return bug?.workerTest && (await this.failingInWorker(bug.workerTest, ofCore))
      ? bug.workerTest
      : undefined;
  }

  async plant(bug: Planted): Promise<Finding> {
    const begun = performance.now();
    await must('git', ['apply', bug.path], this.folder);
    try {
      const by = await this.findingSuite(bug);
      return { bug, by, seconds: (performance.now() - begun) / 1000 };
    } finally {
      await must('git', ['apply', '--reverse', bug.path], this.folder);
    }
  }

  /** The suite and the test that failed first among these. */
  private async failing(which: string[]): Promise<string | undefined> {
    const parallel = String(availableParallelism());
    const options = ['--stop-on-failure', '--timeout', '120', '--parallel', parallel, '--output-on-failure'];
    const { output, failed } = await run('ctest', ['--preset', preset, ...options, ...which], this.folder);
    if (!failed) return undefined;
    const suite = /\d+\/\d+ Test +#\d+: (\S+) .*\*\*\*/.exec(output)?.[1] ?? 'ctest';
    const test = /^-{20,}\n(.+)\n(?:.+\n)*?-{20,}\n.+\n\.{20,}\n\n.+: FAILED:/m.exec(output)?.[1];
    return test ? `${suite}: ${test}` : suite;
  }

  private async failingInWorker(test: string, ofCore: boolean): Promise<boolean> {
    if (ofCore) {
      await must('cmake', ['--preset', 'wasm', lenient], this.folder);
      await must('cmake', ['--build', '--preset', 'wasm', '--target', 'module'], this.folder);
    } else {
      mkdirSync(join(this.folder, 'build'), { recursive: true });
      cpSync(join(root, 'build/module'), join(this.folder, 'build/module'), { recursive: true });
    }
    const project = test.split('/')[1] ?? '';
    return (await run('vitest', ['run', '--project', project, test], this.folder)).failed;
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
const before = await field.findingSuite();
if (before) {
  console.error(`Nothing was planted: ${before} fails without it.`);
  process.exit(1);
}
const survivors: string[] = [];
for (const bug of bugs) {
  try {
    const finding = await field.plant(bug);
    if (!finding.by) survivors.push(bug.name);
    report(finding);
  } catch (error) {
    survivors.push(bug.name);
    console.log(`${bug.name.padEnd(28)} IS NO BUG. ${(error as Error).message}`);
  }
}
console.log(`${bugs.length - survivors.length} of ${bugs.length} planted bugs were found`);
process.exitCode = survivors.length > 0 ? 1 : 0;
