// The commands, each run as a process.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runBoth } from './support.ts';

function start(script: string, args: string[], env: Record<string, string> = {}) {
  const path = fileURLToPath(new URL(`../../sandbox/${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { env });
  onTestFinished(() => void child.kill());
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (output.out += String(chunk)));
  child.stderr.on('data', (chunk) => (output.err += String(chunk)));
  const ended = once(child, 'close').then(([code]) => code as number);
  return { child, output, ended };
}

describe('the servers', () => {
  const secrets = {
    MUX_TOKEN_ID: 'id',
    MUX_TOKEN_SECRET: 'secret',
    CLOUDFLARE_ACCOUNT_ID: 'account',
    CLOUDFLARE_API_TOKEN: 'token',
  };

  it.each(['mux/main.ts', 'cloudflare/main.ts'])(
    '%s prints its address and exits on request',
    async (script) => {
      const { child, output, ended } = start(script, ['--port', '0'], secrets);
      await expect
        .poll(() => output.out, { timeout: 15_000 })
        .toMatch(/listens on http:\/\/127\.0\.0\.1:\d+\n$/);
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    },
  );

  it('name the missing secret', async () => {
    const { output, ended } = start('mux/main.ts', []);
    expect(await ended).toBe(1);
    expect(output.err).toContain('Set MUX_TOKEN_ID in the environment');
  });
});

describe('the broadcast command', () => {
  it('reports each step at both providers, in order', async () => {
    const { mux, cloudflare, inputId } = await runBoth();
    const env = { CLOUDFLARE_CONTROL_URL: cloudflare.url, MUX_CONTROL_URL: mux.url };
    const args = ['--input', inputId, '--seconds', '0.3', '--reconnect-seconds', '0.05'];
    const { output, ended } = start('broadcast.ts', args, env);
    expect(await ended).toBe(0);
    const steps = [
      'the publisher is connected',
      'live-inprogress',
      'a recording starts',
      'the live stream is live',
    ];
    const ending = ['the publisher is gone', 'is ready', 'the recording is complete'];
    expect(output.out).toMatch(new RegExp(steps.join('[^]*')));
    for (const step of ending) expect(output.out).toContain(step);
  });

  it('reports an unknown input', async () => {
    const { cloudflare, inputId } = await runBoth();
    const { output, ended } = start('broadcast.ts', ['--input', 'x', '--control', cloudflare.url]);
    expect(await ended).toBe(1);
    expect(output.err).toBe(`There is no live input x. These exist:\n  ${inputId}\n`);
  });
});
