// The deployed Worker with both stand-ins, shared by all tests of the importing file.

import { afterAll, beforeAll } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { startProviders } from './providers.ts';
import type { Providers } from './providers.ts';

export let providers: Providers;
export let worker: StartedWorker;

beforeAll(async () => {
  providers = await startProviders();
  worker = await startWorker({ bindings: providers.settings });
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});
