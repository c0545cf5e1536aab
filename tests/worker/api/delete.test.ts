// DELETE /api/streams/{id}: nothing remains at the providers or in KV, whatever fails, and no fold restores it.

import { beforeAll, describe, expect, it } from 'vitest';
import type { KvEntry } from '../kv.ts';
import type { Answer, Stream } from './client.ts';
import { Client, streamOf } from './client.ts';
import { providers, worker } from './deployed.ts';
import { ageMarkersOf } from './markers.ts';
import { until } from './providers.ts';

let owner: Client;

beforeAll(async () => {
  await providers.sendWebhooksTo(worker.url);
  owner = await Client.of(worker);
});

const make = async (): Promise<Stream> => streamOf(await owner.create({ memorialId: 'memorial-1' }));
const remove = (id: string, query = '', user = owner): Promise<Answer> =>
  user.send(`/api/streams/${id}${query}`, { method: 'DELETE' });

interface Deleted {
  liveInput: string;
  liveStream: string | null;
  recordings: { source: string; id: string }[];
}
const deletedIn = ({ body }: Answer): Deleted => (body as unknown as { deleted: Deleted }).deleted;

async function atProviders(stream: Stream): Promise<string[]> {
  const inputs = (await providers.liveInputs()).map(({ uid }) => uid);
  const streams = (await providers.liveStreams()).map(({ id }) => id);
  return [...inputs, ...streams].filter((id) =>
    [stream.cloudflareInputId, stream.muxLiveStreamId].includes(id),
  );
}

async function videos({ cloudflareInputId }: Stream): Promise<string[]> {
  const { videos } = await providers.cloudflare.get<{ videos: { uid: string; liveInput: string }[] }>(
    'state',
  );
  return videos.filter(({ liveInput }) => liveInput === cloudflareInputId).map(({ uid }) => uid);
}

async function assets({ muxLiveStreamId }: Stream): Promise<string[]> {
  const { assets } = await providers.mux.get<{ assets: { id: string; live_stream_id?: string }[] }>('state');
  return assets.filter((each) => each.live_stream_id === muxLiveStreamId).map(({ id }) => id);
}

/** What KV holds about a stream. */
async function entriesOf({ id, cloudflareInputId, muxLiveStreamId }: Stream): Promise<KvEntry[]> {
  const names = [id, cloudflareInputId, muxLiveStreamId ?? id];
  return (await worker.kv()).filter(({ key, value }) =>
    names.some((name) => key.includes(name) || value.includes(name)),
  );
}

/**
 * Whether only facts remain once the schedule has looked after the stream, including any that arrived after the
 * deletion, and all of them expire but the deletion.
 */
const allGone = (stream: Stream) => async (): Promise<boolean> => {
  expect(await owner.get(stream.id)).toMatchObject({ status: 404 });
  await ageMarkersOf(worker, stream.id, stream.cloudflareInputId);
  await worker.scheduled();
  const left = await entriesOf(stream);
  const deletion = `fact/stream/${stream.id}/deleted`;
  return left.every(
    ({ key, expiration }) => key === deletion || (key.startsWith('fact/') && expiration !== undefined),
  );
};

async function record(stream: Stream): Promise<void> {
  const brief = { seconds: 0.12, reconnectSeconds: 0.01 };
  await providers.cloudflare.post('broadcast', { inputId: stream.cloudflareInputId, ...brief });
  await providers.delivered();
}

describe('a deleted stream', () => {
  it('is gone at both providers and from KV, except for the deletion and facts that expire', async () => {
    const stream = await make();
    const answer = await remove(stream.id);
    expect(answer.status).toBe(200);
    expect(deletedIn(answer)).toEqual({
      liveInput: stream.cloudflareInputId,
      liveStream: stream.muxLiveStreamId,
      recordings: [],
      warnings: [],
    });
    expect(await atProviders(stream)).toEqual([]);
    await until(allGone(stream));
    expect((await entriesOf(stream)).map(({ key }) => key)).toContain(`fact/stream/${stream.id}/deleted`);
    expect(await remove(stream.id)).toMatchObject({ status: 404 });
  });

  it('keeps its recordings unless their deletion is requested', async () => {
    const [kept, lost] = [await make(), await make()];
    for (const stream of [kept, lost]) await record(stream);
    const recordings = [...(await videos(lost)), ...(await assets(lost))];
    expect(recordings).toHaveLength(2);
    expect(deletedIn(await remove(kept.id)).recordings).toEqual([]);
    expect(await videos(kept)).toHaveLength(1);
    expect(await assets(kept)).toHaveLength(1);
    const deleted = deletedIn(await remove(lost.id, '?recordings=true'));
    expect(deleted.recordings.map(({ id }) => id).sort()).toEqual(recordings.sort());
    expect([...(await videos(lost)), ...(await assets(lost))]).toEqual([]);
    await until(allGone(lost));
  });

  it('is gone even if it was live', async () => {
    const stream = await make();
    await providers.cloudflare.post('connect', { inputId: stream.cloudflareInputId });
    await expect
      .poll(async () => streamOf(await owner.get(stream.id)).status, { timeout: 10_000 })
      .toBe('live');
    await until(async () => (await remove(stream.id, '?recordings=true')).status !== 502);
    expect([...(await videos(stream)), ...(await assets(stream)), ...(await atProviders(stream))]).toEqual(
      [],
    );
    expect(await owner.get(stream.id)).toMatchObject({ status: 404 });
  });

  it('can be deleted only by its owner', async () => {
    const stream = await make();
    expect(await remove(stream.id, '', await Client.of(worker))).toMatchObject({ status: 404 });
    expect(await remove(stream.id, '?recordings=perhaps')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'recordings' }] },
    });
    expect(streamOf(await owner.get(stream.id)).id).toBe(stream.id);
  });
});

describe('a provider that fails', () => {
  it.each([
    ['mux', /^Could not delete the Mux live stream .*At Cloudflare all was deleted\. Send/],
    ['cloudflare', /^Could not delete the Cloudflare live input .*At Mux nothing is left to delete\. Send/],
  ] as const)(
    'makes it a 502 (%s) and the stream a 404, until its owner deletes it again',
    async (at, told) => {
      const stream = await make();
      await providers[at].post('faults', [{ kind: 'status', status: 503, method: 'DELETE', times: 4 }]);
      expect(await remove(stream.id)).toMatchObject({
        status: 502,
        body: { type: expect.stringMatching(/:provider-failed$/), detail: expect.stringMatching(told) },
      });
      expect(await owner.get(stream.id)).toMatchObject({ status: 404 });
      expect((await owner.list()).body.streams?.map(({ id }) => id)).not.toContain(stream.id);
      expect(await remove(stream.id, '', await Client.of(worker))).toMatchObject({ status: 404 });
      expect(await remove(stream.id)).toMatchObject({ status: 200 });
      expect(await atProviders(stream)).toEqual([]);
      await owner.get(stream.id);
      await until(allGone(stream));
    },
  );

  it('once, or after taking effect, goes unnoticed', async () => {
    const stream = await make();
    const once = { method: 'DELETE', times: 1 };
    await providers.mux.post('faults', [{ kind: 'drop-after', ...once }]);
    await providers.cloudflare.post('faults', [{ kind: 'status-after', status: 500, ...once }]);
    expect(await remove(stream.id)).toMatchObject({ status: 200 });
    expect(await atProviders(stream)).toEqual([]);
  });
});

describe('a fold that is slower than a deletion', () => {
  it('restores a record that is hidden and removed on the next request', async () => {
    const stream = await make();
    const older = (await worker.namespace.get(`stream/${stream.id}`)) ?? '';
    expect(await remove(stream.id)).toMatchObject({ status: 200 });
    await until(allGone(stream));
    await worker.namespace.put(`stream/${stream.id}`, older);
    const admin = await Client.of(worker, { roles: ['admin'] });
    const listed = (await admin.list('?limit=100')).body.streams ?? [];
    expect(listed.map(({ id }) => id)).not.toContain(stream.id);
    await until(allGone(stream));
    await worker.namespace.put(`stream/${stream.id}`, older);
    expect(await remove(stream.id)).toMatchObject({ status: 200 });
    await until(allGone(stream));
  });
});
