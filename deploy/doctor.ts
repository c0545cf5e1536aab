// Checks a deployment and reports a table: npm run doctor.

import { check } from './checks.ts';
import { Deployment } from './deployment.ts';
import type { Options } from './deployment.ts';
import { Refused, report } from './finding.ts';

/** Returns whether nothing is wrong. */
export async function diagnose(options: Options): Promise<boolean> {
  const { say } = options.terminal;
  try {
    const deployment = await Deployment.open(options, 'check');
    say(`${deployment.name} at ${deployment.worker.url}`);
    return report(await check(deployment), say);
  } catch (error) {
    if (error instanceof Refused) return report(error.findings, say);
    throw error;
  }
}
