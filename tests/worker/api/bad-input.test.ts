// What the API refuses: status, problem type and named field for each case.

import { beforeAll, describe, expect, it } from 'vitest';
import { Client, read, tokenFor } from './client.ts';
import type { Answer } from './client.ts';
import { providers, worker } from './deployed.ts';
import { defaults } from './providers.ts';

let user: Client;

beforeAll(async () => {
  user = await Client.of(worker);
});

function expectProblem(answer: Answer, status: number, type: string, fields: string[] = []): void {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.body).toMatchObject({
    type: `urn:whip-mux:problem:${type}`,
    title: expect.stringMatching(/\w/),
    status,
    detail: expect.stringMatching(/\w.*\.$/),
    requestId: answer.headers.get('x-request-id'),
  });
  expect(answer.body.requestId).toMatch(/^[0-9a-f]{32}$/);
  expect((answer.body.errors ?? []).map(({ field }) => field)).toEqual(fields);
  for (const { detail } of answer.body.errors ?? []) expect(detail).toMatch(/\w/);
}

async function expectNoCalls(): Promise<void> {
  expect(await providers.calls()).toEqual([]);
  expect(await worker.kv()).toEqual([]);
}

describe('a creation is refused without calling a provider for', () => {
  const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
    new Uint8Array(Buffer.concat(parts.map((part) => Buffer.from(part as string))));
  const title = (text: unknown): string => JSON.stringify({ title: text });
  const rows: [what: string, body: BodyInit | undefined, status: number, type: string, fields: string[]][] = [
    ['no body', undefined, 400, 'invalid-json', ['body']],
    ['an empty body', '', 400, 'invalid-json', ['body']],
    ['a body that is not JSON', 'title=x', 400, 'invalid-json', ['body']],
    ['a body that is cut off', '{"title":"x"', 400, 'invalid-json', ['body']],
    ['a trailing comma', '{"title":"x",}', 400, 'invalid-json', ['body']],
    ['two documents', '{"title":"x"}{}', 400, 'invalid-json', ['body']],
    ['JSON nested a thousand deep', '['.repeat(1000) + ']'.repeat(1000), 400, 'invalid-json', ['body']],
    ['an array', '[{"title":"x"}]', 400, 'invalid-json', ['body']],
    ['a string', '"title"', 400, 'invalid-json', ['body']],
    ['null', 'null', 400, 'invalid-json', ['body']],
    ['a title that is not UTF-8', bytes('{"title":"', [0xff, 0xfe], '"}'), 400, 'invalid-json', ['body']],
    ['a title with a lone surrogate', '{"title":"\\ud800"}', 400, 'invalid-json', ['body']],
    ['a duplicate member', '{"title":"x","title":"y"}', 400, 'invalid-json', ['body']],
    ['no title', '{}', 400, 'invalid-field', ['title']],
    ['a title that is null', title(null), 400, 'invalid-field', ['title']],
    ['a title that is a number', title(5), 400, 'invalid-field', ['title']],
    ['a title that is a list', title(['x']), 400, 'invalid-field', ['title']],
    ['an empty title', title(''), 400, 'invalid-field', ['title']],
    ['a title of white space', title(' \t '), 400, 'invalid-field', ['title']],
    ['a title of 201 characters', title('ä'.repeat(201)), 400, 'invalid-field', ['title']],
    ['a title with a line break', title('a\nb'), 400, 'invalid-field', ['title']],
    ['a title with a NUL', title('a\0b'), 400, 'invalid-field', ['title']],
    ['a title with a DEL', title('a\x7fb'), 400, 'invalid-field', ['title']],
    ['a memorialId that is a number', '{"title":"x","memorialId":5}', 400, 'invalid-field', ['memorialId']],
    ['an empty memorialId', '{"title":"x","memorialId":""}', 400, 'invalid-field', ['memorialId']],
    ['a memorialId with a slash', '{"title":"x","memorialId":"a/b"}', 400, 'invalid-field', ['memorialId']],
    [
      'a memorialId of 65 characters',
      JSON.stringify({ title: 'x', memorialId: 'a'.repeat(65) }),
      400,
      'invalid-field',
      ['memorialId'],
    ],
    [
      'a backup that is a string',
      '{"title":"x","enableMuxBackup":"no"}',
      400,
      'invalid-field',
      ['enableMuxBackup'],
    ],
    [
      'a backup that is null',
      '{"title":"x","enableMuxBackup":null}',
      400,
      'invalid-field',
      ['enableMuxBackup'],
    ],
    ['an unknown field', '{"title":"x","Title":"y"}', 400, 'invalid-field', ['Title']],
    ['a field of the prototype', '{"title":"x","__proto__":{}}', 400, 'invalid-field', ['__proto__']],
    [
      'several invalid fields, naming all of them',
      '{"title":7,"memorialId":"?","enableMuxBackup":1,"colour":"red"}',
      400,
      'invalid-field',
      ['title', 'memorialId', 'enableMuxBackup', 'colour'],
    ],
    ['a body of 1 MB', title('x'.repeat(1_000_000)), 413, 'body-too-large', []],
    ['a body one byte too long', title('x').padEnd(16 * 1024 + 1), 413, 'body-too-large', []],
  ];

  it.each(rows)('%s', async (_, body, status, type, fields) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await user.send('/api/streams/create-whip', { method: 'POST', headers, body });
    expectProblem(answer, status, type, fields);
    await expectNoCalls();
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'multipart/form-data'])(
    'the content type %s',
    async (type) => {
      const init = { method: 'POST', headers: { 'content-type': type }, body: title('x') };
      expectProblem(await user.send('/api/streams/create-whip', init), 415, 'unsupported-media-type');
      await expectNoCalls();
    },
  );

  it('no content type', async () => {
    const init = { method: 'POST', body: bytes(title('x')) };
    expectProblem(await user.send('/api/streams/create-whip', init), 415, 'unsupported-media-type');
    await expectNoCalls();
  });
});

describe('the API answers 401 and says how to sign in, for', () => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = (more = {}): object => ({
    sub: 'user',
    iss: defaults.AUTH_ISSUER,
    aud: defaults.AUTH_AUDIENCE,
    exp: Math.floor(Date.now() / 1000) + 600,
    ...more,
  });
  const bearer = async (token: Promise<string> | string): Promise<string> => `Bearer ${await token}`;
  const rows: [what: string, authorization: () => Promise<string> | string][] = [
    ['an empty header', () => ''],
    ['another scheme', () => 'Basic dXNlcjpwYXNz'],
    ['a scheme without a token', () => 'Bearer '],
    ['garbage', () => 'Bearer garbage'],
    ['garbage in three parts', () => 'Bearer a.b.c'],
    [
      'an expired token',
      () => bearer(tokenFor({ sub: 'user' }, { expires: Math.floor(Date.now() / 1000) - 120 })),
    ],
    ['a token for another audience', () => bearer(tokenFor({ sub: 'user' }, { audience: 'elsewhere' }))],
    [
      'a token from another issuer',
      () => bearer(tokenFor({ sub: 'user' }, { issuer: 'https://elsewhere.example' })),
    ],
    ['a token signed with another key', () => bearer(tokenFor({ sub: 'user' }, { secret: 'x'.repeat(40) }))],
    ['a token without a subject', () => bearer(tokenFor({}))],
    ['alg none', () => `Bearer ${part({ alg: 'none', typ: 'JWT' })}.${part(claims())}.`],
    ['alg NoNe', () => `Bearer ${part({ alg: 'NoNe', typ: 'JWT' })}.${part(claims())}.`],
    ['an altered token', async () => (await bearer(tokenFor({ sub: 'user' }))).replace(/\.(.)/, '.A$1')],
    ['a token of more than 8 kB', () => bearer(tokenFor({ sub: 'user', fill: 'x'.repeat(8192) }))],
    ['12 kB of garbage', () => `Bearer ${'x'.repeat(12_000)}`],
  ];

  it.each(rows)('%s', async (_, authorization) => {
    for (const [path, method] of [
      ['/api/streams/create-whip', 'POST'],
      ['/api/streams', 'GET'],
      [`/api/streams/${'0'.repeat(26)}`, 'GET'],
    ] as const) {
      const headers = { authorization: await authorization(), 'content-type': 'application/json' };
      const answer = await read(await worker.fetch(path, { method, headers }));
      expectProblem(answer, 401, 'unauthenticated');
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
    await expectNoCalls();
  });

  it('a missing header', async () => {
    const answer = await read(await worker.fetch('/api/streams'));
    expectProblem(answer, 401, 'unauthenticated');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('any reason, with indistinguishable answers', async () => {
    const plain = async (token: string) => {
      const answer = await read(
        await worker.fetch('/api/streams', { headers: { authorization: `Bearer ${token}` } }),
      );
      return answer.text.replace(answer.body.requestId ?? 'none', '');
    };
    const expired = await tokenFor({ sub: 'user' }, { expires: Math.floor(Date.now() / 1000) - 120 });
    expect(await plain(expired)).toBe(await plain('garbage'));
    expect(await plain(await tokenFor({ sub: 'user' }, { audience: 'x' }))).toBe(await plain('garbage'));
  });
});
