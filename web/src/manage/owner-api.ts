// The part of the Worker's API that only owners of streams use.

import { Api } from '../api.ts';
import type {
  ActivityEntry,
  Captions,
  Credentials,
  Details,
  Download,
  Invite,
  NewInvite,
  NewStream,
  Output,
  Stream,
  StreamPage,
  StreamStatus,
  Visibility,
} from '../api-schema.ts';
import type { Purpose } from '../session.ts';

export class OwnerApi extends Api {
  listStreams(cursor?: string | null, more: Record<string, string> = {}): Promise<StreamPage> {
    const query = Object.entries({ ...(cursor ? { cursor } : {}), ...more });
    const text = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    return this.get(`/api/streams${text === '' ? '' : `?${text}`}`);
  }

  /** All streams, or those with a status, as far as `most` pages reach. */
  async listAll(most: number, status?: StreamStatus): Promise<Stream[]> {
    const listed: Stream[] = [];
    let cursor: string | null = null;
    for (let read = 0; read < most && (read === 0 || cursor !== null); ++read) {
      const page: StreamPage = await this.listStreams(cursor, {
        limit: '100',
        ...(status ? { status } : {}),
      });
      listed.push(...page.streams);
      cursor = page.nextCursor;
    }
    return listed;
  }

  change(id: string, changes: Partial<Details> & { title?: string }): Promise<unknown> {
    return this.send('PATCH', `/api/streams/${id}`, changes);
  }

  setVisibility(id: string, visibility: Visibility): Promise<unknown> {
    return this.send('PATCH', `/api/streams/${id}`, { visibility });
  }

  allowDownloads(id: string, viewersMayDownload: boolean): Promise<unknown> {
    return this.send('PATCH', `/api/streams/${id}`, { viewersMayDownload });
  }

  /** POST has an MP4 made, GET tells how far it is. */
  download(id: string, recording: string, method: 'GET' | 'POST'): Promise<Download> {
    return this.send(method, `/api/streams/${id}/recordings/${encodeURIComponent(recording)}/download`);
  }

  /** Deletes one recording at its provider, for good. */
  removeRecording(id: string, recording: string): Promise<unknown> {
    return this.send('DELETE', `/api/streams/${id}/recordings/${encodeURIComponent(recording)}`);
  }

  /** Has a recording made of a part of another, in whole seconds. */
  trim(id: string, recording: string, startSeconds: number, endSeconds: number): Promise<unknown> {
    const path = `/api/streams/${id}/recordings/${encodeURIComponent(recording)}/clips`;
    return this.send('POST', path, { startSeconds, endSeconds });
  }

  /** The captions of a recording. With a language, has them made. */
  async captions(id: string, recording: string, language?: string): Promise<Captions[]> {
    const path = `/api/streams/${id}/recordings/${encodeURIComponent(recording)}/captions`;
    const [method, body] = language === undefined ? ['GET'] : ['POST', { language }];
    return (await this.send<{ captions: Captions[] }>(method, path, body)).captions;
  }

  async activity(id: string): Promise<ActivityEntry[]> {
    return (await this.get<{ activity: ActivityEntry[] }>(`/api/streams/${id}/activity`)).activity;
  }

  async createStream(stream: NewStream, idempotencyKey: string): Promise<Stream> {
    const headers = { 'Idempotency-Key': idempotencyKey };
    return (await this.send<{ stream: Stream }>('POST', '/api/streams', stream, headers)).stream;
  }

  end(id: string): Promise<unknown> {
    return this.send('POST', `/api/streams/${id}/end`);
  }

  /** Ends what a phone sends now. The stream stays open. */
  stopPhone(id: string): Promise<unknown> {
    return this.send('DELETE', `/api/streams/${id}/whip`);
  }

  remove(id: string, recordings: boolean): Promise<unknown> {
    return this.send('DELETE', `/api/streams/${id}${recordings ? '?recordings=true' : ''}`);
  }

  credentials(id: string): Promise<Credentials> {
    return this.get(`/api/streams/${id}/credentials`);
  }

  rotateCredentials(id: string): Promise<Credentials> {
    return this.send('POST', `/api/streams/${id}/credentials/rotate`);
  }

  setBackup(id: string, enabled: boolean): Promise<unknown> {
    return this.send('PUT', `/api/streams/${id}/simulcast`, { enabled });
  }

  async invites(id: string): Promise<Invite[]> {
    return (await this.get<{ invites: Invite[] }>(`/api/streams/${id}/invites`)).invites;
  }

  async createInvite(id: string, name: string, expiresIn: number, purpose: Purpose): Promise<NewInvite> {
    const body = { expiresIn, purpose, ...(name === '' ? {} : { name }) };
    return (await this.send<{ invite: NewInvite }>('POST', `/api/streams/${id}/invites`, body)).invite;
  }

  revokeInvite(id: string, invite: string): Promise<unknown> {
    return this.send('DELETE', `/api/streams/${id}/invites/${encodeURIComponent(invite)}`);
  }

  async outputs(id: string): Promise<Output[]> {
    return (await this.get<{ outputs: Output[] }>(`/api/streams/${id}/outputs`)).outputs;
  }

  async addOutput(id: string, output: { url: string; streamKey: string; enabled: boolean }): Promise<Output> {
    return (await this.send<{ output: Output }>('POST', `/api/streams/${id}/outputs`, output)).output;
  }

  switchOutput(id: string, output: string, enabled: boolean): Promise<unknown> {
    return this.send('PATCH', `/api/streams/${id}/outputs/${encodeURIComponent(output)}`, { enabled });
  }

  removeOutput(id: string, output: string): Promise<unknown> {
    return this.send('DELETE', `/api/streams/${id}/outputs/${encodeURIComponent(output)}`);
  }

  private async get<Body>(path: string): Promise<Body> {
    return JSON.parse((await this.request('GET', path)).text) as Body;
  }

  private async send<Body>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Body> {
    const type: Record<string, string> = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const { text } = await this.request(method, path, { ...headers, ...type }, JSON.stringify(body));
    return (text === '' ? undefined : JSON.parse(text)) as Body;
  }
}
