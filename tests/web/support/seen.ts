// What a person sees of a page.

import type { Page } from 'playwright-core';

/** As large as a phone, and touched as one. */
export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Waits until a text is to be read; says what is to be read in its place where it is not. */
export async function shows(page: Page, text: string | RegExp, timeout = 60_000): Promise<void> {
  try {
    await page.getByText(text).filter({ visible: true }).first().waitFor({ timeout });
  } catch (error) {
    const seen = await page.locator('body').innerText();
    throw new Error(`${(error as Error).message}\nThe page shows: ${seen}`, { cause: error });
  }
}

export const position = (page: Page): Promise<number> =>
  page.evaluate(() => document.querySelector('video')?.currentTime ?? 0);

/** Waits until a picture has moved on by half a second. */
export const moves = (page: Page, timeout = 60_000, from = 0) =>
  page.waitForFunction((least) => (document.querySelector('video')?.currentTime ?? 0) > least, from + 0.5, {
    timeout,
  });
