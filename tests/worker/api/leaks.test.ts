// Proves that the search for secrets works: it finds a leaked secret in every form.

import { describe, expect, it } from 'vitest';
import { startWorker } from '../start-worker.ts';
import { leaks } from './leaks.ts';

const secret = 'a+secret/of:this&test 7';

describe('the search finds a secret that is', () => {
  const hidden: [how: string, text: string][] = [
    ['plain', secret],
    ['in capital letters', secret.toUpperCase()],
    ['in JSON', JSON.stringify({ secret })],
    ['in hex', Buffer.from(secret).toString('hex')],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 amid other text', Buffer.from(`{"a":"${secret}","b":1}`).toString('base64')],
    ['in base64url amid other text', Buffer.from(`ab${secret}cd`).toString('base64url')],
    ['percent-encoded', encodeURIComponent(secret)],
  ];

  it.each(hidden)('%s', (_, text) => {
    const texts = [{ where: 'a text', text: `something ${text} or other` }];
    expect(leaks({ control: secret }, texts)).toEqual(['control in a text']);
    expect(leaks({ control: `another${secret}` }, texts)).toEqual([]);
  });
});

it('the search finds what a Worker writes to its log or its KV', async () => {
  const entry = `
    import shipped from './shipped.js';
    export default {
      async fetch(request, env, context) {
        console.log('calling with', { token: env.CLOUDFLARE_API_TOKEN });
        await env.STREAMS.put('note', btoa('x' + env.CLOUDFLARE_API_TOKEN));
        return shipped.fetch(request, env, context);
      },
    };`;
  await using worker = await startWorker({ bindings: { CLOUDFLARE_API_TOKEN: secret }, entry });
  await worker.fetch('/healthz');
  const found = async () =>
    leaks({ token: secret }, [
      ...worker.logs().map((text) => ({ where: 'the log', text })),
      ...(await worker.kv()).map(({ value }) => ({ where: 'KV', text: value })),
    ]).sort();
  await expect.poll(found).toEqual(['token in KV', 'token in the log']);
}, 60_000);
