// When a stream is to start, its description and its cover: given at the creation, changed, removed, and told to viewers.

import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import type { Answer, Stream } from './client.ts';
import { Client, endpointOf, streamOf } from './client.ts';
import { bearing, invite } from './inviting.ts';
import { startProviders } from './providers.ts';
import { signing } from './signing.ts';
import { startWorker } from '../start-worker.ts';
import { worker } from './deployed.ts';
import { Viewer } from './watching.ts';

const day = 24 * 60 * 60 * 1000;
const later = (days: number): string => new Date(Date.now() + days * day).toISOString();
const start = later(30);
const description = 'Doors open at 13:30; come early, all of you.\nSpäter: café ☕\\, “quoted” 👶.';
const coverUrl = 'https://images.example/anna.jpg?w=1200&h=630';
const details = { scheduledStart: start, description, coverUrl };
const nothing = { scheduledStart: null, description: null, coverUrl: null };

function patch(user: Client, { id }: { id: string }, fields: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return user.send(`/api/streams/${id}`, { method: 'PATCH', headers, body: JSON.stringify(fields) });
}

const create = async (user: Client, fields: object = {}): Promise<Stream> =>
  streamOf(await user.create({ enableMuxBackup: false, ...fields }));

const calendarPath = ({ id }: { id: string }) => `/api/streams/${id}/calendar`;

/** The only event of a file, as another program reads it. */
function eventIn(file: string): { event: ICAL.Event; property: (name: string) => unknown } {
  const calendar = new ICAL.Component(ICAL.parse(file));
  expect(calendar.getFirstPropertyValue('version')).toBe('2.0');
  expect(calendar.getAllSubcomponents('vevent')).toHaveLength(1);
  const component = calendar.getFirstSubcomponent('vevent');
  if (!component) throw new Error('no event');
  return {
    event: new ICAL.Event(component),
    property: (name) => component.getFirstPropertyValue(name),
  };
}

describe('a schedule', () => {
  it('is given at every kind of creation, and shown wherever the stream is', async () => {
    const user = await Client.of(worker);
    const byForm = streamOf(
      await user.post('/api/streams', { title: 'The service', streamingMethod: 'obs', ...details }),
    );
    const byMemorial = endpointOf(
      await user.post('/api/streams/create', { memorialId: 'scheduled-memorial', ...details }),
    );
    const byPhone = await create(user, details);
    for (const id of [byForm.id, byMemorial.streamId, byPhone.id]) {
      expect(streamOf(await user.get(id))).toMatchObject(details);
      expect((await new Viewer(worker).playback(id)).body).toMatchObject(details);
      const status = await user.send(`/api/streams/${id}/status`);
      expect(status.body).toMatchObject({ scheduledStart: start });
    }
    const listed = (await user.list()).body.streams?.find(({ id }) => id === byPhone.id);
    expect(listed).toMatchObject(details);
  });

  it('is nothing unless it is given', async () => {
    const user = await Client.of(worker);
    for (const fields of [{}, nothing]) {
      const made = await create(user, fields);
      expect(made).toMatchObject(nothing);
      expect((await new Viewer(worker).playback(made.id)).body).toMatchObject(nothing);
    }
  });

  it('is changed and removed field by field, and is kept when the record is read again', async () => {
    const user = await Client.of(worker);
    const made = await create(user);
    // In another zone, and lines as other systems end them.
    const shifted = `${new Date(Date.parse(start) + 2 * 3600_000).toISOString().slice(0, 19)}+02:00`;
    const changed = streamOf(
      await patch(user, made, {
        title: 'Another',
        scheduledStart: shifted,
        description: ` ${description.replace('\n', '\r\n')} `,
        coverUrl,
      }),
    );
    const wanted = { ...details, scheduledStart: `${start.slice(0, 19)}.000Z`, title: 'Another' };
    expect(changed).toEqual({ ...made, ...wanted, updatedAt: changed.updatedAt });
    expect(streamOf(await patch(user, made, { description: null }))).toMatchObject({
      ...wanted,
      description: null,
    });
    await patch(user, made, { scheduledStart: null, coverUrl: null });
    expect(streamOf(await user.get(made.id))).toMatchObject({ ...nothing, title: 'Another' });
    const activity = (await user.send(`/api/streams/${made.id}/activity`)).body as unknown as {
      activity: { kind: string; detail: string | null }[];
    };
    const seen = activity.activity.map(({ kind, detail }) => `${kind} ${detail ?? '-'}`);
    expect(new Set(seen)).toEqual(
      new Set([
        'created -',
        'renamed Another',
        `scheduled ${wanted.scheduledStart}`,
        'unscheduled -',
        'described -',
        'cover_changed -',
      ]),
    );
  });

  it('may have a description of 1,000 characters of four bytes, also where a fold reads it', async () => {
    const user = await Client.of(worker);
    const made = await create(user);
    const long = '👶'.repeat(1000);
    const longer = '🎂'.repeat(1000);
    expect(streamOf(await patch(user, made, { description: long })).description).toBe(long);
    await patch(user, made, { description: longer });
    // Each change folds all facts anew.
    expect(streamOf(await patch(user, made, { title: 'Another' })).description).toBe(longer);
    expect(streamOf(await user.get(made.id)).description).toBe(longer);
  });

  it('is not in a record that was stored before there were schedules', async () => {
    const user = await Client.of(worker);
    const made = await create(user, details);
    const key = `stream/${made.id}`;
    const stored = JSON.parse((await worker.namespace.get(key)) ?? '{}') as { asked: object };
    await worker.namespace.put(key, JSON.stringify({ ...stored, asked: {} }));
    expect((await new Viewer(worker).playback(made.id)).body).toMatchObject(nothing);
  });

  it.each([
    ['scheduledStart', 'tomorrow'],
    ['scheduledStart', '2026-12-05T14:00:00'],
    ['scheduledStart', '2026-02-30T14:00:00Z'],
    ['scheduledStart', 1796479200],
    ['scheduledStart', ''],
    ['scheduledStart', later(-2)],
    ['scheduledStart', later(2 * 366 + 1)],
    ['description', ''],
    ['description', ' \n '],
    ['description', 'x'.repeat(1001)],
    ['description', 'a\tb'],
    ['description', '\u202eabc'],
    ['description', 7],
    ['coverUrl', 'http://images.example/a.jpg'],
    ['coverUrl', 'javascript:alert(1)'],
    ['coverUrl', 'https://user:password@images.example/a.jpg'],
    ['coverUrl', 'https://images.example;script-src/a.jpg'],
    ['coverUrl', "https://images.example/a'b.jpg"],
    ['coverUrl', 'https://images.example/a b.jpg'],
    ['coverUrl', 'https:///a.jpg'],
    ['coverUrl', `https://images.example/${'a'.repeat(500)}`],
  ])('%s as %j is refused by name, and nothing changes', async (field, value) => {
    const user = await Client.of(worker);
    const made = await create(user, details);
    const answers = [await patch(user, made, { [field]: value }), await user.create({ [field]: value })];
    for (const { status, body } of answers) {
      expect(status).toBe(400);
      expect(body.errors?.map((each) => each.field)).toEqual([field]);
    }
    expect(streamOf(await user.get(made.id))).toEqual(made);
  });
});

describe('the page of a scheduled stream', () => {
  it('tells its start and its description to previews, and may show its cover', async () => {
    const made = await create(await Client.of(worker), { ...details, description: 'With "love" & <tea>' });
    const answer = await worker.fetch(`/watch/${made.id}`);
    const page = await answer.text();
    const about = `Starts on ${start.slice(0, 10)} at ${start.slice(11, 16)} UTC. With &quot;love&quot; &amp; &lt;tea&gt;`;
    expect(page).toContain(`<meta property="og:description" content="${about}">`);
    expect(page).toContain(`<meta property="og:image" content="${coverUrl.replace('&', '&amp;')}">`);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("img-src https://images.example 'self' ");
    expect(policy.split('images.example')).toHaveLength(2);
    const other = await worker.fetch(`/watch/${(await create(await Client.of(worker))).id}`);
    expect(other.headers.get('content-security-policy')).toBe(policy.replace('https://images.example ', ''));
  });
});

describe('the calendar file', () => {
  it('is read by another program as it is meant', async () => {
    const title = `Service for Anna, Erik; and ${'Zoë '.repeat(20)}👶`;
    const made = await create(await Client.of(worker), { ...details, title });
    const answer = await worker.fetch(calendarPath(made));
    expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=5');
    const file = await answer.text();
    for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    const { event, property } = eventIn(file);
    const page = `${worker.url}/watch/${made.id}`;
    expect(event.uid).toBe(`${made.id}@whip-mux`);
    expect(event.summary).toBe(title);
    expect(event.description).toBe(`${description}\n\n${page}`);
    expect(property('url')).toBe(page);
    expect(event.startDate.zone).toBe(ICAL.Timezone.utcTimezone);
    expect(event.startDate.toJSDate().toISOString()).toBe(`${start.slice(0, 19)}.000Z`);
    expect(event.duration.toSeconds()).toBe(3600);
    expect(String(property('dtstamp'))).toBe(`${made.createdAt.slice(0, 19)}Z`);
  });

  it('keeps its UID and tells the time of a change, is not sent again unchanged, and is 404 without a start', async () => {
    const user = await Client.of(worker);
    const made = await create(user, details);
    const first = await worker.fetch(calendarPath(made));
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect((await worker.fetch(calendarPath(made), { headers })).status).toBe(304);
    await patch(user, made, { scheduledStart: later(31) });
    const second = await worker.fetch(calendarPath(made), { headers });
    const [before, after] = [eventIn(await first.text()), eventIn(await second.text())];
    expect(after.event.uid).toBe(before.event.uid);
    expect(after.event.startDate.compare(before.event.startDate)).toBe(1);
    await patch(user, made, { scheduledStart: null });
    const { status, body } = await user.send(calendarPath(made));
    expect({ status, type: body.type }).toEqual({ status: 404, type: 'urn:whip-mux:problem:not-scheduled' });
  });

  it('of a private stream is for those who may watch', async () => {
    const own = await startProviders({ settings: signing });
    const its = await startWorker({ bindings: own.settings });
    try {
      const user = await Client.of(its);
      const made = streamOf(await user.create({ ...details, visibility: 'private' }));
      const { token } = await invite(user, made.id, { purpose: 'watch' });
      expect((await its.fetch(calendarPath(made))).status).toBe(404);
      expect((await (await Client.of(its)).send(calendarPath(made))).status).toBe(404);
      for (const answer of [
        await bearing(its, token, calendarPath(made)),
        await user.send(calendarPath(made)),
      ]) {
        expect(answer.headers.get('cache-control')).toBe('no-store');
        expect(eventIn(answer.text).event.uid).toBe(`${made.id}@whip-mux`);
      }
      expect((await new Viewer(its).playback(made.id)).status).toBe(404);
      // Its page is everybody's.
      const page = await its.fetch(`/watch/${made.id}`);
      expect(page.headers.get('content-security-policy')).not.toContain('images.example');
      expect(await page.text()).not.toContain('images.example');
    } finally {
      await its.stop();
      await own.close();
    }
  }, 60_000);
});
