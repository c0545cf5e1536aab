// Videos that come as files: copies from one provider to the other, MP4 downloads, and uploads in pieces. The official
// SDKs and tus-js-client are the witnesses.

import { createSign } from 'node:crypto';
import Cloudflare from 'cloudflare';
import { Upload } from 'tus-js-client';
import { describe, expect, it } from 'vitest';
import {
  account,
  delivered,
  eventTypes,
  receiveWebhooks,
  runBoth,
  runCloudflare,
  runMux,
} from './support.ts';
import type { StartedCloudflare } from './support.ts';

const account_id = account;
const brief = { seconds: 0.15, reconnectSeconds: 0.01 };
const MiB = 1024 * 1024;

async function recorded(options: { requireSignedURLs?: boolean } = {}) {
  const both = await runBoth();
  const { mux, cloudflare, inputId, liveStream } = both;
  if (options.requireSignedURLs)
    await cloudflare.stream.liveInputs.update(inputId, {
      account_id,
      recording: { mode: 'automatic', requireSignedURLs: true },
    });
  const { videoUid } = await cloudflare.control.post<{ videoUid: string }>('broadcast', {
    inputId,
    ...brief,
  });
  await Promise.all([delivered(mux), delivered(cloudflare)]);
  const [asset] = (await mux.mux.video.assets.list({ live_stream_id: liveStream.id })).data;
  return { ...both, videoUid, assetId: asset?.id ?? '' };
}

describe('a copy from Mux to Cloudflare', () => {
  it('goes by a temporary master and an address to copy from', async () => {
    const { mux, cloudflare, assetId, muxHook, videoHook } = await recorded();
    await mux.mux.video.assets.updateMasterAccess(assetId, { master_access: 'temporary' });
    const master = () => mux.mux.video.assets.retrieve(assetId).then((asset) => asset.master);
    await expect.poll(async () => (await master())?.status).toBe('ready');
    const address = (await master())?.url ?? '';
    await delivered(mux);
    expect(eventTypes(muxHook).slice(-2)).toEqual([
      'video.asset.master.preparing',
      'video.asset.master.ready',
    ]);

    const copy = await cloudflare.stream.copy.create({
      account_id,
      input: address,
      meta: { name: 'copy', streamId: 'ours' },
      creator: 'ours',
      requireSignedURLs: true,
    });
    expect(copy).toMatchObject({
      status: { state: 'downloading' },
      duration: -1,
      meta: { name: 'copy', 'downloaded-from': address },
      creator: 'ours',
      requireSignedURLs: true,
    });
    const uid = copy.uid ?? '';
    const found = () => cloudflare.stream.get(uid, { account_id });
    await expect.poll(async () => (await found()).status?.state).toBe('ready');
    expect((await found()).duration).toBeGreaterThan(0);
    await cloudflare.stream.edit(uid, { account_id, meta: { name: 'copy' } });
    expect((await found()).meta).toEqual({ name: 'copy' });
    const { result } = await cloudflare.stream.list({ account_id, creator: 'ours' });
    expect(result.map((each) => each.uid)).toEqual([uid]);
    await delivered(cloudflare);
    expect(videoHook.received.at(-1)?.json).toMatchObject({ uid, status: { state: 'ready' } });
  });

  it.each([
    ['nobody listens', 'http://127.0.0.1:9/a.mp4'],
    ['HEAD is refused', 'missing'],
  ])('fails when %s', async (_why, address) => {
    const cloudflare = await runCloudflare();
    const input = address === 'missing' ? `${cloudflare.url}/absent/downloads/default.mp4` : address;
    const copy = await cloudflare.stream.copy.create({ account_id, input });
    const found = () => cloudflare.stream.get(copy.uid ?? '', { account_id });
    await expect.poll(async () => (await found()).status?.state).toBe('error');
    expect((await found()).status?.errorReasonCode).toBe('ERR_FETCH_ORIGIN_ERROR');
  });

  it('opens no master while the recording grows, and none without its signature', async () => {
    const { mux, cloudflare, inputId, liveStream } = await runBoth();
    await cloudflare.control.post('connect', { inputId });
    const stream = () => mux.mux.video.liveStreams.retrieve(liveStream.id);
    await expect.poll(async () => (await stream()).status).toBe('active');
    const assetId = (await stream()).active_asset_id ?? '';
    const open = mux.mux.video.assets.updateMasterAccess(assetId, { master_access: 'temporary' });
    await expect(open).rejects.toMatchObject({ status: 400 });
    const unsigned = await fetch(`${mux.url}/masters/${assetId}/master.mp4?skid=default&signature=x`);
    expect(unsigned.status).toBe(404);
  });
});

describe('a copy from Cloudflare to Mux', () => {
  it('goes by an MP4 download and an asset with its address as input', async () => {
    const { mux, cloudflare, videoUid, muxHook } = await recorded();
    expect(await cloudflare.stream.downloads.get(videoUid, { account_id })).toEqual({});
    const made = (await cloudflare.stream.downloads.create(videoUid, { account_id })) as {
      default?: { status?: string };
    };
    expect(made.default?.status).toBe('inprogress');
    const download = async () => (await cloudflare.stream.downloads.get(videoUid, { account_id })).default;
    await expect.poll(async () => (await download())?.status).toBe('ready');
    expect((await download())?.percentComplete).toBe(100);
    const asset = await mux.mux.video.assets.create({
      inputs: [{ url: (await download())?.url }],
      playback_policies: ['public'],
      passthrough: 'ours',
      static_renditions: [{ resolution: 'highest' }],
    });
    expect(asset).toMatchObject({ status: 'preparing', passthrough: 'ours' });
    expect(asset.live_stream_id).toBeUndefined();
    const found = () => mux.mux.video.assets.retrieve(asset.id);
    await expect.poll(async () => (await found()).status).toBe('ready');
    expect((await found()).duration).toBeGreaterThan(0);
    await delivered(mux);
    expect(eventTypes(muxHook).slice(-3)).toEqual([
      'video.asset.created',
      'video.asset.ready',
      'video.asset.static_rendition.ready',
    ]);
  });

  it('fails with the reason for a person', async () => {
    const mux = await runMux();
    const asset = await mux.mux.video.assets.create({ inputs: [{ url: 'http://127.0.0.1:9/a.mp4' }] });
    const found = () => mux.mux.video.assets.retrieve(asset.id);
    await expect.poll(async () => (await found()).status).toBe('errored');
    expect((await found()).errors?.type).toBe('invalid_input');
  });

  it('opens a protected download only to a token that says so', async () => {
    const { cloudflare, videoUid } = await recorded({ requireSignedURLs: true });
    await cloudflare.stream.downloads.create(videoUid, { account_id });
    const { id, pem } = await cloudflare.stream.keys.create({ account_id });
    const token = (claims: object): string => {
      const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const exp = Math.floor(Date.now() / 1000) + 60;
      const signed = `${part({ alg: 'RS256', kid: id })}.${part({ sub: videoUid, kid: id, exp, ...claims })}`;
      const key = Buffer.from(pem ?? '', 'base64').toString();
      return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
    };
    const status = async (name: string): Promise<number> =>
      (await fetch(`${cloudflare.url}/${name}/downloads/default.mp4`)).status;
    expect(await status(videoUid)).toBe(401);
    expect(await status(token({}))).toBe(401);
    await expect.poll(() => status(token({ downloadable: true }))).toBe(200);
  });

  it('refuses a download before the recording is ready', async () => {
    const { cloudflare, inputId } = await runBoth();
    const { videoUid } = await cloudflare.control.post<{ videoUid: string }>('connect', { inputId });
    const made = cloudflare.stream.downloads.create(videoUid, { account_id });
    await expect(made).rejects.toMatchObject({ status: 400 });
  });
});

it('static renditions are made on demand, once each', async () => {
  const { mux, assetId } = await recorded();
  const { assets } = mux.mux.video;
  const made = await assets.createStaticRendition(assetId, { resolution: 'highest', passthrough: 'ours' });
  expect(made).toMatchObject({ status: 'preparing', name: 'highest.mp4', passthrough: 'ours' });
  await expect(assets.createStaticRendition(assetId, { resolution: 'highest' })).rejects.toMatchObject({
    status: 400,
  });
  const files = async () => (await assets.retrieve(assetId)).static_renditions?.files;
  await expect.poll(async () => (await files())?.[0]?.status).toBe('ready');
  await assets.deleteStaticRendition(assetId, made.id ?? '');
  expect(await files()).toEqual([]);
});

interface Minted {
  url: string;
  uid: string;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

async function create(
  { url }: StartedCloudflare,
  headers: Record<string, string>,
  query = '?direct_user=true',
): Promise<Response> {
  return fetch(`${url}/client/v4/accounts/${account}/stream${query}`, {
    method: 'POST',
    headers: { authorization: 'Bearer api-token', 'tus-resumable': '1.0.0', ...headers },
  });
}

const limit = `maxDurationSeconds ${base64('3600')}`;

async function mint(cloudflare: StartedCloudflare, size: number, metadata = limit): Promise<Minted> {
  const made = await create(cloudflare, { 'upload-length': String(size), 'upload-metadata': metadata });
  expect(made.status).toBe(201);
  return { url: made.headers.get('location') ?? '', uid: made.headers.get('stream-media-id') ?? '' };
}

function send(url: string, offset: number, bytes: Buffer, headers: Record<string, string> = {}) {
  const type = 'application/offset+octet-stream';
  return fetch(url, {
    method: 'PATCH',
    headers: { 'tus-resumable': '1.0.0', 'upload-offset': String(offset), 'content-type': type, ...headers },
    body: new Uint8Array(bytes),
  });
}

describe('an upload in pieces', () => {
  it('by tus-js-client goes on where it stopped', async () => {
    const hook = await receiveWebhooks();
    const cloudflare = await runCloudflare({ videoWebhook: { url: hook.url, secret: 'video-secret' } });
    const file = Buffer.alloc(12 * MiB);
    const { url, uid } = await mint(cloudflare, file.length, `name ${base64('the service')},${limit}`);
    const video = () => cloudflare.stream.get(uid, { account_id });
    expect(await video()).toMatchObject({
      status: { state: 'pendingupload' },
      meta: { name: 'the service' },
      maxDurationSeconds: 3600,
    });

    const upload = (stopAfter: number): Promise<number> =>
      new Promise((resolve, reject) => {
        const sender = new Upload(file, {
          uploadUrl: url,
          chunkSize: 5 * MiB,
          retryDelays: null,
          onChunkComplete: (_size, accepted) => {
            if (accepted >= stopAfter) void sender.abort().then(() => resolve(accepted));
          },
          onSuccess: () => resolve(file.length),
          onError: reject,
        });
        sender.start();
      });
    expect(await upload(5 * MiB)).toBe(5 * MiB);
    expect(await upload(Infinity)).toBe(file.length);
    const patches = (await cloudflare.control.get<{ method: string }[]>('calls')).filter(
      ({ method }) => method === 'PATCH',
    );
    expect(patches).toHaveLength(3);
    await expect.poll(async () => (await video()).status?.state).toBe('ready');
    expect((await video()).size).toBe(file.length);
    await delivered(cloudflare);
    expect(hook.received.at(-1)?.json).toMatchObject({ uid, status: { state: 'ready' } });
  });

  it('keeps every rule of its protocol', async () => {
    const cloudflare = await runCloudflare();
    const { url } = await mint(cloudflare, 11 * MiB);
    const piece = Buffer.alloc(5 * MiB);
    const status = async (answer: Promise<Response>): Promise<number> => (await answer).status;
    expect(await status(send(url, 0, piece, { 'tus-resumable': '0.2.0' }))).toBe(412);
    expect(await status(send(url, 0, piece, { 'content-type': 'video/mp4' }))).toBe(415);
    expect(await status(send(url, 5, piece))).toBe(409);
    expect(await status(send(url, 0, Buffer.alloc(5 * MiB + 1)))).toBe(400);
    expect(await status(send(url, 0, Buffer.alloc(256 * 1024)))).toBe(400);
    expect(await status(send(url, 0, Buffer.alloc(12 * MiB)))).toBe(413);
    const accepted = await send(url, 0, piece);
    expect([accepted.status, accepted.headers.get('upload-offset')]).toEqual([204, String(5 * MiB)]);
    expect(accepted.headers.get('access-control-allow-origin')).toBe('*');
    const at = await fetch(url, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
    expect([at.headers.get('upload-offset'), at.headers.get('upload-length')]).toEqual([
      String(5 * MiB),
      String(11 * MiB),
    ]);
    const preflight = await fetch(url, { method: 'OPTIONS', headers: { 'tus-resumable': '1.0.0' } });
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(await status(fetch(`${cloudflare.url}/tus/absent`, { method: 'HEAD' }))).toBe(412);
    expect(await status(send(`${cloudflare.url}/tus/absent`, 0, piece))).toBe(404);
  });

  it('needs a length, a bound on its duration and an expiry that Cloudflare takes', async () => {
    const cloudflare = await runCloudflare();
    const size = { 'upload-length': '1000' };
    const refused = async (headers: Record<string, string>): Promise<number> =>
      (await create(cloudflare, headers)).status;
    expect(await refused({ 'upload-metadata': limit })).toBe(400);
    expect(await refused({ 'upload-length': '30000000000', 'upload-metadata': limit })).toBe(413);
    expect(await refused(size)).toBe(400);
    expect(await refused({ ...size, 'upload-metadata': `name x, ${limit}` })).toBe(400);
    expect(await refused({ ...size, 'upload-metadata': `maxDurationSeconds ${base64('36001')}` })).toBe(400);
    const past = base64(new Date(Date.now() - 1000).toISOString());
    expect(await refused({ ...size, 'upload-metadata': `${limit},expiry ${past}` })).toBe(400);
    expect(await refused({ ...size, 'upload-metadata': limit, 'tus-resumable': '2' })).toBe(412);
    await cloudflare.control.put('account', { storage: { minutes: 990 } });
    expect(await refused({ ...size, 'upload-metadata': limit })).toBe(413);
  });

  it('is for a browser only with direct_user, and not longer than was said', async () => {
    const cloudflare = await runCloudflare();
    const direct = await mint(cloudflare, 4 * MiB, `maxDurationSeconds ${base64('10')}`);
    expect((await send(direct.url, 0, Buffer.alloc(4 * MiB))).status).toBe(204);
    const video = () => cloudflare.stream.get(direct.uid, { account_id });
    await expect
      .poll(async () => (await video()).status?.errorReasonCode)
      .toBe('ERR_DURATION_EXCEED_CONSTRAINT');

    const ours = await create(cloudflare, { 'upload-length': '1000', 'upload-metadata': limit }, '');
    expect(ours.headers.get('access-control-allow-origin')).toBeNull();
    expect((await send(ours.headers.get('location') ?? '', 0, Buffer.alloc(1000))).status).toBe(401);
  });

  it('ends when its address expires', async () => {
    const cloudflare = await runCloudflare();
    const { url, uid } = await mint(cloudflare, MiB);
    await cloudflare.control.post('uploads/expire', { uid });
    expect((await send(url, 0, Buffer.alloc(MiB))).status).toBe(410);
  });
});

it('the SDK deletes an upload that never came', async () => {
  const cloudflare = await runCloudflare();
  const { uid } = await mint(cloudflare, MiB);
  await cloudflare.stream.delete(uid, { account_id });
  await expect(cloudflare.stream.get(uid, { account_id })).rejects.toBeInstanceOf(Cloudflare.NotFoundError);
});
