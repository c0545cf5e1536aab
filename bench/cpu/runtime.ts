// workerd with one Worker and a KV namespace in memory, and the CPU time that it uses.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const workerd = createRequire(import.meta.url)('workerd').default as string;
const root = join(import.meta.dirname, '../..');

export interface Runtime {
  url: string;
  /** The address of its KV namespace. */
  kv: string;
  /** In microseconds, of all its threads, since it started. */
  cpu(): number;
  stop(): void;
}

/** A name and a text as workerd's configuration writes them. */
const binding = ([name, text]: [string, string]): string =>
  `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(text)})`;

function configuration(folder: string, settings: Record<string, string>): string {
  const files = readdirSync(folder).filter((name) => /\.(js|wasm)$/.test(name));
  // The entry comes first.
  files.sort((a, b) => Number(b === 'index.js') - Number(a === 'index.js'));
  const modules = files.map((name) => {
    const kind = name.endsWith('.js') ? 'esModule' : 'wasm';
    return `(name = "${name}", ${kind} = embed "${name}")`;
  });
  const bindings = ['(name = "STREAMS", kvNamespace = "kv")', ...Object.entries(settings).map(binding)];
  const date = /^compatibility_date = (".*")$/m.exec(readFileSync(join(root, 'wrangler.toml'), 'utf8'))?.[1];
  return `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [${modules.join(', ')}],
      bindings = [${bindings.join(', ')}],
      compatibilityDate = ${date})),
    (name = "kv", worker = (modules = [(name = "kv.js", esModule = embed "kv/kv.js")], compatibilityDate = ${date})),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [
    (name = "main", address = "127.0.0.1:0", http = (), service = "main"),
    (name = "kv", address = "127.0.0.1:0", http = (), service = "kv"),
  ],
);`;
}

/** The ports of its sockets, once it listens on both. */
async function portsOf(events: Readable): Promise<Map<string, number>> {
  const ports = new Map<string, number>();
  let text = '';
  for await (const part of events) {
    text += String(part);
    for (const [, line = ''] of text.matchAll(/^(\{.*\})$/gm)) {
      const { event, socket, port } = JSON.parse(line) as { event: string; socket: string; port: number };
      if (event === 'listen') ports.set(socket, port);
    }
    if (ports.size === 2) return ports;
  }
  throw new Error('workerd ended before it listened');
}

/** Runs the Worker whose bundle is in the folder. */
export async function startRuntime(folder: string, settings: Record<string, string>): Promise<Runtime> {
  mkdirSync(join(folder, 'kv'), { recursive: true });
  cpSync(join(import.meta.dirname, 'kv.js'), join(folder, 'kv/kv.js'));
  const file = join(folder, 'config.capnp');
  writeFileSync(file, configuration(folder, settings));
  const process = spawn(workerd, ['serve', '--control-fd=3', file], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  const ports = await portsOf(process.stdio[3] as Readable);
  const tasks = `/proc/${process.pid}/task`;
  return {
    url: `http://127.0.0.1:${ports.get('main')}`,
    kv: `http://127.0.0.1:${ports.get('kv')}`,
    cpu() {
      const nanoseconds = readdirSync(tasks).map((id) =>
        Number(readFileSync(join(tasks, id, 'schedstat'), 'utf8').split(' ')[0]),
      );
      return nanoseconds.reduce((sum, each) => sum + each, 0) / 1000;
    },
    stop: () => void process.kill(),
  };
}

/** Bundles a Worker as a deployment would, and returns the folder. */
export async function bundleOf(name: string, options: string[]): Promise<string> {
  const folder = join(root, 'build/bench', name);
  rmSync(folder, { recursive: true, force: true });
  const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js');
  const command = [wrangler, 'deploy', '--dry-run', '--minify', '--outdir', folder, ...options];
  const bundling = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(bundling, 'exit')) as [number];
  if (code !== 0) throw new Error(`${name} cannot be bundled`);
  return folder;
}
