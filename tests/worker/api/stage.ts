// Gives each test its own stand-ins, user and deployment on a shared Worker, so that tests can run in parallel without
// seeing each other's objects.

import type { Fault } from '../../../sandbox/shared/faults.ts';
import type { KvEntry } from '../kv.ts';
import type { StartedWorker } from '../start-worker.ts';
import { Client, whenQuiet } from './client.ts';
import type { Answer } from './client.ts';
import { missing, orphans, startProviders } from './providers.ts';
import type { ProviderOptions, Providers } from './providers.ts';
import type { Plan, Run } from './watched-entry.ts';

export interface Outcome {
  answer: Answer;
  run: Run;
  /** What remains of the request's KV writes. */
  kept: KvEntry[];
  /** Provider objects that belong to no stream in KV, and objects that a stream in KV lacks. */
  orphans: string[];
  missing: string[];
  /** The keys of the remaining intents. */
  intents: string[];
}

export interface Stage extends AsyncDisposable {
  providers: Providers;
  user: Client;
  /** Settings for the next requests, with overrides. */
  plan(more?: Partial<Plan>): Plan;
  /** Creates a stream, waits until all its work is done, and reports what exists. */
  create(fields?: Record<string, unknown>, more?: Partial<Plan>): Promise<Outcome>;
  /** The same for any request. */
  watch(ask: (plan: Plan) => Promise<Answer>, more?: Partial<Plan>): Promise<Outcome>;
}

export interface StageFaults {
  mux?: Fault[];
  cloudflare?: Fault[];
}

let stages = 0;

export async function setStage(
  worker: StartedWorker,
  faults: StageFaults = {},
  options: ProviderOptions = {},
): Promise<Stage> {
  const name = `stage-${++stages}`;
  const providers = await startProviders({
    ...options,
    settings: { DEPLOYMENT: name, ...options.settings },
  });
  // The first request of a deployment writes its id.
  await worker.namespace.put('deployment', '0123456789abcdef');
  if (faults.mux) await providers.mux.post('faults', faults.mux);
  if (faults.cloudflare) await providers.cloudflare.post('faults', faults.cloudflare);
  const user = await Client.of(worker);
  let runs = 0;

  function plan({ settings, ...more }: Partial<Plan> = {}): Plan {
    return { run: `${name}-${++runs}`, settings: { ...providers.settings, ...settings }, ...more };
  }

  async function watch(ask: (plan: Plan) => Promise<Answer>, more: Partial<Plan> = {}): Promise<Outcome> {
    const planned = plan(more);
    const answer = await ask(planned);
    const run = await whenQuiet(worker, planned.run);
    const kept = await keptOf(worker, run);
    return {
      answer,
      run,
      kept,
      orphans: await orphans(providers, kept),
      missing: await missing(providers, kept),
      intents: kept.map(({ key }) => key).filter((key) => key.startsWith('intent/')),
    };
  }

  const create: Stage['create'] = (fields = {}, more) =>
    watch((planned) => user.create(fields, planned), more);

  return { providers, user, plan, create, watch, [Symbol.asyncDispose]: providers.close };
}

async function keptOf(worker: StartedWorker, { operations }: Run): Promise<KvEntry[]> {
  const keys = new Set(operations.filter(({ operation }) => operation === 'put').map(({ key }) => key));
  const entries = await Promise.all(
    [...keys].map(async (key) => ({ key, value: await worker.namespace.get(key) })),
  );
  return entries.flatMap(({ key, value }) =>
    value === null ? [] : [{ key, value, metadata: undefined, expiration: undefined }],
  );
}
