// Repairs what requests left unfinished, in both ways there are.

import { expect } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import type { Stage } from './stage.ts';
import { alarmPath, planHeader, schedulePath } from './watched-entry.ts';

/** As if every request were long over. */
export const old = { RECONCILE_GRACE_SECONDS: '0' };

export const ways = [{ by: 'alarms' }, { by: 'the schedule alone' }] as const;
export type Way = (typeof ways)[number]['by'];

/** The streams that have a record or work. */
async function streams(worker: StartedWorker): Promise<Set<string>> {
  const keys = (await worker.kv()).map(({ key }) => key);
  return new Set(keys.flatMap((key) => /^(?:stream|intent)\/([0-9a-z]{26})(?:\/|$)/i.exec(key)?.[1] ?? []));
}

/** As if every stream were due for a check, and nothing were remembered. */
export async function reconcile(
  worker: StartedWorker,
  stage: Stage,
  by: Way,
  settings: Record<string, string> = old,
): Promise<void> {
  await worker.namespace.delete('reconcile/state');
  const paths = by === 'alarms' ? [...(await streams(worker))].map((id) => alarmPath + id) : [schedulePath];
  for (const path of paths) {
    const headers = { [planHeader]: JSON.stringify(stage.plan({ settings })) };
    const answer = await worker.fetch(path, { headers });
    expect(answer.status).toBe(200);
    await answer.text();
  }
}
