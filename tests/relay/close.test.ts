// The Worker's order to close a stream's session: at once, for everybody, and for good.

import { expect, test } from 'vitest';
import { until } from './processes.ts';
import { setScene } from './stage.ts';
import { token } from './worker.ts';

const now = (): number => Math.floor(Date.now() / 1000);

async function close(relay: string, bearer: string, stream = 'one'): Promise<number> {
  const headers = { authorization: `Bearer ${bearer}` };
  return (await fetch(`${relay}/whip/${stream}`, { method: 'DELETE', headers })).status;
}

test('an order ends the publisher, the viewers and the RTMP session, which is whole', async () => {
  const { rtmp, relay, phone } = await setScene(['one']);
  const page = await phone();
  const session = await page.publish('plain', 'one');
  await until('video has been sent on', () => rtmp.size('key-one') > 50_000);
  const { session: viewer } = await page.watch('one');
  await until('the viewer has pictures', async () => (await page.watched(viewer)).frames > 0);

  expect(await close(relay.url, token('one', 'close'))).toBe(204);
  // The answer came after the end of the RTMP session.
  expect(await relay.metric('relay_publishers')).toBe(0);
  expect(await relay.metric('relay_viewers')).toBe(0);
  expect(await relay.metric('relay_uplinks')).toBe(0);
  expect(await until('it says so', () => relay.logged('over')[0])).toMatchObject({
    stream: 'one',
    why: 'the Worker closed it',
  });
  await until('the phone is cut off', async () => (await page.sent(session)).state !== 'connected');
  const { streams } = await rtmp.read(rtmp.files('key-one')[0]!);
  expect(streams.map((each) => each.codec_type).sort()).toEqual(['audio', 'video']);
  expect(await close(relay.url, token('one', 'close'))).toBe(204);
});

test('a session from before the order does not go on, and a newer one is left alone', async () => {
  const { rtmp, worker, relay, phone } = await setScene(['one']);
  const page = await phone();
  const before = token('one', 'publish', { iat: now() - 10 });
  await page.publish('plain', 'one', { token: before });
  await until('video has been sent on', () => rtmp.size('key-one') > 20_000);
  const order = token('one', 'close', { iat: now() - 5, exp: now() + 60 });
  expect(await close(relay.url, order)).toBe(204);
  await expect(page.publish('plain', 'one', { token: before })).rejects.toThrow(/410/);
  expect(worker.asked).toEqual(['one']);

  const size = rtmp.size('key-one');
  await page.publish('plain', 'one');
  await until('video has been sent on', () => rtmp.size('key-one') > size + 20_000);
  expect(await close(relay.url, order)).toBe(204);
  expect(await relay.metric('relay_publishers')).toBe(1);
  await until('the first end is told', () => relay.logged('over')[0]);
  expect(relay.logged('over')).toHaveLength(1);
});

test('an order is the Worker’s alone, and holds without a session', async () => {
  const { relay, phone } = await setScene(['one']);
  const older = token('one', 'publish', { iat: now() - 1 });
  expect(await close(relay.url, '')).toBe(401);
  expect(await close(relay.url, token('one', 'close', {}, 'another-secret-of-more-than-32-bytes'))).toBe(401);
  expect(await close(relay.url, token('one', 'close', { iat: now() - 99, exp: now() - 39 }))).toBe(401);
  for (const refused of [token('one'), token('one', 'watch'), token('two', 'close')])
    expect(await close(relay.url, refused)).toBe(403);
  expect(await close(relay.url, token('one', 'close'))).toBe(204);
  const page = await phone();
  await expect(page.publish('plain', 'one', { token: older })).rejects.toThrow(/410/);
});
