// The owner's page: creating streams, OBS, invitations, outputs, ending and deleting, as a user does it.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { eventually } from '../support/publisher.ts';
import { press } from '../support/screens.ts';
import type { Screen } from '../support/screens.ts';
import { shows } from '../support/seen.ts';
import { broadcast, ownerToken, problem, stream, streamId } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const open = (screen: Partial<Screen> = {}): Promise<Opened> =>
  openScreen(browser, {
    name: 'manage',
    path: `/#token=${ownerToken}`,
    shows: 'Service for Anna Berg',
    ...screen,
  });

const sent = (opened: Opened, method: string, path: string) =>
  opened.site.of(method, path).map(({ body }) => (body === '' ? undefined : (JSON.parse(body) as unknown)));

test('removes the token from the address and sends it with every request', async () => {
  await using opened = await open();
  expect(opened.page.url()).toBe(`${opened.site.origin}/`);
  expect(new Set(opened.site.asked.map(({ headers }) => headers['authorization']))).toEqual(
    new Set([`Bearer ${ownerToken}`]),
  );
});

test('uses the session cookie without a token', async () => {
  await using opened = await open({ path: '/' });
  expect(opened.site.asked[0]?.headers['authorization']).toBeUndefined();
});

test('creates the first stream for OBS without a backup and shows the settings for OBS', async () => {
  await using opened = await open({
    arrange: (site) => void (site.streams = []),
    shows: 'Create your first stream',
  });
  const { page } = opened;
  await press(page, 'Create your first stream');
  await page.getByLabel('Title').fill('Spring concert');
  await page.getByRole('radio', { name: /^OBS/ }).check();
  await page.getByLabel(/Backup recording/).uncheck();
  await press(page, 'Create stream');
  await shows(page, 'Set up OBS');
  expect(sent(opened, 'POST', '/api/streams')).toEqual([
    { title: 'Spring concert', streamingMethod: 'obs', enableMuxBackup: false, visibility: 'public' },
  ]);
  await shows(page, 'Mux: off');
  await expect
    .poll(() => page.getByLabel('Server', { exact: true }).inputValue())
    .toBe('rtmps://live.cloudflare.com:443/live/');
  const key = page.getByLabel('Stream key', { exact: true });
  expect(await key.getAttribute('type')).toBe('password');
  await press(page, 'Show Stream key');
  await expect.poll(() => key.getAttribute('type')).toBe('text');
  await press(page, 'Copy Stream key');
  await expect.poll(() => page.getByRole('status').filter({ hasText: 'Copied' }).count()).toBe(1);
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('a-stream-key-0001');
});

test('retries a failed creation with the same key, and one that was edited with another', async () => {
  await using opened = await open();
  const { page, site } = opened;
  site.script(
    'POST /api/streams',
    problem(502, 'cloudflare-failed', 'Cloudflare did not make it', 'Try again in a minute.'),
  );
  await press(page, 'New stream');
  await page.getByLabel('Title').fill('Spring concert');
  await press(page, 'Create stream');
  await shows(page, 'Try again in a minute.');
  await press(page, 'Create stream');
  await eventually(() => site.of('POST', '/api/streams').length === 2);
  await shows(page, 'Try again in a minute.');
  site.script('POST /api/streams', undefined);
  await page.getByLabel('Title').fill('Autumn concert');
  await press(page, 'Create stream');
  await shows(page, 'Autumn concert');
  const keys = site.of('POST', '/api/streams').map(({ headers }) => headers['idempotency-key']);
  expect(keys).toHaveLength(3);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[2]).not.toBe(keys[0]);
});

test('shows what each provider says about its recording, also if both failed', async () => {
  const warnings = ['Cloudflare could not make it.', 'Mux could not make it.'].map((detail) => ({
    code: 'recording_failed' as const,
    detail,
  }));
  await using opened = await open({
    arrange: (site) => void (site.streams = [stream({ status: 'completed', warnings })]),
  });
  for (const { detail } of warnings) await shows(opened.page, detail);
});

test('closes the dialog by keyboard and returns the focus', async () => {
  await using opened = await open();
  const { page } = opened;
  await page.getByRole('button', { name: 'New stream' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  for (let press = 0; press < 12; ++press) {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true);
  }
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('New stream');
});

test('shows an invitation’s link and QR code, lists it and cancels it', async () => {
  await using opened = await open();
  const { page, site } = opened;
  await press(page, 'Invite');
  await shows(page, 'No invitations yet.');
  await page.getByLabel('Name').fill('Anna’s phone');
  await page.getByLabel('Expires in').selectOption('1 hour');
  await press(page, 'Create link');
  await page.getByRole('img', { name: 'QR code for the invitation link' }).waitFor();
  expect(sent(opened, 'POST', `/api/streams/${streamId}/invites`)).toEqual([
    { expiresIn: 3600, purpose: 'publish', name: 'Anna’s phone' },
  ]);
  await expect
    .poll(() => page.getByLabel('Link', { exact: true }).inputValue())
    .toBe(`${site.origin}/live/${streamId}#invite=an-invite`);
  await press(page, 'Cancel Anna’s phone');
  await press(page, 'Keep it');
  expect(site.of('DELETE', `/api/streams/${streamId}/invites/1`)).toHaveLength(0);
  await press(page, 'Cancel Anna’s phone');
  await press(page, 'Cancel invitation');
  await shows(page, 'Invitation cancelled.');
  await shows(page, /, cancelled/);
  await expect.poll(() => site.of('DELETE', `/api/streams/${streamId}/invites/1`)).toHaveLength(1);
  await expect.poll(() => page.getByRole('img', { name: 'QR code for the invitation link' }).count()).toBe(0);
});

test('adds a destination switched off, switches it on and removes it; the backup has its own switch', async () => {
  await using opened = await open();
  const { page, site } = opened;
  const outputs = `/api/streams/${streamId}/outputs`;
  await press(page, /^Details/);
  await press(page, 'Add destination');
  await page.getByLabel('Server URL').fill('rtmps://live.example.com/app');
  await page.getByLabel('Stream key').fill('their-key');
  await press(page, 'Add destination');
  const toggle = page.getByRole('switch', { name: 'rtmps://live.example.com/app' });
  await toggle.waitFor();
  expect(sent(opened, 'POST', outputs)).toEqual([
    { url: 'rtmps://live.example.com/app', streamKey: 'their-key', enabled: false },
  ]);
  expect(await toggle.getAttribute('aria-checked')).toBe('false');
  await toggle.click();
  await expect.poll(() => toggle.getAttribute('aria-checked')).toBe('true');
  expect(sent(opened, 'PATCH', `${outputs}/1`)).toEqual([{ enabled: true }]);
  await press(page, 'Remove rtmps://live.example.com/app');
  await press(page, 'Cancel');
  expect(site.of('DELETE', `${outputs}/1`)).toHaveLength(0);
  await press(page, 'Remove rtmps://live.example.com/app');
  await press(page, 'Remove destination');
  await toggle.waitFor({ state: 'detached' });
  await shows(page, 'Destination removed.');
  await page.getByRole('switch', { name: 'Mux backup' }).click();
  await shows(page, 'Turn off the backup?');
  expect(sent(opened, 'PUT', `/api/streams/${streamId}/simulcast`)).toEqual([]);
  await press(page, 'Turn off backup');
  await shows(page, 'Mux: off');
  await shows(page, 'Mux backup is off.');
  expect(sent(opened, 'PUT', `/api/streams/${streamId}/simulcast`)).toEqual([{ enabled: false }]);
  await expect.poll(() => site.of('DELETE', `${outputs}/1`)).toHaveLength(1);
});

test('knows the servers of services, and shows their names', async () => {
  await using opened = await open();
  const { page } = opened;
  await press(page, /^Details/);
  for (const [service, server] of [
    ['YouTube', 'rtmps://a.rtmps.youtube.com/live2'],
    ['Facebook', 'rtmps://live-api-s.facebook.com:443/rtmp/'],
    ['Twitch', 'rtmps://ingest.global-contribute.live-video.net/app'],
  ] as const) {
    await press(page, 'Add destination');
    await page.getByLabel('Service', { exact: true }).selectOption(service);
    expect(await page.getByLabel('Server URL').inputValue()).toBe(server);
    await page.getByLabel('Stream key').fill('their-key');
    await press(page, 'Add destination');
    await page.getByRole('switch', { name: service, exact: true }).waitFor();
  }
  const added = sent(opened, 'POST', `/api/streams/${streamId}/outputs`) as { url: string }[];
  expect(added.map(({ url }) => new URL(url).hostname)).toEqual([
    'a.rtmps.youtube.com',
    'live-api-s.facebook.com',
    'ingest.global-contribute.live-video.net',
  ]);
  // Two at one service are told apart by their addresses.
  await press(page, 'Add destination');
  await page.getByLabel('Server URL').fill('rtmps://b.rtmps.youtube.com/live2?backup=1');
  await page.getByLabel('Stream key').fill('their-key');
  await press(page, 'Add destination');
  await page.getByRole('switch', { name: 'rtmps://b.rtmps.youtube.com/live2?backup=1' }).waitFor();
  await page.getByRole('switch', { name: 'rtmps://a.rtmps.youtube.com/live2' }).waitFor();
});

test('asks before ending and deleting, and deletes the recordings only if chosen', async () => {
  await using opened = await open();
  const { page, site } = opened;
  await press(page, /^Details/);
  await press(page, 'End stream');
  await press(page, 'Cancel');
  expect(site.of('POST', `/api/streams/${streamId}/end`)).toHaveLength(0);
  await press(page, 'End stream');
  await page.getByRole('alertdialog').getByRole('button', { name: 'End stream' }).click();
  await shows(page, 'Ended');
  await press(page, 'Delete stream');
  await page
    .getByRole('alertdialog')
    .getByLabel(/Also delete its recordings/)
    .check();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete stream' }).click();
  await shows(page, 'Create your first stream');
  expect(site.of('DELETE', `/api/streams/${streamId}`)[0]?.path).toContain('?recordings=true');
});

test('reports a failed deletion, and keeps the question open until it works', async () => {
  await using opened = await open();
  const { page, site } = opened;
  site.script(
    `DELETE /api/streams/${streamId}`,
    problem(502, 'provider-failed', 'Mux did not answer', 'Try again.'),
  );
  await press(page, /^Details/);
  await press(page, 'Delete stream');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete stream' }).click();
  await shows(page, 'Mux did not answer');
  site.script(`DELETE /api/streams/${streamId}`, undefined);
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete stream' }).click();
  await shows(page, 'Create your first stream');
});

test('gives up a request whose answer begins and never ends', async () => {
  await using opened = await open();
  const { page, site } = opened;
  const deletion = `/api/streams/${streamId}`;
  site.script(`DELETE ${deletion}`, { stalls: true });
  await press(page, /^Details/);
  await press(page, 'Delete stream');
  await page.clock.install();
  const begun = page.waitForResponse((response) => response.request().method() === 'DELETE');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete stream' }).click();
  expect((await begun).status()).toBe(200);
  await page.clock.fastForward(20_000);
  await shows(page, 'Can’t reach the server');
  await shows(page, 'Check your connection, then try again.');
  site.script(`DELETE ${deletion}`, undefined);
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete stream' }).click();
  await shows(page, 'Create your first stream');
});

test('says that a provider has removed its recording, in the list and among the details', async () => {
  const detail = 'Cloudflare does not have the recording any more.';
  const { cloudflare, mux } = stream().recordingSources;
  await using opened = await open({
    arrange: (site) => {
      site.streams = [
        stream({
          status: 'completed',
          warnings: [{ code: 'recording_deleted', detail, source: 'cloudflare' }],
          recordingSources: { cloudflare, mux: { ...mux, available: true } },
        }),
      ];
      site.broadcasts = [broadcast({ mux: 'ready' })];
    },
  });
  const { page, site } = opened;
  await shows(page, 'Cloudflare: removed');
  await shows(page, 'Mux: ready');
  await press(page, /^Details/);
  await eventually(() => site.of('GET', `/api/streams/${streamId}/recordings`).length > 0);
  await shows(page, detail);
  await shows(page, 'Cloudflare: removed');
  await shows(page, 'Mux: ready');
});

test('updates the status with ETags, sends nothing while offline or hidden', async () => {
  await using opened = await open({ arrange: (site) => void (site.streams = [stream({ status: 'live' })]) });
  const { page, site } = opened;
  const route = `/api/streams/${streamId}`;
  await eventually(
    () => site.of('GET', route).some(({ headers }) => headers['if-none-match'] !== undefined),
    15_000,
  );
  site.broadcasts = [broadcast({ cloudflare: 'ready', mux: 'failed' })];
  site.streams = [stream({ status: 'completed' })];
  await shows(page, 'Cloudflare: ready');
  await shows(page, 'Mux: failed');
  await shows(page, 'Ended');
  // Longer than the polling interval of a live stream in the foreground.
  const isQuiet = async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const asked = site.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 6000));
    expect(site.asked).toHaveLength(asked);
    return asked;
  };
  await page.context().setOffline(true);
  const offline = await isQuiet();
  await page.context().setOffline(false);
  await eventually(() => site.asked.length > offline);
  const show = (state: 'hidden' | 'visible') =>
    page.evaluate((visibilityState) => {
      Object.defineProperty(document, 'visibilityState', { value: visibilityState, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
  await show('hidden');
  const hidden = await isQuiet();
  await show('visible');
  await eventually(() => site.asked.length > hidden);
});

test('loads a long list page by page', async () => {
  await using opened = await open({
    arrange: (site) => site.script('GET /api/streams', { body: { streams: [stream()], nextCursor: 'more' } }),
  });
  const { page, site } = opened;
  const later = stream({ id: '7zy1kq3m9v0c8r5t2w4x6abcd9', title: 'Earlier service' });
  let read = 0;
  await page.route(/cursor=more/, (route) => {
    read += 1;
    return route.fulfill({ json: { streams: [later], nextCursor: null } });
  });
  await press(page, 'Show more');
  await shows(page, 'Earlier service');
  // The next polls read both pages, and what is open on the second one stays open.
  await page.locator('article').nth(1).getByRole('button', { name: 'Invite' }).click();
  await page.getByLabel('Name').fill('Anna’s ph');
  for (const polls of [2, 3]) {
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await eventually(() => read >= polls);
  }
  await eventually(() => site.of('GET', '/api/streams').length >= 5);
  await page.keyboard.type('one');
  expect(await page.getByLabel('Name').inputValue()).toBe('Anna’s phone');
  await page.keyboard.press('Escape');
  await shows(page, 'Earlier service');
  await shows(page, 'Service for Anna Berg');
});

test('sends the choice of a copy on the phone, which encoders do not have', async () => {
  await using opened = await open({
    arrange: (site) => void (site.streams = []),
    shows: 'Create your first stream',
  });
  const { page } = opened;
  await press(page, 'Create your first stream');
  await page.getByLabel('Title').fill('Spring concert');
  const choices = page.getByRole('group', { name: 'Copy on the phone' });
  expect(await choices.getByRole('radio', { name: 'Auto' }).isChecked()).toBe(true);
  await choices.getByRole('radio', { name: 'On' }).check();
  await page.getByRole('radio', { name: /^OBS/ }).check();
  expect(await choices.count()).toBe(0);
  await page.getByRole('radio', { name: /^Browser/ }).check();
  await press(page, 'Create stream');
  await expect
    .poll(() => sent(opened, 'POST', '/api/streams'))
    .toMatchObject([{ title: 'Spring concert', streamingMethod: 'whip_browser', phoneCopy: 'on' }]);
});
