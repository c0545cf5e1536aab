// Runs the fuzz targets (preset `fuzz`): `npm run fuzz -- --seconds 600 [target]...`. Each target first replays
// tests/fuzz/cases/<target>, where every input that ever failed is kept, and then looks for new ones, starting from
// tests/fuzz/corpus/<target>. What it learns stays in build/fuzz/corpus, so a later run goes on from there.

import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../support/run-program.ts';

const root = resolve(import.meta.dirname, '../..');
const here = import.meta.dirname;
const built = join(root, 'build/fuzz/tests/fuzz');
const learned = join(root, 'build/fuzz/corpus');
const found = join(root, 'build/fuzz/found');

interface Outcome {
  target: string;
  output: string;
  failed: boolean;
}

/** The files of a folder, with their paths. Empty if it does not exist. */
const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((each) => join(folder, each))
    : [];

/** Replays the target's cases, then fuzzes for the given time. */
async function fuzz(target: string, seconds: number): Promise<Outcome> {
  const program = join(built, `fuzz_${target}`);
  const cases = filesIn(join(here, 'cases', target));
  if (cases.length > 0) {
    const replayed = await run(program, cases);
    if (replayed.failed) return { target, ...replayed };
  }
  const own = join(learned, target);
  mkdirSync(own, { recursive: true });
  const fuzzed = await run(program, [
    `-max_total_time=${seconds}`,
    // 0 is another one each time.
    `-seed=${values.seed}`,
    '-timeout=10',
    '-rss_limit_mb=2048',
    '-max_len=8192',
    '-print_final_stats=1',
    `-dict=${join(here, 'dictionaries', `${target}.dict`)}`,
    `-artifact_prefix=${found}/${target}-`,
    own,
    join(here, 'corpus', target),
  ]);
  return { target, ...fuzzed };
}

/** One line about a run that found nothing. */
function summary({ target, output }: Outcome): string {
  const runs = /number_of_executed_units:\s*(\d+)/.exec(output)?.[1] ?? '0';
  const last = [...output.matchAll(/cov: (\d+) ft: \d+ corp: (\d+)/g)].at(-1);
  const cases = filesIn(join(here, 'cases', target)).length;
  return `${target.padEnd(20)} ${cases} cases, ${Number(runs).toLocaleString('en')} inputs, ${last?.[1] ?? '?'} edges covered, ${last?.[2] ?? '?'} inputs kept`;
}

/** What failed, and how to keep it. */
function complaint({ target, output }: Outcome): string {
  const input = /Test unit written to (\S+)/.exec(output)?.[1];
  const lines = [`${target}: FAILED`, output.split('\n').slice(-60).join('\n')];
  if (input) {
    lines.push(
      `The input is ${relative(root, input)}. To replay it: build/fuzz/tests/fuzz/fuzz_${target} ${relative(root, input)}`,
      `Repair what it found, and keep it: mkdir -p tests/fuzz/cases/${target} && cp ${relative(root, input)} tests/fuzz/cases/${target}/<what it found>`,
    );
  }
  return lines.join('\n');
}

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '20' }, seed: { type: 'string', default: '0' } },
  allowPositionals: true,
});
const seconds = Number(values.seconds);
const known = readdirSync(join(here, 'corpus')).sort();
const unknown = positionals.filter((each) => !known.includes(each));
if (!Number.isInteger(seconds) || seconds < 1 || unknown.length > 0) {
  console.error(`Usage: npm run fuzz -- [--seconds N] [--seed N] [target]...\nTargets: ${known.join(', ')}`);
  process.exit(2);
}
// A target that CMake does not know would otherwise never run.
const listed = readFileSync(join(here, 'CMakeLists.txt'), 'utf8');
const missing = known.filter((each) => !new RegExp(`\\b${each}\\b`).test(listed));
if (missing.length > 0) throw new Error(`tests/fuzz/CMakeLists.txt does not name ${missing.join(', ')}`);

mkdirSync(found, { recursive: true });
const targets = positionals.length > 0 ? positionals : known;
const waiting = [...targets];
let failures = 0;

async function worker(): Promise<void> {
  for (let target = waiting.shift(); target; target = waiting.shift()) {
    const outcome = await fuzz(target, seconds);
    if (outcome.failed) failures += 1;
    console.log(outcome.failed ? complaint(outcome) : summary(outcome));
  }
}

await Promise.all(Array.from({ length: availableParallelism() }, worker));
console.log(`${targets.length - failures} of ${targets.length} targets found nothing in ${seconds} s each`);
process.exitCode = failures > 0 ? 1 : 0;
