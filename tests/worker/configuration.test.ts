// What wrangler.toml asks of the platform.

import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { experimental_readRawConfig } from 'wrangler';

const { rawConfig } = experimental_readRawConfig({
  config: fileURLToPath(new URL('../../wrangler.toml', import.meta.url)),
});

it('stores the Worker’s own log lines, but no invocation logs, which hold stream ids', () => {
  expect(rawConfig.observability).toEqual({
    enabled: true,
    logs: { enabled: true, invocation_logs: false },
  });
});

// tests/worker/conformance.ts checks for every answer in the tests that it may be cached.
it('lets the platform cache what the Worker allows to be cached, for this version of the Worker only', () => {
  expect(rawConfig.cache).toEqual({ enabled: true });
});

it('passes every path below the Worker’s own to the Worker', () => {
  const first = rawConfig.assets?.run_worker_first;
  for (const path of ['/api', '/healthz', '/readyz'])
    expect(first).toEqual(expect.arrayContaining([path, `${path}/*`]));
});
