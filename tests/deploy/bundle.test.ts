// npm run bundle, and a deployment from the unpacked bundle: its commands as processes, wrangler itself, and the Worker
// in workerd with the settings that were deployed last.

import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestHarness, experimental_readRawConfig } from 'wrangler';
import { bundle } from '../../deploy/bundle.ts';
import { tools } from '../../deploy/terminal.ts';
import { afterwards } from '../sandbox/support.ts';
import { address, counts, oneOfEach, root, setStage } from './stage.ts';
import type { Stage } from './stage.ts';

const run = promisify(execFile);
const wrangler = join(root, 'node_modules/wrangler/bin/wrangler.js');

let folder = '';
let first = '';
let unpacked = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bundle-'));
  first = await bundle(join(folder, 'first'));
  await run('tar', ['-xzf', first, '-C', folder]);
  unpacked = join(folder, 'whip-mux-0.1.0');
  await symlink(join(root, 'node_modules'), join(unpacked, 'node_modules'));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

it('the bundle has the same bytes each time, sorted names and no owner', async () => {
  const second = await bundle(join(folder, 'second'));
  expect((await readFile(second)).equals(await readFile(first))).toBe(true);
  const { stdout } = await run('tar', ['--numeric-owner', '-tvzf', first]);
  const lines = stdout.trim().split('\n');
  for (const line of lines) expect(line).toMatch(/^-rw-r--r-- 0\/0 +\d+ 1980-01-01 00:00 whip-mux-/);
  const names = lines.map((line) => line.split('00:00 ')[1]);
  expect(names).toEqual([...names].sort());
});

it('the bundle locks what it needs, and nothing else', async () => {
  const { dependencies } = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(Object.keys(dependencies)).toEqual(['node', 'wrangler', 'werift']);
  const { packages } = JSON.parse(await readFile(join(unpacked, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity?: string; os?: string[]; dependencies?: Record<string, string> }>;
  };
  const names = Object.keys(packages).filter((path) => path !== '');
  for (const path of names)
    if (packages[path]?.os?.includes('linux') !== false)
      expect(packages[path]?.integrity, path).toMatch(/^sha512-/);
  const ends = names.map((path) => path.slice(path.lastIndexOf('node_modules/') + 13));
  for (const path of names)
    for (const name of Object.keys(packages[path]?.dependencies ?? {})) expect(ends).toContain(name);
  expect(ends).toContain('workerd');
  expect(ends).not.toContain('svelte');
});

it('the commands import only what Node has, wrangler, and werift, which publishes by WHIP', async () => {
  const source = await readFile(join(unpacked, 'deploy/main.js'), 'utf8');
  const imported = [...source.matchAll(/^import .* from "([^"]+)";$|^} from "([^"]+)";$/gm)].map(
    ([, one, other]) => one ?? other,
  );
  expect([...new Set(imported.filter((name) => !name?.startsWith('node:')))].sort()).toEqual([
    'werift',
    'wrangler',
  ]);
});

it('deploys from the repository with wrangler itself', async () => {
  const stage = await setStage();
  const { run: start } = tools(root);
  stage.options.tools.run = async (command, args, variables) => {
    // The bundle's own build made everything.
    if (command === 'wrangler') await start(command, args, variables);
  };
  expect(await stage.deploy(), stage.said()).toBe(true);
  expect(await counts(stage)).toEqual(oneOfEach);
  const { scripts } = await stage.atCloudflare();
  const names = (scripts[0]?.bindings ?? []).map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['LEASES', 'ROOMS', 'PACES', 'CREATE_LIMIT', 'STREAMS', 'SEALING_KEYS']),
  );
});

it('wrangler deploys the bundle as it is', async () => {
  const { stdout } = await run(process.execPath, [wrangler, 'deploy', '--dry-run'], { cwd: unpacked });
  expect(stdout).toContain('compiled-wasm');
  expect(stdout).toContain('env.STREAMS');
  const [, packed] = /gzip: ([\d.]+) KiB/.exec(stdout) ?? [];
  expect(Number(packed)).toBeLessThan(256);
});

/** The Worker of the bundle, always with the settings that were deployed last. */
async function runDeployed(stage: Stage): Promise<string> {
  const { rawConfig } = experimental_readRawConfig({ config: join(unpacked, 'wrangler.toml') });
  let running: { settings: string; url: string; stop(): Promise<void> } | undefined;
  afterwards(async () => running?.stop());

  async function current(): Promise<string | undefined> {
    const [script] = (await stage.atCloudflare()).scripts;
    if (!script) return undefined;
    const vars = Object.fromEntries(
      script.bindings.flatMap(({ name, text }) => (text === undefined ? [] : [[name, text]])),
    );
    const settings = JSON.stringify(vars);
    if (running?.settings === settings) return running.url;
    await running?.stop();
    const config = {
      ...rawConfig,
      main: join(unpacked, 'worker/index.js'),
      assets: { ...rawConfig.assets, directory: join(unpacked, 'assets') },
      vars,
    };
    const harness = createTestHarness({ root: join(folder, 'first'), workers: [{ config }] });
    const url = (await harness.listen()).url.origin;
    running = { settings, url, stop: () => harness.close() };
    return url;
  }

  let turn = Promise.resolve<string | undefined>(undefined);
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = await (turn = turn.then(current));
    if (url === undefined) return void response.writeHead(404).end();
    const { method = 'GET' } = request;
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      ['host', 'connection', 'content-length'].includes(name)
        ? []
        : [[name, String(value)] as [string, string]],
    );
    const body = method === 'GET' ? undefined : Buffer.concat(chunks);
    const answer = await fetch(new URL(request.url ?? '/', url), { method, headers, body });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(await answer.text());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  afterwards(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('deploys from the bundle, killed in the middle and repeated, and doctor finds nothing wrong', async () => {
  const stage = await setStage();
  const worker = await runDeployed(stage);
  for (const each of [stage.cloudflare, stage.mux]) await each.control.put('hosts', { [address]: worker });
  const { PATH, HOME } = process.env;
  const env = {
    ...Object.fromEntries(Object.entries(stage.variables).filter(([, value]) => value !== undefined)),
    RELAY_URL: '',
    RELAY_TOKEN_SECRET: '',
    WORKER_CONNECT_TO: worker,
    DEPLOY_NOTES: stage.notes,
    PATH,
    HOME,
  };
  const start = (command: string, killAt?: RegExp): Promise<{ code: number | null; output: string }> => {
    const args = [join(unpacked, 'deploy/main.js'), command];
    const child = spawn(process.execPath, args, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += String(chunk);
        if (killAt?.test(output)) child.kill('SIGKILL');
      });
    return new Promise((done) => child.once('close', (code) => done({ code, output })));
  };

  expect((await start('deploy', /upload +done/)).code).toBe(null);
  const { code, output } = await start('deploy');
  expect(code, output).toBe(0);
  expect(output).toMatch(/upload +already: release/);
  expect(output).toContain('0 faults');
  expect(await counts(stage)).toEqual(oneOfEach);
  const checked = await start('doctor');
  expect(checked.code, checked.output).toBe(0);
  const { scripts } = await stage.atCloudflare();
  for (const { type, text } of scripts[0]?.bindings ?? [])
    if (type === 'secret_text' && text) expect(output + checked.output).not.toContain(text);
}, 120_000);
