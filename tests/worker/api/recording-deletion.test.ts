// DELETE /api/streams/{id}/recordings/{recording}: one recording is deleted at its provider, by the owner, for good.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallFault } from '../../../sandbox/shared/faults.ts';
import { startWorker } from '../start-worker.ts';
import type { StartedWorker } from '../start-worker.ts';
import { Client, streamOf } from './client.ts';
import type { Answer, Stream } from './client.ts';
import { bearing, invite } from './inviting.ts';
import { startProviders } from './providers.ts';
import type { Providers } from './providers.ts';
import { Viewer, goLive, recorded, sources, stop } from './watching.ts';
import type { Source } from './watching.ts';
import { deliver, videoDoor } from './webhook.ts';

let providers: Providers;
let worker: StartedWorker;
let owner: Client;
let viewer: Viewer;

beforeAll(async () => {
  providers = await startProviders();
  worker = await startWorker({ bindings: providers.settings });
  await providers.sendWebhooksTo(worker.url);
  owner = await Client.of(worker);
  viewer = new Viewer(worker);
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

/** By source, the ids that are listed. */
async function listed(stream: Stream): Promise<Partial<Record<Source, string>>> {
  const { body } = await viewer.recordings(stream.id);
  const all = body.broadcasts.flatMap(({ recordings }) => recordings);
  return Object.fromEntries(all.map(({ source, id }) => [source, id]));
}

const addressOf = (stream: Stream, id = ''): string => `/api/streams/${stream.id}/recordings/${id}`;
const remove = (stream: Stream, id = ''): Promise<Answer> =>
  owner.send(addressOf(stream, id), { method: 'DELETE' });

/** Whether the provider has it. */
async function isAt(source: Source, id = ''): Promise<boolean> {
  const state = await providers[source].get<Record<string, { uid?: string; id?: string }[]>>('state');
  return (state[source === 'mux' ? 'assets' : 'videos'] ?? []).some((each) => (each.uid ?? each.id) === id);
}

describe('deleting one recording', () => {
  it.each(sources)('at %s deletes it there, at once, and leaves the other', async (source) => {
    const stream = await recorded(providers, owner);
    const before = await listed(stream);
    const answer = await remove(stream, before[source]);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(await listed(stream)).toEqual({ ...before, [source]: undefined });
    expect(await isAt(source, before[source])).toBe(false);
    const other = source === 'mux' ? 'cloudflare' : 'mux';
    expect(await isAt(other, before[other])).toBe(true);
    const { body } = await viewer.playback(stream.id);
    expect([body.recording?.[source], body.recording?.preferred]).toEqual([null, other]);
    const again = await remove(stream, before[source]);
    expect([again.status, again.body.type]).toEqual([404, 'urn:whip-mux:problem:no-such-recording']);
  });

  it('of both leaves nothing of the broadcast, and no warning', async () => {
    const stream = await recorded(providers, owner);
    for (const id of Object.values(await listed(stream))) expect((await remove(stream, id)).status).toBe(204);
    expect((await viewer.recordings(stream.id)).body).toMatchObject({ status: 'completed', broadcasts: [] });
    const { body } = await owner.send(`/api/streams/${stream.id}`);
    expect(body).toMatchObject({ status: 'completed', warnings: [] });
  });

  it('is not undone by the phone that recorded it too, unless the other provider still has it', async () => {
    const stream = await recorded(providers, owner, 3);
    const ids = await listed(stream);
    const { startedAt } = (await viewer.recordings(stream.id)).body.broadcasts[0]!;
    const upload = (key: string): Promise<Answer> =>
      owner.send(`/api/streams/${stream.id}/uploads`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ size: 1000, duration: 3, startedAt, type: 'video/mp4' }),
      });
    expect((await remove(stream, ids.mux)).status).toBe(204);
    expect((await upload('while Cloudflare has it')).status).toBe(201);
    const before = (await worker.kv()).find(({ key }) => key === `stream/${stream.id}`)!;
    expect((await remove(stream, ids.cloudflare)).status).toBe(204);
    // As a request leaves it that began before, and stores the stream later.
    await worker.namespace.put(before.key, before.value, { metadata: before.metadata });
    const refused = await upload('when nobody has it');
    expect([refused.status, refused.body.type]).toEqual([410, 'urn:whip-mux:problem:recording-deleted']);
  });

  it('is not undone by a webhook that comes late', async () => {
    const stream = await recorded(providers, owner);
    const { cloudflare: uid = '' } = await listed(stream);
    await remove(stream, uid);
    const video = {
      uid,
      liveInput: stream.cloudflareInputId,
      status: { state: 'ready' },
      created: new Date().toISOString(),
      modified: new Date(Date.now() + 60_000).toISOString(),
      duration: 300,
      playback: { hls: `${new URL(stream.playbackUrl ?? '').origin}/${uid}/manifest/video.m3u8` },
    };
    expect((await deliver(worker, videoDoor, JSON.stringify(video))).status).toBe(200);
    const record = async () => (await worker.kv()).find(({ key }) => key === `stream/${stream.id}`)?.value;
    await expect.poll(record).toMatch(/"duration":\[\d+,300(000)?\]/);
    expect((await listed(stream)).cloudflare).toBeUndefined();
  });

  it.each(sources)('at %s is a 502 if that fails, and the same again finishes it', async (source) => {
    const stream = await recorded(providers, owner);
    const { [source]: id = '' } = await listed(stream);
    const fault: CallFault = { kind: 'status', method: 'DELETE', path: id, status: 400 };
    await providers[source].post('faults', [fault]);
    const failed = await remove(stream, id);
    expect([failed.status, failed.body.type]).toEqual([502, 'urn:whip-mux:problem:provider-failed']);
    expect((await listed(stream))[source]).toBeUndefined();
    expect((await remove(stream, id)).status).toBe(204);
    expect(await isAt(source, id)).toBe(false);
  });

  it('is refused while the broadcast goes on, without a call of a provider', async () => {
    const stream = streamOf(await owner.create());
    await goLive(providers, stream, 'rtmps');
    const { mux: id } = await listed(stream);
    const before = (await providers.calls()).length;
    const answer = await remove(stream, id);
    expect([answer.status, answer.body.type]).toEqual([409, 'urn:whip-mux:problem:recording-not-complete']);
    expect((await providers.calls()).length).toBe(before);
    await stop(providers, stream);
    expect((await remove(stream, id)).status).toBe(204);
  });

  it('is for the owner only, and finds no other stream’s recording', async () => {
    const [stream, other] = [await recorded(providers, owner), await recorded(providers, owner)];
    const { cloudflare: id = '' } = await listed(stream);
    const { token } = await invite(owner, stream.id);
    const stranger = await Client.of(worker);
    const address = addressOf(stream, id);
    expect((await worker.fetch(address, { method: 'DELETE' })).status).toBe(401);
    expect((await bearing(worker, token, address, { method: 'DELETE' })).status).toBe(401);
    expect((await stranger.send(address, { method: 'DELETE' })).status).toBe(404);
    expect((await remove(other, id)).status).toBe(404);
    expect((await listed(stream)).cloudflare).toBe(id);
    expect(await isAt('cloudflare', id)).toBe(true);
  });

  it('is in the stream’s activity once, with who did it', async () => {
    const stream = await recorded(providers, owner);
    await remove(stream, (await listed(stream)).mux);
    await providers.delivered();
    const { body } = await owner.send(`/api/streams/${stream.id}/activity`);
    const { activity } = body as unknown as { activity: { kind: string }[] };
    const entries = activity.filter(({ kind }) => kind === 'recording_deleted');
    expect(entries).toEqual([expect.objectContaining({ source: 'mux', by: owner.subject })]);
  });
});
