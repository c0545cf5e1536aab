// Deploys: says what is there and what will be done, does it step by step, and ends with doctor.

import { check, tokenProblems } from './checks.ts';
import { Deployment } from './deployment.ts';
import type { Options } from './deployment.ts';
import { Refused, report } from './finding.ts';
import { discardSecretsFile } from './upload.ts';
import { planOf } from './plan.ts';
import { Declined } from './step.ts';
import type { Step } from './step.ts';

/** What a failed step says: what happened, and what to do. */
export class StepFailed extends Error {
  constructor({ name, remedy }: Step, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(
      `${name} failed: ${what}\n${remedy}\nWhat was done before is kept; repeat the deployment afterwards.`,
      {
        cause,
      },
    );
  }
}

async function attempt<Result>(step: Step, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new StepFailed(step, error);
  }
}

/** Whether an earlier step, still to be done, decides what this one finds. */
function isUnknownYet(step: Step, todo: Step[], deployment: Deployment): boolean {
  return !deployment.bindings && todo.some(({ name }) => name === 'upload') && step.name !== 'upload';
}

/** Shows the whole plan; returns the steps that have something to do. */
async function preview(deployment: Deployment): Promise<Step[]> {
  const { say } = deployment.terminal;
  const todo: Step[] = [];
  say(`Deploys ${deployment.name} to ${deployment.worker.url}:\n`);
  for (const step of planOf(deployment.options)) {
    const there = isUnknownYet(step, todo, deployment)
      ? undefined
      : await attempt(step, step.already(deployment));
    if (there === undefined) todo.push(step);
    say(`  ${step.name.padEnd(22)} ${there === undefined ? step.does : `already: ${there}`}`);
  }
  say('');
  return todo;
}

const unfit = 'Nothing was changed. Give the tokens what they need, and start again.';

async function open(options: Options): Promise<Deployment> {
  try {
    return await Deployment.open(options, 'deploy');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    report(error.findings, options.terminal.say);
    throw new Error(unfit, { cause: error });
  }
}

/** Returns what to say; a step that somebody declined is left to doctor, which says what follows from it. */
async function done(step: Step, deployment: Deployment): Promise<string> {
  try {
    return `done: ${await step.perform(deployment)}`;
  } catch (error) {
    if (error instanceof Declined) return `left alone: ${error.message}`;
    throw new StepFailed(step, error);
  }
}

/** Returns whether the deployment works. */
export async function deploy(options: Options, { dryRun }: { dryRun: boolean }): Promise<boolean> {
  const { say, agrees, ask } = options.terminal;
  const deployment = await open(options);
  const problems = await tokenProblems(deployment);
  if (problems.length > 0) {
    report(problems, say);
    throw new Error(unfit);
  }
  const todo = await preview(deployment);
  if (dryRun) {
    say('This was a dry run: nothing was changed.');
    return true;
  }
  if (todo.length > 0 && ask && !(await agrees('deploy', 'Go ahead?'))) {
    say('Nothing was changed.');
    return false;
  }
  discardSecretsFile(deployment);
  deployment.notes.set({
    CLOUDFLARE_ACCOUNT_ID: deployment.values['CLOUDFLARE_ACCOUNT_ID'],
    WORKER_URL: options.variables['WORKER_URL'] ?? deployment.notes.get('WORKER_URL'),
  });
  for (const step of planOf(deployment.options)) {
    if ((await attempt(step, step.already(deployment))) !== undefined) continue;
    say(`  ${step.name.padEnd(22)} ${await done(step, deployment)}`);
  }
  return report(await check(deployment), say);
}
