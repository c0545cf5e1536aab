// The package @whip-mux/web, as npm installs it: its types, its engine, and the elements on the example pages in docs/,
// which are on another origin than the API.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { pack } from '../../scripts/package.ts';
import type { Rung } from '../../web/src/api-schema.ts';
import { launch } from './support/browser.ts';
import { eventually } from './support/publisher.ts';
import { putSample } from './support/sample.ts';
import { isComplaint, shows } from './support/seen.ts';
import { Site, streamId } from './support/site.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);
const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };

/** A project of somebody else, which has installed the package. */
let project: string;
let tarball: string;
/** Serves the project and the example pages. */
let pages: Server;
let origin: string;
let site: Site;
let browser: Browser;
let context: BrowserContext;
let complaints: string[];

async function fileAt(path: string): Promise<string | Buffer> {
  if (path.startsWith('/node_modules/')) return readFile(join(project, path));
  const text = await readFile(join(root, 'docs/examples', path), 'utf8');
  return text.replaceAll('https://live.example', site.origin);
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'whip-mux-package-'));
  tarball = await pack(join(project, 'packed'));
  await writeFile(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], { cwd: project });
  pages = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://pages');
    fileAt(pathname).then(
      (content) =>
        response.writeHead(200, { 'Content-Type': types[extname(pathname)] ?? 'text/plain' }).end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((ready) => pages.listen(0, '127.0.0.1', ready));
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  pages.closeAllConnections();
  pages.close();
  await rm(project, { recursive: true });
});

beforeEach(async () => {
  site = await Site.start();
  site.allowed = origin;
  context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  complaints = [];
  context.on('weberror', (error) => complaints.push(error.error().message));
  context.on('console', (message) => {
    if (isComplaint(message)) complaints.push(message.text());
  });
});
afterEach(async () => {
  await context.close();
  await site[Symbol.asyncDispose]();
  expect(complaints).toEqual([]);
});

async function open(path: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(origin + path);
  return page;
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

async function broadcast(): Promise<Page> {
  const page = await open('/broadcaster.html#invite=an-invite');
  await press(page, 'Allow camera and microphone');
  await press(page, 'Go live');
  await page.locator('whip-broadcaster[state=streaming]').waitFor();
  await eventually(() => site.whip.packets > 10);
  return page;
}

/** Waits until the player's video has advanced by half a second. */
const plays = (page: Page) =>
  page.waitForFunction(() => {
    const video = document.querySelector('whip-player')?.shadowRoot?.querySelector('video');
    return video && video.videoWidth > 0 && video.currentTime > 0.5;
  });

async function isAccessible(page: Page): Promise<void> {
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') });
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  });
  expect(found).toEqual([]);
}

const rung = (kind: Rung['kind'], url: string): Rung => ({ kind, source: 'cloudflare', url });

describe('the tarball', () => {
  test('has the same bytes each time', async () => {
    const again = await pack(join(project, 'again'));
    expect((await readFile(again)).equals(await readFile(tarball))).toBe(true);
  });

  test('holds scripts that need no other package, their types and both licences', async () => {
    const installed = join(project, 'node_modules/@whip-mux/web');
    const about = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as object;
    expect(about).toMatchObject({ name: '@whip-mux/web', license: 'MIT' });
    expect(about).not.toHaveProperty('dependencies');
    expect(await readdir(installed)).toEqual(
      expect.arrayContaining(['LICENSE', 'LICENSE.hls.js', 'README.md']),
    );
    for (const name of await readdir(join(installed, 'dist'))) {
      if (name.startsWith('hls')) continue;
      const code = await readFile(join(installed, 'dist', name), 'utf8');
      const imported = [...code.matchAll(/\b(?:from|import\(?)\s*["'`](.*?)["'`]/g)].map(([, from]) => from);
      expect(imported.filter((from) => !from?.startsWith('./'))).toEqual([]);
      expect(code).not.toMatch(/svelte/i);
    }
  });

  test.each(['bundler', 'nodenext'])('type-checks with module resolution %s', async (moduleResolution) => {
    const folder = join(project, moduleResolution);
    await mkdir(folder);
    const compilerOptions = {
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
      moduleResolution,
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable'],
      types: [],
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
    await writeFile(join(folder, 'consumer.ts'), consumer);
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const checked = await run(process.execPath, [tsc, '-p', folder]).catch((error: unknown) => error);
    expect(checked).toMatchObject({ stdout: '' });
  });
});

const consumer = `
import { Api, Camera, Fault, OwnerApi, Player, WhepClient, WhipClient } from '@whip-mux/web';
import type { Playback, PlayerState, WhipStatus } from '@whip-mux/web';
import { texts } from '@whip-mux/web/elements';

const client = new WhipClient({ url: 'https://live.example/whip', token: 'a-token', media: new Camera() });
client.on('status', ({ state, fault }: WhipStatus) => (state === 'error' ? fault instanceof Fault : undefined));
// @ts-expect-error -- there is no such state
client.getState() === 'nonsense';
// @ts-expect-error -- a client needs media
new WhipClient({ url: 'https://live.example/whip' });

const answer: Promise<{ body: Playback | undefined }> = new Api(undefined, 'https://live.example').playback('id');
const made = await new OwnerApi('a-token').createStream(
  { title: 'A', streamingMethod: 'obs', enableMuxBackup: true, visibility: 'public' },
  'a-key',
);
const plan: 'relay' | 'cloudflare' | 'mux' | 'rtmps' | 'whip' | string = made.plan.ingest;
// @ts-expect-error -- there is no such member
made.nonsense;

const player = new Player({ video: document.createElement('video'), stream: 'id' });
player.on('status', ({ state, rung }) => [state satisfies PlayerState, rung?.url]);
const element = document.querySelector('whip-player');
element?.video.play();
// @ts-expect-error -- there is no such attribute
element.nonsense;
await document.querySelector('whip-broadcaster')?.start();
Object.assign(texts.broadcaster, { goLive: 'Auf Sendung' });
export { answer, plan, WhepClient };
`;

describe('<whip-broadcaster>', () => {
  test('shows the camera, goes live and ends', async () => {
    const page = await open('/broadcaster.html#invite=an-invite');
    await isAccessible(page);
    await press(page, 'Allow camera and microphone');
    await press(page, 'Go live');
    await page.locator('whip-broadcaster[state=streaming]').waitFor();
    await eventually(() => site.whip.packets > 10);
    expect(site.whip.of('POST')[0]?.headers['authorization']).toBe('Bearer an-invite');
    await shows(page, /network, [1-9]\d* kbit\/s/);
    await shows(page, /Live \d\d:\d\d/);
    await isAccessible(page);

    await press(page, 'Mute microphone');
    await page.getByRole('button', { name: 'Mute microphone', pressed: true }).waitFor();
    await press(page, 'End');
    await press(page, 'Stay live');
    expect(site.whip.of('DELETE')).toHaveLength(0);
    await press(page, 'End');
    await press(page, 'End broadcast');
    await page.locator('whip-broadcaster[state=stopped]').waitFor();
    await eventually(() => site.whip.of('DELETE').length === 1);
    await isAccessible(page);

    await press(page, 'Go live again');
    await page.locator('whip-broadcaster[state=streaming]').waitFor();
    // A page that removes the element ends the broadcast.
    await page.evaluate(() => document.querySelector('whip-broadcaster')?.remove());
    await eventually(() => site.whip.of('DELETE').length === 2);
  });

  test('says why it cannot go live', async () => {
    site.script(`POST /api/streams/${streamId}/whip`, { status: 401 });
    const page = await open('/broadcaster.html');
    await press(page, 'Allow camera and microphone');
    await press(page, 'Go live');
    await shows(page, 'You can’t go live with this link. It may have expired');
    await shows(page, 'error: not-allowed');
  });

  test('says what to do when the camera is denied', async () => {
    await context.clearPermissions();
    const page = await open('/broadcaster.html');
    await press(page, 'Allow camera and microphone');
    await shows(page, 'Camera access is blocked');
    await shows(page, 'Try again');
  });
});

describe('<whip-player>', () => {
  test('waits, shows the broadcast over WHEP, then its recording', async () => {
    const page = await open('/player.html');
    await shows(page, 'Not live yet');
    await shows(page, 'Service for Anna Berg');
    await isAccessible(page);

    await broadcast();
    const whep = rung('whep', `${site.origin}/api/streams/${streamId}/whip/watch`);
    site.playback = { ...site.playback, status: 'live', ladder: [{ ...whep, token: 'a-watch-token' }] };
    await page.bringToFront();
    await page.locator('whip-player[state=playing][source=live]').waitFor();
    await plays(page);
    const asked = site.whip.of('POST').find(({ path }) => path.endsWith('/watch'));
    expect(asked?.headers['authorization']).toBe('Bearer a-watch-token');

    site.playback = { ...site.playback, status: 'processing', ladder: [] };
    await shows(page, 'If there is a recording, it will play here');
    const recording = rung('recording', await putSample(site));
    site.playback = { ...site.playback, status: 'completed', ladder: [recording] };
    await page.locator('whip-player[state=playing][source=recording]').waitFor();
    await plays(page);
    await isAccessible(page);
  });

  test('is told by the room, and plays HLS where WHEP fails', async () => {
    site.rooms.exists = true;
    site.script(`POST /api/streams/${streamId}/whip/nobody`, { status: 409 });
    const page = await open('/player.html');
    await shows(page, 'Not live yet');
    const whep = rung('whep', `${site.origin}/api/streams/${streamId}/whip/nobody`);
    site.playback = { ...site.playback, status: 'live', ladder: [whep, rung('hls', await putSample(site))] };
    site.rooms.tell();
    await page.locator('whip-player[state=playing][source=live]').waitFor();
    await plays(page);
    expect(site.of('GET', `/api/streams/${streamId}/playback`)).toEqual([]);
  });

  test('says that a broadcast is private, and plays it with a token', async () => {
    const answer = { status: 401, body: { title: 'Sign in', detail: 'Sign in.' } };
    site.script(`GET /api/streams/${streamId}/playback`, answer);
    const page = await open('/player.html');
    await shows(page, 'This broadcast is private');
    site.script(`GET /api/streams/${streamId}/playback`, undefined);
    await page.evaluate(() => document.querySelector('whip-player')?.setAttribute('token', 'an-invite'));
    await shows(page, 'Not live yet');
    expect(site.asked.at(-1)?.headers['authorization']).toBe('Bearer an-invite');
  });
});

test('the engine publishes and watches without the elements', async () => {
  const page = await open('/broadcaster.html');
  const module = '/node_modules/@whip-mux/web/dist/index.js';
  await page.addScriptTag({
    type: 'module',
    content: `import * as engine from '${module}'; window.engine = engine;`,
  });
  await page.waitForFunction(() => 'engine' in window);
  await page.evaluate(
    async ([whip = '', whep = '']) => {
      const { engine } = window;
      await new engine.WhipClient({ url: whip, media: new engine.Camera() }).start();
      const viewer = new engine.WhepClient({ url: whep });
      await viewer.start();
      const video = document.createElement('video');
      video.muted = true;
      video.srcObject = viewer.stream;
      document.body.append(video);
      void video.play();
    },
    [site.whip.whip, site.whip.whep],
  );
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5);
});
