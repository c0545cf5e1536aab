// The tests' browser: Debian's Chromium, headless, with a fake camera and microphone, connecting only to this machine.

import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Kills the browser with that profile, as the system does. */
export async function killIn(folder: string): Promise<void> {
  // The name of the host and the process id.
  const lock = await readlink(join(folder, 'SingletonLock'));
  process.kill(Number(/\d+$/.exec(lock)?.[0]), 'SIGKILL');
}
