// The person at the terminal, if there is one, and the programs that a deployment starts.

import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Terminal, Tools } from './deployment.ts';
import { settings } from './settings.ts';

/** Echoes only what is not a secret. */
class Echo extends Writable {
  isHidden = false;
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (!this.isHidden) process.stdout.write(chunk);
    done();
  }
}

async function ask(question: string, hidden: boolean): Promise<string> {
  const echo = new Echo();
  const lines = createInterface({ input: process.stdin, output: echo, terminal: true });
  try {
    const answer = lines.question(`${question}: `);
    echo.isHidden = hidden;
    return await answer;
  } finally {
    lines.close();
    if (hidden) process.stdout.write('\n');
  }
}

/** `agreed` are the topics that `--yes` names. */
export function terminal(agreed: readonly string[]): Terminal {
  const isPerson = process.stdin.isTTY && process.stdout.isTTY;
  return {
    say: (line) => console.log(line),
    ask: isPerson ? ask : undefined,
    async agrees(topic, question) {
      if (agreed.includes(topic)) return true;
      return isPerson && /^y(es)?$/i.test(await ask(`${question} [y/N]`, false));
    },
  };
}

/** Programs get no secret but their own, and find wrangler where npm installed it. */
export function tools(root: string): Tools {
  const secret = new Set(settings.filter(({ kind }) => kind === 'secret').map(({ name }) => name));
  const inherited = Object.entries(process.env).filter(([name]) => !secret.has(name));
  const env = {
    ...Object.fromEntries(inherited),
    PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
  };
  return {
    async run(command, args, variables) {
      const child = spawn(command, args, {
        cwd: root,
        env: { ...env, ...variables },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      child.stdout.on('data', (chunk) => (output += String(chunk)));
      child.stderr.on('data', (chunk) => (output += String(chunk)));
      const status = await new Promise<number | null>((resolve, reject) => {
        child.once('error', reject);
        child.once('close', resolve);
      });
      if (status !== 0) throw new Error(`${output.trim()}\n${command} ${args[0] ?? ''} failed`);
    },
  };
}
