// Shared by the commands of both servers: reads flags and the environment, reports readiness, and exits cleanly.

import { parseArgs } from 'node:util';
import type { Listener } from './http.ts';
import type { KnownKey } from './signing-keys.ts';

/** Parses flags of the form `--name value`; `--help` prints the usage. A mistake ends the command with a message. */
export function flags(usage: string, names: string[]): Record<string, string | undefined> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    return values as Record<string, string | undefined>;
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

export function number(name: string, value: string | undefined, fallback: number): number {
  const result = value === undefined ? fallback : Number(value);
  return Number.isFinite(result) && result >= 0
    ? result
    : fail(`--${name} must be a number, not "${value}".`);
}

/** A secret from the environment, because the process list shows arguments. */
export function secret(name: string): string {
  return process.env[name] || fail(`Set ${name} in the environment; the sandbox accepts only this value.`);
}

/** Reads a webhook target: both its URL and its secret, or neither. */
export function target(urlName: string, secretName: string): { url: string; secret: string } | undefined {
  const url = process.env[urlName];
  if (!url) return undefined;
  if (!URL.canParse(url)) fail(`${urlName} must be a URL, such as http://127.0.0.1:8787/api/webhooks/mux.`);
  return { url, secret: secret(secretName) };
}

/** Reads an existing signing key from two variables: its id, and its public half as base64 PEM. */
export function signingKeys(idName: string, keyName: string): KnownKey[] {
  const id = process.env[idName];
  return id ? [{ id, publicKey: secret(keyName) }] : [];
}

export async function run(name: string, start: () => Promise<Listener>): Promise<void> {
  const listener = await start().catch((error: unknown) =>
    fail(`${name} cannot start: ${error instanceof Error ? error.message : String(error)}`),
  );
  const leave = (): void => void listener.close().then(() => process.exit(0));
  process.once('SIGINT', leave);
  process.once('SIGTERM', leave);
  console.log(`${name} listens on ${listener.url}`);
}
