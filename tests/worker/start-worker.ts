// Runs the Worker in workerd as deployed: its bundle, the settings of wrangler.toml, and a local, initially empty KV.

import { cp, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestHarness, experimental_readRawConfig } from 'wrangler';
import { expectDescribed } from './conformance.ts';
import type { KVNamespace } from './kv.ts';
import { listKv } from './kv.ts';
import type { KvEntry } from './kv.ts';
import { bundle } from './bundle.ts';
import { patientEntry } from './patient-entry.ts';

export interface WorkerOptions {
  /** Variables and secrets. */
  bindings?: Record<string, string>;
  /** Replaces the real module. */
  module?: Uint8Array;
  /** Uses the creation limit of wrangler.toml instead of one that no test reaches. */
  limited?: boolean;
  /** Source of an entry module that replaces the real one, which it imports as `./shipped.js`. By default, with the real
   * module, one that answers when the work after the response is done too. */
  entry?: string;
  /** False for a deployment without rooms, where the schedule alone repairs. */
  rooms?: boolean;
  /** Queues of the runtime; none by default. */
  queues?: object;
  /** False if the responses are not the API's, or too many to check. */
  described?: boolean;
}

export interface StartedWorker extends AsyncDisposable {
  url: string;
  /** Sends a request to the Worker. Fails if the response does not match the API description. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Runs the schedule once, as a cron trigger does. */
  scheduled(): Promise<void>;
  /** The namespace itself, for writing and for details that `kv` omits. */
  namespace: KVNamespace;
  /** Everything in KV, ordered by key. */
  kv(): Promise<KvEntry[]>;
  /** What the Worker wrote to its console. */
  logs(): string[];
  /** Kills the Worker in the middle of its work and starts it again. KV is kept. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Below this path, a test's entry module answers by itself. */
const ownPaths = '/_test/';

interface RateLimit {
  name: string;
  namespace_id: string;
  simple: { limit: number; period: 10 | 60 };
}

// The harness performs the Worker's fetches with this process's own `fetch` and passes the Worker's request as options.
// That follows redirects even if the Worker says `manual`, unlike the real runtime, and turns a broken connection into
// a 500 response. A truncated response must stay broken.
const plainFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  if (!init || !('clone' in init)) return plainFetch(input, init);
  const { method, headers, body, signal } = init;
  const options = { method, headers, body, signal, duplex: 'half', redirect: 'manual' };
  try {
    return await plainFetch(input, options as RequestInit);
  } catch {
    return new Response(null, { headers: { 'content-length': '1', connection: 'close' } });
  }
};

/** A copy of the bundle, so that each Worker can differ. */
async function prepare({
  module,
  entry = module ? undefined : patientEntry,
}: WorkerOptions): Promise<string> {
  const folder = await mkdtemp(`${bundle}-`);
  await cp(bundle, folder, { recursive: true });
  const wasm = (await readdir(folder)).find((name) => name.endsWith('.wasm'));
  if (!wasm) throw new Error('the bundle holds no module');
  if (module) await writeFile(join(folder, wasm), module);
  if (entry !== undefined) {
    await rename(join(folder, 'index.js'), join(folder, 'shipped.js'));
    // The exports that wrangler.toml's bindings name are needed whatever the entry module is.
    await writeFile(join(folder, 'index.js'), `export * from './shipped.js';\n${entry}`);
  }
  return folder;
}

/**
 * Starts a Worker. `await using worker = await startWorker()` stops it at the end of the block; `stop` stops it
 * earlier.
 */
export async function startWorker(options: WorkerOptions = {}): Promise<StartedWorker> {
  const folder = await prepare(options);
  const { rawConfig } = experimental_readRawConfig({ config: join(root, 'wrangler.toml') });
  const config = {
    ...rawConfig,
    main: join(folder, 'index.js'),
    base_dir: folder,
    no_bundle: true,
    build: {},
    assets: {
      ...rawConfig.assets,
      directory: join(root, rawConfig.assets?.directory ?? ''),
      run_worker_first: [rawConfig.assets?.run_worker_first ?? [], `${ownPaths}*`].flat() as string[],
    },
    find_additional_modules: true,
    rules: [{ type: 'ESModule' as const, globs: ['**/*.js'] }],
    durable_objects: {
      bindings: (rawConfig.durable_objects?.bindings ?? []).filter(
        ({ name }: { name: string }) => options.rooms !== false || name !== 'ROOMS',
      ),
    },
    ...(options.queues ? { queues: options.queues } : {}),
    vars: { MAX_OPEN_STREAMS: '1000', ...rawConfig.vars, ...options.bindings },
    ratelimits: (rawConfig.ratelimits as RateLimit[]).map((each) =>
      options.limited ? each : { ...each, simple: { ...each.simple, limit: 1000 } },
    ),
  };
  // With this root it does not read the developer's .dev.vars.
  const harness = createTestHarness({ root: folder, workers: [{ config }] });
  let url = (await harness.listen()).url.origin;
  const started = harness.getWorker<{ STREAMS: KVNamespace }>();
  let { STREAMS: namespace } = await started.getEnv();

  async function restart(): Promise<void> {
    await harness.update((options) => options);
    url = (await harness.listen()).url.origin;
    namespace = (await started.getEnv()).STREAMS;
  }

  async function stop(): Promise<void> {
    await harness.close();
    await rm(folder, { recursive: true, force: true });
  }

  const described = options.described ?? !options.module;

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const answer = await fetch(new URL(path, url), init);
    if (!described || path.startsWith(ownPaths)) return answer;
    const { method = 'GET', body } = init;
    const asked = { method, path, headers: new Headers(init.headers) };
    await expectDescribed(typeof body === 'string' ? { ...asked, body } : asked, answer);
    return answer;
  }

  return {
    get url() {
      return url;
    },
    fetch: ask,
    scheduled: async () => void (await started.scheduled({ cron: '* * * * *' })),
    get namespace() {
      return namespace;
    },
    kv: () => listKv(namespace),
    logs: () => harness.getLogs().map(({ message }) => message),
    restart,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
