// Runs another program.

import { spawn } from 'node:child_process';

export interface Ran {
  output: string;
  failed: boolean;
}

/** Runs a program to its end, and returns what it printed. */
export function run(
  program: string,
  parameters: string[],
  { folder, more = {} }: { folder?: string; more?: Record<string, string> } = {},
): Promise<Ran> {
  return new Promise((done, fail) => {
    const started = spawn(program, parameters, {
      ...(folder === undefined ? {} : { cwd: folder }),
      env: { ...process.env, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (part: Buffer): void => {
      output += part.toString();
    };
    started.stdout.on('data', keep);
    started.stderr.on('data', keep);
    started.on('error', fail);
    started.on('close', (status) => done({ output, failed: status !== 0 }));
  });
}
