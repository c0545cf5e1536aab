// GET /api/streams/{id}/credentials and rotation: access, content, and that old credentials never return.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import type { Answer, Stream } from './client.ts';
import { Client, streamOf, whenQuiet } from './client.ts';
import { startProviders, withoutRelay } from './providers.ts';
import type { Providers } from './providers.ts';
import { watchedEntry } from './watched-entry.ts';
import type { Plan, StoreFault } from './watched-entry.ts';

let providers: Providers;
let worker: StartedWorker;
let owner: Client;

beforeAll(async () => {
  providers = await startProviders({ settings: withoutRelay });
  worker = await startWorker({ bindings: providers.settings, entry: watchedEntry });
  owner = await Client.of(worker);
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

interface Credentials {
  whipUrl: string;
  rtmpUrl: string;
  streamKey: string;
  srtUrl: string;
  warnings?: { code: string }[];
}

const make = async (): Promise<Stream> => streamOf(await owner.create({ enableMuxBackup: false }));
const credentialsIn = ({ body }: Answer): Credentials => body as unknown as Credentials;
const read = (id: string, user = owner, plan?: Plan): Promise<Answer> =>
  user.send(`/api/streams/${id}/credentials`, {}, plan);
const rotate = (id: string, user = owner, plan?: Plan): Promise<Answer> =>
  user.send(`/api/streams/${id}/credentials/rotate`, { method: 'POST' }, plan);

let runs = 0;
const failing = (...faults: StoreFault[]): Plan => ({ run: `credentials-${++runs}`, faults });
const notStored: StoreFault = { operation: 'put', key: '^credentials/', when: 'before', times: 1000 };

/** The credentials that the live input accepts now. */
async function valid({ cloudflareInputId }: Stream): Promise<string[]> {
  const input = (await providers.liveInputs()).find(({ uid }) => uid === cloudflareInputId);
  return Object.values(input?.credentials ?? {});
}

async function expectValid(stream: Stream, { whipUrl, streamKey, srtUrl }: Credentials): Promise<void> {
  const known = await valid(stream);
  const { streamid, passphrase } = Object.fromEntries(new URL(srtUrl).searchParams);
  for (const secret of [streamKey, streamid, passphrase]) expect(known).toContain(secret);
  expect(known.some((secret) => whipUrl.includes(secret))).toBe(true);
}

describe('credentials', () => {
  it('are what an encoder and a phone need, and are not cached', async () => {
    const stream = await make();
    const answer = await read(stream.id);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { whipUrl, rtmpUrl, srtUrl } = credentialsIn(answer);
    expect(whipUrl).toBe(stream.whipUrl);
    expect(rtmpUrl).toMatch(/^rtmps:/);
    expect(srtUrl).toMatch(/^srt:/);
    await expectValid(stream, credentialsIn(answer));
  });

  it('are for publishers: not for an admin, and unknown to everyone else', async () => {
    const stream = await make();
    const admin = await Client.of(worker, { roles: ['admin'] });
    for (const ask of [read, rotate]) {
      const refused = await ask(stream.id, admin);
      expect(refused).toMatchObject({
        status: 403,
        body: { type: expect.stringMatching(/:publishers-only$/) },
      });
      expect(await ask(stream.id, await Client.of(worker))).toMatchObject({ status: 404 });
    }
    expect(streamOf(await owner.get(stream.id)).whipUrl).toBe(stream.whipUrl);
  });

  it('that cannot be decrypted are a 503 until they are rotated', async () => {
    const [stream, other] = [await make(), await make()];
    const moved = (await worker.namespace.get(`credentials/${other.id}`)) ?? '';
    await worker.namespace.put(`credentials/${stream.id}`, moved);
    const answer = await read(stream.id);
    expect(answer).toMatchObject({
      status: 503,
      body: { type: expect.stringMatching(/:credentials-unreadable$/) },
    });
    for (const each of [stream, other])
      for (const secret of await valid(each)) expect(answer.text).not.toContain(secret);
    expect(await rotate(stream.id)).toMatchObject({ status: 200 });
    await expectValid(stream, credentialsIn(await read(stream.id)));
  });
});

describe('a rotation', () => {
  it('replaces all credentials in all later responses', async () => {
    const stream = await make();
    const before = await valid(stream);
    const answer = await rotate(stream.id);
    expect(answer).toMatchObject({ status: 200, body: { warnings: [] } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    await expectValid(stream, credentialsIn(answer));
    for (const secret of before) expect(answer.text).not.toContain(secret);
    const { warnings: _, ...rotated } = credentialsIn(answer);
    expect(credentialsIn(await read(stream.id))).toEqual(rotated);
    expect(streamOf(await owner.get(stream.id)).whipUrl).toBe(rotated.whipUrl);
    await rotate(stream.id);
    await expectValid(stream, credentialsIn(await read(stream.id)));
  });

  it('that cannot be stored says so, and later responses contain what Cloudflare reports', async () => {
    const stream = await make();
    const plan = failing(notStored);
    const answer = await rotate(stream.id, owner, plan);
    expect(answer).toMatchObject({ status: 200, body: { warnings: [{ code: 'credentials_not_stored' }] } });
    await whenQuiet(worker, plan.run);
    // The rotation may still take effect for a minute, so nothing is kept and each response asks again.
    const calls = (await providers.calls()).length;
    await expectValid(stream, credentialsIn(await read(stream.id)));
    expect(streamOf(await owner.get(stream.id)).whipUrl).toBe(credentialsIn(answer).whipUrl);
    expect((await providers.calls()).length).toBe(calls + 2);
  });

  it('survives older records and credentials written after it', async () => {
    const stream = await make();
    const keys = [`stream/${stream.id}`, `credentials/${stream.id}`];
    const older = await Promise.all(keys.map((key) => worker.namespace.get(key)));
    const plan = failing();
    const rotated = credentialsIn(await rotate(stream.id, owner, plan));
    await whenQuiet(worker, plan.run);
    for (const [place, key] of keys.entries()) await worker.namespace.put(key, older[place] ?? '');
    expect(credentialsIn(await read(stream.id)).whipUrl).toBe(rotated.whipUrl);
    expect(streamOf(await owner.get(stream.id)).whipUrl).toBe(rotated.whipUrl);
  });

  it('does nothing unless it is recorded first', async () => {
    const stream = await make();
    const before = await valid(stream);
    const plan = failing({ operation: 'put', key: 'rotated$', when: 'before', times: 1000 });
    expect(await rotate(stream.id, owner, plan)).toMatchObject({ status: 503 });
    expect(await valid(stream)).toEqual(before);
  });

  it.each(['status', 'status-after'] as const)(
    'is a 502 if Cloudflare fails (%s), and the next response has the valid credentials',
    async (kind) => {
      const stream = await make();
      await providers.cloudflare.post('faults', [{ kind, status: 503, path: 'rotate_keys$', times: 4 }]);
      expect(await rotate(stream.id)).toMatchObject({
        status: 502,
        body: { type: expect.stringMatching(/:provider-failed$/) },
      });
      await expectValid(stream, credentialsIn(await read(stream.id)));
      await rotate(stream.id);
      await expectValid(stream, credentialsIn(await read(stream.id)));
    },
  );
});
