// POST /api/streams/{id}/end: nobody can broadcast anymore at either provider, whatever fails on the way.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import type { Answer, Stream } from './client.ts';
import { Client, streamOf } from './client.ts';
import { startProviders } from './providers.ts';
import type { Providers } from './providers.ts';
import { startWhipEndpoint } from './whip-endpoint.ts';
import type { WhipEndpoint } from './whip-endpoint.ts';

let relay: WhipEndpoint;
let providers: Providers;
let worker: StartedWorker;
let owner: Client;

beforeAll(async () => {
  relay = await startWhipEndpoint();
  providers = await startProviders({ settings: { RELAY_URL: relay.url } });
  worker = await startWorker({ bindings: providers.settings });
  await providers.sendWebhooksTo(worker.url);
  owner = await Client.of(worker);
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
  await relay?.[Symbol.asyncDispose]();
});

const make = async (): Promise<Stream> => streamOf(await owner.create());
const end = (id: string, user = owner): Promise<Answer> =>
  user.send(`/api/streams/${id}/end`, { method: 'POST' });

async function isEnabled({ cloudflareInputId }: Stream): Promise<boolean> {
  const { liveInputs } = await providers.cloudflare.get<{ liveInputs: { uid: string; enabled: boolean }[] }>(
    'state',
  );
  return liveInputs.find(({ uid }) => uid === cloudflareInputId)?.enabled ?? false;
}

async function completions({ muxLiveStreamId }: Stream): Promise<number> {
  const wanted = `/video/v1/live-streams/${muxLiveStreamId}/complete`;
  return (await providers.calls()).filter(({ path }) => path === wanted).length;
}

describe('a stream that is not live', () => {
  it('ends at both providers at once, says when, and ends only once', async () => {
    const stream = await make();
    expect(stream.endedAt).toBeNull();
    const ended = streamOf(await end(stream.id));
    expect(ended).toEqual({
      ...stream,
      status: 'completed',
      simulcastEnabled: false,
      endedAt: expect.stringMatching(/^\d{4}-/),
      updatedAt: ended.updatedAt,
    });
    expect(await isEnabled(stream)).toBe(false);
    expect(await completions(stream)).toBe(1);
    expect(streamOf(await end(stream.id))).toEqual(ended);
    expect(await completions(stream)).toBe(1);
    expect(streamOf(await owner.get(stream.id)).endedAt).toBe(ended.endedAt);
  });

  it('can be ended by its owner and by admins only', async () => {
    const stream = await make();
    expect(await end(stream.id, await Client.of(worker))).toMatchObject({ status: 404 });
    expect(await isEnabled(stream)).toBe(true);
    const admin = await Client.of(worker, { roles: ['admin'] });
    expect(streamOf(await end(stream.id, admin))).toMatchObject({ whipUrl: null });
    expect(await isEnabled(stream)).toBe(false);
  });

  it('ends without a backup', async () => {
    const stream = streamOf(await owner.create({ enableMuxBackup: false }));
    expect(await end(stream.id)).toMatchObject({ status: 200 });
    expect(await isEnabled(stream)).toBe(false);
  });
});

describe('a stream that is live', () => {
  it('ends for everybody at once: at Cloudflare, then at Mux, and wherever its status is shown', async () => {
    const stream = await make();
    await providers.cloudflare.post('connect', { inputId: stream.cloudflareInputId });
    await expect
      .poll(async () => streamOf(await owner.get(stream.id)).status, { timeout: 10_000 })
      .toBe('live');
    const ended = streamOf(await end(stream.id));
    expect(ended).toMatchObject({ status: 'completed', endedAt: expect.any(String) });
    expect(await isEnabled(stream)).toBe(false);
    expect(await completions(stream)).toBe(1);
    expect(relay.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `DELETE /whip/${stream.id}`,
    ]);
    const order = (await providers.calls())
      .filter(({ path }) => path.includes(stream.cloudflareInputId ?? '') || path.endsWith('/complete'))
      .map(({ path }) => path.split('/').at(-1));
    expect(order.slice(-3)).toEqual(['disable', stream.cloudflareOutputId, 'complete']);
    const { body: status } = await owner.send(`/api/streams/${stream.id}/status`);
    expect(status).toMatchObject({ status: 'completed', endedAt: ended.endedAt, stoppedAt: null });
    const { body: playback } = await owner.send(`/api/streams/${stream.id}/playback`);
    expect(playback).toMatchObject({ status: expect.stringMatching(/^(processing|completed)$/), live: null });
    await providers.delivered();
    expect(streamOf(await owner.get(stream.id)).status).toBe('completed');
  });

  it('goes on at Mux while Cloudflare cannot be told that it has ended, and a retry ends it', async () => {
    const stream = await make();
    await providers.cloudflare.post('connect', { inputId: stream.cloudflareInputId });
    await expect
      .poll(async () => streamOf(await owner.get(stream.id)).status, { timeout: 10_000 })
      .toBe('live');
    const path = `/live_inputs/${stream.cloudflareInputId}/disable$`;
    await providers.cloudflare.post('faults', [{ kind: 'status', status: 503, path, times: 4 }]);
    expect(await end(stream.id)).toMatchObject({
      status: 502,
      body: { detail: expect.stringMatching(/^Could not disable the Cloudflare live input .*\. Send/) },
    });
    expect(streamOf(await owner.get(stream.id)).status).toBe('completed');
    expect(await completions(stream)).toBe(0);
    expect((await end(stream.id)).status).toBe(200);
    expect(await completions(stream)).toBe(1);
  });
});

describe('a provider that fails', () => {
  it.each([
    ['mux', '/complete$', /^Could not end the Mux broadcast .*\. Send/],
    ['cloudflare', '/disable$', /^Could not disable the Cloudflare live input .*\. Send/],
  ] as const)('makes it a 502 that names it (%s), and a retry finishes it', async (at, path, told) => {
    const stream = await make();
    await providers[at].post('faults', [{ kind: 'status', status: 503, path, times: 4 }]);
    expect(await end(stream.id)).toMatchObject({
      status: 502,
      body: { type: expect.stringMatching(/:provider-failed$/), detail: expect.stringMatching(told) },
    });
    expect(streamOf(await owner.get(stream.id)).endedAt).not.toBeNull();
    expect(streamOf(await end(stream.id)).endedAt).not.toBeNull();
    expect(await isEnabled(stream)).toBe(false);
  });

  it('does nothing if its object is already gone', async () => {
    const stream = await make();
    await providers.mux.post('reset');
    await providers.cloudflare.post('reset');
    await providers.sendWebhooksTo(worker.url);
    expect(await end(stream.id)).toMatchObject({ status: 200 });
  });
});
