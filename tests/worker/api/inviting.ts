// Invites, and invited phones: no account, only the link.

import type { StartedWorker } from '../start-worker.ts';
import { read } from './client.ts';
import type { Answer, Client } from './client.ts';

export interface Invite {
  id: string;
  name: string | null;
  purpose: 'publish' | 'watch';
  token: string;
  url: string;
  expiresAt: string;
  revokedAt?: string;
}

const json = { 'content-type': 'application/json' };

export function askForInvite(user: Client, streamId: string, wish: object = {}): Promise<Answer> {
  const init = { method: 'POST', headers: json, body: JSON.stringify(wish) };
  return user.send(`/api/streams/${streamId}/invites`, init);
}

export async function invite(user: Client, streamId: string, wish: object = {}): Promise<Invite> {
  const answer = await askForInvite(user, streamId, wish);
  if (answer.status !== 201) throw new Error(`no invite: ${answer.status} ${answer.text}`);
  return (answer.body as unknown as { invite: Invite }).invite;
}

export async function invitesOf(user: Client, streamId: string): Promise<Invite[]> {
  const answer = await user.send(`/api/streams/${streamId}/invites`);
  if (answer.status !== 200) throw new Error(`no invites: ${answer.status} ${answer.text}`);
  return (answer.body as unknown as { invites: Invite[] }).invites;
}

export const revoke = (user: Client, streamId: string, inviteId: string): Promise<Answer> =>
  user.send(`/api/streams/${streamId}/invites/${inviteId}`, { method: 'DELETE' });

/** A request with that token. */
export async function bearing(
  worker: StartedWorker,
  token: string,
  path: string,
  init: RequestInit = {},
): Promise<Answer> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token}`);
  return read(await worker.fetch(path, { ...init, headers }));
}
