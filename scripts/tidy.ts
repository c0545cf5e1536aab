// Runs clang-tidy on the C++ sources, in parallel on all processors. A file that was clean in any clone is skipped
// until the file, one of our headers that it includes, or the checks change.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');
const cleanRuns = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'whip-mux-tidy');

interface Compilation {
  directory: string;
  command: string;
  file: string;
}

interface Job extends Compilation {
  database: string;
}

/** The sources in `folders`, with their compile commands from `build/<preset>`. */
function compiledBy(preset: string, folders: string[]): Job[] {
  const database = join(root, 'build', preset);
  const all = JSON.parse(readFileSync(join(database, 'compile_commands.json'), 'utf8')) as Compilation[];
  return [...new Map(all.map((each) => [each.file, each])).values()]
    .filter(({ file }) => folders.includes(relative(root, file).split('/')[0] ?? ''))
    .map((compilation) => ({ ...compilation, database }));
}

/** Hashes what the result for a file depends on: the file, our headers that it includes, its flags and the checks. */
async function fingerprint({ command, directory, file }: Job, checks: string): Promise<string> {
  const flags = command.replace(/^(\S*ccache\S*) /, '').replace(/ -o \S+ -c /, ' ');
  const { stdout } = await run('sh', ['-c', `${flags} -MM -MG`], { cwd: directory });
  const files = stdout.replaceAll('\\\n', ' ').split(/\s+/).slice(1).filter(Boolean);
  const hash = createHash('sha256').update(checks).update(flags.replaceAll(root, ''));
  for (const each of [file, ...files]) hash.update(readFileSync(resolve(directory, each)));
  return hash.digest('hex');
}

/** Returns clang-tidy's findings, or an empty string. */
async function faults(job: Job, checks: string): Promise<string> {
  const clean = join(cleanRuns, await fingerprint(job, checks));
  if (existsSync(clean)) return '';
  try {
    await run('clang-tidy-22', ['--quiet', '-p', job.database, job.file], { maxBuffer: 1 << 26 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout.trim() || stderr;
  }
  writeFileSync(clean, `${relative(root, job.file)}\n`);
  checked += 1;
  return '';
}

/** A finding in a header repeats for each file that includes it: returns only findings not printed before. */
function newOnes(found: string): string {
  const each = found.replaceAll(`${root}/`, '').split(/^(?=\S+:\d+:\d+: (?:error|warning): )/m);
  return each
    .filter((fault) => !told.has(fault) && told.add(fault))
    .join('')
    .trim();
}

const told = new Set<string>();
let checked = 0;
mkdirSync(cleanRuns, { recursive: true });
const version = (await run('clang-tidy-22', ['--version'])).stdout;
const configurations = ['.clang-tidy', 'tests/.clang-tidy'].map((each) =>
  readFileSync(join(root, each), 'utf8'),
);
const checks = version + configurations.join('\n');
const jobs = [...compiledBy('lint', ['src', 'tests', 'relay']), ...compiledBy('wasm', ['wasm'])];
const total = jobs.length;
let faulty = 0;

async function worker(): Promise<void> {
  for (let job = jobs.pop(); job; job = jobs.pop()) {
    const found = await faults(job, checks);
    if (!found) continue;
    faulty += 1;
    const untold = newOnes(found);
    if (untold) console.log(untold);
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, worker));
console.log(
  `${total} files: ${checked} checked, ${total - checked - faulty} unchanged, ${faulty} with findings`,
);
process.exitCode = faulty > 0 ? 1 : 0;
