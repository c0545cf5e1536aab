// Offers that other clients write: captured ones get an answer, and a broadcast that begins with one arrives.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { until } from './processes.ts';
import { startRelay } from './relay.ts';
import { setScene } from './stage.ts';
import { startWorker, token } from './worker.ts';

const folder = join(import.meta.dirname, 'offers');

test.each(readdirSync(folder))('%s is answered', async (name) => {
  const worker = await startWorker();
  worker.streams.set('one', { url: 'rtmp://127.0.0.1:1/live', streamKey: 'nobody' });
  const relay = await startRelay(worker.url);
  const body = readFileSync(join(folder, name), 'utf8');
  const headers = { authorization: `Bearer ${token('one')}`, 'content-type': 'application/sdp' };
  const response = await fetch(`${relay.url}/whip/one`, { method: 'POST', headers, body });
  const answer = await response.text();
  expect({ status: response.status, answer }).toMatchObject({ status: 201 });
  const sections = answer.split(/(?=^m=)/m).slice(1);
  expect(sections).toHaveLength(2);
  const role = body.includes('a=setup:active') ? 'passive' : '(?:active|passive)';
  for (const section of sections) {
    expect(section).toMatch(/^m=(?:audio|video) [1-9]/);
    expect(section).toMatch(
      new RegExp(`^a=setup:${body.includes('a=setup:passive') ? 'active' : role}\r$`, 'm'),
    );
    expect(section).toMatch(/^a=recvonly\r$/m);
    expect(section).not.toMatch(/^a=(?:rid|simulcast)/m);
  }
});

describe.each(['session-level', 'strict-max-bundle', 'ls-before-bundle', 'utf8', 'passive'] as const)(
  'an offer that is %s',
  (rewrite) => {
    test('begins a broadcast with picture and sound', async () => {
      const { rtmp, phone } = await setScene(['one']);
      const page = await phone();
      const session = await page.publish('plain', 'one', { rewrite });
      await until('video has been sent on', () => rtmp.size('key-one') > 200_000);
      await page.vanish(session);
      const { streams } = await rtmp.read(rtmp.files('key-one')[0]!);
      expect(streams.map((each) => each.codec_name).sort()).toEqual(['aac', 'h264']);
    });
  },
);
