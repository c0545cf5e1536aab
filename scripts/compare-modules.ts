// Compares the two builds of the module, wasi-sdk's and Emscripten's: size, instructions, and the time of two requests.
// Build both first: cmake --build --preset wasm --target module, and the same with the preset emscripten.

import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Instances } from '../worker/instances.js';
import { encode } from '../worker/wire.js';

const root = join(import.meta.dirname, '..');
const rounds = 15;
const requestsPerRound = 400;

const secret = 'a-secret-for-tokens-of-32-bytes-or-more';
const settings = {
  STREAMS: 'bound',
  AUTH_HS256_SECRETS: secret,
  AUTH_ISSUER: 'https://issuer.example',
  AUTH_AUDIENCE: 'a',
  SEALING_KEYS: `k1:${'A'.repeat(43)}`,
  CLOUDFLARE_ACCOUNT_ID: '0'.repeat(32),
  CLOUDFLARE_API_TOKEN: 'token',
};

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(): string {
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const claims = { sub: 'user', iss: settings.AUTH_ISSUER, aud: settings.AUTH_AUDIENCE, exp };
  const text = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

function message(path: string, headers: string[] = []): Uint8Array {
  const random = new Uint8Array(64).fill(7);
  const head = ['GET', `https://streams.example${path}`, ...headers];
  return encode([
    random,
    encode(Object.entries(settings).flat()).slice(),
    head.map((each) => `${each}\0`).join(''),
  ]).slice();
}

// The second one verifies a signature, and ends where it would ask the store.
const requests = {
  'GET /healthz': message('/healthz'),
  'GET /api/streams, up to its first read': message('/api/streams', ['authorization', `Bearer ${token()}`]),
};

interface Exports {
  memory: WebAssembly.Memory;
  allocate(size: number): number;
  start(now: number, cause: number): number;
}

class Build {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly metrics: Map<string, number>;
  readonly instances: Instances;

  constructor(path: string) {
    this.bytes = new Uint8Array(readFileSync(join(root, path)));
    const features = ['--enable-tail-call', '--enable-bulk-memory', '--enable-nontrapping-float-to-int'];
    const more = [
      '--enable-sign-ext',
      '--enable-mutable-globals',
      '--enable-reference-types',
      '--enable-multivalue',
    ];
    const wasmOpt = join(root, 'node_modules/.bin/wasm-opt');
    const told = execFileSync(
      wasmOpt,
      [join(root, path), ...features, ...more, '--metrics', '-o', '/dev/null'],
      {
        encoding: 'utf8',
      },
    );
    this.metrics = new Map(
      [...told.matchAll(/^\s*\[?([\w-]+)\]?\s*:\s*(\d+)/gm)].map(([, name = '', count]) => [
        name,
        Number(count),
      ]),
    );
    this.instances = new Instances(new WebAssembly.Module(this.bytes));
  }

  serve(request: Uint8Array): void {
    const exports = this.instances.take() as unknown as Exports;
    const at = exports.allocate(request.length);
    new Uint8Array(exports.memory.buffer, at, request.length).set(request);
    exports.start(Date.now(), 0);
    this.instances.giveBack(exports as never);
  }

  /** Microseconds for one of many. */
  time(request: Uint8Array): number {
    const begun = performance.now();
    for (let i = 0; i < requestsPerRound; ++i) this.serve(request);
    return ((performance.now() - begun) * 1000) / requestsPerRound;
  }
}

const builds = [new Build('build/module/whip_mux.wasm'), new Build('build/module-emscripten/whip_mux.wasm')];

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** The builds take turns, because other work on the machine changes what a request costs. */
function times(request: Uint8Array): string[] {
  const all = builds.map((): number[] => []);
  for (let round = 0; round < rounds; ++round)
    for (const [i, build] of builds.entries()) all[i]?.push(build.time(request));
  return all.map((each) => `${median(each).toFixed(1)} µs`);
}

const count = (value: number | undefined): string => (value ?? NaN).toLocaleString('en-US');
const memoryOf = ({ instances }: Build): number =>
  (instances.take() as unknown as Exports).memory.buffer.byteLength;

const rows: [string, string[]][] = [
  ['size in bytes', builds.map(({ bytes }) => count(bytes.length))],
  ['gzipped', builds.map(({ bytes }) => count(gzipSync(bytes, { level: 9 }).length))],
  ['functions', builds.map(({ metrics }) => count(metrics.get('funcs')))],
  ['instructions', builds.map(({ metrics }) => count(metrics.get('total')))],
  ['calls among them', builds.map(({ metrics }) => count(metrics.get('Call')))],
  ['memory at the start, in bytes', builds.map((each) => count(memoryOf(each)))],
  ...Object.entries(requests).map(([name, request]): [string, string[]] => [name, times(request)]),
];

console.log(`| ${'module'.padEnd(40)} | ${'wasi-sdk'.padStart(10)} | ${'Emscripten'.padStart(10)} |`);
console.log(`| ${'-'.repeat(40)} | ${'-'.repeat(9)}: | ${'-'.repeat(9)}: |`);
for (const [name, [one = '', other = '']] of rows)
  console.log(`| ${name.padEnd(40)} | ${one.padStart(10)} | ${other.padStart(10)} |`);
