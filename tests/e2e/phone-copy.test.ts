// A broadcast that nothing but the phone records, over a network that is lost in the middle, ends as two whole
// recordings: the phone uploads its copy to Cloudflare, and an alarm of the stream's room copies that to Mux.

import { expect, test } from 'vitest';
import { eventually, longestGap, packetTimes, probe } from '../media/support.ts';
import { recorded } from '../web/support/recorded.ts';
import { goLive, press } from '../web/support/screens.ts';
import { shows } from '../web/support/seen.ts';
import { streamOf } from '../worker/api/client.ts';
import type { Recording, Recordings } from '../worker/api/watching.ts';
import { deployWithoutRelay } from './deployment.ts';
import type { Deployment } from './deployment.ts';

const patience = 60_000;
const badge = (word: string): string => `Copy on this phone: ${word}`;
const now = (): number => performance.now() / 1000;

/** The recordings once both can be played. */
const bothReady = (deployment: Deployment, id: string): Promise<Recording[]> =>
  eventually(async () => {
    const { body } = await deployment.ask(`/api/streams/${id}/recordings`);
    const found = (body as unknown as Recordings).broadcasts.flatMap(({ recordings }) => recordings);
    return found.length === 2 && found.every(({ state }) => state === 'ready') && found;
  }, 180);

test('thirty seconds with ten of them offline are whole in both recordings', async () => {
  const deployment = await deployWithoutRelay();
  const made = streamOf(
    await deployment.ask('/api/streams', { title: 'Spring concert', streamingMethod: 'whip_browser' }),
  );
  const { page, complaints } = await deployment.person();
  await page.goto(`${deployment.origin}/live/${made.id}#token=${deployment.token}`);
  await shows(page, 'You’re about to go live', patience);

  const begun = now();
  await goLive(page);
  const live = now();
  await shows(page, badge('recording'), patience);
  await recorded(page, 10);
  deployment.network.cut();
  await page.context().setOffline(true);
  await shows(page, /^Reconnecting/, patience);
  await recorded(page, 20);
  deployment.network.mend();
  await page.context().setOffline(false);
  await shows(page, /^LIVE$/, patience);
  await recorded(page, 30);
  const stopping = now();
  await press(page, 'End');
  await press(page, 'End broadcast');
  await shows(page, 'Your broadcast has ended', patience);
  const stopped = now();
  await shows(page, badge('safe'), patience);

  const recordings = await bothReady(deployment, made.id);
  expect(recordings.map(({ source, origin }) => `${source} ${origin}`).sort()).toEqual([
    'cloudflare phone',
    'mux copy',
  ]);
  for (const { playbackUrl, duration } of recordings) {
    const address = playbackUrl ?? '';
    const { codecs, seconds } = await probe(address);
    expect(codecs).toEqual(['aac', 'h264']);
    expect(seconds).toBeGreaterThan(stopping - live - 1);
    expect(seconds).toBeLessThan(stopped - begun + 1);
    expect(Math.abs((duration ?? 0) - seconds)).toBeLessThan(1);
    for (const kind of ['video', 'audio'] as const)
      expect(longestGap((await packetTimes(address, kind)).sort((one, other) => one - other))).toBeLessThan(
        0.5,
      );
  }
  expect(complaints).toEqual([]);
});
