// Operations that the shim carries out (worker/operations.js): deadlines, and what happens to their timers.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { perform } from '../../worker/operations.js';

const [timeout, network, unavailable] = [1, 2, 3];

const never = (): Promise<never> => new Promise(() => undefined);
const fails = (): Promise<never> => Promise.reject(new Error('failed'));
const get = () => Promise.resolve(new Map([['a', 'value']]));
const list = () => Promise.resolve({ keys: [], list_complete: true });
const done = () => Promise.resolve();
const lease = () => Promise.resolve(['holder', 'request', 'note', 'value']);
const refused = () => Promise.resolve(new Response(null, { status: 503 }));
const tell = () => Promise.resolve();
const limit = () => Promise.resolve({ success: true });
const now = () => Promise.resolve(0);

interface Row {
  name: string;
  fields: unknown[];
  seconds: number;
  env: (answer?: () => Promise<unknown>) => object;
}

const rows: Row[] = [
  { name: 'kv_get', fields: [['a']], seconds: 10, env: (answer = get) => ({ STREAMS: { get: answer } }) },
  {
    name: 'kv_put',
    fields: ['a', new Uint8Array(1), 'null', 0],
    seconds: 10,
    env: (answer = done) => ({ STREAMS: { put: answer } }),
  },
  {
    name: 'kv_remove',
    fields: ['a'],
    seconds: 10,
    env: (answer = done) => ({ STREAMS: { delete: answer } }),
  },
  {
    name: 'kv_list',
    fields: ['a', '', 10],
    seconds: 10,
    env: (answer = list) => ({ STREAMS: { list: answer } }),
  },
  {
    name: 'lease',
    fields: ['name', 'acquire', 'holder', 'request', 'note', 1, 1],
    seconds: 5,
    env: (answer = lease) => ({ LEASES: { getByName: () => ({ acquire: answer }) } }),
  },
  {
    name: 'tell',
    fields: ['room', '1', 1, [], '', 0],
    seconds: 5,
    env: (answer = tell) => ({ ROOMS: { getByName: () => ({ tell: answer }) } }),
  },
  {
    name: 'join',
    fields: ['room', '1', 1, [['viewer', '{}']], 'viewer-1', '0', ['viewer']],
    seconds: 5,
    env: (answer = refused) => ({ ROOMS: { getByName: () => ({ fetch: answer }) } }),
  },
  {
    name: 'wake',
    fields: ['room', 'check', '1800000000000', ''],
    seconds: 5,
    env: (answer = done) => ({ ROOMS: { getByName: () => ({ wake: answer }) } }),
  },
  {
    name: 'pace',
    fields: ['mux', 250, 1, 2_000],
    seconds: 7,
    env: (answer = now) => ({ PACES: { getByName: () => ({ turn: answer }) } }),
  },
  {
    name: 'limit',
    fields: ['key'],
    seconds: 5,
    env: (answer = limit) => ({ CREATE_LIMIT: { limit: answer } }),
  },
];

const run = (name: string, fields: unknown[], env?: object): Promise<[number, unknown[]]> =>
  perform(name, fields as never[], undefined as never, env as never) as Promise<[number, unknown[]]>;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe.each(rows)('$name', ({ name, fields, seconds, env }) => {
  test(`fails with timeout if it does not settle within ${seconds} s`, async () => {
    let outcome: [number, unknown[]] | undefined;
    void run(name, fields, env(never)).then((settled) => (outcome = settled));
    await vi.advanceTimersByTimeAsync(seconds * 1000 - 1);
    expect(outcome).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome).toEqual([timeout, []]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leaves no timer behind when it succeeds or fails', async () => {
    expect((await run(name, fields, env()))[0]).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(await run(name, fields, env(fails))).toEqual([unavailable, []]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('fails with unavailable without its binding', async () => {
    expect(await run(name, fields, {})).toEqual([unavailable, []]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('fetch', () => {
  const fields = ['GET', 'https://provider.example/', '', new Uint8Array(), 1500, 100, '{}'];

  test('fails with timeout and aborts the call, also in the middle of the body', async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(1)) });
    const fetched = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(body));
    const outcome = run('fetch', fields);
    await vi.advanceTimersByTimeAsync(1500);
    expect(await outcome).toEqual([timeout, []]);
    expect(fetched.mock.calls[0]?.[1]?.signal?.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('leaves no timer behind when it succeeds or fails', async () => {
    vi.spyOn(globalThis, 'fetch').mockResolvedValueOnce(new Response('body', { status: 201 }));
    expect(await run('fetch', fields)).toEqual([
      0,
      [201, expect.anything(), new Uint8Array(Buffer.from('body'))],
    ]);
    vi.spyOn(globalThis, 'fetch').mockRejectedValueOnce(new Error('no connection'));
    expect(await run('fetch', fields)).toEqual([network, []]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test.each(['frobnicate', 'toString', 'constructor', '__proto__', 'hasOwnProperty'])(
  'there is no operation %s',
  async (name) => {
    expect(await run(name, [])).toEqual([unavailable, []]);
  },
);

describe('join', () => {
  const webSocket = {};
  const fields = ['room', '17', 1, [['viewer', '{"title":"Für – 親\\u2028"}']], 'viewer-1', '0', ['viewer']];

  test('hands over the socket that the room gives, and what it is to hear in ASCII', async () => {
    const fetched = vi.fn().mockResolvedValue({ webSocket });
    const take = vi.fn();
    const env = { ROOMS: { getByName: () => ({ fetch: fetched }) } };
    expect(await perform('join', fields as never[], undefined as never, env as never, take)).toEqual([
      0,
      [1],
    ]);
    expect(take).toHaveBeenCalledExactlyOnceWith(webSocket);
    const { headers } = (fetched.mock.calls[0] as [string, { headers: Record<string, string> }])[1];
    expect(headers).toMatchObject({ upgrade: 'websocket', 'x-join': expect.stringMatching(/^[ -~]+$/) });
    expect(JSON.parse(headers['x-join'] ?? '')).toEqual([17, ...fields.slice(2)]);
  });

  test('takes none from a room that is full', async () => {
    const take = vi.fn();
    const env = { ROOMS: { getByName: () => ({ fetch: () => Promise.resolve(new Response()) }) } };
    expect(await perform('join', fields as never[], undefined as never, env as never, take)).toEqual([
      0,
      [0],
    ]);
    expect(take).not.toHaveBeenCalled();
  });
});
