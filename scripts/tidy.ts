// Runs clang-tidy on the C++ sources, in parallel on all processors: once for each group of sources that CMake compiles
// as one translation unit, because most of the time goes to the headers that they share. What was clean in any clone is
// skipped until one of its sources, one of our headers that they include, or the checks change.
//
// Many checks, such as the static analyzer, ignore functions in included files. So the sources are joined into one file
// instead, and the findings' lines are translated back.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

interface Source {
  path: string;
  text: string;
}

interface Job extends Compilation {
  preset: string;
  folder: string;
  sources: Source[];
}

/** The sources that the file includes, if CMake wrote it, else the file itself. */
function sourcesOf(file: string): Source[] {
  const text = readFileSync(file, 'utf8');
  const paths = file.includes('/Unity/')
    ? [...text.matchAll(/^#include "(.*)"$/gm)].map(([, path]) => path ?? '')
    : [file];
  return paths.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

/** The compilations of sources in `folders`, from `build/<preset>`. */
function compiledBy(preset: string, folders: string[]): Job[] {
  const database = join(root, 'build', preset, 'compile_commands.json');
  const all = JSON.parse(readFileSync(database, 'utf8')) as Compilation[];
  const jobs = all
    .filter(({ file }) => file.includes('/Unity/') || folders.includes(folderOf(file)))
    .map((each) => ({ ...each, preset, sources: sourcesOf(each.file) }))
    .map((each) => ({ ...each, folder: folderOf(each.sources[0]?.path ?? '') }));
  // Two targets may compile the same sources.
  return [
    ...new Map(jobs.map((each) => [each.sources.map(({ path }) => path).join(), each])).values(),
  ].filter(({ folder }) => folders.includes(folder));
}

const folderOf = (path: string): string => relative(root, path).split('/')[0] ?? '';

/** The compiler's flags, without its name, its output, the source, and the precompiled header: nothing is built. */
const flagsOf = ({ command }: Compilation): string =>
  command
    .replace(/^(\S*ccache )?\S+ /, '')
    .replace(/ -o \S+ -c \S+$/, '')
    .replace(/ -Winvalid-pch -Xclang -include-pch -Xclang \S+/, '');

/** The sources in one text, line by line. Repeated inclusions are left out, because there is a check for them. */
function joined(sources: Source[]): string {
  const included = new Set<string>();
  const parts = sources.map(({ text }) => {
    const own = text.match(/^#include .*$/gm) ?? [];
    const part = text.replace(/^#include .*$/gm, (line) => (included.has(line) ? '' : line));
    own.forEach((line) => included.add(line));
    return part;
  });
  return parts.map((part) => (part.endsWith('\n') ? part : `${part}\n`)).join('');
}

/** Replaces each place in the joined text by its place in a source. */
function translated(found: string, file: string, sources: Source[]): string {
  return found.replaceAll(new RegExp(`${file}:(\\d+)`, 'g'), (place, number: string) => {
    let line = Number(number);
    for (const { path, text } of sources) {
      const lines = text.replace(/\n$/, '').split('\n').length;
      if (line <= lines) return `${path}:${line}`;
      line -= lines;
    }
    return place;
  });
}

/** Hashes what the result depends on: the sources, our headers that they include, the flags and the checks. */
async function fingerprint(job: Job, checks: string): Promise<string> {
  const { stdout } = await run('sh', ['-c', `clang++-22 ${flagsOf(job)} -MM -MG ${job.file}`], {
    cwd: job.directory,
  });
  const files = stdout.replaceAll('\\\n', ' ').split(/\s+/).slice(1).filter(Boolean);
  const hash = createHash('sha256').update(checks).update(flagsOf(job).replaceAll(root, ''));
  // CMake includes sources by their full path, which differs between clones.
  for (const each of files) {
    hash.update(readFileSync(resolve(job.directory, each), 'utf8').replaceAll(root, ''));
  }
  return hash.digest('hex');
}

/** The configuration of the sources' folder: clang-tidy would look for it above the joined file. */
function configuration({ folder }: Job): string {
  const own = join(root, folder, '.clang-tidy');
  return existsSync(own) ? own : join(root, '.clang-tidy');
}

/** Returns clang-tidy's findings, or an empty string. */
async function faults(job: Job, checks: string): Promise<string> {
  const hash = await fingerprint(job, checks);
  const clean = join(cleanRuns, hash);
  if (existsSync(clean)) return '';
  const file = join(root, 'build', job.preset, `tidy-${hash}.cpp`);
  writeFileSync(file, joined(job.sources));
  const command = `clang-tidy-22 --quiet --config-file=${configuration(job)} ${file} -- ${flagsOf(job)}`;
  try {
    await run('sh', ['-c', command], { cwd: job.directory, maxBuffer: 1 << 26 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return translated(stdout.trim() || stderr, file, job.sources);
  } finally {
    rmSync(file);
  }
  writeFileSync(clean, `${job.sources.map(({ path }) => relative(root, path)).join('\n')}\n`);
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

/** Sources named in the arguments, whose groups alone are checked. */
const named = process.argv.slice(2);
const told = new Set<string>();
let checked = 0;
mkdirSync(cleanRuns, { recursive: true });
const version = (await run('clang-tidy-22', ['--version'])).stdout;
const configurations = ['.clang-tidy', 'tests/.clang-tidy'].map((each) =>
  readFileSync(join(root, each), 'utf8'),
);
const checks = version + configurations.join('\n');
const jobs = [...compiledBy('lint', ['src', 'tests', 'relay']), ...compiledBy('wasm', ['wasm'])].filter(
  ({ sources }) => named.length === 0 || sources.some(({ path }) => named.includes(relative(root, path))),
);
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
  `${total} translation units: ${checked} checked, ${total - checked - faulty} unchanged, ${faulty} with findings`,
);
process.exitCode = faulty > 0 ? 1 : 0;
