// /watch/{id}: the head of the page, which previews of links show.

import { beforeAll, describe, expect, it } from 'vitest';
import { Client, streamOf } from './client.ts';
import { providers, worker } from './deployed.ts';
import { broadcast, goLive } from './watching.ts';

beforeAll(() => providers.sendWebhooksTo(worker.url));

const ask = (path: string, init: RequestInit = {}): Promise<Response> => worker.fetch(path, init);

/** What a preview reads of a page: its title, and its meta elements by name. */
async function preview(id: string): Promise<{ title: string | undefined; meta: Record<string, string> }> {
  const answer = await ask(`/watch/${id}`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
  const page = await answer.text();
  expect(page).toContain('<div id="app">');
  const elements = [
    ...page.matchAll(/<meta (?:name|property)="([^"]+)"(?: media="[^"]*")? content="([^"]*)"/g),
  ];
  const meta = Object.fromEntries(elements.map(([, name = '', content = '']) => [name, content]));
  const titles = [...page.matchAll(/<title>([^<]*)<\/title>/g)];
  expect(titles).toHaveLength(1);
  expect(page.split('name="description"')).toHaveLength(2);
  return { title: titles[0]?.[1], meta };
}

describe('the head of a public stream’s page', () => {
  it('has its title, what it shows now, a picture and its address', async () => {
    const owner = await Client.of(worker);
    const stream = streamOf(await owner.create({ title: 'Service for Anna' }));
    expect(await preview(stream.id)).toMatchObject({
      title: 'Service for Anna · WHIP-Mux',
      meta: {
        description: 'Not live yet. The broadcast starts on this page.',
        'og:title': 'Service for Anna',
        'og:description': 'Not live yet. The broadcast starts on this page.',
        'og:url': `${worker.url}/watch/${stream.id}`,
        'og:image': `${worker.url}/icon-512.png`,
        'twitter:card': 'summary',
      },
    });
    expect((await fetch(`${worker.url}/icon-512.png`)).headers.get('content-type')).toBe('image/png');
    await broadcast(providers, stream);
    const { meta } = await preview(stream.id);
    expect(meta).toMatchObject({
      description: 'Watch the recording.',
      'twitter:card': 'summary_large_image',
    });
    expect(meta['og:image']).toMatch(/^https?:.*\/thumbnails\/thumbnail\.jpg/);
  });

  it('tells that the stream is live', async () => {
    const stream = streamOf(await (await Client.of(worker)).create({}));
    await goLive(providers, stream, 'rtmps');
    expect((await preview(stream.id)).meta).toMatchObject({ description: 'Live now.' });
  });

  it('is text, whatever the title is', async () => {
    const title = `</title><script>alert("1")</script>'&amp;`;
    const stream = streamOf(await (await Client.of(worker)).create({ title, enableMuxBackup: false }));
    const safe = "&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;'&amp;amp;";
    expect(await preview(stream.id)).toMatchObject({
      title: `${safe} · WHIP-Mux`,
      meta: { 'og:title': safe },
    });
  });

  it('may be cached for some seconds, is not sent again unchanged, and has the headers of the app', async () => {
    const { id } = streamOf(await (await Client.of(worker)).create({ enableMuxBackup: false }));
    const answer = await ask(`/watch/${id}`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('permissions-policy')).toContain('camera=(self)');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=5');
    const tag = answer.headers.get('etag') ?? '';
    expect((await ask(`/watch/${id}`, { headers: { 'if-none-match': tag } })).status).toBe(304);
    const head = await ask(`/watch/${id}`, { method: 'HEAD' });
    expect({ status: head.status, body: await head.text() }).toEqual({ status: 200, body: '' });
  });
});

describe('the head of any other page', () => {
  const neutral = 'WHIP-Mux';

  it.each(['0'.repeat(26), 'nonsense', '%3Cscript%3E'])('is neutral for %s', async (id) => {
    const { title, meta } = await preview(id);
    expect(title).toBe(neutral);
    expect(meta['og:title']).toBeUndefined();
  });

  it('is neutral for a deleted stream', async () => {
    const owner = await Client.of(worker);
    const { id } = streamOf(await owner.create({ title: 'Secret', enableMuxBackup: false }));
    await owner.send(`/api/streams/${id}`, { method: 'DELETE' });
    expect((await preview(id)).title).toBe(neutral);
  });

  it('is the app’s own below and above the page', async () => {
    for (const path of ['/watch', '/watch/', '/watch/x/y']) {
      const answer = await fetch(new URL(path, worker.url));
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    }
  });
});
