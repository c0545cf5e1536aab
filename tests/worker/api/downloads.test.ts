// The MP4 of a recording: the owner has it made, once, at its provider; viewers get its address where the owner allows it.

import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallFault } from '../../../sandbox/shared/faults.ts';
import { startWorker } from '../start-worker.ts';
import type { StartedWorker } from '../start-worker.ts';
import { Client, streamOf } from './client.ts';
import type { Answer, Stream } from './client.ts';
import { bearing, invite } from './inviting.ts';
import { startProviders } from './providers.ts';
import type { Providers } from './providers.ts';
import { knownKeys, signing } from './signing.ts';
import { Viewer, broadcast, goLive, stop } from './watching.ts';
import type { Recording, Source } from './watching.ts';
import { deliver, videoDoor } from './webhook.ts';

let providers: Providers;
let worker: StartedWorker;
let owner: Client;
let viewer: Viewer;

beforeAll(async () => {
  providers = await startProviders({ ...knownKeys, settings: signing });
  worker = await startWorker({ bindings: providers.settings });
  await providers.sendWebhooksTo(worker.url);
  owner = await Client.of(worker);
  viewer = new Viewer(worker);
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

interface Told {
  state: 'preparing' | 'ready' | 'failed' | 'unavailable';
  percent: number | null;
  url: string | null;
  reason: string | null;
}

const sources: Source[] = ['cloudflare', 'mux'];
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

async function recorded(fields = {}): Promise<Stream> {
  const stream = streamOf(await owner.create(fields));
  await broadcast(providers, stream);
  return stream;
}

async function recordingAt(stream: Stream, source: Source, token?: string): Promise<Recording> {
  const { body } = await viewer.recordings(stream.id, token === undefined ? {} : bearer(token));
  const found = body.broadcasts[0]?.recordings.find((each) => each.source === source);
  if (!found) throw new Error(`nothing recorded at ${source}`);
  return found;
}

const addressOf = (stream: Stream, id: string): string =>
  `/api/streams/${stream.id}/recordings/${id}/download`;

async function idAt(stream: Stream, source: Source): Promise<string> {
  const answer = await owner.send(`/api/streams/${stream.id}/recordings`);
  const { broadcasts } = answer.body as unknown as { broadcasts: { recordings: Recording[] }[] };
  return broadcasts[0]?.recordings.find((each) => each.source === source)?.id ?? '';
}

async function told(answer: Promise<Answer>): Promise<Told> {
  const { status, text, body } = await answer;
  expect(status, text).toBe(200);
  return body as unknown as Told;
}

const asked = (stream: Stream, id: string): Promise<Told> =>
  told(owner.send(addressOf(stream, id), { method: 'POST' }));
const seen = (stream: Stream, id: string): Promise<Told> => told(owner.send(addressOf(stream, id)));

/** Has it made, and waits until it is. */
async function made(stream: Stream, source: Source): Promise<string> {
  const id = await idAt(stream, source);
  await asked(stream, id);
  await expect.poll(async () => (await seen(stream, id)).state).toBe('ready');
  return (await seen(stream, id)).url ?? '';
}

const patch = (stream: Stream, fields: object): Promise<Answer> =>
  owner.send(`/api/streams/${stream.id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  });

/** The calls about files since then. */
async function callsSince(count: number): Promise<string[]> {
  const calls = await providers.calls();
  return calls.slice(count).map(({ method, path }) => `${method} ${/[^/]+$/.exec(path)?.[0]}`);
}
const callsNow = async (): Promise<number> => (await providers.calls()).length;

const tokenIn = (url: string): string =>
  new URL(url).searchParams.get('token') ?? new URL(url).pathname.split('/')[1] ?? '';

describe('the MP4 of a recording', () => {
  it.each(sources)(
    'at %s is there once somebody has had it made, and its address opens it',
    async (source) => {
      const stream = await recorded();
      const id = await idAt(stream, source);
      expect(await seen(stream, id)).toEqual({
        state: 'unavailable',
        percent: null,
        url: null,
        reason: expect.stringContaining('no MP4'),
      });
      expect(await asked(stream, id)).toEqual({
        state: 'preparing',
        percent: source === 'cloudflare' ? 0 : null,
        url: null,
        reason: null,
      });
      await expect.poll(async () => (await seen(stream, id)).state).toBe('ready');
      const { playback_ids: [playback] = [] } =
        (
          await providers.mux.get<{ assets: { id: string; playback_ids: { id: string }[] }[] }>('state')
        ).assets.find((each) => each.id === id) ?? {};
      const origin = new URL(stream.playbackUrl ?? '').origin;
      const url =
        source === 'cloudflare'
          ? `${origin}/${id}/downloads/default.mp4`
          : `https://stream.mux.com/${playback?.id}/highest.mp4`;
      expect(await seen(stream, id)).toEqual({ state: 'ready', percent: 100, url, reason: null });
      if (source === 'cloudflare') expect((await fetch(url)).headers.get('content-type')).toBe('video/mp4');
    },
  );

  it.each(sources)(
    'at %s is made once for many requests, each of one call of the provider',
    async (source) => {
      const stream = await recorded();
      const id = await idAt(stream, source);
      const before = await callsNow();
      const answers = await Promise.all([asked(stream, id), asked(stream, id), asked(stream, id)]);
      for (const { state } of answers) expect(['preparing', 'ready']).toContain(state);
      const calls = await callsSince(before);
      expect(calls.every((call) => call.startsWith('POST'))).toBe(true);
      expect(calls.length).toBeLessThanOrEqual(3);
      const { assets } = await providers.mux.get<{
        assets: { id: string; static_renditions?: { files: unknown[] } }[];
      }>('state');
      const files = assets.find((each) => each.id === id)?.static_renditions?.files;
      expect(files?.length).toBe(source === 'mux' ? 1 : undefined);
    },
  );

  it.each(sources)('at %s is known to be ready: the provider is not asked again', async (source) => {
    const stream = await recorded();
    const url = await made(stream, source);
    const id = await idAt(stream, source);
    const before = await callsNow();
    expect(await asked(stream, id)).toMatchObject({ state: 'ready', url });
    expect(await seen(stream, id)).toMatchObject({ state: 'ready', url });
    expect(await callsSince(before)).toEqual([]);
  });

  it('cannot be made before the recording is complete', async () => {
    const stream = streamOf(await owner.create());
    await goLive(providers, stream, 'rtmps');
    const before = await callsNow();
    const answer = await asked(stream, await idAt(stream, 'mux'));
    expect(answer).toMatchObject({ state: 'unavailable', reason: expect.stringContaining('not complete') });
    expect(await callsSince(before)).toEqual([]);
    await stop(providers, stream);
  });

  it('cannot be made at Cloudflare of a live recording of four hours, which is said without a call', async () => {
    const stream = streamOf(await owner.create());
    const uid = '4'.repeat(32);
    const started = new Date(Date.now() - 5 * 3600_000);
    const video = {
      uid,
      liveInput: stream.cloudflareInputId,
      status: { state: 'ready' },
      created: started.toISOString(),
      modified: new Date().toISOString(),
      duration: 14_400,
      playback: { hls: `${new URL(stream.playbackUrl ?? '').origin}/${uid}/manifest/video.m3u8` },
    };
    expect((await deliver(worker, videoDoor, JSON.stringify(video))).status).toBe(200);
    await expect.poll(() => idAt(stream, 'cloudflare')).toBe(uid);
    const before = await callsNow();
    expect(await asked(stream, uid)).toMatchObject({
      state: 'unavailable',
      url: null,
      reason: expect.stringContaining('four hours'),
    });
    expect(await callsSince(before)).toEqual([]);
  });

  it.each(sources)('is unavailable if %s refuses it, and the service says what to do', async (source) => {
    const stream = await recorded();
    const id = await idAt(stream, source);
    const fault: CallFault = { kind: 'status', method: 'POST', path: id, status: 400 };
    await providers[source].post('faults', [fault]);
    const answer = await asked(stream, id);
    // Mux refuses what exists, too: the next request tells which of both it was.
    const refused = source === 'mux' ? await seen(stream, id) : answer;
    expect(refused).toMatchObject({ state: 'unavailable', url: null, reason: expect.stringMatching(/\.$/) });
    await made(stream, source);
  });

  it.each(sources)('is a 502 if %s fails, and can be asked for again', async (source) => {
    const stream = await recorded();
    const id = await idAt(stream, source);
    const faults: CallFault[] = [
      { kind: 'status', method: 'POST', path: id, status: 500, times: 1 },
      { kind: 'garbage', method: 'GET', path: id, times: 1 },
    ];
    await providers[source].post('faults', faults);
    const failed = await owner.send(addressOf(stream, id), { method: 'POST' });
    expect([failed.status, failed.body.type]).toEqual([502, 'urn:whip-mux:problem:provider-failed']);
    await asked(stream, id);
    expect((await owner.send(addressOf(stream, id))).status).toBe(502);
    await made(stream, source);
  });

  it('is made by the owner only: nobody else, an invited phone included, may make or see it', async () => {
    const stream = await recorded();
    const id = await idAt(stream, 'cloudflare');
    const { token } = await invite(owner, stream.id);
    const watching = await invite(owner, stream.id, { purpose: 'watch' });
    const stranger = await Client.of(worker);
    const before = await callsNow();
    for (const method of ['GET', 'POST']) {
      const address = addressOf(stream, id);
      expect((await worker.fetch(address, { method })).status).toBe(401);
      expect((await bearing(worker, token, address, { method })).status).toBe(401);
      expect((await bearing(worker, watching.token, address, { method })).status).toBe(401);
      expect((await stranger.send(address, { method })).status).toBe(404);
    }
    expect(await callsSince(before)).toEqual([]);
  });

  it('is not found under the id of another stream’s recording', async () => {
    const [stream, other] = [await recorded(), await recorded()];
    const answer = await owner.send(addressOf(stream, await idAt(other, 'mux')), { method: 'POST' });
    expect([answer.status, answer.body.type]).toEqual([404, 'urn:whip-mux:problem:no-such-recording']);
  });
});

describe('viewers', () => {
  it.each(sources)(
    'get the address at %s if the owner allows it, and only of what is ready',
    async (source) => {
      const stream = await recorded();
      expect(stream).toMatchObject({ viewersMayDownload: false });
      expect((await patch(stream, { viewersMayDownload: true })).body.stream).toMatchObject({
        viewersMayDownload: true,
      });
      expect((await recordingAt(stream, source)).downloadUrl).toBeNull();
      const url = await made(stream, source);
      expect((await recordingAt(stream, source)).downloadUrl).toBe(url);
      expect((await viewer.playback(stream.id)).body.recording?.[source]?.downloadUrl).toBe(url);
      await patch(stream, { viewersMayDownload: false });
      expect((await recordingAt(stream, source)).downloadUrl).toBeNull();
      expect(await seen(stream, await idAt(stream, source))).toMatchObject({ state: 'ready', url });
    },
  );

  it('may be allowed to download from the creation on', async () => {
    const stream = await recorded({ viewersMayDownload: true });
    expect(stream).toMatchObject({ viewersMayDownload: true });
    const url = await made(stream, 'cloudflare');
    expect((await recordingAt(stream, 'cloudflare')).downloadUrl).toBe(url);
  });

  it.each([['yes'], [1], ['']])('may not be allowed with %j', async (viewersMayDownload) => {
    const answer = await owner.create({ viewersMayDownload });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'viewersMayDownload' }] } });
    const stream = streamOf(await owner.create());
    expect((await patch(stream, { viewersMayDownload })).status).toBe(400);
  });
});

describe('the MP4 of a private recording', () => {
  it.each(sources)(
    'at %s has an address for hours, for its owner and for invited viewers',
    async (source) => {
      const stream = await recorded({ visibility: 'private' });
      const id = await idAt(stream, source);
      const url = await made(stream, source);
      const claims = decodeJwt(tokenIn(url));
      expect((claims.exp ?? 0) - Date.now() / 1000).toBeLessThanOrEqual(6 * 3600);
      expect(claims).toMatchObject(source === 'cloudflare' ? { sub: id, downloadable: true } : { aud: 'v' });
      if (source === 'cloudflare') {
        expect((await fetch(url)).status).toBe(200);
        expect((await fetch(url.replace(tokenIn(url), id))).status).toBeGreaterThanOrEqual(400);
      }
      const { token } = await invite(owner, stream.id, { purpose: 'watch' });
      expect((await recordingAt(stream, source, token)).downloadUrl).toBeNull();
      await patch(stream, { viewersMayDownload: true });
      const shown = (await recordingAt(stream, source, token)).downloadUrl ?? '';
      expect(decodeJwt(tokenIn(shown))).toMatchObject({ sub: claims.sub });
      if (source === 'cloudflare') expect((await fetch(shown)).status).toBe(200);
      expect((await viewer.recordings(stream.id)).status).toBe(404);
      expect((await worker.fetch(addressOf(stream, id))).status).toBe(401);
    },
  );

  it('leaves no token in the store', async () => {
    const stream = await recorded({ visibility: 'private', viewersMayDownload: true });
    const token = tokenIn(await made(stream, 'cloudflare'));
    expect(token).toMatch(/^eyJ/);
    expect(JSON.stringify(await worker.kv())).not.toContain(token);
  });
});
