// The pool of instances (worker/instances.js) with the deployed module, and requests that are served by it.

import binaryen from 'binaryen';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Instances } from '../../worker/instances.js';
import { serve } from '../../worker/serve.js';
import { bytes, module } from './instance.ts';

type Exports = ReturnType<InstanceType<typeof Instances>['take']>;

const fresh = (): Uint8Array => memoryOf(new WebAssembly.Instance(module).exports as unknown as Exports);
const memoryOf = ({ memory }: Exports): Uint8Array =>
  new Uint8Array((memory as WebAssembly.Memory).buffer as ArrayBuffer);

/** The memory is that of a new instance, with zeros where it has grown. */
function expectAsNew(instance: Exports): void {
  const [memory, image] = [memoryOf(instance), fresh()];
  expect(Buffer.compare(memory.subarray(0, image.length), image)).toBe(0);
  expect(memory.subarray(image.length).findIndex((byte) => byte !== 0)).toBe(-1);
}

/** Checks that no instance serves two requests at the same time, and counts those that were made. */
class Watched extends Instances {
  readonly made = new Set<Exports>();
  readonly #busy = new Set<Exports>();

  override take(): Exports {
    const instance = super.take();
    if (this.#busy.has(instance)) throw new Error('two requests share an instance');
    expectAsNew(instance);
    this.made.add(instance);
    this.#busy.add(instance);
    return instance;
  }

  override giveBack(instance: Exports): void {
    this.#busy.delete(instance);
    super.giveBack(instance);
  }
}

const env = {
  MUX_TOKEN_ID: 'token-id',
  MUX_TOKEN_SECRET: 'token-secret-of-the-tests',
  MUX_WEBHOOK_SECRETS: 'a-webhook-secret-of-the-tests-alone',
  STREAMS: { put: async () => undefined },
};

const address = 'https://streams.example';

async function send(instances: Instances, path: string, init: RequestInit = {}): Promise<Response> {
  const background: Promise<unknown>[] = [];
  const context = { waitUntil: (work: Promise<unknown>) => void background.push(work) };
  const request = new Request(address + path, { ...init, duplex: 'half' } as RequestInit);
  const response = (await serve(instances, request, env, context)) as Response;
  await Promise.all(background);
  return response;
}

const post = (instances: Instances, body: BodyInit): Promise<Response> =>
  send(instances, '/api/webhooks/mux', { method: 'POST', body });

beforeEach(() => void vi.spyOn(console, 'log').mockReturnValue(undefined));
afterEach(() => void vi.restoreAllMocks());

test('the memory is all the state that the module has', () => {
  const read = binaryen.readBinary(bytes);
  const text = read.emitText();
  read.dispose();
  expect(text.match(/^ \(global .*\(mut .*$/gm)).toHaveLength(1);
  expect(text).toMatch(/^ \(export "__stack_pointer" \(global /m);
  expect(text).not.toMatch(/\((table\.(set|grow|fill|copy|init)|elem\.drop|data\.drop|memory\.init)/);
});

describe('an instance that ended cleanly', () => {
  test.each([
    ['a small request', (instances: Instances) => send(instances, '/healthz'), 200],
    ['a request with a long path', (instances: Instances) => send(instances, `/${'p'.repeat(8000)}`), 404],
    ['a request that grew its memory', (instances: Instances) => post(instances, 'x'.repeat(200_000)), 401],
  ])('serves again, with the memory of a new one, after %s', async (_, request, status) => {
    const instances = new Instances(module);
    expect((await request(instances)).status).toBe(status);
    const [again, other] = [instances.take(), instances.take()];
    expect(memoryOf(again).length).toBeGreaterThanOrEqual(memoryOf(other).length);
    expectAsNew(again);
    instances.giveBack(again);
    expect(instances.take()).toBe(again);
  });

  test('left the words of its request in the memory, before that was restored', async () => {
    const secret = 'words-of-one-request-alone';
    const instances = new Watched(module);
    await send(instances, `/${secret}`);
    const [instance] = [...instances.made] as [Exports];
    expect(Buffer.from(memoryOf(instance)).includes(secret)).toBe(true);
    expect(instances.take()).toBe(instance);
    expect(Buffer.from(memoryOf(instance)).includes(secret)).toBe(false);
  });

  test('serves a thousand requests, each as the first one', async () => {
    const instances = new Watched(module);
    for (let time = 0; time < 1000; time += 1) {
      const response = await send(instances, '/healthz');
      expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    }
    expect(instances.made.size).toBe(1);
  });
});

describe('the pool', () => {
  test('gives no instance to two requests', () => {
    const instances = new Instances(module);
    const taken = Array.from({ length: 20 }, () => instances.take());
    expect(new Set(taken).size).toBe(20);
  });

  test('keeps eight idle instances at most', () => {
    const instances = new Instances(module);
    const first = Array.from({ length: 20 }, () => instances.take());
    for (const each of first) instances.giveBack(each);
    const second = Array.from({ length: 20 }, () => instances.take());
    expect(second.filter((each) => first.includes(each))).toHaveLength(8);
  });

  test('drops an instance with more than 1 MiB of memory', () => {
    const instances = new Instances(module);
    const large = instances.take();
    (large.memory as WebAssembly.Memory).grow(16);
    instances.giveBack(large);
    expect(instances.take()).not.toBe(large);
  });

  test('drops an instance that left its stack pointer elsewhere', () => {
    const instances = new Instances(module);
    const moved = instances.take();
    (moved.__stack_pointer as WebAssembly.Global).value -= 16;
    instances.giveBack(moved);
    expect(instances.take()).not.toBe(moved);
  });

  test('erases a signal that the runtime sent to an idle instance', () => {
    const instances = new Instances(module);
    const idle = instances.take();
    instances.giveBack(idle);
    const at = (idle.__instance_signal as WebAssembly.Global).value as number;
    memoryOf(idle)[at] = 24;
    expect(instances.take()).toBe(idle);
    expectAsNew(idle);
  });

  test('refuses a module of another version', () => {
    const text = `(module (memory (export "memory") 1)
      (global (export "__stack_pointer") (mut i32) (i32.const 0))
      (func (export "abi_version") (result i32) (i32.const 0)))`;
    const parsed = binaryen.parseText(text);
    const old = new Instances(new WebAssembly.Module(parsed.emitBinary() as Uint8Array<ArrayBuffer>));
    parsed.dispose();
    expect(() => old.take()).toThrow('another ABI version');
  });
});

describe('requests at the same time', () => {
  test('never share an instance, in whatever order their bodies arrive', async () => {
    const instances = new Watched(module);
    for (let round = 0; round < 20; round += 1) {
      const sent = Array.from({ length: 10 }, () => {
        const body = new TransformStream<Uint8Array, Uint8Array>();
        return { response: post(instances, body.readable), writer: body.writable.getWriter() };
      });
      const quick = send(instances, '/healthz');
      for (const { writer } of sent.sort(() => Math.random() - 0.5)) {
        await writer.write(new TextEncoder().encode('x'.repeat(Math.floor(Math.random() * 5000))));
        await writer.close();
      }
      for (const { response } of sent) expect((await response).status).toBe(401);
      expect((await quick).status).toBe(200);
    }
    // Eleven at a time, of which eight are kept.
    expect(instances.made.size).toBeLessThanOrEqual(11 + 19 * 3);
    expect(instances.made.size).toBeGreaterThanOrEqual(11);
  });

  test('that wait for an operation keep their instance from others', async () => {
    const instances = new Watched(module);
    const body = new TransformStream<Uint8Array, Uint8Array>();
    const waiting = post(instances, body.readable);
    for (let time = 0; time < 10; time += 1) expect((await send(instances, '/healthz')).status).toBe(200);
    expect(instances.made.size).toBe(2);
    await body.writable.close();
    expect((await waiting).status).toBe(401);
  });
});
