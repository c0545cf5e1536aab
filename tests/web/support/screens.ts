// Every screen of the web app in every state, by name: what the API returns and what the user does to get there. The
// tests check each for accessibility, and `npm run screenshots` takes a picture of each.

import type { Page } from 'playwright-core';
import type { ActivityEntry, HostEvent, Rung } from '../../../web/src/api-schema.ts';
import { recorded as onThePhone } from './recorded.ts';
import { putCaptionedSample, putSample } from './sample.ts';
import { broadcast, ownerToken, problem, recorded, Site, stream, streamId, unrecorded } from './site.ts';

export interface Screen {
  name: string;
  /** The first address. */
  path: string;
  arrange?(site: Site): void | Promise<void>;
  /** The page's clock stands still until the test moves it. */
  clock?: boolean;
  /** Runs in the page before its own scripts. */
  before?(): void;
  act?(page: Page, site: Site): Promise<void>;
  /** Text that appears once the screen is reached. */
  shows: string | RegExp;
}

const livePath = `/live/${streamId}#invite=an-invite`;
const statusRoute = `GET /api/streams/${streamId}/status`;
const whipRoute = `POST /api/streams/${streamId}/whip`;
const watchPath = `/watch/${streamId}`;
const managePath = `/#token=${ownerToken}`;

const happened = (minute: number, kind: string, more: Partial<ActivityEntry> = {}): ActivityEntry => ({
  at: `2026-11-21T10:${minute}:07.000Z`,
  kind,
  source: null,
  by: null,
  detail: null,
  ...more,
});
export const activity = [
  happened(59, 'from_the_future'),
  happened(58, 'recording_failed', { source: 'mux', detail: 'invalid_input' }),
  happened(57, 'recording_ready', { source: 'cloudflare' }),
  happened(56, 'ended', { by: 'erik@example.org' }),
  happened(55, 'disconnected', { source: 'phone' }),
  happened(43, 'reconnected', { source: 'phone', by: 'Anna’s phone' }),
  happened(41, 'disconnected', { source: 'cloudflare' }),
  happened(31, 'live', { source: 'mux' }),
  happened(30, 'live', { source: 'phone', by: 'Anna’s phone' }),
  happened(20, 'invited', { detail: 'Anna’s phone', by: 'erik@example.org' }),
  happened(10, 'created', { by: 'erik@example.org' }),
];

const told = (id: string, type: string, more: Partial<HostEvent> = {}): HostEvent => ({
  id,
  type,
  at: '2026-11-21T10:57:07.000Z',
  code: null,
  source: null,
  state: 'delivered',
  attempts: [{ at: '2026-11-21T10:57:08.000Z', status: 200, error: null }],
  nextAttemptAt: null,
  ...more,
});
export const hostEvents = [
  told('evt_4', 'recording.ready', {
    source: 'cloudflare',
    state: 'pending',
    attempts: [{ at: '2026-11-21T10:57:08.000Z', status: null, error: 'timeout' }],
    nextAttemptAt: '2026-11-21T11:07:08.000Z',
  }),
  told('evt_3', 'stream.warning', {
    code: 'backup_not_fed',
    state: 'failed',
    attempts: [{ at: '2026-11-21T10:57:08.000Z', status: 500, error: null }],
  }),
  told('evt_2', 'stream.ended'),
  told('evt_1', 'stream.live'),
];

export const press = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name }).first().click();

async function openCamera(page: Page): Promise<void> {
  await press(page, 'Allow camera and microphone');
  await page.getByRole('button', { name: 'Go live' }).waitFor();
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0);
}

export async function goLive(page: Page): Promise<void> {
  await openCamera(page);
  await press(page, 'Go live');
  await page
    .getByText(/^LIVE$/)
    .first()
    .waitFor();
}

const isLive = (site: Site, recordings = {}) => {
  site.streams = [stream({ status: 'live' })];
  site.broadcasts = Object.keys(recordings).length > 0 ? [broadcast(recordings)] : [];
};

function isWatched(site: Site): void {
  site.rooms.exists = true;
  site.rooms.audience = { viewers: 1200, peakViewers: 3100, owners: 1 };
}

async function stopLive(page: Page): Promise<void> {
  await press(page, 'End');
  await press(page, 'End broadcast');
}

const failCamera = (name: string) => `
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '${name}'));
`;

function withoutMicrophone(): void {
  const { getUserMedia } = MediaDevices.prototype;
  MediaDevices.prototype.getUserMedia = function (constraints) {
    if (constraints?.audio) return Promise.reject(new DOMException('', 'NotFoundError'));
    return getUserMedia.call(this, constraints);
  };
}

const rung = (kind: Rung['kind'], url: string, source: Rung['source'] = 'cloudflare'): Rung => ({
  kind,
  source,
  url,
});

/** Starts in that many days. */
const planned = (days: number) => ({
  scheduledStart: new Date(Date.now() + days * 86_400_000).toISOString(),
  description: `St Mary’s Church, Kongens gate 5. Doors open half an hour before.\n\nFlowers are welcome.`,
});
const covered = (site: Site) => ({ coverUrl: `${site.origin}/icon-512.png` });
const refusedDetails = {
  status: 400,
  body: {
    type: 'urn:whip-mux:problem:invalid-field',
    title: 'Invalid field',
    status: 400,
    detail: 'Fix `coverUrl` and send the request again.',
    errors: [{ field: 'coverUrl', detail: 'must begin with https://' }],
  },
};
const openDetails = (page: Page) => press(page, /^Details/);

/** Recorded at both, and trimmed at Mux. */
async function trimmedRecording(site: Site): Promise<void> {
  site.streams = [stream({ status: 'completed' })];
  const made = recorded('2026-11-28T10:00:00.000Z', await putSample(site));
  const recordings = made.recordings.flatMap((whole) => [
    whole,
    { ...whole, source: 'mux' as const, id: 'mux-1' },
    {
      ...whole,
      source: 'mux' as const,
      id: 'clip-1',
      origin: 'clip' as const,
      clippedFrom: 'mux-1',
      duration: 1200,
    },
  ]);
  site.broadcasts = [{ ...made, recordings }];
}

export const screens: Screen[] = [
  { name: 'not-found', path: '/nowhere', shows: 'Page not found' },

  // Live: before the camera.
  {
    name: 'live-link-incomplete',
    path: `/live/${streamId}`,
    arrange: (site) => site.script(statusRoute, problem(401, 'unauthenticated', 'No token', 'Sign in.')),
    shows: 'This link is incomplete',
  },
  {
    name: 'live-invite-cancelled',
    path: livePath,
    arrange: (site) =>
      site.script(statusRoute, problem(401, 'invite-refused', 'Refused', 'Ask for a new one.')),
    shows: 'This invitation was cancelled',
  },
  {
    name: 'live-stream-deleted',
    path: livePath,
    arrange: (site) => void (site.streams = []),
    shows: 'This stream no longer exists',
  },
  {
    name: 'live-server-failed',
    path: livePath,
    arrange: (site) => site.script(statusRoute, { status: 500 }),
    shows: 'Something went wrong on our side',
  },
  {
    name: 'live-in-app-browser',
    path: livePath,
    before: () => {
      Object.defineProperty(navigator, 'mediaDevices', { value: undefined });
      Object.defineProperty(navigator, 'userAgent', {
        value: 'Mozilla/5.0 (iPhone) AppleWebKit Instagram 309.0',
      });
    },
    shows: 'This app can’t use your camera',
  },
  {
    name: 'live-insecure',
    path: livePath,
    before: () => {
      Object.defineProperty(window, 'isSecureContext', { value: false });
    },
    shows: 'This page is not secure',
  },
  { name: 'live-welcome', path: livePath, shows: 'You’re about to go live' },
  {
    name: 'live-planned',
    path: livePath,
    arrange: (site) => void (site.streams = [stream(planned(7))]),
    shows: /^Starts /,
  },
  {
    name: 'live-planned-late',
    path: livePath,
    arrange: (site) => void (site.streams = [stream(planned(-0.01))]),
    shows: /^Should have started /,
  },
  {
    name: 'live-planned-ready',
    path: livePath,
    arrange: (site) => void (site.streams = [stream(planned(7))]),
    act: openCamera,
    shows: /^Starts /,
  },
  {
    name: 'live-asking',
    path: livePath,
    act: async (page) => {
      await page.evaluate(() => (navigator.mediaDevices.getUserMedia = () => new Promise(() => undefined)));
      await press(page, 'Allow camera and microphone');
    },
    shows: /Tap Allow to continue/,
  },
  ...[
    ['live-camera-denied', 'NotAllowedError', 'Camera access is blocked'],
    ['live-camera-missing', 'NotFoundError', 'No camera or microphone found'],
    ['live-camera-in-use', 'NotReadableError', 'The camera is in use'],
  ].map(([name = '', error = '', shows = '']): Screen => ({
    name,
    path: livePath,
    act: async (page) => {
      await page.evaluate(failCamera(error));
      await press(page, 'Allow camera and microphone');
    },
    shows,
  })),

  {
    name: 'live-app-denies-camera',
    path: livePath,
    before: () => {
      Object.defineProperty(navigator, 'userAgent', {
        value: 'Mozilla/5.0 (iPhone) AppleWebKit Instagram 390.0.0',
      });
      MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    },
    act: (page) => press(page, 'Allow camera and microphone'),
    shows: 'This app can’t use your camera',
  },
  {
    name: 'live-microphone-missing',
    path: livePath,
    before: withoutMicrophone,
    act: (page) => press(page, 'Allow camera and microphone'),
    shows: 'No microphone found',
  },

  // Live: with the camera.
  {
    name: 'live-silent',
    path: livePath,
    before: withoutMicrophone,
    act: async (page) => {
      await press(page, 'Allow camera and microphone');
      await press(page, 'Continue without sound');
    },
    shows: /viewers won’t hear you/,
  },
  { name: 'live-ready', path: livePath, act: openCamera, shows: 'Go live' },
  { name: 'live-ready-long-title', path: livePath, arrange: longTitle, act: openCamera, shows: 'Go live' },
  {
    name: 'live-welcome-long-title',
    path: livePath,
    arrange: longTitle,
    shows: 'You’re about to go live',
  },
  {
    name: 'live-devices',
    path: livePath,
    act: async (page) => {
      await openCamera(page);
      await press(page, 'Settings');
    },
    shows: 'Quality',
  },
  {
    name: 'live-connecting',
    path: livePath,
    arrange: (site) => site.script(whipRoute, { status: 503, delay: 30_000 }),
    act: async (page) => {
      await openCamera(page);
      await press(page, 'Go live');
    },
    shows: 'Connecting',
  },
  {
    name: 'live-on-air',
    path: livePath,
    arrange: (site) => isLive(site, { cloudflare: 'processing', mux: 'processing' }),
    act: async (page) => {
      await goLive(page);
      await page.getByText(/Mbit\/s|kbit\/s/).waitFor();
    },
    shows: 'LIVE',
  },
  {
    name: 'live-watched',
    path: livePath,
    arrange: (site) => {
      isWatched(site);
      isLive(site, { cloudflare: 'processing', mux: 'processing' });
    },
    act: async (page) => {
      await goLive(page);
      await page.getByText(/Mbit\/s|kbit\/s/).waitFor();
    },
    shows: '1,200 watching',
  },
  {
    name: 'live-muted',
    path: livePath,
    arrange: (site) => isLive(site, { cloudflare: 'processing', mux: 'processing' }),
    act: async (page) => {
      await goLive(page);
      await press(page, 'Mute microphone');
    },
    shows: 'Microphone is off',
  },
  {
    name: 'live-reconnecting',
    path: livePath,
    arrange: (site) => isLive(site, { cloudflare: 'processing' }),
    act: async (page, site) => {
      await goLive(page);
      site.script(whipRoute, { status: 503 });
      await site.whip.dropSessions();
    },
    shows: /Reconnecting \(\d+ s\)/,
  },
  {
    name: 'live-interrupted',
    path: livePath,
    arrange: (site) => isLive(site, { cloudflare: 'processing', mux: 'processing' }),
    act: async (page) => {
      await goLive(page);
      await page.evaluate(failCamera('NotReadableError'));
      await page.evaluate(() => {
        const [track] = (document.querySelector('video')?.srcObject as MediaStream).getVideoTracks();
        track?.stop();
        track?.dispatchEvent(new Event('ended'));
      });
    },
    shows: 'Your camera was paused',
  },
  {
    name: 'live-not-recorded',
    path: livePath,
    arrange: (site) => {
      const detail = 'Somebody is live, and nothing is recorded.';
      site.streams = [stream({ status: 'live', warnings: [{ code: 'recording_not_started', detail }] })];
    },
    act: goLive,
    shows: 'This broadcast is not being recorded',
  },
  {
    name: 'live-stop-question',
    path: livePath,
    arrange: (site) => isLive(site, { cloudflare: 'processing', mux: 'processing' }),
    act: async (page) => {
      await goLive(page);
      await press(page, 'End');
    },
    shows: 'End the broadcast?',
  },
  {
    name: 'live-refused',
    path: livePath,
    arrange: (site) =>
      site.script(whipRoute, problem(401, 'invite-refused', 'Refused', 'Ask for a new one.')),
    act: async (page) => {
      await openCamera(page);
      await press(page, 'Go live');
    },
    shows: 'You can’t go live with this link',
  },
  {
    name: 'live-stopped',
    path: livePath,
    arrange: (site) => isLive(site),
    act: async (page, site) => {
      await goLive(page);
      site.streams = [stream({ status: 'completed' })];
      site.broadcasts = [broadcast({ cloudflare: 'processing', mux: 'processing' })];
      await stopLive(page);
      await page.getByText('saving…').first().waitFor();
    },
    shows: 'Saving your recording. This usually takes about a minute.',
  },
  {
    name: 'live-stopped-recorded',
    path: livePath,
    arrange: (site) => isLive(site),
    act: async (page, site) => {
      await goLive(page);
      site.streams = [stream({ status: 'completed' })];
      site.broadcasts = [broadcast({ cloudflare: 'ready', mux: 'ready' })];
      await stopLive(page);
    },
    shows: 'Your recording is ready.',
  },
  {
    name: 'live-stopped-not-recorded',
    path: livePath,
    arrange: (site) => isLive(site),
    act: async (page, site) => {
      await goLive(page);
      const detail = 'No recording came from Cloudflare.';
      site.streams = [stream({ status: 'completed', warnings: [{ code: 'recording_missing', detail }] })];
      await stopLive(page);
    },
    shows: 'No recording was saved.',
  },
  {
    name: 'live-ended-by-organiser',
    path: livePath,
    arrange: (site) => {
      site.rooms.exists = true;
      isLive(site, { cloudflare: 'processing' });
    },
    act: async (page, site) => {
      await goLive(page);
      site.streams = [stream({ status: 'completed', endedAt: new Date().toISOString() })];
      site.rooms.tell();
    },
    shows: 'The organiser ended the broadcast',
  },
  {
    name: 'live-stream-ended',
    path: livePath,
    arrange: (site) => {
      site.streams = [stream({ status: 'completed', endedAt: new Date().toISOString() })];
    },
    shows: 'This stream has ended',
  },

  // Live: the copy on this phone.
  {
    name: 'live-copy-ready',
    path: livePath,
    arrange: recordedByThePhone,
    act: openCamera,
    shows: /Copy on this phone: space for/,
  },
  {
    name: 'live-copy-recording',
    path: livePath,
    arrange: recordedByThePhone,
    act: goLive,
    shows: 'Copy on this phone: recording',
  },
  {
    name: 'live-copy-full',
    path: livePath,
    arrange: recordedByThePhone,
    before: () => {
      StorageManager.prototype.estimate = () => Promise.resolve({ quota: 60_000_000, usage: 30_000_000 });
    },
    act: goLive,
    shows: 'Copy on this phone: storage is full',
  },
  {
    name: 'live-copy-uploading',
    path: livePath,
    arrange: (site) => {
      recordedByThePhone(site);
      site.tus.stallsAt = 200_000;
    },
    act: leaveCopy,
    shows: /Copy on this phone: uploading [1-9]/,
  },
  {
    name: 'live-copy-joining',
    path: livePath,
    arrange: recordedByThePhone,
    act: async (page) => {
      await goLive(page);
      await page.getByText('Copy on this phone: recording').waitFor();
      await onThePhone(page, 2);
      await press(page, 'Switch camera');
      await onThePhone(page, 5);
      // The library that joins the two pieces does not arrive.
      await page.route(/\/assets\/join-/, () => undefined);
      await stopLive(page);
    },
    shows: /Copy on this phone: getting ready/,
  },
  {
    name: 'live-copy-processing',
    path: livePath,
    arrange: (site) => {
      recordedByThePhone(site);
      site.tus.outcome = 'processing';
    },
    act: leaveCopy,
    shows: 'Copy on this phone: being checked',
  },
  {
    name: 'live-copy-waiting',
    path: livePath,
    arrange: recordedByThePhone,
    before: onMobileData,
    act: leaveCopy,
    shows: 'You’re on mobile data, so the upload waits for Wi-Fi.',
  },
  {
    name: 'live-copy-refused',
    path: livePath,
    arrange: (site) => {
      recordedByThePhone(site);
      site.script(
        `POST /api/streams/${streamId}/uploads`,
        problem(401, 'invite-refused', 'Refused', 'Ask for a new one.'),
      );
    },
    act: leaveCopy,
    shows: 'This link can’t upload anymore.',
  },
  {
    name: 'live-copy-deleted',
    path: livePath,
    arrange: (site) => {
      recordedByThePhone(site);
      site.script(
        `POST /api/streams/${streamId}/uploads`,
        problem(410, 'recording-deleted', 'It was deleted', 'Keep it.'),
      );
    },
    act: leaveCopy,
    shows: 'The organiser deleted this broadcast.',
  },
  {
    name: 'live-copy-delete',
    path: livePath,
    arrange: recordedByThePhone,
    before: onMobileData,
    act: async (page) => {
      await leaveCopy(page);
      await press(page, 'Delete from phone');
    },
    shows: 'Delete this copy?',
  },
  {
    name: 'live-copy-safe',
    path: livePath,
    arrange: recordedByThePhone,
    act: leaveCopy,
    shows: 'Your copy is safe',
  },
  {
    name: 'live-copy-left',
    path: livePath,
    arrange: recordedByThePhone,
    before: onMobileData,
    act: async (page) => {
      await leaveCopy(page);
      await page.getByRole('button', { name: 'Upload now' }).waitFor();
      await page.reload();
    },
    shows: 'A copy is on this phone',
  },

  // Manage.
  {
    name: 'manage-signed-out',
    path: '/',
    arrange: (site) =>
      site.script('GET /api/streams', problem(401, 'unauthenticated', 'No token', 'Sign in.')),
    shows: 'Sign in to see your streams',
  },
  {
    name: 'manage-unreachable',
    path: managePath,
    arrange: (site) =>
      site.script(
        'GET /api/streams',
        problem(503, 'store-unavailable', 'The store did not answer', 'Try again in a few seconds.'),
      ),
    shows: 'The store did not answer',
  },
  {
    name: 'manage-empty',
    path: managePath,
    arrange: (site) => void (site.streams = []),
    shows: 'Create your first stream',
  },
  { name: 'manage-list', path: managePath, arrange: severalStreams, shows: 'Spring concert' },
  {
    name: 'manage-watched',
    path: managePath,
    arrange: (site) => {
      isWatched(site);
      severalStreams(site);
    },
    shows: '1,200 watching, at most 3,100',
  },
  {
    name: 'manage-on-air',
    path: managePath,
    arrange: (site) => {
      isWatched(site);
      severalStreams(site);
      const url = `${site.origin}/mux.m3u8`;
      site.playback = {
        ...site.playback,
        status: 'live',
        poster: `${site.origin}/icon-512.png`,
        ladder: [{ kind: 'hls', source: 'mux', url }],
      };
      const at = new Date().toISOString();
      site.activity = [{ at, kind: 'live', source: 'phone', by: 'Maria', detail: null }];
    },
    act: async (page, site) => {
      await page.getByText('Maria is publishing').waitFor();
      for (let i = 0; i < 40; ++i)
        site.rooms.report(2300 + 400 * Math.sin(i / 3) - (i === 21 ? 1500 : 0), 30 - (i % 4));
    },
    shows: '27 frames a second',
  },
  {
    name: 'manage-stop-question',
    path: managePath,
    arrange: severalStreams,
    act: (page) => press(page, 'Stop this phone'),
    shows: /^Stop the phone/,
  },
  { name: 'manage-list-long-title', path: managePath, arrange: longTitle, shows: 'My streams' },
  {
    name: 'manage-create',
    path: managePath,
    act: async (page) => {
      await press(page, 'New stream');
      await page.getByLabel('Title').fill('Spring concert');
    },
    shows: 'Backup recording',
  },
  {
    name: 'manage-create-busy',
    path: managePath,
    arrange: (site) => site.script('POST /api/streams', { status: 503, delay: 60_000 }),
    act: async (page) => {
      await press(page, 'New stream');
      await page.getByLabel('Title').fill('Spring concert');
      await press(page, 'Create stream');
    },
    shows: 'Creating…',
  },
  {
    name: 'manage-loading',
    path: managePath,
    arrange: (site) => site.script('GET /api/streams', { delay: 60_000 }),
    shows: 'Loading…',
  },
  {
    name: 'manage-create-failed',
    path: managePath,
    arrange: (site) =>
      site.script(
        'POST /api/streams',
        problem(
          502,
          'cloudflare-failed',
          'Cloudflare Stream did not make the live input',
          'Nothing was left behind. Try again in a minute.',
        ),
      ),
    act: async (page) => {
      await press(page, 'New stream');
      await page.getByLabel('Title').fill('Spring concert');
      await press(page, 'Create stream');
    },
    shows: 'Cloudflare Stream did not make the live input',
  },
  {
    name: 'manage-create-untitled',
    path: managePath,
    act: async (page) => {
      await press(page, 'New stream');
      await press(page, 'Create stream');
    },
    shows: 'Enter a title.',
  },
  {
    name: 'manage-details-browser',
    path: managePath,
    arrange: (site) => {
      site.outputs = [{ id: '1', url: 'rtmps://live.example.com/app', enabled: false, backup: false }];
    },
    act: openDetails,
    shows: 'Playback and embed',
  },
  {
    name: 'manage-details-obs',
    path: managePath,
    arrange: (site) => void (site.streams = [stream({ streamingMethod: 'obs', title: 'Spring concert' })]),
    act: async (page) => {
      await openDetails(page);
      await page.getByLabel('Server').waitFor();
    },
    shows: 'Set up OBS',
  },
  {
    name: 'manage-key-revealed',
    path: managePath,
    arrange: (site) => void (site.streams = [stream({ streamingMethod: 'obs', title: 'Spring concert' })]),
    act: async (page) => {
      await openDetails(page);
      await press(page, 'Show Stream key');
    },
    shows: 'Hide',
  },
  {
    name: 'manage-library',
    path: managePath,
    arrange: trimmedRecording,
    act: openDetails,
    shows: /trimmed, Mux, 20 minutes.*: ready/i,
  },
  {
    name: 'manage-library-playing',
    path: managePath,
    arrange: trimmedRecording,
    act: async (page) => {
      await openDetails(page);
      await press(page, /^Play the recording of .* here$/);
      await page.locator('video').waitFor();
    },
    shows: 'Trim…',
  },
  {
    name: 'manage-trim',
    path: managePath,
    arrange: trimmedRecording,
    act: async (page) => {
      await openDetails(page);
      await press(page, /^Trim the recording/);
      await page.getByLabel(/^Start/).press('PageUp');
    },
    shows: 'Make trimmed recording',
  },
  {
    name: 'manage-library-preparing',
    path: managePath,
    arrange: async (site) => {
      await trimmedRecording(site);
      const [made] = site.broadcasts;
      if (!made) return;
      const recordings = made.recordings.map((each) => {
        if (each.origin === 'clip') return { ...each, state: 'processing' as const, duration: null };
        return each.source === 'mux' ? { ...each, state: 'copying' as const, playbackUrl: null } : each;
      });
      site.broadcasts = [{ ...made, recordings }];
      const download = `/api/streams/${streamId}/recordings/cloudflare-1/download`;
      const preparing = { body: { state: 'preparing', percent: 40, url: null, reason: null } };
      for (const method of ['GET', 'POST']) site.script(`${method} ${download}`, preparing);
    },
    act: async (page) => {
      await openDetails(page);
      await press(page, /^Download MP4/);
      await page.getByText('Mux: saving…').first().waitFor();
      await page.getByText(/trimmed, Mux: being made/i).waitFor();
    },
    shows: /Preparing MP4 \(Cloudflare\)… 40/,
  },
  {
    name: 'manage-captions',
    path: managePath,
    arrange: async (site) => {
      await trimmedRecording(site);
      for (const id of ['cloudflare-1', 'mux-1', 'clip-1'])
        site.script(`GET /api/streams/${streamId}/recordings/${id}/captions`, {
          body: { captions: [{ language: 'es', name: 'Español', state: 'ready' }] },
        });
    },
    act: async (page) => {
      await openDetails(page);
      await press(page, /^Captions of the recording/);
    },
    shows: 'Español, Cloudflare: ready',
  },
  {
    name: 'manage-delete-recording',
    path: managePath,
    arrange: trimmedRecording,
    act: async (page) => {
      await openDetails(page);
      await press(page, /^Delete the recording of/);
    },
    shows: 'Delete this recording?',
  },
  {
    name: 'manage-rotate-question',
    path: managePath,
    arrange: (site) => void (site.streams = [stream({ streamingMethod: 'obs' })]),
    act: async (page) => {
      await openDetails(page);
      await press(page, 'Reset stream key');
    },
    shows: /Reset the stream key of/,
  },
  {
    name: 'manage-output-add',
    path: managePath,
    act: async (page) => {
      await openDetails(page);
      await press(page, 'Add destination');
    },
    shows: 'Server URL',
  },
  {
    name: 'manage-invite',
    path: managePath,
    arrange: (site) => {
      const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
      site.invites = [
        { id: '2', purpose: 'publish', name: 'Anna’s phone', expiresAt },
        { id: '1', purpose: 'publish', name: null, expiresAt, revokedAt: new Date().toISOString() },
      ];
    },
    act: (page) => press(page, 'Invite'),
    shows: 'Anna’s phone',
  },
  {
    name: 'manage-invite-made',
    path: managePath,
    act: async (page) => {
      await press(page, 'Invite');
      await page.getByLabel('Name').fill('Anna’s phone');
      await press(page, 'Create link');
    },
    shows: /Scan it with the phone/,
  },
  {
    name: 'manage-end-question',
    path: managePath,
    act: async (page) => {
      await openDetails(page);
      await press(page, 'End stream');
    },
    shows: 'End “Service for Anna Berg”?',
  },
  {
    name: 'manage-delete-question',
    path: managePath,
    act: async (page) => {
      await openDetails(page);
      await press(page, 'Delete stream');
    },
    shows: 'Delete “Service for Anna Berg”?',
  },

  {
    name: 'manage-recordings',
    path: managePath,
    arrange: (site) => {
      const { cloudflare, mux } = stream().recordingSources;
      site.streams = [
        stream({
          status: 'completed',
          visibility: 'private',
          recordingSources: { cloudflare: { ...cloudflare, available: true }, mux },
        }),
      ];
      site.broadcasts = [
        recorded('2026-11-21T10:00:00.000Z', `${site.origin}/sample/video.m3u8`),
        broadcast({ cloudflare: 'failed', mux: 'processing' }, '2026-11-20T10:00:00.000Z'),
      ];
    },
    act: openDetails,
    shows: 'Play',
  },
  {
    name: 'manage-activity',
    path: managePath,
    arrange: (site) => void (site.activity = activity),
    act: async (page) => {
      await openDetails(page);
      await press(page, 'Activity');
    },
    shows: 'Recording ready on Cloudflare',
  },
  {
    name: 'manage-host-events',
    path: managePath,
    arrange: (site) => {
      site.activity = activity.slice(-2);
      site.events = hostEvents;
    },
    act: async (page) => {
      await openDetails(page);
      await press(page, 'Activity');
      await page.getByRole('button', { name: 'Send again: Went live' }).scrollIntoViewIfNeeded();
    },
    shows: 'Notifications to your site',
  },
  {
    name: 'manage-visibility-question',
    path: managePath,
    arrange: (site) => {
      site.streams = [stream({ status: 'completed', endedAt: '2026-11-21T11:00:00.000Z' })];
    },
    act: async (page) => {
      await openDetails(page);
      await press(page, 'Make private');
    },
    shows: 'Make “Service for Anna Berg” private?',
  },
  {
    name: 'manage-search',
    path: managePath,
    arrange: (site) => {
      site.streams = ['One', 'Two', 'Three', 'Four', 'Five', 'Six'].map((title, index) =>
        stream({ id: `7zy1kq3m9v0c8r5t2w4x6abcd${index}`, title }),
      );
    },
    act: (page) => page.getByLabel('Search by title').fill('t'),
    shows: 'Three',
  },
  {
    name: 'manage-edit',
    path: managePath,
    arrange: (site) => void (site.streams = [stream(planned(7))]),
    act: async (page) => {
      await openDetails(page);
      await press(page, 'Edit details');
    },
    shows: 'Cover picture',
  },
  {
    name: 'manage-edit-wrong',
    path: managePath,
    act: async (page, site) => {
      site.script(`PATCH /api/streams/${streamId}`, refusedDetails);
      await openDetails(page);
      await press(page, 'Edit details');
      await page.getByLabel('Cover picture').fill('http://images.example/anna.jpg');
      await press(page, 'Save');
    },
    shows: 'Enter the address of a picture.',
  },
  {
    name: 'manage-create-details',
    path: managePath,
    act: async (page) => {
      await press(page, 'New stream');
      await press(page, 'Add date, description, picture');
    },
    shows: 'Cover picture',
  },
  {
    name: 'manage-scheduled',
    path: managePath,
    arrange: (site) => {
      site.streams = [
        stream({ ...planned(9), id: '7zy1kq3m9v0c8r5t2w4x6abcd1', title: 'Later' }),
        stream({ ...planned(7), id: '7zy1kq3m9v0c8r5t2w4x6abcd2', title: 'Sooner' }),
        stream({ ...planned(-0.5), id: '7zy1kq3m9v0c8r5t2w4x6abcd3', title: 'Late' }),
      ];
    },
    shows: /^Should have started/,
  },
  {
    name: 'manage-output-wrong',
    path: managePath,
    act: async (page) => {
      await openDetails(page);
      await press(page, 'Add destination');
      await press(page, 'Add destination');
    },
    shows: /Enter a valid server URL/,
  },
  {
    name: 'manage-output-remove',
    path: managePath,
    arrange: (site) => {
      site.outputs = [{ id: '1', url: 'rtmps://live.example.com/app', enabled: false, backup: false }];
    },
    act: async (page) => {
      await openDetails(page);
      await press(page, 'Remove rtmps://live.example.com/app');
    },
    shows: 'Remove this destination?',
  },
  {
    name: 'manage-invite-cancel',
    path: managePath,
    arrange: (site) => {
      const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
      site.invites = [{ id: '2', purpose: 'publish', name: 'Anna’s phone', expiresAt }];
    },
    act: async (page) => {
      await press(page, 'Invite');
      await press(page, 'Cancel Anna’s phone');
    },
    shows: /Cancel the invitation/,
  },
  {
    name: 'manage-session-expired',
    path: managePath,
    act: async (page, site) => {
      await page.getByRole('heading', { name: 'Service for Anna Berg' }).waitFor();
      site.script('GET /api/streams', problem(401, 'unauthenticated', 'No token', 'Sign in.'));
      await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    },
    shows: 'Your session has expired',
  },
  {
    name: 'manage-offline',
    path: managePath,
    act: async (page) => {
      await page.getByRole('heading', { name: 'Service for Anna Berg' }).waitFor();
      await page.context().setOffline(true);
    },
    shows: 'You’re offline',
  },

  // Watch.
  { name: 'watch-waiting', path: watchPath, shows: 'Not live yet' },
  {
    name: 'watch-scheduled',
    path: watchPath,
    arrange: (site) => void (site.playback = { ...site.playback, ...planned(7), ...covered(site) }),
    shows: /^In 6 days and 23 hours$/,
  },
  {
    name: 'watch-scheduled-soon',
    path: watchPath,
    arrange: (site) => void (site.playback = { ...site.playback, ...planned(0.02) }),
    shows: /^In 28/,
  },
  {
    name: 'watch-late',
    path: watchPath,
    arrange: (site) => void (site.playback = { ...site.playback, ...planned(-0.01) }),
    shows: /^It should have started/,
  },
  {
    name: 'watch-connecting',
    path: watchPath,
    arrange: (site) => {
      const silent = `/api/streams/${streamId}/whip/silent`;
      site.script(`POST ${silent}`, { status: 201, delay: 60_000 });
      site.playback = { ...site.playback, status: 'live', ladder: [rung('whep', site.origin + silent)] };
    },
    shows: 'Connecting…',
  },
  {
    name: 'watch-live',
    path: watchPath,
    arrange: async (site) => plays(site, 'live', 'hls'),
    act: untilPlaying,
    shows: /a few seconds of delay/,
  },
  {
    name: 'watch-tap-to-play',
    path: watchPath,
    arrange: async (site) => plays(site, 'live', 'hls'),
    before: () => {
      HTMLMediaElement.prototype.play = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    },
    shows: 'Tap to play',
  },
  {
    name: 'watch-processing',
    path: watchPath,
    arrange: (site) => void (site.playback = { ...site.playback, status: 'processing' }),
    shows: /If there is a recording, it will play here/,
  },
  {
    name: 'watch-recording',
    path: watchPath,
    arrange: async (site) => plays(site, 'completed', 'recording'),
    act: untilPlaying,
    shows: 'Recording',
  },
  {
    name: 'watch-captions',
    path: watchPath,
    arrange: async (site) => {
      longTitle(site);
      const url = await putCaptionedSample(site, { en: 'English' });
      site.playback = { ...site.playback, status: 'completed', ladder: [rung('recording', url)] };
    },
    act: async (page) => {
      await untilPlaying(page);
      await press(page, 'Captions');
      await page.waitForFunction(() => document.querySelector('video')?.textTracks[0]?.activeCues?.length);
    },
    shows: 'Recording',
  },
  {
    name: 'watch-caption-languages',
    path: watchPath,
    arrange: async (site) => {
      const url = await putCaptionedSample(site, { en: 'English', sv: 'Svenska' });
      site.playback = { ...site.playback, status: 'completed', ladder: [rung('recording', url)] };
    },
    act: async (page) => {
      await untilPlaying(page);
      await page.getByLabel('Captions').selectOption('Svenska');
    },
    shows: 'Recording',
  },
  {
    name: 'watch-nothing',
    path: watchPath,
    arrange: (site) => void (site.playback = { ...site.playback, status: 'completed' }),
    shows: 'There’s no recording.',
  },
  {
    name: 'watch-private',
    path: watchPath,
    arrange: (site) =>
      site.script(
        `GET /api/streams/${streamId}/playback`,
        problem(401, 'unauthenticated', 'No token', 'Sign in.'),
      ),
    shows: 'This broadcast is private',
  },
  {
    name: 'watch-gone',
    path: watchPath,
    arrange: (site) =>
      site.script(`GET /api/streams/${streamId}/playback`, problem(404, 'no-such-stream', 'x', 'x')),
    shows: 'Broadcast not found',
  },
  {
    name: 'watch-unplayable',
    path: watchPath,
    arrange: (site) =>
      void (site.playback = {
        ...site.playback,
        status: 'completed',
        ladder: [rung('recording', `${site.origin}/api/nothing.m3u8`)],
      }),
    shows: 'This video can’t be played here',
  },
  {
    name: 'watch-recordings',
    path: watchPath,
    arrange: async (site) => {
      await plays(site, 'completed', 'recording');
      const url = await putSample(site);
      site.broadcasts = ['2026-11-21T10:00:00.000Z', '2026-11-20T10:00:00.000Z'].map((at) =>
        recorded(at, url),
      );
    },
    act: untilPlaying,
    shows: 'All recordings',
  },
  {
    name: 'watch-basic',
    path: watchPath,
    arrange: async (site) => plays(site, 'completed', 'recording'),
    act: async (page) => {
      await untilPlaying(page);
      await press(page, 'Having trouble? Try the basic player');
    },
    shows: 'Back to the full player',
  },
  { name: 'embed-waiting', path: `/embed/${streamId}`, shows: 'Not live yet' },
  {
    name: 'embed-live',
    path: `/embed/${streamId}`,
    arrange: async (site) => plays(site, 'live', 'hls'),
    act: untilPlaying,
    shows: /a few seconds of delay/,
  },
];

function recordedByThePhone(site: Site): void {
  site.streams = [stream({ plan: unrecorded })];
}

/** Records for a few seconds and ends the broadcast. */
async function leaveCopy(page: Page): Promise<void> {
  await goLive(page);
  await page.getByText('Copy on this phone: recording').waitFor();
  await onThePhone(page, 3);
  await stopLive(page);
}

export function onMobileData(): void {
  const connection = Object.assign(new EventTarget(), { type: 'cellular' });
  Object.defineProperty(navigator, 'connection', { value: connection });
}

function longTitle(site: Site): void {
  const title =
    'Gudstjänst och minnesstund för Anna-Karin Löfgren-Wachtmeister i Sankt-Bartholomäus-Kirche, with Donaudampfschifffahrtsgesellschaftskapitän';
  site.streams = [stream({ title })];
  site.playback = { ...site.playback, title };
}

async function plays(site: Site, status: 'live' | 'completed', kind: Rung['kind']): Promise<void> {
  const url = await putSample(site);
  const ladder = [rung(kind, url), rung('iframe', 'https://customer-x.cloudflarestream.com/x/iframe')];
  site.playback = { ...site.playback, status, ladder };
}

async function untilPlaying(page: Page): Promise<void> {
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.2, null, {
    timeout: 60_000,
  });
}

function severalStreams(site: Site): void {
  const available = {
    available: true,
    playbackUrl: 'https://stream.mux.com/x.m3u8',
    duration: 1832,
    missing: false,
  };
  const detail = 'The Mux backup is off: could not create the live stream.';
  site.streams = [
    stream({ id: '7zy1kq3m9v0c8r5t2w4x6abcd1', title: 'Service for Anna Berg', status: 'live' }),
    stream({
      title: 'Spring concert',
      streamingMethod: 'obs',
      simulcastEnabled: false,
      warnings: [{ code: 'backup_unavailable', detail }],
    }),
    stream({
      id: '7zy1kq3m9v0c8r5t2w4x6abcd2',
      title: 'District final, under 15',
      status: 'completed',
      recordingSources: { cloudflare: available, mux: available },
    }),
  ];
  site.broadcasts = [broadcast({ cloudflare: 'processing', mux: 'processing' })];
}
