// Chromium with a fake camera, on a page of another origin than the relay's.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import type { Rolldown } from 'vite';
import { atEnd } from './processes.ts';

const html =
  '<!doctype html><title>phone</title><video id="video" autoplay muted playsinline></video>' +
  '<script src="/page.js"></script>';

/** page.js and the clients that it imports, bundled into one script. */
async function script(): Promise<string> {
  const built = (await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: { entry: join(import.meta.dirname, 'page.js'), formats: ['iife'], name: 'page' },
    },
  })) as Rolldown.RolldownOutput[];
  return built[0]?.output[0].code ?? '';
}

export interface Stage {
  origin: string;
  open(): Promise<Page>;
}

export async function startBrowser(): Promise<Stage> {
  const served = new Map([
    ['/', ['text/html', html]],
    ['/page.js', ['text/javascript', await script()]],
  ]);
  const server = createServer((request, response) => {
    const [type, text] = served.get(request.url ?? '') ?? [];
    response.writeHead(text === undefined ? 404 : 200, { 'content-type': type ?? 'text/plain' }).end(text);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    chromiumSandbox: false,
    args: [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream=fps=30',
      '--allow-loopback-in-peer-connection',
      '--autoplay-policy=no-user-gesture-required',
      '--disable-dev-shm-usage',
    ],
  });
  atEnd(() => browser.close());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    open: async () => {
      const page = await browser.newPage();
      await page.goto(origin);
      return page;
    },
  };
}
