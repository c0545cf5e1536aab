// npm run doctor -- --broadcast: publishes a test picture through each plan of the deployment, as a user would, and
// reports what the account really does. Needs ffmpeg.

import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { testPicture } from '../sandbox/media/test-picture.ts';
import { RtmpPush } from '../sandbox/media/rtmp-push.ts';
import { publishByWhip } from '../sandbox/media/whip-push.ts';
import type { Deployment } from './deployment.ts';
import { fault, ok, unchecked, warning } from './finding.ts';
import type { Finding } from './finding.ts';
import { Hearsay } from './hearsay.ts';
import type { ActivityEntry } from './hearsay.ts';
import { relaysOf } from './settings.ts';
import type { Worker } from './worker.ts';

export interface Plan {
  name: string;
  streamingMethod: 'obs' | 'whip_browser';
  ingest: 'cloudflare' | 'mux' | 'relay' | 'livekit';
}

export interface Rehearsal {
  worker: Worker;
  /** A user's token. */
  token: string;
  /** How long to publish. */
  seconds: number;
  /** How long to wait for news, after the beginning and after the end. */
  patienceSeconds: number;
  /** A CA for RTMPS; for tests. */
  trusted?: string | undefined;
}

interface Stream {
  id: string;
  status: string;
  plan: { recordedAt: string[] };
  warnings: { code: string; detail: string }[];
}

interface Recording {
  source: string;
  state: string;
  duration: number | null;
}

interface Publication {
  /** Why it failed; undefined while it goes on. */
  problem(): string | undefined;
  stop(): void;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(0)} s`;

class User {
  readonly #rehearsal: Rehearsal;
  constructor(rehearsal: Rehearsal) {
    this.#rehearsal = rehearsal;
  }

  async #send<Body>(method: string, path: string, body?: object): Promise<Body> {
    const { worker, token } = this.#rehearsal;
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    };
    const response = await worker.fetch(path, { method, headers, body: body ? JSON.stringify(body) : null });
    if (!response) throw new Error(`the Worker does not answer ${method} ${path}`);
    const answer = (await response.json().catch(() => undefined)) as { title?: string; detail?: string };
    if (response.ok) return answer as Body;
    throw new Error(`the Worker answers ${response.status}: ${answer?.title ?? ''}. ${answer?.detail ?? ''}`);
  }

  async create({ streamingMethod, ingest }: Plan): Promise<Stream> {
    const body = { title: 'Test by doctor', streamingMethod, ingest };
    return (await this.#send<{ stream: Stream }>('POST', '/api/streams', body)).stream;
  }
  look(id: string): Promise<Stream> {
    return this.#send('GET', `/api/streams/${id}`);
  }
  async recordings(id: string): Promise<Recording[]> {
    const path = `/api/streams/${id}/recordings`;
    const { broadcasts } = await this.#send<{ broadcasts: { recordings: Recording[] }[] }>('GET', path);
    return broadcasts.flatMap(({ recordings }) => recordings);
  }
  async activity(id: string): Promise<ActivityEntry[]> {
    const path = `/api/streams/${id}/activity`;
    return (await this.#send<{ activity: ActivityEntry[] }>('GET', path)).activity;
  }
  credentials(id: string): Promise<Record<string, string | undefined>> {
    return this.#send('GET', `/api/streams/${id}/credentials`);
  }
  end(id: string): Promise<unknown> {
    return this.#send('POST', `/api/streams/${id}/end`);
  }
  remove(id: string): Promise<unknown> {
    return this.#send('DELETE', `/api/streams/${id}`);
  }
}

/** In this process, so that no stream key is on a command line. */
function publishByRtmp(url: string, streamKey: string, trusted: string | undefined): Publication {
  const picture = testPicture();
  let problem: string | undefined;
  const tell = (words: string): void => void (words === 'sends' || (problem = words));
  const push = new RtmpPush(picture.feed, { url, streamKey }, { trusted, tell, anywhere: true });
  return {
    problem: () => problem,
    stop() {
      push.stop();
      picture.stop();
    },
  };
}

async function publish(
  { worker, token, trusted }: Rehearsal,
  { streamingMethod, ingest }: Plan,
  user: User,
  id: string,
): Promise<Publication> {
  // The address at LiveKit is nobody's: a phone publishes through the Worker.
  if (ingest === 'livekit') return publishByWhip(worker.at(`/api/streams/${id}/whip`), token);
  const credentials = await user.credentials(id);
  if (streamingMethod === 'obs')
    return publishByRtmp(credentials['rtmpUrl'] ?? '', credentials['streamKey'] ?? '', trusted);
  return publishByWhip(credentials['whipUrl'] ?? '', credentials['whipToken']);
}

/** Milliseconds until something holds; undefined if it does not in time. */
async function until(patienceSeconds: number, holds: () => Promise<boolean>): Promise<number | undefined> {
  const begun = performance.now();
  while (performance.now() - begun < patienceSeconds * 1000) {
    if (await holds()) return performance.now() - begun;
    await sleep(500);
  }
  return undefined;
}

/** Publishes by one plan, waits for what is to be known of it, and deletes the stream. */
export async function rehearse(rehearsal: Rehearsal, plan: Plan): Promise<Finding[]> {
  const check = plan.name;
  const user = new User(rehearsal);
  const stream = await user.create(plan);
  const findings = stream.warnings
    // Said below.
    .filter(({ code }) => code !== 'recording_unsupported')
    .map(({ code, detail }) => warning(check, `${code}: ${detail}`, 'See the faults above.'));
  const hearsay = new Hearsay(() => user.activity(stream.id));
  try {
    const publication = await publish(rehearsal, plan, user, stream.id);
    try {
      findings.push(...(await watch(rehearsal, plan, user, stream, publication)));
    } finally {
      publication.stop();
    }
    await user.end(stream.id);
    findings.push(...(await recorded(rehearsal, plan, user, stream)));
  } finally {
    findings.push(...(await hearsay.stop(check)));
    await user.remove(stream.id);
  }
  return findings;
}

async function watch(
  { seconds: length, patienceSeconds }: Rehearsal,
  { name: check }: Plan,
  user: User,
  { id }: Stream,
  publication: Publication,
): Promise<Finding[]> {
  const begun = performance.now();
  const after = await until(
    patienceSeconds,
    async () => publication.problem() !== undefined || (await user.look(id)).status === 'live',
  );
  const problem = publication.problem();
  if (problem)
    return [fault(check, `the broadcast ${problem}`, 'See the status of the provider, and try again.')];
  await sleep(Math.max(0, length * 1000 - (performance.now() - begun)));
  if (after === undefined)
    return [fault(check, `not known to be live after ${patienceSeconds} s`, 'See the webhooks above.')];
  return [ok(check, `known to be live after ${seconds(after)}`)];
}

async function recorded(
  { patienceSeconds }: Rehearsal,
  { name: check }: Plan,
  user: User,
  { id, plan }: Stream,
): Promise<Finding[]> {
  if (plan.recordedAt.length === 0)
    return [
      warning(
        check,
        'not recorded, as expected',
        'Recording what a phone sends needs a relay: docs/relay.md.',
      ),
    ];
  const findings: Finding[] = [];
  const begun = performance.now();
  for (const source of plan.recordedAt) {
    const ready = async (): Promise<boolean> =>
      (await user.recordings(id)).some((each) => each.source === source && each.state === 'ready');
    const left = patienceSeconds - (performance.now() - begun) / 1000;
    const after = (await until(Math.max(1, left), ready)) !== undefined;
    const duration = (await user.recordings(id)).find((each) => each.source === source)?.duration;
    const since = seconds(performance.now() - begun);
    findings.push(
      after
        ? ok(check, `recorded at ${source}: ${duration ?? '?'} s, known ${since} after the end`)
        : fault(check, `no recording at ${source} after ${since}`, 'See the webhooks and the storage above.'),
    );
  }
  return findings;
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token of a user: given, or signed with the secret of the notes. */
function userToken({ options, values }: Deployment): string | undefined {
  const given = options.variables['DOCTOR_TOKEN'];
  const secret = values['AUTH_HS256_SECRETS']?.split(/[\s,]+/)[0];
  if (given || !secret) return given;
  const now = Math.floor(Date.now() / 1000);
  const aud = values['AUTH_AUDIENCE']?.split(/[\s,]+/)[0];
  const claims = { sub: 'doctor', iss: values['AUTH_ISSUER'], aud, iat: now, exp: now + 3600 };
  const text = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

export function plansOf({ mux, values }: Pick<Deployment, 'mux' | 'values'>): Plan[] {
  const relay = relaysOf(values).length > 0;
  return [
    { name: 'encoder to Cloudflare', streamingMethod: 'obs', ingest: 'cloudflare' },
    ...(mux ? [{ name: 'encoder to Mux', streamingMethod: 'obs', ingest: 'mux' } as const] : []),
    relay
      ? { name: 'phone to the relay', streamingMethod: 'whip_browser', ingest: 'relay' }
      : { name: 'phone to Cloudflare', streamingMethod: 'whip_browser', ingest: 'cloudflare' },
    ...(values['LIVEKIT_URL']
      ? [{ name: 'phone to LiveKit', streamingMethod: 'whip_browser', ingest: 'livekit' } as const]
      : []),
  ];
}

export async function broadcast(deployment: Deployment): Promise<Finding[]> {
  const check = 'broadcast';
  const token = userToken(deployment);
  if (!token)
    return [unchecked(check, 'no user', 'Set DOCTOR_TOKEN to the token of a user, or AUTH_HS256_SECRETS.')];
  const hasFfmpeg = await promisify(execFile)('ffmpeg', ['-version']).then(
    () => true,
    () => false,
  );
  if (!hasFfmpeg)
    return [unchecked(check, 'ffmpeg is missing', 'Install ffmpeg, which makes the test picture.')];
  const { say } = deployment.terminal;
  const findings: Finding[] = [];
  for (const plan of plansOf(deployment)) {
    say(`Publishes for a minute: ${plan.name} ...`);
    const rehearsal = { worker: deployment.worker, token, seconds: 60, patienceSeconds: 300 };
    try {
      findings.push(...(await rehearse(rehearsal, plan)));
    } catch (error) {
      const { message } = error as Error;
      findings.push(fault(plan.name, message, 'See the faults above first; otherwise try again later.'));
    }
  }
  return findings;
}
