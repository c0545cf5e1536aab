// What is visible on a page.

import type { ConsoleMessage, Page } from 'playwright-core';

/** A phone-sized touch screen. */
export const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** An error of the page's own, and not what the browser itself reports about requests and rooms that are refused. */
export const isComplaint = (message: ConsoleMessage): boolean =>
  message.type() === 'error' && !/^(Failed to load resource|WebSocket connection to )/.test(message.text());

/** Waits for a visible text. On failure, reports what is visible instead. */
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

/** Waits until the video has advanced by half a second. On failure, reports the state of the video and the page. */
export async function moves(page: Page, timeout = 60_000, from = 0): Promise<void> {
  try {
    await page.waitForFunction(
      (least) => (document.querySelector('video')?.currentTime ?? 0) > least,
      from + 0.5,
      { timeout },
    );
  } catch (error) {
    const state = await page.evaluate(() => {
      const { paused, ended, currentTime, duration, readyState, networkState, currentSrc } =
        document.querySelector('video') ?? {};
      return JSON.stringify({ paused, ended, currentTime, duration, readyState, networkState, currentSrc });
    });
    const seen = await page.locator('body').innerText();
    throw new Error(`${(error as Error).message}\nThe video: ${state}\nThe page shows: ${seen}`, {
      cause: error,
    });
  }
}
