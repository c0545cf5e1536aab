// Failures during a broadcast.

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { certificateIn } from '../../sandbox/media/certificate.ts';
import { Feed } from '../../sandbox/media/feed.ts';
import { messageType } from '../../sandbox/media/rtmp-chunks.ts';
import { RtmpPush } from '../../sandbox/media/rtmp-push.ts';
import { account, eventTypes } from '../sandbox/support.ts';
import { encode, eventually, journal, probe, runBothWithMedia } from './support.ts';

it('an output reconnects when Mux returns, into the same recording inside the window', async () => {
  const { cloudflare, mux, liveStream, publishUrl, muxHook } = await runBothWithMedia();
  await mux.mux.video.liveStreams.update(liveStream.id, { reconnect_window: 20 });
  const encoder = encode(publishUrl);
  await eventually(() => eventTypes(muxHook).includes('video.live_stream.active'));
  await mux.control.post('ingest/stop');
  await eventually(() => eventTypes(muxHook).includes('video.live_stream.disconnected'));
  await mux.control.post('ingest/start');
  await eventually(
    () => eventTypes(muxHook).filter((type) => type === 'video.live_stream.active').length === 2,
  );
  expect((await journal(cloudflare)).join('\n')).toContain('The server has hung up.');
  await encoder.stop();
  await mux.mux.video.liveStreams.complete(liveStream.id);
  await eventually(() => eventTypes(muxHook).includes('video.asset.live_stream_completed'));
  expect((await mux.mux.video.assets.list()).data).toHaveLength(1);
});

it('an encoder is disconnected when its ingest dies, and the recording contains what was received', async () => {
  const { cloudflare, inputId, publishUrl, videoHook } = await runBothWithMedia({ timeoutSeconds: 1 });
  const encoder = encode(publishUrl);
  const manifest = `${cloudflare.url}/${inputId}/manifest/video.m3u8`;
  await eventually(async () => (await fetch(manifest)).status === 200);
  await cloudflare.control.post('ingest/stop');
  expect(await encoder.done).not.toBe(0);
  expect(await encode(publishUrl, { seconds: 1 }).done).not.toBe(0);
  const video = await eventually(() => videoHook.received[0]?.json);
  expect(Number(video.duration)).toBeGreaterThan(1);
  expect(await probe((video.playback as { hls: string }).hls)).toMatchObject({ codecs: ['aac', 'h264'] });
  await cloudflare.control.post('ingest/start');
  expect(await encode(publishUrl, { seconds: 2 }).done).toBe(0);
});

it('an unplayable broadcast is an error at both providers, not silence', async () => {
  const { folder, input, inputId, outputId, cloudflare, mux, liveStream, videoHook, muxHook } =
    await runBothWithMedia();
  const { cert: trusted } = await certificateIn(folder);
  const addresses = [
    { url: input.rtmps?.url ?? '', streamKey: input.rtmps?.streamKey ?? '' },
    { url: mux.rtmpsUrl ?? '', streamKey: liveStream.stream_key },
  ];
  const at = { account_id: account, live_input_identifier: inputId };
  await cloudflare.stream.liveInputs.outputs.delete(outputId, at);
  for (const address of addresses) {
    const feed = new Feed();
    const sending = Promise.withResolvers<void>();
    const push = new RtmpPush(feed, address, { trusted, tell: () => sending.resolve() });
    await sending.promise;
    // Declares the audio format and never sends audio.
    feed.push({ type: messageType.audio, timestamp: 0, payload: Buffer.from([0xaf, 0, 0x12, 0x10]) });
    await sleep(200);
    feed.end();
    await push.over;
  }
  const video = await eventually(() => videoHook.received[0]?.json);
  expect(video).toMatchObject({ readyToStream: false, status: { state: 'error' } });
  expect((await fetch(`${cloudflare.url}/${String(video.uid)}/manifest/video.m3u8`)).status).toBe(424);
  await eventually(() => eventTypes(muxHook).includes('video.asset.errored'));
  expect(eventTypes(muxHook)).not.toContain('video.live_stream.active');
});
