// The tests' browser: Debian's Chromium, headless, with a fake camera and microphone, connecting only to this machine.

import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

export const launch = (extra: string[] = []): Promise<Browser> =>
  chromium.launch({
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
