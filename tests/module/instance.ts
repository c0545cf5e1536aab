// An instance of the deployed module, driven as the shim drives it: see wasm/abi.h.

import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { decode, encode, readHeaders } from '../../worker/wire.js';

/** The module under test: by default the one that is deployed. */
export const bytes = readFileSync(
  process.env['WHIPMUX_MODULE'] ?? new URL('../../build/module/whip_mux.wasm', import.meta.url),
);
export const module = new WebAssembly.Module(bytes);

type Value = number | string | Uint8Array | Value[];

/** An outbox record: its name and its fields. */
export type OutgoingRecord = [kind: string, ...fields: Value[]];

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

interface Exports {
  memory: WebAssembly.Memory;
  __instance_signal: WebAssembly.Global;
  abi_version(): number;
  allocate(size: number): number;
  start(now: number): number;
  resume(now: number, operation: number, failure: number): number;
  self_check(awaits: number): number;
}

/** abi::failure::unavailable. */
export const unavailable = 3;

const settings = [
  ['STREAMS', 'bound'],
  ['MUX_TOKEN_ID', 'token-id'],
  ['MUX_TOKEN_SECRET', 'token-secret'],
  ['MUX_WEBHOOK_SECRETS', 'a-webhook-secret-of-the-tests-alone'],
];

export class Instance {
  readonly exports: Exports;
  now = Date.UTC(2026, 10, 1);

  constructor(exports: WebAssembly.Exports = new WebAssembly.Instance(module).exports) {
    this.exports = exports as unknown as Exports;
  }

  /** Passes a message, which may be invalid. */
  write(message: Uint8Array): void {
    const at = this.exports.allocate(message.length);
    new Uint8Array(this.exports.memory.buffer, at, message.length).set(message);
  }

  /** Starts a request in a deployment with additional settings. */
  start(
    method: string,
    path: string,
    headers: [string, string][] = [],
    more: [string, string][] = [],
  ): OutgoingRecord[] {
    this.write(startMessage(method, path, headers, more));
    return this.#outbox(this.exports.start(this.now));
  }

  /** Passes the outcome of an operation; returns null if none is pending under this id. */
  resume(operation: number, failure: number, result: Value[] = []): OutgoingRecord[] | null {
    this.write(encode(result));
    const outbox = this.exports.resume(this.now, operation, failure);
    return outbox === 0 ? null : this.#outbox(outbox);
  }

  get memorySize(): number {
    return this.exports.memory.buffer.byteLength;
  }

  #outbox(at: number): OutgoingRecord[] {
    const { buffer } = this.exports.memory;
    const length = new DataView(buffer).getUint32(at, true);
    return decode(new Uint8Array(buffer, at + 4, length)) as OutgoingRecord[];
  }
}

export function startMessage(
  method: string,
  path: string,
  headers: [string, string][] = [],
  more: [string, string][] = [],
): Uint8Array {
  const random = new Uint8Array(64).fill(7);
  const encoded = encode([...settings, ...more].flat()).slice();
  const head = [method, `https://streams.example${path}`, ...headers.flat()];
  return encode([random, encoded, head.map((each) => `${each}\0`).join('')]).slice();
}

/** The response among some records. */
export function answerIn(records: OutgoingRecord[] | null): Answer | undefined {
  const [, status, headers, body] = records?.find(([kind]) => kind === 'respond') ?? [];
  if (status === undefined) return undefined;
  return {
    status: status as number,
    headers: Object.fromEntries(readHeaders(headers as string)),
    body: new TextDecoder().decode(body as Uint8Array),
  };
}

export const isOperation = ([kind]: OutgoingRecord): boolean =>
  !['respond', 'otherwise', 'log'].includes(String(kind));

/** The ids of the operations among some records. */
export function operationsIn(records: OutgoingRecord[]): number[] {
  return records.filter(isOperation).map(([, id]) => id as number);
}

/** An instance that waits for its request's body, and the id of that operation. */
export function waiting(): { instance: Instance; operation: number } {
  const instance = new Instance();
  const [operation, ...others] = operationsIn(instance.start('POST', '/api/webhooks/mux'));
  if (operation === undefined || others.length > 0) throw new Error('one operation should be pending');
  return { instance, operation };
}

/** Nothing that happens to one instance affects the next. */
export function expectOthersServed(): void {
  expect(answerIn(new Instance().start('GET', '/healthz'))?.status).toBe(200);
}
