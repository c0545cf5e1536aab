// A real file goes to Cloudflare by tus, from there to Mux by an MP4 download, and back by a temporary master.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { Upload } from 'tus-js-client';
import { expect, it } from 'vitest';
import { account, runCloudflare, runMux } from '../sandbox/support.ts';
import { eventually, expectSeconds, probe, temporaryFolder } from './support.ts';

const seconds = 3;
const account_id = account;

/** As Chromium records it: VP8 with Opus. */
async function recordingOfPhone(folder: string): Promise<Buffer> {
  const file = join(folder, 'phone.webm');
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30'];
  const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'];
  const codecs = ['-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus', '-t', String(seconds)];
  await promisify(execFile)('ffmpeg', ['-loglevel', 'error', ...picture, ...tone, ...codecs, file]);
  return readFile(file);
}

it('an upload by tus is copied to Mux and back, and plays in full length everywhere', async () => {
  // Relative, as ./run gives it.
  const folder = relative('', await temporaryFolder());
  const mux = await runMux({ media: { folder, rtmpPort: 0, rtmpsPort: 0 } });
  const cloudflare = await runCloudflare({ muxControl: mux.url, media: { folder, rtmpsPort: 0 } });
  const file = await recordingOfPhone(folder);
  const made = await fetch(`${cloudflare.url}/client/v4/accounts/${account}/stream?direct_user=true`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer api-token',
      'tus-resumable': '1.0.0',
      'upload-length': String(file.length),
      'upload-metadata': `maxDurationSeconds ${Buffer.from('60').toString('base64')}`,
    },
  });
  const uploadUrl = made.headers.get('location') ?? '';
  const uid = made.headers.get('stream-media-id') ?? '';
  await new Promise<void>((onSuccess, onError) => {
    new Upload(file, { uploadUrl, onSuccess: () => onSuccess(), onError }).start();
  });
  const ready = async (id: string) => {
    const found = await cloudflare.stream.get(id, { account_id });
    return found.status?.state === 'ready' && found;
  };
  const uploaded = await eventually(() => ready(uid));
  const whole = { codecs: ['aac', 'h264'], size: '320x180' };
  const played = await probe(uploaded.playback?.hls ?? '');
  expect(played).toMatchObject(whole);
  expectSeconds(played.seconds, seconds);

  await cloudflare.stream.downloads.create(uid, { account_id });
  const download = await eventually(async () => {
    const made = (await cloudflare.stream.downloads.get(uid, { account_id })).default;
    return made?.status === 'ready' && made.url;
  });
  const { id } = await mux.mux.video.assets.create({
    inputs: [{ url: download }],
    playback_policies: ['public'],
  });
  const asset = await eventually(async () => {
    const found = await mux.mux.video.assets.retrieve(id);
    return found.status === 'ready' && found;
  });
  const atMux = await probe(`${mux.url}/${asset.playback_ids?.[0]?.id}.m3u8`);
  expect(atMux).toMatchObject(whole);
  expectSeconds(atMux.seconds, seconds);

  await mux.mux.video.assets.updateMasterAccess(id, { master_access: 'temporary' });
  const input = await eventually(async () => (await mux.mux.video.assets.retrieve(id)).master?.url);
  const copy = await cloudflare.stream.copy.create({ account_id, input });
  const back = await probe((await eventually(() => ready(copy.uid ?? ''))).playback?.hls ?? '');
  expect(back).toMatchObject(whole);
  expectSeconds(back.seconds, seconds);
});
