// The Worker at startup: without settings, in a fresh isolate.

import { expect, test } from 'vitest';
import { startWorker } from './start-worker.ts';

test('is healthy without any setting, and names on /readyz what is missing', async () => {
  await using worker = await startWorker();
  expect((await worker.fetch('/healthz')).status).toBe(200);
  const ready = await worker.fetch('/readyz');
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    missing: expect.arrayContaining(['AUTH_HS256_SECRETS or AUTH_JWKS_URL']),
  });
});

// In workerd, an isolate's first console call runs pending microtasks: the module must not be on the stack then.
test.each([1, 2, 3])(
  'the first request of a fresh isolate logs its line and is served, time %i',
  async () => {
    await using worker = await startWorker();
    const answers = await Promise.all(Array.from({ length: 4 }, () => worker.fetch('/healthz')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await expect.poll(() => worker.logs().length).toBe(4);
  },
);

test('a Worker starts with an empty store and shows what is put into it', async () => {
  await using worker = await startWorker();
  expect(await worker.kv()).toEqual([]);
  await worker.namespace.put('a', '1', { metadata: { b: 2 } });
  expect(await worker.kv()).toEqual([{ key: 'a', value: '1', metadata: { b: 2 }, expiration: undefined }]);
});
