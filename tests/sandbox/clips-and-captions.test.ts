// Clips and captions of recordings at both stand-ins, with the official SDKs as witnesses.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { scriptedFile } from '../../sandbox/shared/scripted-media.ts';
import { absentMuxId, absentUid, account, afterwards, delivered, eventTypes, runBoth } from './support.ts';

const account_id = account;
const absent = { status: 404 };
const refused = { status: 400 };

/** An address of ten seconds of media. */
async function serveFile(): Promise<string> {
  const file = scriptedFile(10);
  const server = createServer((request, response) => {
    const part = request.headers.range ? 206 : 200;
    response.writeHead(part, { 'content-length': file.length });
    response.end(request.method === 'HEAD' ? undefined : file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(() => new Promise((resolve) => void server.close(() => resolve())));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/ten-seconds.mp4`;
}

async function recorded() {
  const both = await runBoth();
  const address = await serveFile();
  const { stream } = both.cloudflare;
  const { assets } = both.mux.mux.video;
  const video = (await stream.copy.create({ account_id, input: address })).uid ?? '';
  const asset = (await assets.create({ inputs: [{ url: address }], playback_policies: ['public'] })).id;
  const videoState = async (uid: string) => (await stream.get(uid, { account_id })).status?.state;
  const assetState = async (id: string) => (await assets.retrieve(id)).status;
  await expect.poll(() => videoState(video)).toBe('ready');
  await expect.poll(() => assetState(asset)).toBe('ready');
  return { ...both, stream, assets, video, asset, videoState, assetState };
}

it('Cloudflare makes a clip, which says what it is a part of and belongs to its creator', async () => {
  const { cloudflare, stream, video, videoState, videoHook } = await recorded();
  const clip = await stream.clip.create({
    account_id,
    clippedFromVideoUID: video,
    startTimeSeconds: 2,
    endTimeSeconds: 9,
    meta: { name: 'The service', madeOf: 'ours' },
    creator: 'ours',
    requireSignedURLs: true,
  });
  const uid = clip.uid ?? '';
  expect(clip).toMatchObject({ clippedFrom: video, creator: 'ours', requireSignedURLs: true, duration: -1 });
  await expect.poll(() => videoState(uid)).toBe('ready');
  const made = await stream.get(uid, { account_id });
  expect(made).toMatchObject({ duration: 7, meta: { name: 'The service', madeOf: 'ours' } });
  const { result } = await stream.list({ account_id, creator: 'ours' });
  expect(result.map((each) => each.uid)).toEqual([uid]);
  await delivered(cloudflare);
  expect(videoHook.received.at(-1)?.json).toMatchObject({ uid, creator: 'ours', status: { state: 'ready' } });
});

it('Cloudflare refuses a clip of what is not there or not ready, and times that make no sense', async () => {
  const { stream, cloudflare, inputId, video } = await recorded();
  const clip = (clippedFromVideoUID: string, startTimeSeconds: number, endTimeSeconds: number) =>
    stream.clip.create({ account_id, clippedFromVideoUID, startTimeSeconds, endTimeSeconds });
  await expect(clip(absentUid, 0, 1)).rejects.toMatchObject(absent);
  await expect(clip(video, 4, 4)).rejects.toMatchObject(refused);
  await expect(clip(video, 5, 4)).rejects.toMatchObject(refused);
  await expect(clip(video, 0, 11)).rejects.toMatchObject(refused);
  await expect(clip(video, 0.5, 2)).rejects.toMatchObject(refused);
  const { videoUid } = await cloudflare.control.post<{ videoUid: string }>('connect', { inputId });
  await expect(clip(videoUid, 0, 1)).rejects.toMatchObject(refused);
});

it('Mux makes a clip from an input that names an asset and two times, or none for the whole', async () => {
  const { mux, assets, asset, assetState, muxHook } = await recorded();
  const clip = (times: object) =>
    assets.create({
      inputs: [{ url: `mux://assets/${asset}`, ...times }],
      playback_policies: ['signed'],
      passthrough: 'ours',
    });
  const made = await clip({ start_time: 2.5, end_time: 9 });
  expect(made).toMatchObject({ ingest_type: 'on_demand_clip', source_asset_id: asset, passthrough: 'ours' });
  expect(made.live_stream_id).toBeUndefined();
  await expect.poll(() => assetState(made.id)).toBe('ready');
  expect((await assets.retrieve(made.id)).duration).toBe(6.5);
  await delivered(mux);
  expect(eventTypes(muxHook).slice(-2)).toEqual(['video.asset.created', 'video.asset.ready']);
  const rest = await clip({ start_time: 4 });
  await expect.poll(() => assetState(rest.id)).toBe('ready');
  expect((await assets.retrieve(rest.id)).duration).toBe(6);
});

it('Mux refuses a clip of what is not there or not ready, and times that make no sense', async () => {
  const { mux, assets, cloudflare, inputId, liveStream, asset } = await recorded();
  const clip = (id: string, start_time: number, end_time: number) =>
    assets.create({ inputs: [{ url: `mux://assets/${id}`, start_time, end_time }] });
  await expect(clip(absentMuxId, 0, 1)).rejects.toMatchObject(refused);
  await expect(clip(asset, 4, 4.2)).rejects.toMatchObject(refused);
  await expect(clip(asset, 5, 4)).rejects.toMatchObject(refused);
  await expect(clip(asset, 0, 11)).rejects.toMatchObject(refused);
  const cut = assets.create({ inputs: [{ url: 'http://127.0.0.1:9/a.mp4', start_time: 1 }] });
  await expect(cut).rejects.toMatchObject(refused);
  await cloudflare.control.post('connect', { inputId });
  const stream = () => mux.mux.video.liveStreams.retrieve(liveStream.id);
  await expect.poll(async () => (await stream()).status).toBe('active');
  await expect(clip((await stream()).active_asset_id ?? '', 0, 1)).rejects.toMatchObject(refused);
});

it('Cloudflare makes captions once for each language that it knows, and says how far they are', async () => {
  const { stream, cloudflare, inputId, video: identifier } = await recorded();
  const { captions } = stream;
  const at = { account_id, identifier };
  expect((await captions.get(identifier, { account_id })).result).toEqual([]);
  await expect(captions.language.get('es', at)).rejects.toMatchObject(absent);
  const made = await captions.language.create('es', at);
  expect(made).toEqual({ language: 'es', label: 'Español', generated: true, status: 'inprogress' });
  await expect(captions.language.create('es', at)).rejects.toMatchObject(refused);
  await expect.poll(async () => (await captions.language.get('es', at)).status).toBe('ready');
  expect((await captions.get(identifier, { account_id })).result).toEqual([{ ...made, status: 'ready' }]);
  await expect(captions.language.create('tlh', at)).rejects.toMatchObject(refused);
  await captions.language.delete('es', at);
  expect((await captions.get(identifier, { account_id })).result).toEqual([]);
  const { videoUid } = await cloudflare.control.post<{ videoUid: string }>('connect', { inputId });
  const early = captions.language.create('en', { account_id, identifier: videoUid });
  await expect(early).rejects.toMatchObject(refused);
});

it('Mux makes captions of an audio track, once for each language, and says so in webhooks', async () => {
  const { mux, assets, asset, muxHook } = await recorded();
  const tracks = async () => (await assets.retrieve(asset)).tracks ?? [];
  const audio = (await tracks()).find(({ type }) => type === 'audio')?.id ?? '';
  const video = (await tracks()).find(({ type }) => type === 'video')?.id ?? '';
  const make = (track: string, language_code: 'en' | 'ca') =>
    assets.generateSubtitles(asset, track, { generated_subtitles: [{ language_code, name: 'CC' }] });
  const [made] = await make(audio, 'ca');
  const text = { type: 'text', text_type: 'subtitles', text_source: 'generated_vod', language_code: 'ca' };
  expect(made).toMatchObject({ ...text, name: 'CC', status: 'preparing' });
  const found = async () => (await tracks()).find(({ id }) => id === made?.id);
  await expect.poll(async () => (await found())?.status).toBe('ready');
  await expect(make(audio, 'ca')).rejects.toMatchObject(refused);
  await expect(make(video, 'en')).rejects.toMatchObject(absent);
  await delivered(mux);
  expect(eventTypes(muxHook).slice(-2)).toEqual(['video.asset.track.created', 'video.asset.track.ready']);
  expect(muxHook.received.at(-1)?.json.data).toMatchObject({ ...text, asset_id: asset, status: 'ready' });
});
