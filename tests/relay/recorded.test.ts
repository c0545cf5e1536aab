// From a browser through the relay to two recordings: Cloudflare's stand-in receives the relay's broadcast, records it
// and sends it on to Mux's.

import { expect, test } from 'vitest';
import { eventually, expectSeconds, probe } from '../media/support.ts';
import { eventTypes } from '../sandbox/support.ts';
import { seconds } from './processes.ts';
import { now, setRecordedScene } from './recorded-stage.ts';

test('twenty seconds of WHIP are watched by WHEP and by HLS, and recorded twice', async () => {
  const { inputId, cloudflare, liveHook, launch, publish, watch, received, stop } = await setRecordedScene();
  const relay = await launch();
  const before = now();
  const session = await publish(relay.url);
  await eventually(() => eventTypes(liveHook).includes('live_input.connected'));
  const begun = now();
  const manifest = `${cloudflare.url}/${inputId}/manifest/video.m3u8`;
  await eventually(async () => (await fetch(manifest)).status === 200);
  expect(await probe(manifest)).toMatchObject({ codecs: ['aac', 'h264'], size: '1280x720' });
  await received();
  await watch(relay.url);

  await seconds(Math.max(0, begun + 20 - now()));
  const stopping = now();
  const { stopped, addresses } = await stop(session);
  for (const address of addresses) {
    const recording = await probe(address);
    expect(recording).toMatchObject({ codecs: ['aac', 'h264'], size: '1280x720' });
    expectSeconds(recording.seconds, stopping - begun, stopped - before);
  }
});
