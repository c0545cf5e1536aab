// The engine's decisions that need no browser: codecs, backoff, life signs, health.

import { describe, expect, test } from 'vitest';
import { codecOrder, h264Crashes } from '../../../web/src/live/codecs.ts';
import { healthBetween } from '../../../web/src/live/health.ts';
import type { Sample } from '../../../web/src/live/health.ts';
import { isInApp } from '../../../web/src/live/browser.ts';
import { LifeSigns } from '../../../web/src/live/life-signs.ts';
import { levelOf } from '../../../web/src/live/microphone-level.ts';
import { badgeOf } from '../../../web/src/recording-badge.ts';
import { placeOf } from '../../../web/src/address.ts';
import { backoff } from '../../../web/src/webrtc/backoff.ts';
import { retryAfterOf } from '../../../web/src/webrtc/http-failure.ts';
import { broadcast } from '../support/site.ts';

describe('codecs', () => {
  const codec = (mimeType: string, sdpFmtpLine?: string) =>
    sdpFmtpLine === undefined ? { mimeType } : { mimeType, sdpFmtpLine };
  const baseline = codec('video/H264', 'packetization-mode=1;profile-level-id=42001f');
  const constrained = codec('video/H264', 'packetization-mode=1;profile-level-id=42e01f');
  const single = codec('video/H264', 'packetization-mode=0;profile-level-id=42e01f');
  const [vp8, vp9, rtx] = [codec('video/VP8'), codec('video/VP9'), codec('video/rtx')];
  const chromium = [vp8, rtx, vp9, baseline, single, constrained];

  test('offers constrained baseline first, then baseline, then VP8; retransmission last', () => {
    expect(codecOrder(chromium, 'h264')).toEqual([constrained, baseline, vp8, vp9, single, rtx]);
  });

  test('leaves H.264 out when VP8 is chosen', () => {
    expect(codecOrder(chromium, 'vp8')).toEqual([vp8, vp9, rtx]);
  });

  test('offers H.264 if the browser has nothing else', () => {
    expect(codecOrder([constrained], 'vp8')).toEqual([constrained]);
    expect(codecOrder([], 'h264')).toEqual([]);
  });

  test.each([
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 15_1 like Mac OS X) AppleWebKit/605.1.15', true],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 15_0_2 like Mac OS X) AppleWebKit/605.1.15', true],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 15_2 like Mac OS X) AppleWebKit/605.1.15', false],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 15_10 like Mac OS X) AppleWebKit/605.1.15', false],
    ['Mozilla/5.0 (Linux; Android 12; Pixel 6) Chrome/120.0', false],
  ])('%s: crashes with H.264 %s', (agent, crashes) => {
    expect(h264Crashes(agent)).toBe(crashes);
  });
});

describe('backoff', () => {
  test('starts with no delay, then grows to five seconds, each between half and the full value', () => {
    const [least, most] = [0, 0.999999].map((random) =>
      [0, 1, 2, 3, 4, 5, 9].map((attempt) => Math.round(backoff(attempt, undefined, random))),
    );
    expect(least).toEqual([0, 250, 500, 1000, 2000, 2500, 2500]);
    expect(most).toEqual([0, 500, 1000, 2000, 4000, 5000, 5000]);
  });

  test('is never shorter than the server asks for', () => {
    expect(backoff(0, 7, 0)).toBe(7000);
    expect(backoff(5, 1, 0)).toBe(2500);
  });

  test.each([
    [null, undefined],
    ['', undefined],
    ['120', 120],
    ['Fri, 31 Dec 1999 23:59:59 GMT', 59],
    ['Fri, 31 Dec 1999 23:00:00 GMT', 0],
    ['soon', undefined],
  ])('Retry-After: %s', (header, seconds) => {
    expect(retryAfterOf(header, Date.parse('1999-12-31T23:59:00Z'))).toBe(seconds);
  });
});

describe('the badge of a recording', () => {
  const started = '2026-11-20T10:00:00.000Z';
  const recorded = (...sources: ('cloudflare' | 'mux')[]) => ({
    status: 'completed' as const,
    broadcasts: sources.map((source) => broadcast({ [source]: 'ready' }, started)),
  });
  const removed = [
    {
      code: 'recording_deleted' as const,
      detail: 'Cloudflare does not have it any more.',
      source: 'cloudflare' as const,
    },
  ];
  const badge = (change: Partial<Parameters<typeof badgeOf>[0]> = {}) =>
    badgeOf({
      source: 'cloudflare',
      status: 'completed',
      warnings: removed,
      wanted: true,
      recordings: recorded('mux'),
      available: false,
      ...change,
    });

  test('says that it was removed: the provider reported a recording and has it no more', () => {
    expect(badge()).toBe('removed');
    expect(badge({ recordings: recorded() })).toBe('removed');
    expect(badge({ recordings: undefined })).toBe('removed');
    expect(badge({ warnings: [] })).toBe('waiting');
  });

  test('does not say so of the other recording, or of the broadcast that is on or was just on', () => {
    expect(badge({ source: 'mux', available: true })).toBe('ready');
    expect(badge({ source: 'mux', recordings: recorded() })).toBe('waiting');
    expect(badge({ source: 'mux', recordings: undefined, available: true })).toBe('ready');
    expect(badge({ status: 'live', recordings: recorded() })).toBe('starting');
    expect(badge({ since: Date.parse(started) })).toBe('removed');
    expect(badge({ since: Date.parse(started) + 3_600_000 })).toBe('waiting');
  });

  test('tells of the broadcast that is live, not of an earlier one, and that it is being saved right after', () => {
    const now = { warnings: [], status: 'live' as const };
    expect(badge({ ...now, recordings: recorded('cloudflare') })).toBe('starting');
    const broadcasts = [broadcast({ cloudflare: 'processing' }, started)];
    expect(badge({ ...now, recordings: { status: 'live', broadcasts } })).toBe('recording');
    expect(badge({ ...now, recordings: { status: 'live', broadcasts }, over: true })).toBe('saving');
    expect(badge({ ...now, recordings: recorded(), over: true })).toBe('saving');
    expect(badge({ ...now, status: 'completed', recordings: recorded(), over: true })).toBe('saving');
  });
});

describe('life signs', () => {
  const every = (interval: number, until: number) =>
    Array.from({ length: Math.floor(until / interval) }, (_, index) => (index + 1) * interval);

  test('reports three seconds of silence when reports arrive every second', () => {
    const signs = new LifeSigns(0);
    for (const now of every(500, 5000)) expect(signs.look(`report ${Math.floor(now / 1000)}`, now)).toBe(0);
    const quiet = every(500, 4000).map((later) => [later, signs.look('report 5', 5000 + later)] as const);
    expect(quiet.find(([, overdue]) => overdue > 0)?.[0]).toBe(3500);
  });

  test('allows twice the usual interval when reports are rare', () => {
    const signs = new LifeSigns(0);
    for (const now of every(500, 10_000)) expect(signs.look(`report ${Math.floor(now / 2500)}`, now)).toBe(0);
    const quiet = every(500, 8000).map((later) => [later, signs.look('report 4', 10_000 + later)] as const);
    expect(quiet.find(([, overdue]) => overdue > 0)?.[0]).toBe(5500);
  });

  test('waits for new life signs after the page has slept', () => {
    const signs = new LifeSigns(0);
    signs.look('report 1', 500);
    expect(signs.look('report 1', 60_000)).toBe(0);
    for (const later of every(500, 3000)) expect(signs.look('report 1', 60_000 + later)).toBe(0);
    expect(signs.look('report 1', 63_500)).toBeGreaterThan(0);
  });
});

describe('health', () => {
  const sample = (change: Partial<Sample>): Sample => ({
    at: 0,
    bytes: 0,
    framesEncoded: 0,
    loss: 0,
    roundTripTime: 0.05,
    reduced: false,
    slow: false,
    ...change,
  });
  const after = (change: Partial<Sample>) =>
    healthBetween(sample({}), sample({ at: 1000, bytes: 250_000, framesEncoded: 30, ...change }));

  test.each([
    ['all well', {}, 'good'],
    ['a little reduced', { reduced: true }, 'good'],
    ['much reduced', { reduced: true, bytes: 60_000 }, 'weak'],
    ['some loss', { loss: 0.05 }, 'weak'],
    ['a long way', { roundTripTime: 0.8 }, 'weak'],
    ['much loss', { loss: 0.2 }, 'poor'],
    ['hardly anything gets through', { reduced: true, bytes: 20_000 }, 'poor'],
    ['a frozen picture', { framesEncoded: 0 }, 'poor'],
  ] as const)('%s: %o', (_, change, grade) => {
    expect(after(change).grade).toBe(grade);
  });

  test('tells a device that is too slow from a network that is', () => {
    expect(after({ slow: true, framesEncoded: 9 }).strained).toBe(true);
    expect(after({ slow: true }).strained).toBe(false);
    expect(after({ reduced: true, framesEncoded: 9 }).strained).toBe(false);
  });

  test('counts kilobits', () => {
    expect(after({}).kilobitsPerSecond).toBe(2000);
  });
});

test.each([
  [0, 0],
  [0.001, 0],
  [0.0316, 0.5],
  [1, 1],
])('a root mean square of %d shows as %d', (rootMeanSquare, level) => {
  expect(levelOf(rootMeanSquare)).toBeCloseTo(level, 2);
});

test.each([
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Mobile/15E148 [FBAN/FBIOS;FBAV/440.0]', true],
  ['Mozilla/5.0 (Linux; Android 13) Chrome/119.0 Mobile Safari/537.36 Instagram 309.0', true],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) Version/17.0 Mobile/15E148 Safari/604.1', false],
  ['Mozilla/5.0 (Linux; Android 13; Pixel 7) Chrome/119.0 Mobile Safari/537.36', false],
])('%s is inside another app: %s', (agent, inside) => {
  expect(isInApp(agent)).toBe(inside);
});

describe('the address of a private stream', () => {
  const signed = (sub: string, exp: number) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'RS256', kid: 'key' })}.${part({ sub, exp })}.${part({ signed: exp })}`;
    return { url: `https://video.example/${token}/manifest/video.m3u8?token=${token}` };
  };

  test('is the same place with a token of another second', () => {
    expect(placeOf(signed('first', 1000))).toBe(placeOf(signed('first', 1004)));
  });

  test('is another place with a token for another recording', () => {
    expect(placeOf(signed('first', 1000))).not.toBe(placeOf(signed('second', 1000)));
  });

  test.each([
    'https://video.example/a.m3u8',
    'https://video.example/eyJ.eyJ.x',
    'https://video.example/eyJh.e30.x',
  ])('is left alone without a token that says what it is for: %s', (url) => {
    expect(placeOf({ url })).toBe(url);
  });
});
