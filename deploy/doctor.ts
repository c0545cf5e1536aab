// Checks a deployment and reports a table: npm run doctor.

import { check } from './checks.ts';
import { Deployment } from './deployment.ts';
import type { Options } from './deployment.ts';
import { Refused, report } from './finding.ts';

/** Returns whether nothing is wrong. */
export async function diagnose(options: Options, { rehearse = false } = {}): Promise<boolean> {
  const { say } = options.terminal;
  try {
    const deployment = await Deployment.open(options, 'check');
    say(`${deployment.name} at ${deployment.worker.url}`);
    const findings = await check(deployment);
    if (!rehearse) return report(findings, say);
    // Loaded on demand: only this needs media.
    const { broadcast } = await import('./broadcast.ts');
    return report([...findings, ...(await broadcast(deployment))], say);
  } catch (error) {
    if (error instanceof Refused) return report(error.findings, say);
    throw error;
  }
}
