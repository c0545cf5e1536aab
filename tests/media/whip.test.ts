// A browser publishes by WHIP to Cloudflare's stand-in: watched by WHEP and not recorded, as Cloudflare documents, or
// recorded and restreamed if the stand-in is configured to.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStage } from '../web/support/engine.ts';
import type { Stage } from '../web/support/engine.ts';
import { Publisher } from '../web/support/publisher.ts';
import { account, eventTypes } from '../sandbox/support.ts';
import { encode, eventually, expectSeconds, probe, runBothWithMedia } from './support.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
}, 60_000);
afterAll(() => stage[Symbol.asyncDispose]());

const now = (): number => performance.now() / 1000;

async function goLive(url: string): Promise<Publisher> {
  const publisher = new Publisher(await stage.page());
  expect(await publisher.start({ url })).toMatchObject({ state: 'streaming' });
  return publisher;
}

/** Frames that a viewer has decoded after some seconds, or the error. */
async function watch(url: string): Promise<{ size: string; frames: number }> {
  const page = await stage.page();
  await page.evaluate(async (whep) => {
    const viewer = new window.engine.WhepClient({ url: whep });
    const video = document.querySelector('video');
    if (!video) throw new Error('the page has no video');
    video.muted = true;
    video.srcObject = viewer.stream;
    void video.play();
    await viewer.start();
  }, url);
  const seen = await eventually(() =>
    page.evaluate(() => {
      const video = document.querySelector('video');
      const frames = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
      return frames > 20 && { size: `${video?.videoWidth}x${video?.videoHeight}`, frames };
    }),
  );
  await page.context().close();
  return seen;
}

it('is watched by WHEP, and neither recorded nor restreamed, as Cloudflare documents', async () => {
  const { cloudflare, mux, input, inputId, liveHook } = await runBothWithMedia();
  const publisher = await goLive(input.webRTC?.url ?? '');
  await eventually(() => eventTypes(liveHook).includes('live_input.connected'));
  expect(await watch(input.webRTCPlayback?.url ?? '')).toMatchObject({ size: '1280x720' });

  const { status } = await cloudflare.stream.liveInputs.get(inputId, { account_id: account });
  expect(status).toMatchObject({ current: { ingestProtocol: 'webrtc', state: 'connected' } });
  expect((await fetch(`${cloudflare.url}/${inputId}/manifest/video.m3u8`)).status).toBe(204);
  expect(await (await fetch(`${cloudflare.url}/${inputId}/lifecycle`)).json()).toMatchObject({ live: false });
  expect((await mux.mux.video.assets.list()).data).toEqual([]);

  await publisher.stop();
  await eventually(() => eventTypes(liveHook).includes('live_input.disconnected'));
  await publisher.page.context().close();
  const path = `/accounts/${account}/stream/live_inputs/${inputId}/videos`;
  expect(await cloudflare.client.get(path)).toMatchObject({ result: [] });
});

it('is recorded and restreamed if the stand-in is configured to', async () => {
  const { mux, input, videoHook } = await runBothWithMedia({ cloudflare: { whip: 'recorded' } });
  const asset = async () => (await mux.mux.video.assets.list()).data[0];
  const before = now();
  const publisher = await goLive(input.webRTC?.url ?? '');
  await eventually(asset);
  const begun = now();
  await eventually(async () => (await asset())?.status === 'ready');
  const stopping = now();
  await publisher.stop();
  const stopped = now();
  await publisher.page.context().close();

  const video = await eventually(() => videoHook.received[0]?.json);
  const addresses = [(video.playback as { hls: string }).hls];
  const backup = await eventually(async () => {
    const found = await asset();
    return found?.static_renditions?.files?.[0]?.status === 'ready' && found;
  });
  addresses.push(`${mux.url}/${backup.playback_ids?.[0]?.id}/highest.mp4`);
  for (const address of addresses) {
    const recording = await probe(address);
    expect(recording).toMatchObject({ codecs: ['aac', 'h264'], size: '1280x720' });
    expectSeconds(recording.seconds, stopping - begun, stopped - before);
  }
});

it('WHEP does not play a missing publisher or an RTMPS publisher', async () => {
  const { input, inputId, publishUrl, cloudflare } = await runBothWithMedia();
  const page = await stage.page();
  const offer = await page.evaluate(async () => {
    const peer = new RTCPeerConnection();
    peer.addTransceiver('video', { direction: 'recvonly' });
    await peer.setLocalDescription();
    return peer.localDescription?.sdp ?? '';
  });
  await page.context().close();
  const headers = { 'content-type': 'application/sdp', accept: 'application/sdp' };
  const ask = (url: string | undefined, body: string, more = headers) =>
    fetch(url ?? '', { method: 'POST', headers: more, body }).then(({ status }) => status);
  const whep = input.webRTCPlayback?.url;
  expect(await ask(whep, offer)).toBe(409);
  encode(publishUrl);
  await eventually(
    async () => (await cloudflare.stream.liveInputs.get(inputId, { account_id: account })).status,
  );
  expect(await ask(whep, offer)).toBe(409);

  const whip = input.webRTC?.url;
  const sending = offer.replace('a=recvonly', 'a=sendonly');
  expect(await ask(whip, offer)).toBe(406);
  expect(await ask(whip, sending)).toBe(409);
  expect(await ask(whip, 'rubbish')).toBe(400);
  expect(await ask(whip, 'v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n')).toBe(400);
  expect(await ask(whip, sending + 'a=x\r\n'.repeat(250_000))).toBe(400);
  expect(await ask(whip, sending, { ...headers, 'content-type': 'text/plain' })).toBe(415);
  expect(await ask(whip?.replace('/webRTC', 'x/webRTC'), sending)).toBe(405);
});

it('a second publisher is refused while the first is sending', async () => {
  const { input } = await runBothWithMedia();
  const publisher = await goLive(input.webRTC?.url ?? '');
  const second = await stage.page();
  const status = await second.evaluate(async (url) => {
    const peer = new RTCPeerConnection();
    peer.addTransceiver('video', { direction: 'sendonly' });
    await peer.setLocalDescription();
    const headers = { 'content-type': 'application/sdp' };
    return (await fetch(url, { method: 'POST', headers, body: peer.localDescription?.sdp })).status;
  }, input.webRTC?.url ?? '');
  expect(status).toBe(409);
  expect(await publisher.now()).toMatchObject({ state: 'streaming' });
  await second.context().close();
  await publisher.page.context().close();
});

it('is refused at Mux, which has none', async () => {
  const { mux, liveStream } = await runBothWithMedia();
  const path = `/app/${liveStream.stream_key}/whip`;
  const headers = { 'content-type': 'application/sdp' };
  expect((await fetch(`${mux.url}${path}`, { method: 'POST', headers, body: 'v=0' })).status).toBe(401);
});
