// The whole product as users see it: someone goes live from a phone's browser, others watch, and both recordings play.
// Nothing is scripted: the camera's picture travels over WebRTC, RTMPS and HLS.

import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { eventually } from '../media/support.ts';
import { publishByEncoder } from '../relay/encoder.ts';
import { goLive, press } from '../web/support/screens.ts';
import { moves, position, shows } from '../web/support/seen.ts';
import { endpointOf } from '../worker/api/client.ts';
import { deploy } from './deployment.ts';
import type { Deployment, Person } from './deployment.ts';
import type { Recordings } from '../worker/api/watching.ts';

// Encoders, players and a browser share the machine.
const patience = 60_000;

/** The owner signs in and creates the first stream, for a phone. */
async function createStream({ origin, signIn }: Deployment, { page }: Person): Promise<void> {
  await page.goto(signIn);
  await shows(page, 'Go live from your phone', patience);
  expect(page.url()).toBe(`${origin}/`);
  await press(page, 'Create your first stream');
  await page.getByLabel('Title').fill('Spring concert');
  await page.getByRole('radio', { name: /^Browser/ }).check();
  await press(page, 'Create stream');
  await shows(page, 'Recorded on Cloudflare and Mux', patience);
}

const addressOf = (page: Page, name: string): Promise<string> =>
  page.getByRole('link', { name, exact: true }).evaluate((link) => (link as HTMLAnchorElement).href);

/** A viewer who arrives before the broadcast starts. */
async function startWatching(deployment: Deployment, watchPage: string): Promise<Person> {
  const viewer = await deployment.person();
  await viewer.page.goto(watchPage);
  await shows(viewer.page, 'Not live yet', patience);
  return viewer;
}

async function seesItLive({ page }: Person): Promise<void> {
  await shows(page, /^LIVE$/, patience);
  await shows(page, 'under 1 s delay', patience);
  await moves(page, patience);
}

/** No webhook reports Cloudflare's recording; the schedule finds it. */
async function isRecordedTwice({ schedule }: Deployment, { page }: Person): Promise<void> {
  const recorded = page.getByText('Cloudflare: recording');
  await eventually(async () => {
    await schedule();
    return recorded.isVisible();
  }, patience / 1000);
  await shows(page, 'Mux: recording', patience);
}

async function stop({ page }: Person): Promise<void> {
  await press(page, 'End');
  await shows(page, 'End the broadcast?');
  await press(page, 'End broadcast');
  await shows(page, 'Your broadcast has ended', patience);
}

async function seesBothRecordingsReady({ page }: Person): Promise<void> {
  await shows(page, 'Your recording is ready.', patience);
  await shows(page, 'Cloudflare: ready', patience);
  await shows(page, 'Mux: ready', patience);
}

/** Plays a recording, which unlike a live broadcast has an end. */
async function plays({ page }: Person): Promise<void> {
  const whole = () => Number.isFinite(document.querySelector('video')?.duration);
  await page.waitForFunction(whole, null, { timeout: patience });
  await moves(page, patience);
}

async function seesTheRecording(person: Person): Promise<void> {
  await shows(person.page, /^Recording$/, patience);
  await plays(person);
}

/** A viewer who cannot reach Cloudflare's recording sees Mux's. */
async function seesTheBackup(deployment: Deployment, watchPage: string): Promise<void> {
  const viewer = await deployment.person();
  await viewer.page.route(`${deployment.cloudflare}/**`, (route) => route.abort());
  await viewer.page.goto(watchPage);
  await shows(viewer.page, 'Backup recording', patience);
  await plays(viewer);
}

test('an owner creates a stream and goes live, a viewer watches, and both recordings play', async () => {
  const deployment = await deploy();
  const owner = await deployment.person();
  await createStream(deployment, owner);
  const watchPage = await addressOf(owner.page, 'Watch');
  const viewer = await startWatching(deployment, watchPage);
  await deployment.waitBriefly();

  await owner.page.getByRole('link', { name: 'Go live' }).click();
  await shows(owner.page, 'You’re about to go live', patience);
  await goLive(owner.page);
  await seesItLive(viewer);
  await isRecordedTwice(deployment, owner);
  await stop(owner);
  await seesBothRecordingsReady(owner);
  await seesTheRecording(viewer);
  await seesTheBackup(deployment, watchPage);

  await owner.page.getByRole('link', { name: 'Play the recording' }).click();
  await seesTheRecording(owner);
  for (const { complaints } of [owner, viewer]) expect(complaints).toEqual([]);
});

test('an invited phone goes live without an account, a viewer watches, and both recordings play', async () => {
  const deployment = await deploy();
  const owner = await deployment.person();
  await createStream(deployment, owner);
  const watchPage = await addressOf(owner.page, 'Watch');
  await deployment.waitBriefly();
  await press(owner.page, 'Invite');
  await owner.page.getByLabel('Name').fill('Anna');
  await press(owner.page, 'Create link');
  const invitation = await owner.page.getByLabel('Link', { exact: true }).inputValue();
  await owner.page.context().close();

  const guest = await deployment.person();
  const viewer = await startWatching(deployment, watchPage);
  await guest.page.goto(invitation);
  await shows(guest.page, 'You’re about to go live', patience);
  expect(guest.page.url()).not.toContain('#');
  await goLive(guest.page);
  await seesItLive(viewer);
  await isRecordedTwice(deployment, guest);
  await stop(guest);
  await seesBothRecordingsReady(guest);
  await seesTheRecording(viewer);
  await seesTheBackup(deployment, watchPage);
  for (const { complaints } of [guest, viewer]) expect(complaints).toEqual([]);
});

test('publisher and viewer recover after the relay is killed and restarted', async () => {
  const deployment = await deploy();
  const owner = await deployment.person();
  await createStream(deployment, owner);
  const viewer = await startWatching(deployment, await addressOf(owner.page, 'Watch'));
  await owner.page.getByRole('link', { name: 'Go live' }).click();
  await goLive(owner.page);
  await seesItLive(viewer);
  await isRecordedTwice(deployment, owner);

  await deployment.relay.stop('SIGKILL');
  await shows(owner.page, /^Reconnecting \(\d+ s\)$/, patience);
  await shows(owner.page, 'Stay here. You’ll be live again as soon as you’re back online.', patience);
  await deployment.restartRelay();
  const from = await position(viewer.page);
  await shows(owner.page, /^LIVE$/, patience);
  await moves(viewer.page, patience, from);

  await deployment.waitBriefly();
  await stop(owner);
  await seesBothRecordingsReady(owner);
  await seesTheRecording(viewer);
});

test('a host application publishes to Mux at the address that it was given', async () => {
  const { origin, ask } = await deploy();
  const { whipEndpoint, streamKey, streamId } = endpointOf(
    await ask('/api/streams/create', { memorialId: 'a-memorial' }),
  );
  expect(whipEndpoint).toBe(`${origin}/app/${streamKey}/whip?stream=${streamId}`);
  await publishByEncoder(whipEndpoint, 'none is needed', []);
  await eventually(async () => {
    const { body } = await ask(`/api/streams/${streamId}/recordings`);
    const { status, broadcasts } = body as unknown as Recordings;
    const recorded = broadcasts.flatMap(({ recordings }) => recordings).map(({ source }) => source);
    return status === 'live' && recorded.includes('mux');
  }, patience / 1000);
});
