// Third-party WHIP clients publish from Chromium, and the media arrives over RTMP in the form that Cloudflare and Mux
// require.

import { describe, expect, test } from 'vitest';
import { seconds, until } from './processes.ts';
import type { Packet } from './rtmp-server.ts';
import { setScene } from './stage.ts';
import { makeCertificate, startTls } from './tls.ts';

const times = (packets: Packet[], of: (packet: Packet) => boolean): number[] =>
  packets.filter(of).map((packet) => Number(packet.pts_time));

const gaps = (all: number[]): number[] => all.slice(1).map((time, index) => time - all[index]!);

describe.each(['whip-whep', 'eyevinn', 'plain'] as const)('%s', (client) => {
  test('publishes H.264 and Opus, and H.264 and AAC arrive', async () => {
    const { rtmp, relay, phone } = await setScene(['one']);
    const page = await phone();
    const session = await page.publish(client, 'one');
    await until('video has been sent on', () => rtmp.size('key-one') > 50_000);
    await seconds(8);
    const sent = await page.sent(session);
    expect(sent).toMatchObject({ codec: 'video/H264', state: 'connected' });
    await (client === 'plain' ? page.vanish(session) : page.stop(session));
    if (client !== 'plain') await until('the stop has ended it', () => relay.logged('over')[0]);

    const files = rtmp.files('key-one');
    expect(files).toHaveLength(1);
    const { streams, packets } = await rtmp.read(files[0]!);
    expect(streams.find((each) => each.codec_type === 'video')).toMatchObject({
      codec_name: 'h264',
      profile: 'Constrained Baseline',
      width: 1280,
      height: 720,
    });
    expect(streams.find((each) => each.codec_type === 'audio')).toMatchObject({
      codec_name: 'aac',
      sample_rate: '48000',
      channels: 2,
    });

    const keys = times(packets, (each) => each.codec_type === 'video' && each.flags.startsWith('K'));
    expect(keys[0]).toBeLessThan(0.1);
    expect(keys.length).toBeGreaterThanOrEqual(2);
    // The relay asks for one four seconds after the last one. Cloudflare takes them 2 to 10 s apart.
    expect(Math.max(...gaps(keys))).toBeLessThan(8);

    const video = times(packets, (each) => each.codec_type === 'video');
    const audio = times(packets, (each) => each.codec_type === 'audio');
    expect(video).toEqual([...video].sort((a, b) => a - b));
    expect(audio).toEqual([...audio].sort((a, b) => a - b));
    // Audio is in sync: as long as the video, and without gaps.
    expect(Math.abs(video.at(-1)! - audio.at(-1)!)).toBeLessThan(1);
    expect(Math.max(...gaps(audio))).toBeLessThan(0.1);
  });
});

test('VP8 is encoded as H.264', async () => {
  const { rtmp, phone } = await setScene(['one']);
  const page = await phone();
  const session = await page.publish('plain', 'one', { codec: 'vp8' });
  await until('video has been sent on', () => rtmp.size('key-one') > 300_000, 40);
  expect(await page.sent(session)).toMatchObject({ codec: 'video/VP8' });
  await page.vanish(session);
  const { streams, packets } = await rtmp.read(rtmp.files('key-one')[0]!);
  expect(streams.find((each) => each.codec_type === 'video')).toMatchObject({
    codec_name: 'h264',
    profile: 'Constrained Baseline',
  });
  const keys = times(packets, (each) => each.codec_type === 'video' && each.flags.startsWith('K'));
  expect(Math.max(0, ...gaps(keys))).toBeLessThan(8);
});

test('a phone without a microphone is relayed with silence', async () => {
  const { rtmp, phone } = await setScene(['one']);
  const page = await phone();
  await page.publish('whip-whep', 'one', { audio: false });
  await until('video has been sent on', () => rtmp.size('key-one') > 500_000);
  const { streams, packets } = await rtmp.read(rtmp.files('key-one')[0]!);
  expect(streams.map((each) => each.codec_type).sort()).toEqual(['audio', 'video']);
  const audio = times(packets, (each) => each.codec_type === 'audio');
  expect(audio.length).toBeGreaterThan(20);
  expect(Math.max(...gaps(audio))).toBeLessThan(0.1);
});

test('RTMPS goes only to a server with a valid certificate', async () => {
  const trusted = makeCertificate('localhost');
  const { rtmp, worker, relay, phone } = await setScene([], { RELAY_CA_FILE: trusted.file });
  const secure = await startTls(trusted, rtmp.port);
  const stranger = await startTls(makeCertificate('localhost'), rtmp.port);
  worker.streams.set('good', { url: `rtmps://localhost:${secure}/live/`, streamKey: 'key-good' });
  worker.streams.set('bad', { url: `rtmps://localhost:${stranger}/live/`, streamKey: 'key-bad' });
  const page = await phone();
  await page.publish('plain', 'good', { audio: false });
  await until('video has been sent on', () => rtmp.size('key-good') > 20_000);
  await page.publish('plain', 'bad', { audio: false });
  await until('the stranger is refused', () =>
    relay.logged('uplink_lost').find((each) => each['stream'] === 'bad'),
  );
  expect(rtmp.files('key-bad')).toEqual([]);
  expect(relay.logged('uplink_lost').filter((each) => each['stream'] === 'good')).toEqual([]);
});
