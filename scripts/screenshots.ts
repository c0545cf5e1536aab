// Takes a screenshot of every screen of the web app in every state, on a phone and a desktop, light and dark, into
// build/screenshots.
//
// Usage: node scripts/screenshots.ts [regular expression that selects screens by name]

import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import build from '../tests/web/build.ts';
import { launch } from '../tests/web/support/browser.ts';
import { openScreen } from '../tests/web/support/open-screen.ts';
import { cameraFile } from '../tests/web/support/sample.ts';
import { screens } from '../tests/web/support/screens.ts';

const folder = resolve(import.meta.dirname, '../build/screenshots');
const wanted = screens.filter(({ name }) => new RegExp(process.argv[2] ?? '').test(name));
// Some pages give advice for the phone's model.
const userAgent =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1';
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, userAgent };
const desktop = { viewport: { width: 1280, height: 800 } };
const devices = [
  { device: 'phone', size: '720x1280', options: phone },
  { device: 'desktop', size: '1280x720', options: desktop },
] as const;

// A phone held upright delivers an upright picture, whatever size the page requests.
function upright(): void {
  const { getUserMedia } = MediaDevices.prototype;
  MediaDevices.prototype.getUserMedia = function (constraints = {}) {
    const { video, audio } = constraints;
    const size = { width: { ideal: 720 }, height: { ideal: 1280 } };
    return getUserMedia.call(this, { ...(video ? { video: size } : {}), ...(audio ? { audio } : {}) });
  };
}

await build();
await mkdir(folder, { recursive: true });
for (const { device, size, options } of devices) {
  const browser = await launch([`--use-file-for-fake-video-capture=${await cameraFile(size)}`]);
  for (const colorScheme of ['light', 'dark'] as const)
    for (const screen of wanted) {
      const before = screen.before ?? (device === 'phone' ? upright : undefined);
      await using opened = await openScreen(browser, before ? { ...screen, before } : screen, {
        ...options,
        colorScheme,
      });
      await opened.page.waitForTimeout(400);
      const fullPage = screen.name.startsWith('manage-details');
      await opened.page.screenshot({
        path: join(folder, `${screen.name}-${device}-${colorScheme}.png`),
        fullPage,
      });
    }
  await browser.close();
}
console.log(`${wanted.length * 4} screenshots are in ${folder}`);
