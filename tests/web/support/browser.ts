// The tests' browser: Debian's Chromium, headless, with a fake camera and microphone, connecting only to this machine.

import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';

const options = (extra: string[]) => ({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-dev-shm-usage',
    '--disable-gpu',
    '--autoplay-policy=no-user-gesture-required',
    '--use-fake-device-for-media-stream=device-count=2,fps=30',
    ...extra,
  ],
});

export const launch = (extra: string[] = []): Promise<Browser> => chromium.launch(options(extra));

/** A browser that keeps its profile in a folder. */
export const launchIn = (folder: string, more: BrowserContextOptions): Promise<BrowserContext> =>
  chromium.launchPersistentContext(folder, { ...options([]), ...more });

/** Kills the browser, as the system does. */
export async function kill(context: BrowserContext): Promise<void> {
  const browser = context.browser();
  if (!browser) throw new Error('the context has no browser');
  const closed = new Promise((resolve) => context.once('close', resolve));
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const main = processInfo.find(({ type }) => type === 'browser');
  if (!main) throw new Error('the browser does not tell its process');
  process.kill(main.id, 'SIGKILL');
  await closed;
}
