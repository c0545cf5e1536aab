// A phone, the relay or Cloudflare's ingest fails during a broadcast: both recordings contain everything that was
// received, as one recording each.

import { expect, test } from 'vitest';
import { eventually, expectSeconds, longestGap, packetTimes, probe } from '../media/support.ts';
import { eventTypes } from '../sandbox/support.ts';
import { startNetwork } from './network.ts';
import { seconds, until } from './processes.ts';
import { now, setRecordedScene } from './recorded-stage.ts';

test('a phone that is offline for ten seconds continues in the same RTMPS session and the same recordings', async () => {
  const { launch, received, recorded, publish, sent, stop } = await setRecordedScene();
  const relay = await launch();
  const network = await startNetwork(relay.url);
  const before = now();
  const session = await publish(network.url);
  const begun = await received();

  const recordedBefore = await recorded();
  network.cut();
  await until('the relay has noticed', () => relay.logged('publisher_silent')[0]);
  await seconds(10);
  network.mend();
  await until('it goes on', () => relay.logged('publisher_resumed')[0], 60);
  expect((await sent(session)).state).toBe('connected');
  await eventually(async () => (await recorded()) > recordedBefore + 12, 120);
  const stopping = now();
  const { stopped, addresses } = await stop(session);
  expect(relay.logged('uplink_lost')).toEqual([]);
  expect(await relay.metric('relay_uplink_connects_total')).toBe(1);
  for (const address of addresses) {
    const recording = await probe(address);
    expect(recording).toMatchObject({ codecs: ['aac', 'h264'], size: '1280x720' });
    // The recordings include the time offline.
    expectSeconds(recording.seconds, stopping - begun, stopped - before);
    const [pictures, sounds] = [await packetTimes(address, 'video'), await packetTimes(address, 'audio')];
    expect(longestGap(pictures)).toBeGreaterThan(9);
    expectSeconds(Math.max(...sounds), Math.max(...pictures));
  }
});

test('a relay that is killed and restarted continues the same recordings, which contain what was received', async () => {
  const { launch, received, publish, vanish, stop } = await setRecordedScene();
  const relay = await launch();
  const before = now();
  const first = await publish(relay.url);
  const begun = await received();
  await seconds(3);
  const killed = now();
  await relay.stop('SIGKILL');
  await vanish(first);
  const next = await launch({ RELAY_LISTEN: new URL(relay.url).host });
  const second = await publish(next.url);
  const back = await received(2);
  await seconds(3);
  const stopping = now();
  const { stopped, addresses } = await stop(second);
  for (const address of addresses) {
    const recording = await probe(address);
    expect(recording).toMatchObject({ codecs: ['aac', 'h264'], size: '1280x720' });
    expectSeconds(recording.seconds, killed - begun + stopping - back, stopped - before);
  }
});

test("Cloudflare's ingest that is killed and restarted is reconnected while the phone stays", async () => {
  const { cloudflare, liveHook, launch, received, publish, sent, stop } = await setRecordedScene();
  const relay = await launch();
  const before = now();
  const session = await publish(relay.url);
  const begun = await received();
  await seconds(3);
  const killed = now();
  await cloudflare.control.post('ingest/stop');
  await until('the loss is noticed', () => relay.logged('uplink_lost').length >= 2);
  await cloudflare.control.post('ingest/start');
  const back = await received(2);
  expect((await sent(session)).state).toBe('connected');
  expect(relay.logged('publisher_silent')).toEqual([]);
  expect(eventTypes(liveHook)).toEqual([
    'live_input.connected',
    'live_input.disconnected',
    'live_input.connected',
  ]);
  await seconds(3);
  const stopping = now();
  const { stopped, addresses } = await stop(session);
  for (const address of addresses) {
    const recording = await probe(address);
    expect(recording).toMatchObject({ codecs: ['aac', 'h264'], size: '1280x720' });
    expectSeconds(recording.seconds, killed - begun + stopping - back, stopped - before);
  }
});
