// /api/streams/{id}/outputs: restreaming, what is refused, and that keys are never returned.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Stream } from './client.ts';
import { Client, streamOf } from './client.ts';
import { providers, worker } from './deployed.ts';
import type { LiveInput } from './providers.ts';

let owner: Client;

beforeAll(async () => {
  owner = await Client.of(worker);
});

interface Output {
  id: string;
  url: string;
  enabled: boolean;
  backup: boolean;
}

const make = async (enableMuxBackup = false): Promise<Stream> =>
  streamOf(await owner.create({ enableMuxBackup }));
const target = { url: 'rtmps://a.rtmps.example.com/live2', streamKey: 'a-key-of-somebody' };

function send(method: string, path: string, fields?: unknown, user = owner): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const body = fields === undefined ? undefined : JSON.stringify(fields);
  return user.send(`/api/streams/${path}`, { method, headers, body });
}

const add = (id: string, fields: unknown, user = owner): Promise<Answer> =>
  send('POST', `${id}/outputs`, fields, user);
const outputIn = ({ body }: Answer): Output => (body as unknown as { output: Output }).output;
const outputsOf = async (id: string): Promise<Output[]> =>
  ((await send('GET', `${id}/outputs`)).body as unknown as { outputs: Output[] }).outputs;

async function atCloudflare({ cloudflareInputId }: Stream): Promise<LiveInput['outputs']> {
  return (await providers.liveInputs()).find(({ uid }) => uid === cloudflareInputId)?.outputs ?? [];
}

describe('an output', () => {
  it('is added, listed, switched and removed, and never shows its key', async () => {
    const stream = await make();
    const answer = await add(stream.id, target);
    expect(answer.status).toBe(201);
    const output = outputIn(answer);
    expect(output).toEqual({ id: expect.any(String), url: target.url, enabled: true, backup: false });
    expect(await atCloudflare(stream)).toMatchObject([{ uid: output.id, streamKey: target.streamKey }]);
    expect(await outputsOf(stream.id)).toEqual([output]);

    const off = await send('PATCH', `${stream.id}/outputs/${output.id}`, { enabled: false });
    expect([off.status, outputIn(off)]).toEqual([200, { ...output, enabled: false }]);
    expect(await atCloudflare(stream)).toMatchObject([{ enabled: false }]);
    const listed = await send('GET', `${stream.id}/outputs`);
    for (const each of [answer, off, listed]) expect(each.text).not.toContain(target.streamKey);

    for (let turn = 0; turn < 2; ++turn)
      expect(await send('DELETE', `${stream.id}/outputs/${output.id}`)).toMatchObject({
        status: 204,
        text: '',
      });
    expect(await atCloudflare(stream)).toEqual([]);
    expect(await outputsOf(stream.id)).toEqual([]);
  });

  it('may start switched off, and is the same for the same target', async () => {
    const stream = await make();
    const output = outputIn(await add(stream.id, { ...target, enabled: false }));
    expect(output.enabled).toBe(false);
    expect(outputIn(await add(stream.id, target))).toEqual({ ...output, enabled: true });
    expect(await atCloudflare(stream)).toHaveLength(1);
    await add(stream.id, { ...target, streamKey: 'another-key' });
    expect(await atCloudflare(stream)).toHaveLength(2);
  });

  it('is shown without the query of its URL, which may hold a key', async () => {
    const stream = await make();
    const url = 'srt://ingest.example.com:9000?passphrase=not-to-be-shown';
    const answer = await add(stream.id, { ...target, url });
    expect(outputIn(answer).url).toBe('srt://ingest.example.com:9000');
    expect((await send('GET', `${stream.id}/outputs`)).text).not.toContain('not-to-be-shown');
  });

  it('is one of at most 50', async () => {
    const stream = await make();
    for (let each = 0; each < 50; ++each)
      expect((await add(stream.id, { ...target, streamKey: `key-${each}` })).status).toBe(201);
    expect(await add(stream.id, target)).toMatchObject({
      status: 409,
      body: { type: expect.stringMatching(/:too-many-outputs$/) },
    });
  }, 60_000);

  it('is created once, however many requests ask for it at once', async () => {
    const stream = await make();
    const answers = await Promise.all(Array.from({ length: 6 }, async () => add(stream.id, target)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
    expect(new Set(answers.map((each) => outputIn(each).id)).size).toBe(1);
    expect(await atCloudflare(stream)).toHaveLength(1);
  });

  it('is one of at most 50, also if more are asked for at once', async () => {
    const outputs = Array.from({ length: 45 }, (_, each) => ({ ...target, streamKey: `key-${each}` }));
    const fields = { title: 'x', streamingMethod: 'whip_browser', enableMuxBackup: false, outputs };
    const headers = { 'content-type': 'application/json' };
    const stream = streamOf(
      await owner.send('/api/streams', { method: 'POST', headers, body: JSON.stringify(fields) }),
    );
    const more = Array.from({ length: 8 }, async (_, each) =>
      add(stream.id, { ...target, streamKey: `another-${each}` }),
    );
    const answers = await Promise.all(more);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    for (const { status, body } of answers.filter((each) => each.status !== 201))
      expect([status, body.type]).toEqual([409, 'urn:whip-mux:problem:too-many-outputs']);
    expect(await atCloudflare(stream)).toHaveLength(50);
  }, 60_000);

  it.each([
    ['url', { ...target, url: 'https://example.com/live' }],
    ['url', { ...target, url: 'rtmp://example.com#@127.0.0.1/' }],
    ['url', { ...target, url: 'rtmp://127.0.0.1../live' }],
    ['url', { ...target, url: 'rtmp://localhost.localdomain/live' }],
    ['url', { ...target, url: 'rtmp://127.0.0.1/live' }],
    ['url', { ...target, url: 'rtmp://0x7f.1/live' }],
    ['url', { ...target, url: 'rtmps://[::ffff:10.0.0.1]/live' }],
    ['url', { ...target, url: 'srt://metadata.google.internal:9000' }],
    ['url', { ...target, url: 'rtmp://user@example.com/live' }],
    ['url', { streamKey: 'x' }],
    ['streamKey', { url: target.url }],
    ['streamKey', { ...target, streamKey: 'two words' }],
    ['enabled', { ...target, enabled: 'yes' }],
    ['passthrough', { ...target, passthrough: 'x' }],
  ])('is refused naming %s: %j', async (field, fields) => {
    const stream = await make();
    const { status, body } = await add(stream.id, fields);
    expect(status).toBe(400);
    expect(body.errors?.map((each) => each.field)).toEqual([field]);
    expect(await atCloudflare(stream)).toEqual([]);
  });

  it('that does not exist is a 404, and so is somebody else’s stream', async () => {
    const stream = await make();
    for (const id of ['0'.repeat(32), 'no.id'])
      expect(await send('PATCH', `${stream.id}/outputs/${id}`, { enabled: true })).toMatchObject({
        status: 404,
        body: { type: expect.stringMatching(/:no-such-output$/) },
      });
    const stranger = await Client.of(worker);
    expect(await add(stream.id, target, stranger)).toMatchObject({ status: 404 });
    expect(await send('GET', `${stream.id}/outputs`, undefined, stranger)).toMatchObject({ status: 404 });
  });

  it.each(['status', 'status-after', 'drop-after'] as const)(
    'is created once if Cloudflare fails once (%s)',
    async (kind) => {
      const stream = await make();
      await providers.cloudflare.post('faults', [
        { kind, status: 503, method: 'POST', path: 'outputs$', times: 1 },
      ]);
      expect((await add(stream.id, target)).status).toBe(201);
      expect(await atCloudflare(stream)).toHaveLength(1);
    },
  );

  it('is a 502 while Cloudflare fails, and a retry finds what was created', async () => {
    const stream = await make();
    await providers.cloudflare.post('faults', [
      { kind: 'status-after', status: 503, method: 'POST', path: 'outputs$', times: 1 },
      { kind: 'status', status: 503, method: 'GET', path: 'outputs$', skip: 1, times: 3 },
    ]);
    expect(await add(stream.id, target)).toMatchObject({ status: 502 });
    expect((await add(stream.id, target)).status).toBe(200);
    expect(await atCloudflare(stream)).toHaveLength(1);
  });
});

describe('the backup at Mux', () => {
  const simulcast = (id: string, fields: unknown): Promise<Answer> => send('PUT', `${id}/simulcast`, fields);

  it('is marked among the outputs and cannot be switched or removed there', async () => {
    const stream = await make(true);
    const path = `${stream.id}/outputs/${stream.cloudflareOutputId}`;
    expect(await outputsOf(stream.id)).toMatchObject([{ id: stream.cloudflareOutputId, backup: true }]);
    for (const answer of [await send('PATCH', path, { enabled: false }), await send('DELETE', path)])
      expect(answer).toMatchObject({
        status: 409,
        body: {
          type: expect.stringMatching(/:backup-output$/),
          detail: expect.stringContaining(`/api/streams/${stream.id}/simulcast`),
        },
      });
    expect(await atCloudflare(stream)).toMatchObject([{ enabled: true }]);
  });

  it('is switched off and on with the simulcast, and the stream says so', async () => {
    const stream = await make(true);
    for (const enabled of [false, true, false]) {
      expect(streamOf(await simulcast(stream.id, { enabled })).simulcastEnabled).toBe(enabled);
      expect(streamOf(await owner.get(stream.id)).simulcastEnabled).toBe(enabled);
      expect(await atCloudflare(stream)).toMatchObject([{ enabled }]);
    }
  });

  it('that does not exist is a 409, and a request without a value is a 400', async () => {
    expect(await simulcast((await make()).id, { enabled: true })).toMatchObject({
      status: 409,
      body: { type: expect.stringMatching(/:no-backup$/) },
    });
    const answer = await simulcast((await make(true)).id, {});
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'enabled' }] } });
  });

  it('is a 502 if Cloudflare does not switch it, and a retry switches it', async () => {
    const stream = await make(true);
    const fault = { kind: 'status', status: 503, method: 'PUT', path: 'outputs/', times: 4 };
    await providers.cloudflare.post('faults', [fault]);
    expect(await simulcast(stream.id, { enabled: false })).toMatchObject({ status: 502 });
    expect(streamOf(await simulcast(stream.id, { enabled: false })).simulcastEnabled).toBe(false);
    expect(await atCloudflare(stream)).toMatchObject([{ enabled: false }]);
  });
});
