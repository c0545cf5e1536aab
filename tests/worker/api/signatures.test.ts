// Authenticity of webhooks: the three endpoints, and everything that can be wrong with a signature or secret.

import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { unixSeconds } from '../../../sandbox/shared/time.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { defaults } from './providers.ts';
import type { Answer } from './client.ts';
import { watchedEntry } from './watched-entry.ts';
import type { Plan } from './watched-entry.ts';
import { deliver, doors, muxDoor, notificationDoor, post, videoDoor } from './webhook.ts';
import type { Door } from './webhook.ts';

let worker: StartedWorker;
let runs = 0;

beforeAll(async () => {
  worker = await startWorker({ bindings: defaults, entry: watchedEntry });
}, 60_000);

afterAll(async () => worker?.stop());

beforeEach(async () => {
  for (const { key } of await worker.kv()) await worker.namespace.delete(key);
});

const plan = (settings: Plan['settings']): Plan => ({ run: `signatures-${++runs}`, settings });

/** The exact body of a refusal, the same for every reason. */
function textOfRefusal({ status, text, headers }: Answer): string {
  expect(status).toBe(401);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(headers.get('www-authenticate')).toBe('Signature');
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
  return text;
}

const refusal =
  '{"type":"urn:whip-mux:problem:webhook-not-authentic","title":"The webhook is not authentic","status":401,' +
  '"detail":"Its signature or secret was not accepted."}';

async function expectRefused(answer: Promise<Answer>): Promise<void> {
  expect(textOfRefusal(await answer)).toBe(refusal);
  expect(await worker.kv()).toEqual([]);
}

describe.each(doors)('$name', (door: Door) => {
  it('accepts its own secret', async () => {
    const answer = await deliver(worker, door, door.body());
    expect([answer.status, answer.text]).toEqual([200, '{"received":true}']);
    expect((await worker.kv()).filter(({ key }) => key.startsWith('fact/'))).toHaveLength(1);
  });

  it('refuses a missing, an empty and a garbage proof', async () => {
    const body = door.body();
    for (const proof of [null, '', ',', '=', 'garbage', 'x'.repeat(8000), `${door.secret} `.repeat(2)])
      await expectRefused(post(worker, door, body, proof));
  });

  it('refuses another secret and a part of the right one', async () => {
    const body = door.body();
    for (const secret of ['another', door.secret.slice(0, -1), `${door.secret}x`, door.secret.toUpperCase()])
      await expectRefused(post(worker, door, body, door.prove(secret, body)));
  });

  it('accepts the old and the new secret while both are set, otherwise only the one that is set', async () => {
    const body = door.body();
    const trial = async (secret: string, set: string) =>
      (await post(worker, door, body, door.prove(secret, body), plan({ [door.secretName]: set }))).status;
    expect(await trial('the-old-one', 'the-old-one')).toBe(200);
    expect(await trial('the-new-one', 'the-old-one')).toBe(401);
    for (const both of ['the-old-one,the-new-one', 'the-new-one the-old-one']) {
      expect(await trial('the-old-one', both)).toBe(200);
      expect(await trial('the-new-one', both)).toBe(200);
      expect(await trial(both, both)).toBe(401);
    }
    expect(await trial('the-old-one', 'the-new-one')).toBe(401);
  });

  it('refuses everything if no secret is set', async () => {
    const body = door.body();
    for (const set of [null, '', ' ', ',']) {
      const settings = plan({ [door.secretName]: set });
      const answer = await post(worker, door, body, door.prove('', body), settings);
      expect([401, 503]).toContain(answer.status);
    }
    expect(await worker.kv()).toEqual([]);
  });
});

describe.each([muxDoor, videoDoor])('a signature of $name', (door) => {
  const [timeName, signatureName] = door === muxDoor ? ['t', 'v1'] : ['time', 'sig1'];
  const split = (proof: string): [string, string] => {
    const [time = '', signature = ''] = proof.split(',');
    return [time, signature];
  };
  const proofNow = (body: string, secret = door.secret): [string, string] => split(door.prove(secret, body));

  it.each([-86_400, -3600, -301, 330, 3600, 86_400])(
    'is refused when its time is off by %i s',
    async (seconds) => {
      const body = door.body();
      const proof = door.prove(door.secret, body, unixSeconds() + seconds);
      await expectRefused(post(worker, door, body, proof));
    },
  );

  it.each([-270, -5, 5, 299])('is accepted when its time is off by %i s', async (seconds) => {
    const body = door.body();
    const proof = door.prove(door.secret, body, unixSeconds() + seconds);
    expect((await post(worker, door, body, proof)).status).toBe(200);
  });

  it('of another body is refused, even if only a space differs', async () => {
    const body = door.body();
    const proof = door.prove(door.secret, body);
    for (const other of [`${body} `, body.replace('{', '{ '), body.slice(0, -1), body.toUpperCase(), ''])
      await expectRefused(post(worker, door, other, proof));
  });

  it('of a body with one flipped bit is refused', async () => {
    const body = door.body();
    const turned = Buffer.from(body);
    turned[20]! ^= 1;
    await expectRefused(post(worker, door, turned, door.prove(door.secret, body)));
  });

  it('is accepted as the first or second of two', async () => {
    const body = door.body();
    const [time, right] = proofNow(body);
    const [, wrong] = proofNow(body, 'another');
    await expectRefused(post(worker, door, body, `${time},${wrong},${wrong}`));
    for (const pair of [`${right},${wrong}`, `${wrong},${right}`])
      expect((await post(worker, door, body, `${time},${pair}`)).status).toBe(200);
  });

  it('is accepted next to one that cannot be read or is of another kind', async () => {
    const body = door.body();
    const [time, right] = proofNow(body);
    const hex = right.slice(right.indexOf('=') + 1);
    for (const other of ['invalid-sig', '', hex.slice(0, -2), `${hex}00`, hex.toUpperCase(), 'cG90YXRv+/8='])
      for (const pair of [`${signatureName}=${other},${right}`, `${right},${signatureName}=${other}`])
        expect((await post(worker, door, body, `${time},${pair}`)).status).toBe(200);
    for (const header of [`${time},${right},`, `${time},word,${right}`, `${time},=value,${right}`])
      expect((await post(worker, door, body, header)).status).toBe(200);
  });

  it('is refused if only half of it is right', async () => {
    const body = door.body();
    const [time, right] = proofNow(body);
    const hex = right.slice(right.indexOf('=') + 1);
    const zeros = '0'.repeat(32);
    for (const half of [hex.slice(0, 32) + zeros, zeros + hex.slice(32)])
      await expectRefused(post(worker, door, body, `${time},${signatureName}=${half}`));
  });

  it('is refused in a malformed header', async () => {
    const body = door.body();
    const [time, right] = proofNow(body);
    const seconds = time.slice(time.indexOf('=') + 1);
    const hex = right.slice(right.indexOf('=') + 1);
    const headers = [
      time,
      right,
      `${time},${time},${right}`,
      `${timeName}=${seconds}.0,${right}`,
      `${timeName}=+${seconds},${right}`,
      `${timeName}=0x${Number(seconds).toString(16)},${right}`,
      `${timeName}=-1,${right}`,
      `${timeName}=99999999999999999999999,${right}`,
      `${timeName}=,${right}`,
      `${time},${signatureName}=`,
      `${time},${signatureName}=${hex.slice(0, -2)}`,
      `${time},${signatureName}=${hex}00`,
      `${time},${signatureName}=${hex.slice(0, -1)}g`,
      `${time},${signatureName === 'v1' ? 'v0' : 'sig0'}=${hex}`,
      `${time};${right}`,
    ];
    for (const header of headers) await expectRefused(post(worker, door, body, header));
  });
});

describe('the two secrets of one URL', () => {
  it('are separate: a notification secret authenticates no video, and the reverse', async () => {
    const video = videoDoor.body();
    await expectRefused(post(worker, videoDoor, video, videoDoor.prove(notificationDoor.secret, video)));
    await expectRefused(post(worker, notificationDoor, notificationDoor.body(), videoDoor.secret));
  });
});

/** Whether an answer of HTTP/1.1 has arrived with all bytes that it declares. */
function isWhole(answer: string): boolean {
  const [, length, body] = /^content-length: (\d+)\r\n[^]*?\r\n\r\n([^]*)/im.exec(answer) ?? [];
  return length !== undefined && Buffer.byteLength(body ?? '') >= Number(length);
}

/** Sends part of an endless body and returns the response. */
function unfinished(door: Door, framing: string, bytes: number): Promise<{ answer: string; taken: number }> {
  const { hostname, port } = new URL(worker.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.write(`POST ${door.path} HTTP/1.1\r\nHost: ${hostname}\r\n${framing}\r\n\r\n`);
    const head = socket.bytesWritten;
    if (bytes > 0) socket.write(`${bytes.toString(16)}\r\n${' '.repeat(bytes)}\r\n`);
    let answer = '';
    socket.once('error', reject).on('data', (part) => {
      answer += String(part);
      if (!isWhole(answer)) return;
      resolve({ answer, taken: socket.bytesWritten - socket.writableLength - head });
      socket.destroy();
    });
  });
}

describe.each([muxDoor, videoDoor])('$name refuses a body over 1 MB', (door) => {
  it('before it arrives, if its length is declared', async () => {
    const { answer, taken } = await unfinished(door, `Content-Length: ${1024 * 1024 + 1}`, 0);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('urn:whip-mux:problem:body-too-large');
    expect(taken).toBe(0);
  });

  it('before the rest arrives, if it is chunked', async () => {
    const { answer } = await unfinished(door, 'Transfer-Encoding: chunked', 1024 * 1024 + 1);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('but not one of 1 MB', async () => {
    const body = door.body().padEnd(1024 * 1024);
    expect((await deliver(worker, door, body)).status).toBe(200);
  });
});
