// Measures how soon a viewer's page in Chromium shows that the phone has stopped: by the stream's room, relative to
// polling with ETag in the same run, as pages do where there are no rooms.

import { beforeAll, expect, test } from 'vitest';
import { setStage } from '../tests/e2e/stop.ts';
import { launch } from '../tests/web/support/browser.ts';
import bundle from '../tests/worker/bundle.ts';

const stops = 9;
// While a stream is in the news, a page asks every four seconds.
const pollingInterval = 4_000;

beforeAll(bundle, 600_000);

/** The milliseconds of each stop, the shortest first. The stops are spread over the interval of a page that polls. */
async function measure(rooms: boolean): Promise<number[]> {
  await using stage = await setStage({ rooms });
  await using browser = await launch();
  const times: number[] = [];
  for (let number = 0; number < stops; ++number) {
    const { page, asked, stop } = await stage.watch(browser);
    await new Promise((resolve) => setTimeout(resolve, (pollingInterval * number) / stops));
    asked.length = 0;
    times.push(await stop());
    expect(asked.length === 0).toBe(rooms);
    await page.context().close();
  }
  return times.sort((a, b) => a - b);
}

test('a stop', { timeout: 600_000 }, async () => {
  const room = await measure(true);
  const polling = await measure(false);
  const middle = (times: number[]): number => times[Math.floor(stops / 2)] ?? 0;
  const said = (times: number[]): string => `${middle(times)} ms (${times[0]} to ${times.at(-1)} ms)`;
  console.log(
    `a stop reaches the viewer's page by the room after ${said(room)}, by polling after ${said(polling)}; ` +
      `medians of ${stops}; the room takes ${((100 * middle(room)) / middle(polling)).toFixed(1)} % of the time`,
  );
});
