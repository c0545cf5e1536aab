// What ./run does besides starting things: it restarts the relay, and runs the schedule, which `wrangler dev` does not.

import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { freePort } from '../relay/free-port.ts';
import { afterwards } from '../sandbox/support.ts';
import { startProviders } from '../worker/api/providers.ts';
import { bundle } from '../worker/bundle.ts';
import { eventually, temporaryFolder } from './support.ts';

const root = resolve(import.meta.dirname, '../..');

interface Started {
  process: ChildProcess;
  ended: Promise<unknown[]>;
  /** Its complete output. */
  said(): string;
  signal(name: NodeJS.Signals): void;
}

/** Runs in its own process group, as ./run starts everything; what remains of the group is killed after the test. */
function start(command: string, args: string[], stdio: StdioOptions): Started {
  const child = spawn(command, args, { cwd: root, detached: true, stdio });
  const ended = once(child, 'exit');
  let text = '';
  for (const stream of child.stdio.slice(1)) stream?.on('data', (chunk) => (text += String(chunk)));
  const signal = (name: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), name);
  };
  afterwards(async () => {
    signal('SIGKILL');
    await ended;
  });
  return { process: child, ended, said: () => text, signal };
}

const keepRunning = (script: string): Started =>
  start(
    'scripts/keep-running',
    ['the program', 'bash', '-c', script],
    ['ignore', 'ignore', 'ignore', 'pipe'],
  );

it('a program that dies is restarted, which is logged, and SIGTERM ends it', async () => {
  const file = join(await temporaryFolder(), 'processes');
  await writeFile(file, '');
  const processes = async () => (await readFile(file, 'utf8')).split('\n').filter(Boolean).map(Number);
  const kept = keepRunning(`echo $$ >>${file}; exec sleep 1000`);
  const first = await eventually(async () => (await processes())[0]);
  process.kill(first, 'SIGKILL');
  const second = await eventually(async () => (await processes())[1]);
  await eventually(() => kept.said() === 'the program has ended with status 137; restarting it\n');
  kept.signal('SIGTERM');
  await kept.ended;
  expect(() => process.kill(second, 0)).toThrow('ESRCH');
  expect(await processes()).toHaveLength(2);
});

it('a program that reports a permanent failure is not restarted', async () => {
  const kept = keepRunning('exit 78');
  expect(await kept.ended).toEqual([78, null]);
  expect(kept.said()).toBe('');
});

it('the schedule runs repeatedly next to `wrangler dev`, through a URL that is not in the Worker', async () => {
  const folder = await temporaryFolder();
  const providers = await startProviders();
  afterwards(() => providers.close());
  const settings = join(folder, 'worker.env');
  const lines = Object.entries(providers.settings).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(settings, lines.join(''), { mode: 0o600 });
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const where = ['--persist-to', folder, '--ip', '127.0.0.1', '--port', port, '--inspector-port', '0'];
  const worker = start(
    'node_modules/.bin/wrangler',
    ['dev', '--env-file', settings, ...where, '--show-interactive-dev-session=false'],
    ['ignore', 'pipe', 'ignore'],
  );
  await eventually(async () => (await fetch(`${url}/healthz`).catch(() => null))?.ok);

  start('scripts/fire-schedule', [url, '0.2'], ['ignore', 'ignore', 'ignore']);
  const runs = () => worker.said().match(/"route":"schedule"/g)?.length ?? 0;
  await eventually(() => runs() >= 2);
  expect((await providers.calls()).map(({ at }) => at)).toEqual(
    expect.arrayContaining(['cloudflare', 'mux']),
  );

  for (const name of (await readdir(bundle)).filter((each) => each.endsWith('.js')))
    expect(await readFile(join(bundle, name), 'utf8')).not.toContain('cdn-cgi');
});
