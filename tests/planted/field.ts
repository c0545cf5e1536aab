// A copy of the project with a build folder of its own, in which a change is tried on the unit tests and the simulation.

import { existsSync, symlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { run as runProgram } from '../support/run-program.ts';
import type { Ran } from '../support/run-program.ts';

export const root = resolve(import.meta.dirname, '../..');
export const preset = 'planted';
// A bug may leave a name unused.
export const lenient = '-DWHIPMUX_WARNINGS_ARE_ERRORS=OFF';

/** In a folder that the compiler's cache takes for this one. */
export const run = (program: string, parameters: string[], folder: string): Promise<Ran> =>
  runProgram(program, parameters, { folder, more: { CCACHE_BASEDIR: folder } });

/** Runs a program that must succeed, and returns what it printed. */
export async function must(program: string, parameters: string[], folder: string): Promise<string> {
  const { output, failed } = await run(program, parameters, folder);
  if (failed) throw new Error(`${program} ${parameters.join(' ')} failed:\n${output.slice(-4000)}`);
  return output.trim();
}

export class Field {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * With what is not committed yet, except for new files that git does not know. The sources in `alone` are each
   * compiled alone, so that a change of one is compiled quickly.
   */
  static async prepare(number: number, alone: string[] = []): Promise<Field> {
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
    const sources = `-DWHIPMUX_ALONE=${alone.join(';')}`;
    await must('cmake', ['--preset', preset, lenient, sources], field.folder);
    return field;
  }

  /** Fails if it does not compile. */
  async build(targets: string[]): Promise<void> {
    await must('cmake', ['--build', '--preset', preset, '--target', ...targets], this.folder);
  }

  /** The suite and the test that failed first among these; undefined if none did. */
  async failing(which: string[]): Promise<string | undefined> {
    const parallel = String(availableParallelism());
    const options = ['--stop-on-failure', '--timeout', '120', '--parallel', parallel, '--output-on-failure'];
    const { output, failed } = await this.confined('ctest', ['--preset', preset, ...options, ...which]);
    if (!failed) return undefined;
    const [, suite = 'ctest', how] = /\d+\/\d+ Test +#\d+: (\S+) .*\*\*\* *(\w+)/.exec(output) ?? [];
    const test = how === 'Timeout' ? 'took too long' : failedTestIn(output);
    return test ? `${suite}: ${test}` : suite;
  }

  /** The unit test that failed first among those in the files of these names; undefined if none did. */
  async failingInFiles(names: string[]): Promise<string | undefined> {
    const tags = names.map((name) => `[#${name}]`).join(',');
    const tests = join(this.folder, 'build', preset, 'tests/unit_tests');
    const { output, failed } = await this.confined('timeout', [
      '60',
      tests,
      '--filenames-as-tags',
      '--abort',
      tags,
    ]);
    return failed ? `unit: ${failedTestIn(output) ?? 'crashed or took too long'}` : undefined;
  }

  /** A bug may ask for memory without end. */
  private confined(program: string, parameters: string[]): Promise<Ran> {
    return run('prlimit', ['--data=4294967296', program, ...parameters], this.folder);
  }
}

/** In what Catch2 printed. */
const failedTestIn = (output: string): string | undefined =>
  /^-{20,}\n(.+)\n(?:.+\n)*?-{20,}\n.+\n\.{20,}\n\n.+: FAILED:/m.exec(output)?.[1];
