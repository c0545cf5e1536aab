// The keys of unfinished work below `intent/`, which the schedule removes once no request can be at it any more.

import type { StartedWorker } from '../start-worker.ts';

/** The markers of a stream or a live input. */
export async function markersOf(worker: StartedWorker, id: string): Promise<string[]> {
  const { keys } = await worker.namespace.list({ prefix: `intent/${id}/` });
  return keys.map(({ name }) => name);
}

/** Makes them as old as the next run of the schedule needs them to be. */
export async function ageMarkersOf(worker: StartedWorker, ...ids: (string | null)[]): Promise<void> {
  for (const id of ids)
    for (const name of id === null ? [] : await markersOf(worker, id))
      await worker.namespace.put(name, '', { metadata: { since: 1 } });
}
