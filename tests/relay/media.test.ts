// Media that phones and encoders send now and then: pictures of odd sizes, sound or picture that stops for a while, and
// frames that are not sent in the order in which they are shown. None of it ends the broadcast.

import { expect, test } from 'vitest';
import { longestGap } from '../media/support.ts';
import { publishByEncoder } from './encoder.ts';
import { seconds, until } from './processes.ts';
import type { Packet } from './rtmp-server.ts';
import { setScene } from './stage.ts';
import { token } from './worker.ts';

const times = (packets: Packet[], kind: Packet['codec_type']): number[] =>
  packets.filter((packet) => packet.codec_type === kind).map((packet) => Number(packet.pts_time));

/** Holes in the sound during which the picture goes on. */
function holes(packets: Packet[]): [number, number][] {
  const [sounds, pictures] = [times(packets, 'audio'), times(packets, 'video')];
  return sounds
    .map((time, index): [number, number] => [time, sounds[index + 1] ?? time])
    .filter(([from, to]) => pictures.some((time) => time > from + 0.1 && time < to - 0.1));
}

const inOrder = (all: number[]): boolean => all.slice(1).every((time, index) => time >= all[index]!);

test('VP8 of any width and height is encoded as H.264, also when the size changes', async () => {
  const { rtmp, relay, phone } = await setScene(['one']);
  const page = await phone();
  const session = await page.publish('plain', 'one', {
    codec: 'vp8',
    painted: { width: 721, height: 405 },
  });
  const has = async (size: string): Promise<boolean> => {
    const [file] = rtmp.files('key-one');
    return file !== undefined && (await rtmp.sizes(file)).includes(size);
  };
  await until('it is 720x404', () => has('720x404'), 40);
  for (const [width, height, even] of [
    [405, 720, '404x718'],
    [240, 135, '238x134'],
    [320, 180, '320x180'],
  ] as const) {
    await page.paint(session, width, height);
    await until(`it is ${even}`, () => has(even), 40);
  }
  await page.vanish(session);
  expect(relay.logged('publisher_lost')).toEqual([]);
  const files = rtmp.files('key-one');
  expect(files).toHaveLength(1);
  expect(await rtmp.complaints(files[0]!)).toBe('');
});

test.each([3, 15, 60])(
  'sound that stops for %i s is replaced with silence, in one session',
  async (pause) => {
    const { rtmp, relay, phone } = await setScene(['one']);
    const page = await phone();
    const session = await page.publish('plain', 'one');
    await until('video has been sent on', () => rtmp.size('key-one') > 200_000);
    await page.mute(session, 'audio');
    await seconds(pause);
    await page.unmute(session, 'audio');
    await seconds(5);
    await page.vanish(session);
    expect(relay.logged('uplink_lost')).toEqual([]);
    expect(await relay.metric('relay_uplink_connects_total')).toBe(1);
    const { packets } = await rtmp.read(rtmp.files('key-one')[0]!);
    const audio = times(packets, 'audio');
    expect(inOrder(audio)).toBe(true);
    expect(holes(packets)).toEqual([]);
    expect(Math.abs(audio.at(-1)! - times(packets, 'video').at(-1)!)).toBeLessThan(1.5);
  },
);

test('sound that begins after the picture joins the same session', async () => {
  const { rtmp, relay, phone } = await setScene(['one']);
  const page = await phone();
  const session = await page.publish('plain', 'one', { muted: true });
  await until('video has been sent on', () => rtmp.size('key-one') > 500_000);
  await page.unmute(session, 'audio');
  await seconds(5);
  await page.vanish(session);
  expect(await relay.metric('relay_uplink_connects_total')).toBe(1);
  expect(await relay.metric('relay_frames_total{kind="audio"}')).toBeGreaterThan(50);
  const { packets } = await rtmp.read(rtmp.files('key-one')[0]!);
  expect(holes(packets)).toEqual([]);
});

test('a picture that stops while sound goes on keeps the session, longer than the reconnect window', async () => {
  const { rtmp, relay, phone } = await setScene(['one'], { RELAY_RECONNECT_WINDOW: '3' });
  const page = await phone();
  const session = await page.publish('plain', 'one');
  await until('video has been sent on', () => rtmp.size('key-one') > 200_000);
  await page.mute(session, 'video');
  await seconds(8);
  await page.unmute(session, 'video');
  await seconds(6);
  await page.vanish(session);
  for (const event of ['publisher_silent', 'uplink_lost'])
    expect(relay.logged(event).filter((each) => each['why'] !== undefined)).toEqual([]);
  expect(rtmp.files('key-one')).toHaveLength(1);
  const { packets } = await rtmp.read(rtmp.files('key-one')[0]!);
  expect(longestGap(times(packets, 'audio'))).toBeLessThan(0.1);
  const pictures = packets.filter((each) => each.codec_type === 'video');
  const resumed = pictures.findIndex(
    (each, index) => index > 0 && Number(each.pts_time) - Number(pictures[index - 1]!.pts_time) > 5,
  );
  expect(pictures[resumed]?.flags).toContain('K');
});

test('B-frames arrive with the times at which they are decoded and shown', async () => {
  const { rtmp, relay } = await setScene(['one']);
  await publishByEncoder(`${relay.url}/whip/one`, token('one'), [
    '-profile:v',
    'main',
    '-bf',
    '2',
    '-b_strategy',
    '0',
  ]);
  await until('video has been sent on', () => rtmp.size('key-one') > 700_000, 60);
  expect(relay.logged('uplink_lost')).toEqual([]);
  const { packets } = await rtmp.read(rtmp.files('key-one')[0]!);
  // The first groups show the relay how far frames go back.
  const pictures = packets.filter((each) => each.codec_type === 'video').slice(30);
  expect(pictures.length).toBeGreaterThan(60);
  const shown = pictures.map((each) => Number(each.pts_time));
  const decoded = pictures.map((each) => Number(each.dts_time));
  expect(inOrder(decoded)).toBe(true);
  expect(shown.filter((time, index) => time < decoded[index]!)).toEqual([]);
  expect(inOrder(shown)).toBe(false); // there are B-frames
  const sorted = [...shown].sort((a, b) => a - b);
  const steps = sorted.slice(1, -4).map((time, index) => time - sorted[index]!);
  expect(Math.min(...steps)).toBeGreaterThan(0.01);
});

test('key frames that viewers want are as far apart as Cloudflare asks', async () => {
  const { rtmp, phone } = await setScene(['one']);
  const page = await phone();
  const session = await page.publish('plain', 'one');
  await until('video has been sent on', () => rtmp.size('key-one') > 200_000);
  const viewer = await phone();
  for (let count = 0; count < 4; ++count) await viewer.watch('one');
  await seconds(4);
  await page.vanish(session);
  const { packets } = await rtmp.read(rtmp.files('key-one')[0]!);
  const keys = packets
    .filter((each) => each.codec_type === 'video' && each.flags.startsWith('K'))
    .map((each) => Number(each.pts_time));
  const gaps = keys.slice(1).map((time, index) => time - keys[index]!);
  expect(gaps.length).toBeGreaterThan(0);
  expect(Math.min(...gaps)).toBeGreaterThan(1.9);
  expect(Math.max(...gaps)).toBeLessThan(8);
});
