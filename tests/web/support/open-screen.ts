// Opens one screen in one state.

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { PageClock } from './clock.ts';
import type { Screen } from './screens.ts';
import { isComplaint } from './seen.ts';
import { Site } from './site.ts';

export interface Opened extends AsyncDisposable {
  page: Page;
  site: Site;
  /** Policy violations and uncaught errors on the page. */
  complaints: string[];
  /** Goes as every clock does, unless the screen wants it to stand still. */
  clock: PageClock;
}

export async function openScreen(
  browser: Browser,
  screen: Screen,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const site = await Site.start();
  const permissions = ['camera', 'microphone', 'clipboard-read', 'clipboard-write', 'screen-wake-lock'];
  const context = await browser.newContext({ permissions, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const clock = new PageClock(page, site.rooms);
  // Pages may contact only their own origin and the providers.
  page.on('request', (request) => {
    const { protocol, origin, hostname } = new URL(request.url());
    const provider = /\.(cloudflarestream|mux)\.com$/.test(hostname);
    if (protocol.startsWith('http') && origin !== site.origin && !provider)
      complaints.push(`asked for ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== new URL(site.origin).host) complaints.push(`opened ${socket.url()}`);
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (isComplaint(message)) complaints.push(message.text());
  });
  const close = async () => {
    await context.close();
    await site[Symbol.asyncDispose]();
  };
  try {
    await screen.arrange?.(site);
    if (screen.clock) await clock.stop();
    if (screen.before) await page.addInitScript(screen.before);
    await page.goto(site.origin + screen.path);
    await screen.act?.(page, site);
    await page.getByText(screen.shows).filter({ visible: true }).first().waitFor({ timeout: 60_000 });
  } catch (error) {
    const seen = await page
      .locator('body')
      .innerText()
      .catch(() => '');
    await close();
    throw new Error(
      `${screen.name}: ${(error as Error).message}\nThe page shows: ${seen}\n${complaints.join('\n')}`,
    );
  }
  return { page, site, complaints, clock, [Symbol.asyncDispose]: close };
}
