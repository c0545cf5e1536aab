// Credentials in KV are sealed for one stream: a moved or altered value does not decrypt, and the stream stays
// readable.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf, unsupported } from './client.ts';
import type { Stream } from './client.ts';
import { startProviders, until, withoutRelay } from './providers.ts';
import type { Providers } from './providers.ts';
import { watchedEntry } from './watched-entry.ts';

let providers: Providers;
let worker: StartedWorker;
let user: Client;
let runs = 0;

beforeAll(async () => {
  providers = await startProviders({ settings: withoutRelay });
  worker = await startWorker({ bindings: providers.settings, entry: watchedEntry });
  user = await Client.of(worker);
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

const keyOf = ({ id }: Stream): string => `credentials/${id}`;
const sealedIn = async (stream: Stream): Promise<string> => (await worker.namespace.get(keyOf(stream))) ?? '';
const reseal = (stream: Stream, sealed: string): Promise<void> => worker.namespace.put(keyOf(stream), sealed);

async function make(settings?: Record<string, string>): Promise<Stream> {
  return streamOf(await user.create({}, { run: `sealing-${++runs}`, settings }));
}

async function expectClosed(stream: Stream, settings?: Record<string, string>): Promise<void> {
  const answer = await user.get(stream.id, { run: `sealing-${++runs}`, settings });
  expect(answer.status).toBe(200);
  expect(streamOf(answer)).toEqual({
    ...stream,
    whipUrl: null,
    warnings: [{ code: 'credentials_unavailable', detail: expect.stringMatching(/\w/) }, unsupported],
  });
  expect(answer.text).not.toContain('webRTC/publish');
}

async function expectOpen(stream: Stream, settings?: Record<string, string>): Promise<void> {
  expect(stream.whipUrl).toContain('/webRTC/publish');
  const plan = { run: `sealing-${++runs}`, settings };
  expect(streamOf(await user.get(stream.id, plan))).toEqual(stream);
}

describe('a sealed value', () => {
  it('decrypts in its own record', async () => await expectOpen(await make()));

  it('starts with its key id and differs each time', async () => {
    const [one, other] = [await sealedIn(await make()), await sealedIn(await make())];
    expect(one).toMatch(/^k1:[\w-]+$/);
    expect(one.slice(0, 16)).not.toBe(other.slice(0, 16));
  });

  it("does not decrypt in another stream's record", async () => {
    const [one, other] = [await make(), await make()];
    const [sealedOne, sealedOther] = [await sealedIn(one), await sealedIn(other)];
    await reseal(one, sealedOther);
    await reseal(other, sealedOne);
    await expectClosed(one);
    await expectClosed(other);
    await reseal(one, sealedOne);
    await expectOpen(one);
  });

  it('does not decrypt after any byte was altered', async () => {
    const stream = await make();
    const sealed = await sealedIn(stream);
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (const place of [0, 11, 12, 13, bytes.length >> 1, bytes.length - 17, bytes.length - 1]) {
      const altered = Buffer.from(bytes);
      altered[place]! ^= 1;
      await reseal(stream, `k1:${altered.toString('base64url')}`);
      await expectClosed(stream);
    }
  });

  it('does not decrypt if malformed', async () => {
    const stream = await make();
    const sealed = await sealedIn(stream);
    const forms = [
      '',
      ':',
      'k1',
      'k1:',
      'k1:!',
      'k1:AAAA',
      'k9:AAAA',
      sealed.slice(3),
      `k2:${sealed.slice(3)}`,
    ];
    for (const form of [...forms, sealed.slice(0, -8), `${sealed}AAAA`, `${sealed}=`]) {
      await reseal(stream, form);
      await expectClosed(stream);
    }
  });

  it('does not decrypt in a record whose id was replaced', async () => {
    const [one, other] = [await make(), await make()];
    const key = `stream/${one.id}`;
    const record = JSON.parse((await worker.namespace.get(key)) ?? '') as object;
    await worker.namespace.put(key, JSON.stringify({ ...record, id: other.id }));
    const answer = await user.get(one.id);
    expect(answer.text).not.toContain('webRTC/publish');
  });
});

describe('a new key', () => {
  const [old, fresh] = [
    `old:${randomBytes(32).toString('base64url')}`,
    `new:${randomBytes(32).toString('base64url')}`,
  ];

  it('seals once it is first in the list, and reseals older values when they are read', async () => {
    const both = `${fresh},${old}`;
    const before = await make({ SEALING_KEYS: old });
    const unread = await make({ SEALING_KEYS: old });
    expect(await sealedIn(before)).toMatch(/^old:/);
    await expectOpen(before, { SEALING_KEYS: both });
    await until(async () => (await sealedIn(before)).startsWith('new:'));
    await expectOpen(before, { SEALING_KEYS: fresh });
    expect(await sealedIn(unread)).toMatch(/^old:/);
    await expectClosed(unread, { SEALING_KEYS: fresh });
    const after = await make({ SEALING_KEYS: both });
    expect(await sealedIn(after)).toMatch(/^new:/);
    await expectOpen(after, { SEALING_KEYS: fresh });
    await expectClosed(after, { SEALING_KEYS: old });
  });

  it('does not decrypt values of an old key with the same id', async () => {
    const stream = await make({ SEALING_KEYS: old });
    await expectClosed(stream, { SEALING_KEYS: fresh.replace('new:', 'old:') });
  });
});
