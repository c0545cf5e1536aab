// The web app next to the Worker, as the platform serves it.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker } from './start-worker.ts';
import type { StartedWorker } from './start-worker.ts';

let worker: StartedWorker;
beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.stop());

// `worker.fetch` checks responses against the API description, which contains no pages.
const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(path, worker.url), { headers });

const pages = ['/', '/live/7zy1kq3m9v0c8r5t2w4x6abcde', '/watch/7zy1kq3m9v0c8r5t2w4x6abcde', '/nowhere'];

// Phones before iOS 16.4 do not send Sec-Fetch-Mode.
test.each(pages)('%s is a page, whether or not the browser asks for one', async (path) => {
  for (const headers of [{}, { 'Sec-Fetch-Mode': 'navigate' }]) {
    const answer = await ask(path, headers as Record<string, string>);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Content-Type')).toMatch(/^text\/html/);
    expect(await answer.text()).toContain('<div id="app">');
  }
});

test('the API and the health checks stay with the Worker', async () => {
  expect((await ask('/healthz')).status).toBe(200);
  const unknown = await ask('/api/nowhere', { 'Sec-Fetch-Mode': 'navigate' });
  expect(unknown.status).toBe(404);
  expect(unknown.headers.get('Content-Type')).toBe('application/problem+json');
});

test.each(['/healthz/', '/readyz/', '/healthz/x', '/readyz//'])('%s is no page', async (path) => {
  const answer = await ask(path);
  expect(answer.status).toBe(404);
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
});

test('pages have a strict policy', async () => {
  const { headers } = await ask('/live/7zy1kq3m9v0c8r5t2w4x6abcde');
  const policy = headers.get('Content-Security-Policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|127\.0\.0\.1|http:/);
  expect(headers.get('Permissions-Policy')).toContain('camera=(self), microphone=(self)');
  expect(headers.get('Referrer-Policy')).toBe('strict-origin-when-cross-origin');
  expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
});

test('only a player may be embedded in other sites', async () => {
  const { headers } = await ask('/embed/7zy1kq3m9v0c8r5t2w4x6abcde');
  const policy = headers.get('Content-Security-Policy') ?? '';
  expect(policy.match(/frame-ancestors [^;]*/g)).toEqual(['frame-ancestors *']);
});

test('scripts are cached forever, pages are revalidated', async () => {
  const page = await ask('/');
  expect(page.headers.get('Cache-Control')).toContain('must-revalidate');
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1] ?? '';
  const answer = await ask(script);
  expect(answer.headers.get('Content-Type')).toMatch(/javascript/);
  expect(answer.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
});

test('the build’s own files are not served', async () => {
  const answer = await ask('/.vite/manifest.json');
  expect(answer.headers.get('Content-Type')).toMatch(/^text\/html/);
});
