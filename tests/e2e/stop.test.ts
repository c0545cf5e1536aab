// A stop on the phone reaches the viewer's page by the room alone. bench/news.bench.ts measures how soon.

import { expect, test } from 'vitest';
import { launch } from '../web/support/browser.ts';
import { setStage } from './stop.ts';

test('a viewer’s page hears by its room that the phone has stopped, and asks for nothing', async () => {
  await using stage = await setStage({ rooms: true });
  await using browser = await launch();
  const { asked, stop } = await stage.watch(browser);
  await stop();
  expect(asked).toEqual([]);
});

test('without rooms, a viewer’s page finds out by asking', async () => {
  await using stage = await setStage({ rooms: false });
  await using browser = await launch();
  const { asked, stop } = await stage.watch(browser);
  await stop();
  expect(asked).not.toEqual([]);
});
