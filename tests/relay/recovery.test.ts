// Phones and RTMP servers that disconnect and return.

import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, test } from 'vitest';
import { atEnd, seconds, until } from './processes.ts';
import { setScene } from './stage.ts';
import { token } from './worker.ts';

test('a phone that returns within the window continues the same RTMP session', async () => {
  const { rtmp, relay, phone } = await setScene(['one'], { RELAY_RECONNECT_WINDOW: '20' });
  const page = await phone();
  const first = await page.publish('whip-whep', 'one');
  await until('video has been sent on', () => rtmp.size('key-one') > 50_000);
  await page.vanish(first);
  await until('the relay has noticed', () => relay.logged('publisher_silent')[0]);
  const before = rtmp.size('key-one');

  const second = await page.publish('whip-whep', 'one');
  await until('it goes on', () => rtmp.size('key-one') > before + 50_000);
  await until('it says so', () => relay.logged('publisher_resumed')[0]);
  expect(relay.logged('publisher_resumed')).toHaveLength(1);
  expect(await relay.metric('relay_sessions_resumed_total')).toBe(1);
  expect(await relay.metric('relay_uplink_connects_total')).toBe(1);
  await page.stop(second);
  await until('it is over', () => relay.logged('over')[0]);

  const files = rtmp.files('key-one');
  expect(files).toHaveLength(1);
  const { packets } = await rtmp.read(files[0]!);
  for (const kind of ['video', 'audio']) {
    const times = packets.filter((each) => each.codec_type === kind).map((each) => Number(each.pts_time));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    // The time offline appears as a gap.
    expect(times.some((time, index) => index > 0 && time - times[index - 1]! > 1.5)).toBe(true);
  }
});

test('a broadcast outlives its token: it restarts ICE, returns in another session, and ends', async () => {
  const { rtmp, relay, phone } = await setScene(['one'], { RELAY_RECONNECT_WINDOW: '20' });
  const inTenSeconds = (): number => Math.floor(Date.now() / 1000) + 10;
  const page = await phone();
  const publish = token('one', 'publish', { exp: inTenSeconds() });
  const first = await page.publish('plain', 'one', { token: publish });
  await until('video has been sent on', () => rtmp.size('key-one') > 20_000);
  const viewer = await phone();
  const exp = inTenSeconds();
  const { session } = await viewer.watch('one', token('one', 'watch', { exp }));
  await until('both tokens have expired', () => Date.now() / 1000 >= exp);

  expect((await page.restartIce(first)).status).toBe(200);
  await viewer.stop(session);
  await until('the viewer is gone', async () => (await relay.metric('relay_viewers')) === 0);
  await page.vanish(first);
  await until('the relay has noticed', () => relay.logged('publisher_silent')[0]);
  const before = rtmp.size('key-one');
  const second = await page.publish('whip-whep', 'one', { token: publish });
  await until('it goes on', () => rtmp.size('key-one') > before + 50_000);
  expect(await relay.metric('relay_sessions_resumed_total')).toBe(1);
  expect(rtmp.files('key-one')).toHaveLength(1);
  await page.stop(second);
  const over = await until('it is over', () => relay.logged('over')[0]);
  expect(over['why']).toBe('the publisher ended it');
  await expect(page.publish('plain', 'one', { token: publish })).rejects.toThrow(/401/);
});

test('a phone that does not return in time is dropped, and its place is free', async () => {
  const { rtmp, relay, phone } = await setScene(['one'], { RELAY_RECONNECT_WINDOW: '3' });
  const page = await phone();
  const session = await page.publish('plain', 'one');
  await until('video has been sent on', () => rtmp.size('key-one') > 20_000);
  await page.vanish(session);
  await until('it is over', () => relay.logged('over')[0]);
  expect(await relay.metric('relay_publishers')).toBe(0);
  expect(await relay.metric('relay_uplinks')).toBe(0);
  await page.publish('plain', 'one');
  await until('the next one is a session of its own', () => rtmp.files('key-one').length === 2);
});

test('an RTMP server that drops is reconnected while the phone stays', async () => {
  const { rtmp, worker, relay, phone } = await setScene(['one']);
  const page = await phone();
  const session = await page.publish('whip-whep', 'one');
  await until('video has been sent on', () => rtmp.size('key-one') > 50_000);
  await rtmp.stop();
  await until('the loss is noticed', () => relay.logged('uplink_lost').length >= 2);
  // The key was rotated in the meantime, so the relay asks the Worker again.
  worker.streams.set('one', { url: rtmp.url, streamKey: 'key-rotated' });
  await rtmp.restart();
  await until('it goes on with the new key', () => rtmp.size('key-rotated') > 50_000, 60);
  expect((await page.sent(session)).state).toBe('connected');
  expect(await relay.metric('relay_uplink_reconnects_total')).toBeGreaterThan(0);
  const { packets } = await rtmp.read(rtmp.files('key-rotated')[0]!);
  expect(packets.find((each) => each.codec_type === 'video')?.flags).toContain('K');
});

test('a stream that the Worker ends while its RTMP server is away is over', async () => {
  const { rtmp, worker, relay, phone } = await setScene(['one']);
  const page = await phone();
  await page.publish('plain', 'one');
  await until('video has been sent on', () => rtmp.size('key-one') > 20_000);
  worker.streams.set('one', { status: 409 });
  await rtmp.stop();
  const over = await until('it is over', () => relay.logged('over')[0], 60);
  expect(over['why']).toBe('stream-ended');
  expect(await relay.metric('relay_publishers')).toBe(0);
});

test('a silent RTMP server is abandoned repeatedly, without affecting another broadcast', async () => {
  const { rtmp, worker, relay, phone } = await setScene(['good', 'stuck']);
  const taken: Socket[] = [];
  const silent = createServer((socket) => {
    socket.on('error', () => undefined);
    taken.push(socket.resume());
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    for (const each of taken) each.destroy();
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  worker.streams.set('stuck', { url: `rtmp://127.0.0.1:${port}/live`, streamKey: 'key-stuck' });
  const page = await phone();
  await page.publish('plain', 'good', { audio: false });
  await page.publish('plain', 'stuck', { audio: false });
  await until('the one that is stuck is given up', () => relay.logged('uplink_lost').length >= 2, 60);
  expect(taken.length).toBeGreaterThanOrEqual(2);
  expect(relay.logged('uplink_lost').every((each) => each['stream'] === 'stuck')).toBe(true);
  const before = rtmp.size('key-good');
  await until('the other goes on', () => rtmp.size('key-good') > before + 20_000);
  expect(rtmp.files('key-good')).toHaveLength(1);
});

test('ICE restarts on the same session', async () => {
  const { rtmp, relay, phone } = await setScene(['one']);
  const page = await phone();
  const session = await page.publish('plain', 'one');
  await until('video has been sent on', () => rtmp.size('key-one') > 20_000);
  const { status, etag, before } = await page.restartIce(session);
  expect(status).toBe(200);
  expect(etag).toMatch(/^"[\w-]+"$/);
  expect(etag).not.toBe(before);
  expect(await relay.metric('relay_ice_restarts_total')).toBe(1);
  await seconds(3);
  const size = rtmp.size('key-one');
  await until('it goes on', () => rtmp.size('key-one') > size + 50_000);
  expect((await page.sent(session)).state).toBe('connected');
  expect(rtmp.files('key-one')).toHaveLength(1);
  expect(relay.logged('publisher_silent')).toHaveLength(0);
});
