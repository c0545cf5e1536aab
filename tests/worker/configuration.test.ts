// What wrangler.toml asks of the platform.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { experimental_readRawConfig } from 'wrangler';
import { consumerOf, queueNames } from '../../deploy/events.ts';

const config = fileURLToPath(new URL('../../wrangler.toml', import.meta.url));
const { rawConfig } = experimental_readRawConfig({ config });

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

it('describes in a comment the consumer that npm run deploy adds', () => {
  const [, lines = ''] =
    /^# \[\[queues\.consumers\]\]\n((?:# .+\n)+)/m.exec(readFileSync(config, 'utf8')) ?? [];
  const entries = [...lines.matchAll(/^# (\w+) = (.+)$/gm)].map(([, name = '', value = '']) => [
    name,
    JSON.parse(value) as unknown,
  ]);
  expect(Object.fromEntries(entries)).toEqual(consumerOf(queueNames('whip-mux')));
});
