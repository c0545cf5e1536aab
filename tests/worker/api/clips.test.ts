// POST /api/streams/{id}/recordings/{recording}/clips and …/captions: the provider makes them, once, for the owner.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorker } from '../start-worker.ts';
import type { StartedWorker } from '../start-worker.ts';
import { Client, streamOf } from './client.ts';
import type { Answer, Stream } from './client.ts';
import { bearing, invite } from './inviting.ts';
import { startProviders } from './providers.ts';
import type { Providers } from './providers.ts';
import { Viewer, goLive, recorded, sources, stop } from './watching.ts';
import type { Recording, Source } from './watching.ts';

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

async function listed(stream: Stream): Promise<Recording[]> {
  const { body } = await viewer.recordings(stream.id);
  return body.broadcasts.flatMap(({ recordings }) => recordings);
}

async function idAt(stream: Stream, at: Source): Promise<string> {
  const all = await listed(stream);
  return all.find(({ source, origin }) => source === at && origin === 'live')?.id ?? '';
}

const addressOf = (stream: Stream, id: string, what: string): string =>
  `/api/streams/${stream.id}/recordings/${id}/${what}`;
const post = (stream: Stream, id: string, what: string, body: unknown): Promise<Answer> =>
  owner.send(addressOf(stream, id, what), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const clipOf = async (stream: Stream): Promise<Recording | undefined> =>
  (await listed(stream)).find(({ origin }) => origin === 'clip');

describe('a clip', () => {
  it.each(sources)('at %s is made once, and listed with what it is a part of', async (source) => {
    const stream = await recorded(providers, owner, 2.2);
    const id = await idAt(stream, source);
    const wanted = { startSeconds: 1, endSeconds: 2 };
    const asked = await post(stream, id, 'clips', wanted);
    expect([asked.status, asked.body]).toEqual([202, { id: null, state: 'processing' }]);
    await expect
      .poll(async () => {
        await worker.scheduled();
        return clipOf(stream);
      })
      .toMatchObject({ source, clippedFrom: id, state: 'ready', duration: 1 });
    const made = await clipOf(stream);
    const again = await post(stream, id, 'clips', wanted);
    expect([again.status, again.body]).toEqual([202, { id: made?.id, state: 'ready' }]);
    expect((await listed(stream)).filter(({ origin }) => origin === 'clip')).toHaveLength(1);
    // The whole one is still preferred.
    const { body } = await viewer.playback(stream.id);
    expect(body.recording?.[source]?.id).toBe(id);
  });

  it('is refused for a part that the recording does not have', async () => {
    const stream = await recorded(providers, owner, 1.2);
    const id = await idAt(stream, 'mux');
    for (const [field, wanted] of [
      ['endSeconds', { startSeconds: 0, endSeconds: 60 }],
      ['endSeconds', { startSeconds: 1, endSeconds: 1 }],
      ['endSeconds', { startSeconds: 0 }],
      ['startSeconds', { startSeconds: -1, endSeconds: 1 }],
      ['startSeconds', { endSeconds: 1 }],
      ['speed', { startSeconds: 0, endSeconds: 1, speed: 2 }],
    ] as const) {
      const { status, body } = await post(stream, id, 'clips', wanted);
      expect([status, body.errors?.[0]?.field], JSON.stringify(wanted)).toEqual([400, field]);
    }
    expect((await post(stream, 'nothing', 'clips', { startSeconds: 0, endSeconds: 1 })).status).toBe(404);
    expect(await clipOf(stream)).toBeUndefined();
  });

  it('waits for its recording, and its recording for it', async () => {
    const stream = streamOf(await owner.create());
    await goLive(providers, stream, 'rtmps');
    const id = await idAt(stream, 'mux');
    const wanted = { startSeconds: 0, endSeconds: 1 };
    const early = await post(stream, id, 'clips', wanted);
    expect([early.status, early.body.type]).toEqual([409, 'urn:whip-mux:problem:recording-not-complete']);
    expect((await post(stream, id, 'captions', { language: 'en' })).status).toBe(409);
    await new Promise((resolve) => setTimeout(resolve, 1300));
    await stop(providers, stream);
    expect((await post(stream, id, 'clips', wanted)).status).toBe(202);
    const removed = await owner.send(`/api/streams/${stream.id}/recordings/${id}`, { method: 'DELETE' });
    expect([removed.status, removed.body.type]).toEqual([409, 'urn:whip-mux:problem:recording-in-use']);
  });
});

describe('captions', () => {
  it.each(sources)(
    'at %s are made once for each language, and their state is the provider’s',
    async (source) => {
      const stream = await recorded(providers, owner, 0.2);
      const id = await idAt(stream, source);
      const ask = async (): Promise<unknown> => (await owner.send(addressOf(stream, id, 'captions'))).body;
      expect(await ask()).toEqual({ captions: [] });
      const made = await post(stream, id, 'captions', { language: 'es' });
      const captions = [{ language: 'es', name: 'Español', state: 'making' }];
      expect([made.status, made.body]).toEqual([200, { captions }]);
      await expect.poll(ask).toEqual({ captions: [{ ...captions[0], state: 'ready' }] });
      const before = (await providers.calls()).length;
      const again = await post(stream, id, 'captions', { language: 'es' });
      expect(again.body).toEqual({ captions: [{ ...captions[0], state: 'ready' }] });
      const calls = (await providers.calls()).slice(before).filter(({ path }) => path.includes(id));
      expect(calls.map(({ method }) => method)).toEqual(['GET']);
      const wrong = await post(stream, id, 'captions', { language: 'tlh' });
      expect([wrong.status, wrong.body.errors?.[0]?.field]).toEqual([400, 'language']);
    },
  );

  it.each(sources)('that %s refuses are a 409, and a failure of it is a 502', async (source) => {
    const stream = await recorded(providers, owner, 0.2);
    const id = await idAt(stream, source);
    const fails = (status: number) =>
      providers[source].post('faults', [{ kind: 'status', method: 'POST', path: id, status }]);
    await fails(400);
    const refused = await post(stream, id, 'captions', { language: 'en' });
    expect([refused.status, refused.body.type]).toEqual([409, 'urn:whip-mux:problem:captions-refused']);
    await fails(500);
    expect((await post(stream, id, 'captions', { language: 'en' })).status).toBe(502);
    expect((await post(stream, id, 'captions', { language: 'en' })).status).toBe(200);
  });
});

it('clips and captions are for the owner only', async () => {
  const stream = await recorded(providers, owner, 0.2);
  const id = await idAt(stream, 'mux');
  const { token } = await invite(owner, stream.id);
  const stranger = await Client.of(worker);
  for (const [what, method] of [
    ['clips', 'POST'],
    ['captions', 'POST'],
    ['captions', 'GET'],
  ] as const) {
    const address = addressOf(stream, id, what);
    expect((await worker.fetch(address, { method })).status).toBe(401);
    expect((await bearing(worker, token, address, { method })).status).toBe(401);
    expect((await stranger.send(address, { method })).status).toBe(404);
  }
});
