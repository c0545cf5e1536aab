// POST /api/streams/{id}/uploads: a phone uploads its own recording straight to Cloudflare, and it is shown; then the
// schedule copies it to Mux.

import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedFile } from '../../../sandbox/shared/scripted-media.ts';
import { startWorker } from '../start-worker.ts';
import type { StartedWorker } from '../start-worker.ts';
import { Client, streamOf, whenQuiet } from './client.ts';
import type { Answer, Stream } from './client.ts';
import { bearing, invite } from './inviting.ts';
import { startProviders, withoutRelay } from './providers.ts';
import type { Providers } from './providers.ts';
import { signing } from './signing.ts';
import { schedulePath, watchedEntry } from './watched-entry.ts';
import { Viewer, broadcast } from './watching.ts';
import { deliver, muxDoor, muxEvent, videoDoor } from './webhook.ts';
import type { Door } from './webhook.ts';

let providers: Providers;
let worker: StartedWorker;
let owner: Client;
let viewer: Viewer;

beforeAll(async () => {
  providers = await startProviders({ settings: { ...withoutRelay, ...signing, SECOND_COPIES: 'on' } });
  worker = await startWorker({ bindings: providers.settings, entry: watchedEntry });
  await providers.sendWebhooksTo(worker.url);
  owner = await Client.of(worker);
  viewer = new Viewer(worker);
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

const make = async (fields = {}): Promise<Stream> => streamOf(await owner.create(fields));

interface Minted {
  url: string;
  videoUid: string;
  expiresAt: string;
}

const file = scriptedFile(90);
const wish = (more = {}) => ({
  size: file.length,
  duration: 89.6,
  startedAt: new Date().toISOString(),
  part: 1,
  parts: 1,
  type: 'video/mp4',
  ...more,
});

const asking = (key: string | null, body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...(key === null ? {} : { 'idempotency-key': key }) },
  body: JSON.stringify(body),
});

const uploads = ({ id }: Stream): string => `/api/streams/${id}/uploads`;

async function mint(stream: Stream, key: string, body: object = wish()): Promise<Minted> {
  const answer = await owner.send(uploads(stream), asking(key, body));
  expect(answer.status, answer.text).toBe(201);
  return answer.body as unknown as Minted;
}

const send = (uploadUrl: string): Promise<void> =>
  new Promise((onSuccess, onError) => {
    new Upload(file, { uploadUrl, onSuccess: () => onSuccess(), onError, retryDelays: null }).start();
  });

const stateOf = async (stream: Stream, { videoUid }: Minted): Promise<unknown> =>
  (await owner.send(`${uploads(stream)}/${videoUid}`)).body;

const recordingsOf = async ({ id }: Stream) =>
  (await viewer.recordings(id)).body.broadcasts.flatMap(({ recordings }) => recordings);

describe('a phone’s own recording', () => {
  it('is uploaded to an address for one file, and appears among the recordings', async () => {
    const stream = await make();
    const minted = await mint(stream, 'first');
    expect(minted).toEqual({
      url: expect.stringContaining('/tus/'),
      videoUid: expect.stringMatching(/^[0-9a-f]{32}$/),
      expiresAt: expect.stringMatching(/Z$/),
    });
    expect(await stateOf(stream, minted)).toEqual({ state: 'uploading' });
    expect(await recordingsOf(stream)).toEqual([]);
    await send(minted.url);
    await expect.poll(() => stateOf(stream, minted)).toEqual({ state: 'ready' });
    await expect
      .poll(() => recordingsOf(stream))
      .toMatchObject([
        { source: 'cloudflare', origin: 'phone', state: 'ready', id: minted.videoUid, duration: 90 },
      ]);
  });

  it('gets one address for one key and body, and another one for another key', async () => {
    const stream = await make();
    const body = wish();
    const minted = await mint(stream, 'same', body);
    const again = await owner.send(uploads(stream), asking('same', body));
    expect(again.status).toBe(200);
    expect(again.body).toEqual(minted);
    expect((await mint(stream, 'other', body)).videoUid).not.toBe(minted.videoUid);
  });

  it('may be uploaded with the invite to publish, and by nobody else', async () => {
    const stream = await make();
    const { token } = await invite(owner, stream.id);
    const by = (bearer: string): Promise<Answer> =>
      bearing(worker, bearer, uploads(stream), asking('by invite', wish()));
    const answer = await by(token);
    expect(answer.status, answer.text).toBe(201);
    const { videoUid } = answer.body as unknown as Minted;
    const state = await bearing(worker, token, `${uploads(stream)}/${videoUid}`);
    expect(state.body).toEqual({ state: 'uploading' });
    const watching = await invite(owner, stream.id, { purpose: 'watch' });
    expect((await by(watching.token)).status).toBeGreaterThanOrEqual(400);
    const stranger = await Client.of(worker);
    expect((await stranger.send(uploads(stream), asking('mine', wish()))).status).toBeGreaterThanOrEqual(400);
  });

  it.each([
    ['no size', { size: undefined }],
    ['no bytes', { size: 0 }],
    ['too many bytes', { size: 30_000_000_000 }],
    ['a duration of eleven hours', { duration: 39_600 }],
    ['a part after the last', { part: 3, parts: 2 }],
    ['another type', { type: 'text/html' }],
    ['no time', { startedAt: 'yesterday' }],
  ])('is refused with %s', async (_what, more) => {
    const stream = await make();
    const answer = await owner.send(uploads(stream), asking('key', wish(more)));
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, Object.keys(more).at(0)]);
  });

  it('needs an Idempotency-Key, and is not found under another id', async () => {
    const stream = await make();
    const answer = await owner.send(uploads(stream), asking(null, wish()));
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, 'Idempotency-Key']);
    const absent = await owner.send(`${uploads(stream)}/${'0'.repeat(32)}`);
    expect([absent.status, absent.body.type]).toEqual([404, 'urn:whip-mux:problem:no-such-upload']);
  });

  it('has failed when its address expired before anything came', async () => {
    const stream = await make();
    const minted = await mint(stream, 'late');
    const path = `/client/v4/accounts/${providers.settings.CLOUDFLARE_ACCOUNT_ID}/stream/${minted.videoUid}`;
    const gone = await fetch(`${new URL(minted.url).origin}${path}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${providers.settings.CLOUDFLARE_API_TOKEN}` },
    });
    expect(gone.status).toBe(200);
    expect(await stateOf(stream, minted)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('expired'),
    });
  });

  it('leaves no address in the store in clear', async () => {
    const stream = await make();
    const { url } = await mint(stream, 'secret');
    const secret = new URL(url).pathname.split('/').at(-1) ?? '';
    const entries = JSON.stringify(await worker.kv());
    expect(entries).not.toContain(secret);
  });
});

describe('news of a copy wakes its stream at once:', () => {
  const copied = (id: string) => muxEvent('video.asset.ready', { passthrough: `whip-mux-copy:${id}:1` });
  const video = (creator: string) => {
    const { liveInput: _none, ...fields } = JSON.parse(videoDoor.body()) as Record<string, unknown>;
    return { ...fields, creator };
  };

  it.each<[string, Door, (id: string) => object, string[]]>([
    ['a copy at Mux', muxDoor, copied, ['wake copies']],
    ['a copy or upload at Cloudflare', videoDoor, (id) => video(`whip-mux:${id}`), ['wake copies']],
    ['an asset of others', muxDoor, () => copied('another'), []],
    ['a video of others', videoDoor, () => video('somebody'), []],
  ])('a webhook about %s', async (_what, door, body, rooms) => {
    const stream = await make();
    const run = `news-${stream.id}`;
    expect((await deliver(worker, door, JSON.stringify(body(stream.id)), { run })).status).toBe(200);
    expect((await whenQuiet(worker, run)).rooms).toEqual(rooms);
  });

  it('the phone learns that its upload can be played', async () => {
    const stream = await make();
    const minted = await mint(stream, 'news');
    await send(minted.url);
    const rooms: string[] = [];
    const ask = async () => {
      const run = `asked-${rooms.push('asked')}`;
      const { body } = await owner.send(`${uploads(stream)}/${minted.videoUid}`, {}, { run });
      rooms.push(...(await whenQuiet(worker, run)).rooms);
      return body;
    };
    await expect.poll(ask).toEqual({ state: 'ready' });
    expect(rooms).toContain('wake copies');
  });
});

it.each(['auto', 'on', 'off'])(
  'phoneCopy %s is kept and shown, to the invited phone too',
  async (phoneCopy) => {
    const stream = await make(phoneCopy === 'auto' ? {} : { phoneCopy });
    expect(stream).toMatchObject({ phoneCopy });
    expect(streamOf(await owner.send(`/api/streams/${stream.id}`)) ?? stream).toMatchObject({ phoneCopy });
    const { token } = await invite(owner, stream.id);
    expect((await bearing(worker, token, `/api/streams/${stream.id}/status`)).body).toMatchObject({
      phoneCopy,
    });
  },
);

describe('the schedule', () => {
  let runs = 0;
  const look = async (): Promise<void> => {
    await worker.namespace.delete('reconcile/state');
    const plan = { run: `copies-${++runs}`, settings: { RECONCILE_GRACE_SECONDS: '0' } };
    expect((await owner.send(schedulePath, {}, plan)).status).toBe(200);
  };

  it.each([
    ['cloudflare', 'mux'],
    ['mux', 'cloudflare'],
  ] as const)('copies a recording that failed at %s from %s', async (failRecording, from) => {
    const wanted = { title: 'The service', streamingMethod: 'obs', ingest: 'cloudflare' };
    const stream = streamOf(await owner.post('/api/streams', wanted));
    await broadcast(providers, stream, { failRecording });
    const isCopied = async () => {
      await look();
      return recordingsOf(stream);
    };
    await expect
      .poll(isCopied, { timeout: 30_000 })
      .toEqual(
        expect.arrayContaining([
          expect.objectContaining({ source: from, origin: 'live', state: 'ready' }),
          expect.objectContaining({ source: failRecording, origin: 'copy', state: 'ready' }),
        ]),
      );
    const { videos } = await providers.cloudflare.get<{ videos: { meta: object }[] }>('state');
    expect(videos.filter(({ meta }) => 'downloaded-from' in meta)).toEqual([]);
  });

  it('makes a copy private with its stream, also one at Mux of a stream that Mux did not record', async () => {
    const wanted = { title: 'The service', streamingMethod: 'obs', enableMuxBackup: false };
    const stream = streamOf(await owner.post('/api/streams', wanted));
    await broadcast(providers, stream);
    interface Assets {
      assets: { passthrough?: string; playback_ids: { policy: string }[] }[];
    }
    const copies = async () =>
      (await providers.mux.get<Assets>('state')).assets
        .filter(({ passthrough }) => passthrough?.includes(stream.id))
        .map(({ playback_ids: ids }) => ids.map(({ policy }) => policy));
    const isReady = async () => {
      await look();
      return JSON.stringify(await recordingsOf(stream));
    };
    await expect.poll(isReady, { timeout: 30_000 }).toContain('"origin":"copy","state":"ready"');
    expect(await copies()).toEqual([['public']]);
    const change = (visibility: string): Promise<Answer> =>
      owner.send(`/api/streams/${stream.id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ visibility }),
      });
    expect((await change('private')).status).toBe(200);
    expect(await copies()).toEqual([['signed']]);
    expect((await change('public')).status).toBe(200);
    expect(await copies()).toEqual([['public']]);
    // It plays at its new address.
    const { body } = await viewer.recordings(stream.id);
    const copy = body.broadcasts[0]?.recordings.find(({ source }) => source === 'mux');
    const { assets } = await providers.mux.get<{ assets: { playback_ids: { id: string }[] }[] }>('state');
    const ids = assets.flatMap(({ playback_ids: all }) => all.map(({ id }) => id));
    expect(ids.some((id) => copy?.playbackUrl?.includes(id))).toBe(true);
  });
});
