// Puts the framework-free parts of the web app, as built, into an empty page, so that tests can use them in a real
// browser.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { launch } from './browser.ts';

const root = resolve(import.meta.dirname, '../../..');

async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    root,
    build: {
      write: false,
      minify: false,
      target: 'es2020',
      lib: { entry: join(root, 'tests/web/support/engine-entry.ts'), formats: ['iife'], name: 'engine' },
    },
  });
  const [first] = Array.isArray(result) ? result : [result];
  if (!first || !('output' in first)) throw new Error('the engine was not built');
  return first.output[0].code;
}

export interface Stage extends AsyncDisposable {
  browser: Browser;
  /** A page on its own origin with `engine` in it. Camera and microphone are allowed by default. */
  page(options?: { camera?: boolean }): Promise<Page & { context(): BrowserContext }>;
}

export async function startStage(): Promise<Stage> {
  const code = await bundle();
  const server = createServer((request, response) => {
    const script = request.url === '/engine.js';
    response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html');
    response.end(
      script ? code : '<!doctype html><title>engine</title><script src="/engine.js"></script><video></video>',
    );
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await launch();
  return {
    browser,
    async page({ camera = true } = {}) {
      const context = await browser.newContext(camera ? { permissions: ['camera', 'microphone'] } : {});
      const page = await context.newPage();
      await page.goto(origin);
      return page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
