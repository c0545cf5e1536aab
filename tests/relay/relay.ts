// The deployed relay on its own port.

import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { atEnd, start, until } from './processes.ts';
import type { Program } from './processes.ts';
import { credential, tokenSecret } from './worker.ts';

const executable = join(
  resolve(import.meta.dirname, '../..'),
  process.env['RELAY_BUILD'] ?? 'build/native-asan',
  'relay/relay',
);

export interface Relay extends Program {
  url: string;
  /** The logged events with this name. */
  logged(event: string): Record<string, unknown>[];
  metric(name: string): Promise<number>;
}

export function launch(settings: NodeJS.ProcessEnv): Program {
  return start(executable, [], {
    ASAN_OPTIONS: 'detect_leaks=0',
    UBSAN_OPTIONS: 'print_stacktrace=1',
    ...settings,
  });
}

export async function startRelay(worker: string, settings: NodeJS.ProcessEnv = {}): Promise<Relay> {
  const program = launch({
    RELAY_LISTEN: '127.0.0.1:0',
    WORKER_URL: worker,
    RELAY_CREDENTIAL: credential,
    RELAY_TOKEN_SECRET: tokenSecret,
    RELAY_PUBLIC_ADDRESS: '127.0.0.1',
    ...settings,
  });
  // A relay that has crashed looks like a network failure; its last words say where.
  atEnd(() => expect(program.said()).not.toMatch(/Sanitizer|runtime error/));
  const lines = (): Record<string, unknown>[] =>
    program
      .said()
      .split('\n')
      .filter((line) => line.startsWith('{') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const logged = (event: string): Record<string, unknown>[] =>
    lines().filter((line) => line['event'] === event);
  const port = await until('the relay listens', () => {
    if (program.process.exitCode !== null) throw new Error(`the relay has ended: ${program.said()}`);
    return logged('listening')[0]?.['port'] as number | undefined;
  });
  const url = `http://127.0.0.1:${port}`;
  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    if (line === undefined) throw new Error(`there is no metric ${name}`);
    return Number(line.slice(name.length));
  };
  return { ...program, url, logged, metric };
}
