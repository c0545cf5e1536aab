// Runs the Worker in workerd as it is shipped: its bundle, the settings of wrangler.toml, a local KV that begins empty.

import { cp, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestHarness, experimental_readRawConfig } from 'wrangler';
import type { KVNamespace } from './kv.ts';
import { listKv } from './kv.ts';
import type { KvEntry } from './kv.ts';
import { bundle } from './bundle.ts';

export interface WorkerOptions {
  /** Variables and secrets. */
  bindings?: Record<string, string>;
  /** In place of the real module. */
  module?: Uint8Array;
  /** The text of an entry module in place of the real one, which it finds as `./shipped.js`. */
  entry?: string;
}

export interface StartedWorker extends AsyncDisposable {
  url: string;
  /** A request to a path of the Worker. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The namespace itself, to put things in and to ask for more than `kv` gives. */
  namespace: KVNamespace;
  /** Everything in KV, in the order of the keys. */
  kv(): Promise<KvEntry[]>;
  /** What the Worker has written to its console. */
  logs(): string[];
  stop(): Promise<void>;
}

const configPath = fileURLToPath(new URL('../../wrangler.toml', import.meta.url));

/** A copy of the bundle, so that each Worker can be another one. */
async function prepare({ module, entry }: WorkerOptions): Promise<string> {
  const folder = await mkdtemp(`${bundle}-`);
  await cp(bundle, folder, { recursive: true });
  const wasm = (await readdir(folder)).find((name) => name.endsWith('.wasm'));
  if (!wasm) throw new Error('the bundle holds no module');
  if (module) await writeFile(join(folder, wasm), module);
  if (entry !== undefined) {
    await rename(join(folder, 'index.js'), join(folder, 'shipped.js'));
    await writeFile(join(folder, 'index.js'), entry);
  }
  return folder;
}

/**
 * Starts a Worker: `await using worker = await startWorker()` stops it at the end of the block, `stop` whenever that is
 * wanted.
 */
export async function startWorker(options: WorkerOptions = {}): Promise<StartedWorker> {
  const folder = await prepare(options);
  const { rawConfig } = experimental_readRawConfig({ config: configPath });
  const config = {
    ...rawConfig,
    main: join(folder, 'index.js'),
    base_dir: folder,
    no_bundle: true,
    find_additional_modules: true,
    rules: [{ type: 'ESModule' as const, globs: ['**/*.js'] }],
    vars: { ...rawConfig.vars, ...options.bindings },
  };
  // With the folder for its root it does not find the .dev.vars of whoever runs the tests.
  const harness = createTestHarness({ root: folder, workers: [{ config }] });
  const url = (await harness.listen()).url.origin;
  const { STREAMS: namespace } = await harness.getWorker<{ STREAMS: KVNamespace }>().getEnv();

  async function stop(): Promise<void> {
    await harness.close();
    await rm(folder, { recursive: true, force: true });
  }

  return {
    url,
    fetch: (path, init) => fetch(new URL(path, url), init),
    namespace,
    kv: () => listKv(namespace),
    logs: () => harness.getLogs().map(({ message }) => message),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
