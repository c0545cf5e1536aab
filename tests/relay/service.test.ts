// The relay as a service: settings, health and shutdown.

import { expect, test } from 'vitest';
import { until } from './processes.ts';
import { launch } from './relay.ts';
import { setScene } from './stage.ts';
import { credential, token, tokenSecret } from './worker.ts';

test('a start without settings names the missing ones and says that a retry is useless', async () => {
  const program = launch({});
  expect(await program.exited).toBe(78);
  for (const name of ['WORKER_URL', 'RELAY_CREDENTIAL', 'RELAY_TOKEN_SECRET'])
    expect(program.said()).toContain(`relay: ${name} is missing`);
});

test('a port in use is reported', async () => {
  const { relay, worker } = await setScene([]);
  const program = launch({
    RELAY_LISTEN: new URL(relay.url).host,
    WORKER_URL: worker.url,
    RELAY_CREDENTIAL: credential,
    RELAY_TOKEN_SECRET: tokenSecret,
  });
  expect(await program.exited).toBe(78);
  expect(program.said()).toContain('RELAY_LISTEN');
});

test('several publish at once and are counted, and SIGTERM lets them finish', async () => {
  const { rtmp, relay, phone } = await setScene(['one', 'two', 'three'], { RELAY_DRAIN_SECONDS: '60' });
  expect((await fetch(`${relay.url}/healthz`)).status).toBe(200);
  const page = await phone();
  const sessions: number[] = [];
  for (const stream of ['one', 'two']) sessions.push(await page.publish('whip-whep', stream));
  for (const stream of ['one', 'two'])
    await until('video has been sent on', () => rtmp.size(`key-${stream}`) > 20_000);
  expect(await relay.metric('relay_publishers')).toBe(2);
  expect(await relay.metric('relay_uplinks')).toBe(2);
  await until(
    'the bitrate is told',
    async () => (await relay.metric('relay_received_bits_per_second')) > 10_000,
  );
  expect(await relay.metric('relay_frames_total{kind="video"}')).toBeGreaterThan(20);
  expect(await relay.metric('relay_key_frames_total')).toBeGreaterThan(1);
  expect(await relay.metric('relay_offers_total{outcome="accepted"}')).toBe(2);

  relay.process.kill('SIGTERM');
  await until('it drains', () => relay.logged('draining')[0]);
  expect((await fetch(`${relay.url}/healthz`)).status).toBe(503);
  const late = await fetch(`${relay.url}/whip/three`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token('three')}`, 'content-type': 'application/sdp' },
    body: 'v=0',
  });
  expect(late.status).toBe(400);
  await expect(page.publish('plain', 'three')).rejects.toThrow(/503/);

  const before = rtmp.size('key-two');
  await page.stop(sessions[0]!);
  await until('the other goes on', () => rtmp.size('key-two') > before + 20_000);
  expect(relay.process.exitCode).toBeNull();
  await page.stop(sessions[1]!);
  expect(await relay.exited).toBe(0);
});

test('a second SIGTERM ends running broadcasts, and still closes the RTMP sessions properly', async () => {
  const { rtmp, relay, phone } = await setScene(['one']);
  const page = await phone();
  await page.publish('plain', 'one');
  await until('video has been sent on', () => rtmp.size('key-one') > 20_000);
  relay.process.kill('SIGTERM');
  await until('it drains', () => relay.logged('draining')[0]);
  relay.process.kill('SIGTERM');
  expect(await relay.exited).toBe(0);
  expect(relay.logged('over')).toHaveLength(1);
});
