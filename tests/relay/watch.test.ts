// The same broadcast watched by WHEP.

import { expect, test } from 'vitest';
import { seconds, until } from './processes.ts';
import { setScene } from './stage.ts';
import { token } from './worker.ts';

test('whip-whep watches with audio, and stays when the phone reconnects', async () => {
  const { rtmp, relay, phone } = await setScene(['one']);
  const early = await fetch(`${relay.url}/whep/one`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token('one', 'watch')}` },
  });
  expect(early.status).toBe(415);

  const publisher = await phone();
  const first = await publisher.publish('whip-whep', 'one');
  await until('video has been sent on', () => rtmp.size('key-one') > 20_000);
  const viewer = await phone();
  const { session } = await viewer.watch('one');
  expect(await relay.metric('relay_viewers')).toBe(1);
  await seconds(3);
  const seen = await viewer.watched(session);
  expect(seen.width).toBe(1280);
  expect(seen.frames).toBeGreaterThan(20);
  expect(seen.samples).toBeGreaterThan(48_000);

  await publisher.vanish(first);
  await until('the relay has noticed', () => relay.logged('publisher_silent')[0]);
  await publisher.publish('whip-whep', 'one');
  const before = (await viewer.watched(session)).frames;
  await until('the viewer sees it again', async () => (await viewer.watched(session)).frames > before + 20);

  await viewer.stop(session);
  await until('it is gone', async () => (await relay.metric('relay_viewers')) === 0);
});

test('viewers see the picture less than a second after it was sent', async () => {
  const { rtmp, phone } = await setScene(['one']);
  // One page sends and watches, so that there is one clock. The brightness of the sent picture is the signal.
  const page = await phone();
  await page.publish('plain', 'one');
  await until('video has been sent on', () => rtmp.size('key-one') > 20_000);
  const { session } = await page.watch('one');
  const delay = await page.page.evaluate<number>(`latency(0, ${session})`);
  expect(delay).toBeGreaterThan(0);
  expect(delay).toBeLessThan(1000);
});

test('WHEP is refused for a stream that is not live, and without a watch token', async () => {
  const { relay, phone } = await setScene(['one']);
  const page = await phone();
  await expect(page.watch('one')).rejects.toThrow(/409/);
  const headers = { authorization: `Bearer ${token('one', 'publish')}`, 'content-type': 'application/sdp' };
  expect((await fetch(`${relay.url}/whep/one`, { method: 'POST', headers, body: 'v=0' })).status).toBe(403);
});
