// An encoder such as OBS publishes to a live input over RTMPS: it produces two recordings, and the providers report
// what really happened.

import { expect, it } from 'vitest';
import { account, eventTypes } from '../sandbox/support.ts';
import { encode, eventually, expectSeconds, journal, probe, runBothWithMedia } from './support.ts';

const broadcastSeconds = 6;

it('an RTMPS broadcast is recorded at Cloudflare and, through the output, at Mux', async () => {
  const { cloudflare, mux, inputId, publishUrl, liveStream, muxHook, videoHook, liveHook } =
    await runBothWithMedia();
  const encoder = encode(publishUrl, { seconds: broadcastSeconds });

  const live = await eventually(async () => {
    const answer = await fetch(`${cloudflare.url}/${inputId}/manifest/video.m3u8`);
    return answer.status === 200 && answer.text();
  });
  expect(live).toContain('RESOLUTION=640x360');
  const playbackId = liveStream.playback_ids?.[0]?.id ?? '';
  await eventually(async () => (await fetch(`${mux.url}/${playbackId}.m3u8`)).status === 200);
  const watching = await probe(`${cloudflare.url}/${inputId}/manifest/video.m3u8`);
  expect(watching).toMatchObject({ codecs: ['aac', 'h264'], size: '640x360' });

  expect(await encoder.done).toBe(0);
  const video = await eventually(() => videoHook.received[0]?.json);
  expect(video).toMatchObject({
    liveInput: inputId,
    status: { state: 'ready' },
    input: { width: 640, height: 360 },
  });
  const at = (video.playback as { hls: string }).hls;
  const atCloudflare = await probe(at);
  expect(atCloudflare).toMatchObject({ codecs: ['aac', 'h264'], size: '640x360' });
  expectSeconds(atCloudflare.seconds, broadcastSeconds);
  expectSeconds(Number(video.duration), broadcastSeconds);
  expect(eventTypes(liveHook)).toEqual(['live_input.connected', 'live_input.disconnected']);

  await eventually(() => eventTypes(muxHook).includes('video.asset.static_rendition.ready'));
  expect(eventTypes(muxHook)).toEqual([
    'video.live_stream.created',
    'video.live_stream.connected',
    'video.asset.created',
    'video.live_stream.recording',
    'video.asset.ready',
    'video.live_stream.active',
    'video.live_stream.disconnected',
    'video.live_stream.idle',
    'video.asset.live_stream_completed',
    'video.asset.static_rendition.ready',
  ]);
  const [asset] = (await mux.mux.video.assets.list()).data;
  expect(asset).toMatchObject({ status: 'ready', aspect_ratio: '16:9', live_stream_id: liveStream.id });
  for (const address of ['.m3u8', '/highest.mp4']) {
    const atMux = await probe(`${mux.url}/${asset?.playback_ids?.[0]?.id}${address}`);
    expect(atMux).toMatchObject({ codecs: ['aac', 'h264'], size: '640x360' });
    expectSeconds(atMux.seconds, broadcastSeconds);
  }
  expectSeconds(Number(asset?.duration), broadcastSeconds);
});

it('an encoder that returns within the window continues the same two recordings', async () => {
  const { cloudflare, mux, liveStream, inputId, publishUrl, videoHook } = await runBothWithMedia({
    timeoutSeconds: 60,
  });
  await mux.mux.video.liveStreams.update(liveStream.id, { reconnect_window: 60 });
  const first = encode(publishUrl, { seconds: 3 });
  expect(await first.done).toBe(0);
  const second = encode(publishUrl);
  await eventually(() => second.sent() > 3);
  await cloudflare.control.post('disconnect', { inputId, reconnectSeconds: 0.2, wait: true });
  await second.done;
  const sent = first.sent() + second.sent();

  await eventually(() => videoHook.received.length > 0);
  const videos = await cloudflare.stream.liveInputs.get(inputId, { account_id: account });
  expect(videos.status).toMatchObject({ current: { state: 'disconnected', ingestProtocol: 'rtmp' } });
  expect(videoHook.received).toHaveLength(1);
  const whole = await probe((videoHook.received[0]?.json.playback as { hls: string }).hls);
  expectSeconds(whole.seconds, sent);
  const { data: assets } = await mux.mux.video.assets.list();
  expect(assets).toHaveLength(1);
  expect(assets[0]?.is_live).toBeFalsy();
  expectSeconds(Number(assets[0]?.duration), sent);
});

it('an output switched off while live ends at Mux, and starts again when switched on', async () => {
  const { cloudflare, mux, inputId, outputId, publishUrl, muxHook } = await runBothWithMedia();
  const encoder = encode(publishUrl);
  const active = () => eventTypes(muxHook).filter((type) => type === 'video.live_stream.active').length;
  await eventually(() => active() === 1);
  const at = { account_id: account, live_input_identifier: inputId };
  await cloudflare.stream.liveInputs.outputs.update(outputId, { ...at, enabled: false });
  await eventually(() => eventTypes(muxHook).includes('video.asset.live_stream_completed'));
  expect((await cloudflare.stream.liveInputs.get(inputId, { account_id: account })).status).toMatchObject({
    current: { state: 'connected' },
  });
  await cloudflare.stream.liveInputs.outputs.update(outputId, { ...at, enabled: true });
  await eventually(() => active() === 2);
  await encoder.stop();
  await eventually(async () => {
    const { data } = await mux.mux.video.assets.list();
    return data.length === 2 && data.every(({ is_live: isLive }) => !isLive);
  });
});

it('complete ends the recording at once, and disable disconnects the encoder', async () => {
  const { mux, liveStream, muxHook } = await runBothWithMedia();
  const address = `${mux.rtmpUrl}/${liveStream.stream_key}`;
  const types = () => eventTypes(muxHook);
  const first = encode(address);
  await eventually(() => types().includes('video.live_stream.active'));
  await mux.mux.video.liveStreams.complete(liveStream.id);
  await eventually(() => types().includes('video.asset.live_stream_completed'));
  expect(types()).not.toContain('video.live_stream.disconnected');
  expect(first.process.exitCode).toBeNull();
  await mux.mux.video.liveStreams.disable(liveStream.id);
  expect(await first.done).not.toBe(0);
  expect(await encode(address, { seconds: 2 }).done).not.toBe(0);
});

it('an address on another machine is refused with an explanation', async () => {
  const { cloudflare, inputId, publishUrl } = await runBothWithMedia();
  await cloudflare.stream.liveInputs.outputs.create(inputId, {
    account_id: account,
    url: 'rtmps://a.rtmps.youtube.com/live2',
    streamKey: 'key-of-a-stranger',
  });
  expect(await encode(publishUrl, { seconds: 2 }).done).toBe(0);
  const words = (await journal(cloudflare)).join('\n');
  expect(words).toContain('the sandbox sends nothing to a.rtmps.youtube.com');
  expect(words).not.toContain('key-of-a-stranger');
});
