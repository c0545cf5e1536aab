// The account around Stream: the API token and what it may do, and how much storage is used (Cloudflare API reference,
// account API tokens and Stream storage use). Tests change it through the control endpoint.

import { isFields } from '../shared/check.ts';
import type { Fields } from '../shared/check.ts';
import { controlFields } from '../shared/control.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { hexId } from '../shared/ids.ts';
import { forbidden, success } from './envelope.ts';
import type { World } from './world.ts';

export const permissions = [
  'Stream Read',
  'Stream Write',
  'Workers Scripts Write',
  'Workers KV Storage Write',
  'Notifications Write',
  'Queues Write',
] as const;
export type Permission = (typeof permissions)[number];

export interface Account {
  /** A user's token is verified at another address than an account's. */
  token: { id: string; kind: 'user' | 'account'; status: string; expires_on?: string };
  permissions: Permission[];
  storage: { minutes: number; limit: number };
  /** Whether a zone is on a Pro plan, without which there are no notifications about live inputs. */
  hasProZone: boolean;
  /** The part before .workers.dev; null before it is registered. */
  subdomain: string | null;
}

export function newAccount(): Account {
  return {
    token: { id: hexId(), kind: 'account', status: 'active' },
    permissions: [...permissions],
    storage: { minutes: 120, limit: 1000 },
    hasProZone: true,
    subdomain: 'sandbox',
  };
}

/** What a call needs, by the part of the path after the account; the first match wins. */
const needs: [RegExp, Permission][] = [
  [/^stream(\/|$)/, 'Stream Write'],
  [/^storage\/kv\//, 'Workers KV Storage Write'],
  [/^workers\//, 'Workers Scripts Write'],
  [/^alerting\//, 'Notifications Write'],
  [/^(queues|event_subscriptions)(\/|$)/, 'Queues Write'],
];

export function demandPermission({ account }: World, call: Call, path: string): void {
  const needed = needs.find(([pattern]) => pattern.test(path))?.[1];
  if (!needed || account.permissions.includes(needed)) return;
  if (needed === 'Stream Write' && call.method === 'GET' && account.permissions.includes('Stream Read'))
    return;
  throw forbidden();
}

function verify({ account: { token } }: World, kind: 'user' | 'account'): Answer {
  if (token.kind !== kind) throw forbidden();
  const { id, status, expires_on } = token;
  return success({ id, status, expires_on });
}

function storageUsage({ account, videos }: World): Answer {
  return success({
    creator: '',
    totalStorageMinutes: account.storage.minutes,
    totalStorageMinutesLimit: account.storage.limit,
    videoCount: videos.size,
  });
}

/** `base` is the account's path; the fixed routes must come before those of videos. */
export function accountRoutes(world: World, base: string): Routes {
  return {
    'GET /client/v4/user/tokens/verify': () => verify(world, 'user'),
    [`GET ${base}/tokens/verify`]: () => verify(world, 'account'),
    [`GET ${base}/stream/storage-usage`]: () => storageUsage(world),
  };
}

const merged = <Thing extends object>(thing: Thing, changes: unknown): Thing =>
  isFields(changes) ? { ...thing, ...changes } : thing;

/** `PUT /_sandbox/account` changes what is given and keeps the rest. */
export function changeAccount(world: World, call: Call): Answer {
  const changes: Fields = controlFields(call);
  const { token, storage } = world.account;
  world.account = {
    ...world.account,
    ...changes,
    token: merged(token, changes.token),
    storage: merged(storage, changes.storage),
  };
  return { status: 204 };
}
