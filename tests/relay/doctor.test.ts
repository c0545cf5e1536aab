// What `npm run doctor` says of the real relay.

import { expect, test } from 'vitest';
import { relayFindings } from '../../deploy/checks.ts';
import { startRelay } from './relay.ts';
import { tokenSecret } from './worker.ts';

test('doctor tells a relay that shares the secret from one that does not, and from none', async () => {
  // It asks no Worker before a broadcast begins.
  const relay = await startRelay('http://127.0.0.1:9');
  const check = async (values: Record<string, string>) => {
    const { state, detail } = (await relayFindings(values)).at(-1)!;
    return `${state}: ${detail}`;
  };
  const right = { RELAY_URL: `${relay.url}/`, RELAY_TOKEN_SECRET: tokenSecret };
  expect(await check(right)).toBe(`ok: ${relay.url}`);
  const wrong = { ...right, RELAY_TOKEN_SECRET: 'another-secret-of-32-characters-x' };
  expect(await check(wrong)).toBe('fault: it does not know the secret of the tokens');
  expect(await check({ RELAY_URL: relay.url })).toBe('unchecked: RELAY_TOKEN_SECRET is not known here');
  await relay.stop();
  expect(await check(right)).toBe(`fault: nothing answers at ${relay.url}`);
});
