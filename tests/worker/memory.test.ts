// Each request uses its own instance of the module, which the isolate must release again.

import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startWorker } from './start-worker.ts';
import type { WorkerOptions } from './start-worker.ts';

const instance = 128; // KiB of a new instance
const requests = 3000;

/** Memory in KiB of the runtimes that this process started: the Worker's and the one in front of it. */
function memoryOfRuntimes(): number {
  const own = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readStatus(pid))
    .filter((status) => status.includes('Name:\tworkerd\n') && status.includes(`PPid:\t${process.pid}\n`));
  expect(own.length).toBeGreaterThan(0);
  return own.reduce((sum, status) => sum + Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]), 0);
}

/** A process that has just ended cannot be read. */
function readStatus(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

/** By how many KiB the runtimes grow over the requests, after a warm-up. */
async function growth(options: WorkerOptions): Promise<number> {
  await using worker = await startWorker({ ...options, described: false });
  const ten = () =>
    Promise.all(Array.from({ length: 10 }, async () => (await worker.fetch('/healthz')).text()));
  for (let i = 0; i < 500; i += 10) await ten();
  const before = memoryOfRuntimes();
  for (let i = 0; i < requests; i += 10) await ten();
  return memoryOfRuntimes() - before;
}

// The local runtime grows by itself, so only the difference is ours.
const nothing = "export default { fetch() { console.log('nothing'); return new Response('nothing'); } };";

test.skipIf(process.platform !== 'linux')(
  `after ${requests} requests the runtime has released their instances (on Linux only: reads /proc)`,
  async () => {
    const ours = await growth({});
    const ofNothing = await growth({ entry: nothing });
    expect(ours - ofNothing).toBeLessThan((requests * instance) / 2);
  },
  240_000,
);
