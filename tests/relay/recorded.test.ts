// From a browser through the relay to two recordings: Cloudflare's stand-in takes what the relay sends, records it and
// sends it on to Mux's.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { certificateFile } from '../../sandbox/media/certificate.ts';
import { eventually, probe, runBothWithMedia } from '../media/support.ts';
import { startBrowser } from './browser.ts';
import { seconds } from './processes.ts';
import { startRelay } from './relay.ts';
import { startWorker, token } from './worker.ts';

test('twenty seconds by WHIP are watched by WHEP and by HLS, and recorded twice', async () => {
  const { folder, input, inputId, cloudflare, mux, videoHook } = await runBothWithMedia();
  const worker = await startWorker();
  const { url = '', streamKey = '' } = input.rtmps ?? {};
  worker.streams.set('one', { url, streamKey });
  const browser = await startBrowser();
  const relay = await startRelay(worker.url, {
    RELAY_ALLOWED_ORIGINS: browser.origin,
    RELAY_CA_FILE: join(folder, certificateFile),
  });
  const [phone, viewer] = [await browser.open(), await browser.open()];
  const call = <T>(page: typeof phone, name: string, ...values: unknown[]): Promise<T> =>
    page.evaluate<T>(`${name}(${values.map((each) => JSON.stringify(each)).join(', ')})`);

  const session = await call<number>(phone, 'publish', 'whip-whep', `${relay.url}/whip/one`, token('one'));
  const began = performance.now();
  const manifest = `${cloudflare.url}/${inputId}/manifest/video.m3u8`;
  await eventually(async () => (await fetch(manifest)).status === 200, 20);
  expect(await probe(manifest)).toMatchObject({ codecs: ['aac', 'h264'], size: '1280x720' });
  await eventually(async () => (await mux.mux.video.assets.list()).data[0]?.status === 'ready', 20);
  const watching = await call<{ session: number }>(
    viewer,
    'watch',
    `${relay.url}/whep/one`,
    token('one', 'watch'),
  );
  await eventually(async () => {
    const { frames } = await call<{ frames: number }>(viewer, 'watched', watching.session);
    return frames > 20;
  });

  await seconds(Math.max(0, 20 - (performance.now() - began) / 1000));
  await call(phone, 'stop', session);
  const lasted = (performance.now() - began) / 1000;

  const video = await eventually(() => videoHook.received[0]?.json, 30);
  const asset = await eventually(async () => {
    const { data } = await mux.mux.video.assets.list();
    return data.every(({ is_live: isLive }) => !isLive) && data[0];
  });
  const addresses = [
    (video.playback as { hls: string }).hls,
    `${mux.url}/${asset.playback_ids?.[0]?.id}.m3u8`,
  ];
  for (const address of addresses) {
    const recording = await probe(address);
    expect(recording).toMatchObject({ codecs: ['aac', 'h264'], size: '1280x720' });
    expect(Math.abs(recording.seconds - lasted)).toBeLessThan(2);
  }
});
