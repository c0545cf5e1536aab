// Every screen in every state appears without policy violations, and axe finds no accessibility barrier, light and
// dark.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import { screens } from '../support/screens.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = await page.evaluate(
    (wanted) =>
      (window as unknown as { axe: { run(options: unknown): Promise<AxeResults> } }).axe.run({
        runOnly: { type: 'tag', values: wanted },
        // Who speaks to the page says what is written on a button. Experimental, so no tag has it.
        rules: { 'label-content-name-mismatch': { enabled: true } },
      }),
    tags,
  );
  if (results.passes.length === 0) throw new Error('axe checked nothing');
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/**
 * What is written or pressed beyond the left or the right edge of the page, or below the broadcast screen, where only the
 * notices scroll.
 */
const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    Array.from(
      document.querySelectorAll('h1, h2, h3, p, a, button, label, input, select, textarea, li, b, span'),
    )
      .filter((element) => {
        const { left, right, bottom, width } = element.getBoundingClientRect();
        const isFixed = element.matches('.stage button') && !element.closest('.middle');
        const below = isFixed && bottom > innerHeight + 1;
        return width > 1 && (left < -1 || right > innerWidth + 1 || below);
      })
      .map(({ outerHTML }) => outerHTML.slice(0, 200)),
  );

const looks = [
  // The smallest phone, which is also what a desktop page at 400 % zoom looks like.
  { name: 'phone', viewport: { width: 320, height: 568 }, colorScheme: 'light' },
  { name: 'desktop', viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
] as const;

test.each(screens.map((screen) => [screen.name, screen] as const))('%s', async (_name, screen) => {
  const [{ viewport: smallest }] = looks;
  await using opened = await openScreen(browser, screen, { viewport: smallest, reducedMotion: 'reduce' });
  const { page, complaints } = opened;
  for (const { name, viewport, colorScheme } of looks) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await barriers(page), name).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, name).toBeLessThanOrEqual(0);
  }
  // Letters twice as large, as some people have them.
  await page.setViewportSize({ width: 390, height: 844 });
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  expect(await cutOff(page), 'large letters').toEqual([]);
  expect(complaints).toEqual([]);
});
