// What the copy on the phone costs the live page while it publishes the camera: the processor time and the memory of the
// whole browser, relative to the same page without a copy in the same run.

import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import { launch } from '../../tests/web/support/browser.ts';
import { openScreen } from '../../tests/web/support/open-screen.ts';
import { goLive } from '../../tests/web/support/screens.ts';
import { phone } from '../../tests/web/support/seen.ts';
import { streamId } from '../../tests/web/support/site.ts';
import type { Site } from '../../tests/web/support/site.ts';

const measured = 20;
const rounds = 3;

interface Cost {
  /** Seconds of all processors. */
  time: number;
  /** In MB, with each shared page counted once. */
  memory: number;
}

const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, count * 1000));

async function costSoFar(browser: Browser): Promise<Cost> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = processInfo.map(({ id }) =>
    Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8'))?.[1]),
  );
  return {
    time: processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0),
    memory: sizes.reduce((sum, each) => sum + each, 0) / 1024,
  };
}

async function costOf(phoneCopy: 'on' | 'off'): Promise<Cost> {
  const browser = await launch();
  const screen = {
    name: phoneCopy,
    path: `/live/${streamId}#invite=an-invite`,
    arrange: (site: Site) => void (site.phoneCopy = phoneCopy),
    act: goLive,
    shows: phoneCopy === 'on' ? 'Copy on this phone: recording' : /^LIVE$/,
  };
  await using _opened = await openScreen(browser, screen, phone);
  await seconds(10);
  const before = await costSoFar(browser);
  await seconds(measured);
  const after = await costSoFar(browser);
  await browser.close();
  return { time: after.time - before.time, memory: after.memory };
}

function median(costs: Cost[]): Cost {
  const middle = (of: number[]): number => of.sort((one, other) => one - other)[of.length >> 1] ?? NaN;
  return { time: middle(costs.map(({ time }) => time)), memory: middle(costs.map(({ memory }) => memory)) };
}

test('the copy on the phone', async () => {
  const [off, on]: [Cost[], Cost[]] = [[], []];
  for (let round = 0; round < rounds; ++round) {
    off.push(await costOf('off'));
    on.push(await costOf('on'));
  }
  const [without, having] = [median(off), median(on)];
  const say = ({ time, memory }: Cost): string =>
    `${((100 * time) / measured).toFixed(0)} % of a core and ${memory.toFixed(0)} MB`;
  console.log(
    `Without a copy ${say(without)}; with one ${say(having)}: ` +
      `${(having.time / without.time).toFixed(2)} times the time, ` +
      `${(having.memory / without.memory).toFixed(2)} times the memory`,
  );
  expect(without.time).toBeGreaterThan(0);
}, 400_000);
