// What the shim (worker/serve.js) passes to `start`: a module made here answers with the message that it was given. And
// what becomes of an instance that died.

import { setImmediate } from 'node:timers/promises';
import binaryen from 'binaryen';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Instances } from '../../worker/instances.js';
import { serve } from '../../worker/serve.js';
import { doomed, hostileModule, respond, spared, u32, written } from '../worker/hostile-module.ts';
import type { Data, Ways } from '../worker/hostile-module.ts';

const message = 65536;
// The outbox ends with the message, whose length is the last thing before it.
const answer = [...written([['respond', 200, '', new Uint8Array()]]).subarray(0, -4)];
const head = [...u32(0), ...answer, ...u32(0)];
const escaped = head.map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('');

const echo = binaryen.parseText(`(module
  (memory (export "memory") 2)
  (global (export "__stack_pointer") (mut i32) (i32.const 0))
  (data (i32.const ${message - head.length}) "${escaped}")
  (func (export "abi_version") (result i32) (i32.const 4))
  (func (export "allocate") (param $size i32) (result i32)
    (i32.store (i32.const ${message - head.length}) (i32.add (local.get $size) (i32.const ${head.length - 4})))
    (i32.store (i32.const ${message - 4}) (local.get $size))
    (i32.const ${message}))
  (func (export "start") (param f64 i32) (result i32) (i32.const ${message - head.length})))`);
const instances = new Instances(new WebAssembly.Module(echo.emitBinary() as Uint8Array<ArrayBuffer>));

/** The fields of a message: random bytes, settings, method, address and headers. */
async function messageOf(env: object, request = new Request('https://streams.example/path')) {
  const response = (await serve(instances, request, env, { waitUntil: () => undefined })) as Response;
  const bytes = Buffer.from(await response.arrayBuffer());
  let at = 0;
  const take = () => {
    const length = bytes.readUInt32LE(at);
    return bytes.subarray(at + 4, (at += 4 + length));
  };
  const random = take();
  const [settings, end] = [{} as Record<string, string>, at + 4 + bytes.readUInt32LE(at)];
  for (at += 4; at < end;) settings[take().toString()] = take().toString();
  expect(at).toBe(end);
  const [method, url, ...texts] = take().toString().split('\0');
  expect(texts.pop()).toBe('');
  const headers = Array.from({ length: texts.length / 2 }, (_, i) => texts.slice(2 * i, 2 * i + 2));
  expect(at).toBe(bytes.length);
  return { random, settings, method, url, headers };
}

test('vars that are numbers or booleans count as their text, and bindings as bound', async () => {
  const env = {
    TEXT: 'text',
    EMPTY: '',
    MAX_OPEN_STREAMS: 50,
    RATIO: 0.5,
    DEPLOYMENT: 1,
    YES: true,
    NO: false,
    STREAMS: { get: () => undefined },
    FUNCTION: () => undefined,
    LIST: ['a'],
  };
  expect((await messageOf(env)).settings).toEqual({
    TEXT: 'text',
    EMPTY: '',
    MAX_OPEN_STREAMS: '50',
    RATIO: '0.5',
    DEPLOYMENT: '1',
    YES: 'true',
    NO: 'false',
    STREAMS: 'bound',
    FUNCTION: 'bound',
    LIST: 'bound',
  });
});

test('each `env` has settings of its own', async () => {
  const [one, other] = [{ NAME: 'one' }, { NAME: 'other' }];
  for (const env of [one, other, one]) expect((await messageOf(env)).settings).toEqual(env);
});

test('the head of the request is passed on, with 64 random bytes that are not used again', async () => {
  const headers = { 'x-one': '1', 'x-two': 'two, three' };
  const request = () => new Request('https://streams.example/p?q=%C3%BC', { method: 'DELETE', headers });
  const [first, second] = [await messageOf({}, request()), await messageOf({}, request())];
  expect(first).toMatchObject({ method: 'DELETE', url: 'https://streams.example/p?q=%C3%BC' });
  expect(first.headers).toEqual(Object.entries(headers));
  expect(first.random).toHaveLength(64);
  expect(first.random.equals(second.random)).toBe(false);
});

describe('an instance that died', () => {
  beforeEach(() => void vi.spyOn(console, 'error').mockReturnValue(undefined));
  afterEach(() => void vi.restoreAllMocks());

  const address = 'https://streams.example';
  // A trap may leave more behind than memory, which alone is restored.
  const more = '(global $broken (mut i32) (i32.const 0))';
  const breaks = '(global.set $broken (i32.const 1)) (unreachable)';
  const ifBroken = (one: string, other: string): string =>
    `(if (result i32) (global.get $broken) (then ${one}) (else ${other}))`;
  const instancesOf = (ways: (data: Data) => Ways): Instances =>
    new Instances(new WebAssembly.Module(hostileModule((data) => ({ ...ways(data), more })).slice()));

  /** The store reads a key when the test says so, and is never done with a write. */
  function slowStore() {
    const reads = { one: Promise.withResolvers<string>(), two: Promise.withResolvers<string>() };
    const put = vi.fn(() => new Promise<void>(() => undefined));
    return { reads, put, env: { STREAMS: { get: (key: 'one' | 'two') => reads[key].promise, put } } };
  }
  const read = (id: number, key: string) => ['kv_get', id, [key]];

  test('serves no other request, even if it had answered', async () => {
    const instances = instancesOf((data) => ({
      start: data.outbox(respond(200, 'served'), read(7, 'one')),
      resume: breaks,
      startSpared: ifBroken(
        data.outbox(respond(200, 'of another request')),
        data.outbox(respond(200, 'served')),
      ),
    }));
    const { reads, env } = slowStore();
    const background: Promise<unknown>[] = [];
    const context = { waitUntil: (work: Promise<unknown>) => void background.push(work) };
    const send = async (path: string): Promise<string> =>
      ((await serve(instances, new Request(address + path), env, context)) as Response).text();
    expect(await send(doomed)).toBe('served');
    reads.one.resolve('');
    await Promise.all(background);
    expect(console.error).toHaveBeenCalledWith('the module failed: RuntimeError');
    expect(await send(spared)).toBe('served');
  });

  test('is not resumed when its other operations end', async () => {
    const instances = instancesOf((data) => ({
      start: data.outbox(read(7, 'one'), read(8, 'two')),
      resume: ifBroken(data.outbox(['kv_put', 9, 'key', 'what is left of its memory', 'null', 0]), breaks),
    }));
    const { reads, put, env } = slowStore();
    const context = { waitUntil: () => undefined };
    const answer = serve(instances, new Request(address + doomed), env, context);
    reads.one.resolve('');
    await expect(answer).rejects.toThrow('the module gave no answer');
    reads.two.resolve('');
    await setImmediate();
    expect(put).not.toHaveBeenCalled();
  });
});
