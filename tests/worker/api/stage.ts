// One test's own pair of stand-ins, user and deployment, played on a Worker that many tests share: so they can run side
// by side, and what one leaves behind is not taken for another's.

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
  /** What is left of everything that the request wrote into KV. */
  kept: KvEntry[];
  /** What is left at the providers that belongs to no stream in KV, and what such a stream lacks. */
  orphans: string[];
  missing: string[];
  /** The keys of the intents that are left. */
  intents: string[];
}

export interface Stage extends AsyncDisposable {
  providers: Providers;
  user: Client;
  /** The settings of the next requests, of which some may be replaced. */
  plan(more?: Partial<Plan>): Plan;
  /** Creates a stream, waits until all work is done, and looks at what is there then. */
  create(fields?: Record<string, unknown>, more?: Partial<Plan>): Promise<Outcome>;
  /** The same with whatever else is asked for. */
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
