// Runs the Worker in workerd as it is shipped: its bundle, the settings of wrangler.toml, a local KV that begins empty.

import { cp, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestHarness, experimental_readRawConfig } from 'wrangler';
import { expectDescribed } from './conformance.ts';
import type { KVNamespace } from './kv.ts';
import { listKv } from './kv.ts';
import type { KvEntry } from './kv.ts';
import { bundle } from './bundle.ts';

export interface WorkerOptions {
  /** Variables and secrets. */
  bindings?: Record<string, string>;
  /** In place of the real module. */
  module?: Uint8Array;
  /** The limit of creations as wrangler.toml has it, in place of none that a test would reach. */
  limited?: boolean;
  /** The text of an entry module in place of the real one, which it finds as `./shipped.js`. */
  entry?: string;
  /** False where its answers are not the API's, or are too many to look at. */
  described?: boolean;
}

export interface StartedWorker extends AsyncDisposable {
  url: string;
  /** A request to a path of the Worker. Fails where the answer is not as the description of the API says. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Runs the schedule once, as a cron trigger does. */
  scheduled(): Promise<void>;
  /** The namespace itself, to put things in and to ask for more than `kv` gives. */
  namespace: KVNamespace;
  /** Everything in KV, in the order of the keys. */
  kv(): Promise<KvEntry[]>;
  /** What the Worker has written to its console. */
  logs(): string[];
  /** Kills the Worker with everything that it is doing, and starts it again. What is in KV stays. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Below this, an entry of a test answers by itself. */
const ownPaths = '/_test/';

interface RateLimit {
  name: string;
  namespace_id: string;
  simple: { limit: number; period: 10 | 60 };
}

// What a Worker fetches, the harness fetches with this process's own `fetch`, and hands it the Worker's request for
// options. It follows redirects, whatever the Worker has said; the runtime itself does not where it is told not to.
// And of a connection that breaks it would make an answer, a 500: an answer that is cut short is a broken one too.
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

/** A copy of the bundle, so that each Worker can be another one. */
async function prepare({ module, entry }: WorkerOptions): Promise<string> {
  const folder = await mkdtemp(`${bundle}-`);
  await cp(bundle, folder, { recursive: true });
  const wasm = (await readdir(folder)).find((name) => name.endsWith('.wasm'));
  if (!wasm) throw new Error('the bundle holds no module');
  if (module) await writeFile(join(folder, wasm), module);
  if (entry !== undefined) {
    await rename(join(folder, 'index.js'), join(folder, 'shipped.js'));
    // What the bindings of wrangler.toml name has to be exported whatever the entry is.
    await writeFile(join(folder, 'index.js'), `export * from './shipped.js';\n${entry}`);
  }
  return folder;
}

/**
 * Starts a Worker: `await using worker = await startWorker()` stops it at the end of the block, `stop` whenever that is
 * wanted.
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
    vars: { MAX_OPEN_STREAMS: '1000', ...rawConfig.vars, ...options.bindings },
    ratelimits: (rawConfig.ratelimits as RateLimit[]).map((each) =>
      options.limited ? each : { ...each, simple: { ...each.simple, limit: 1000 } },
    ),
  };
  // With the folder for its root it does not find the .dev.vars of whoever runs the tests.
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
