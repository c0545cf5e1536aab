// The user's token. It arrives in the URL's fragment, is removed from the address right away and kept for this tab
// only.

import { keep, recall } from './storage.ts';

// Fallback for browsers without storage; after a reload the user must open the link again.
const memory = new Map<string, string>();

function remember(key: string, value: string): void {
  memory.set(key, value);
  keep('tab', key, value);
}

const known = (key: string): string | undefined => memory.get(key) ?? recall('tab', key);

const user = 'whip-mux.token';
export type Purpose = 'publish' | 'watch';
const inviteTo = (purpose: Purpose, stream: string) => `whip-mux.${purpose}.${stream}`;

/** Stores `#token=`, or `#invite=` for the page's stream, and removes it from the address. */
export function takeFromAddress(page?: { stream: string; purpose: Purpose }): void {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const [token, invite] = [parameters.get('token'), parameters.get('invite')];
  if (token) remember(user, token);
  if (invite && page) remember(inviteTo(page.purpose, page.stream), invite);
  if (token || invite) history.replaceState(null, '', location.pathname + location.search);
}

export const userToken = (): string | undefined => known(user);
export const inviteToken = (purpose: Purpose, stream: string): string | undefined =>
  known(inviteTo(purpose, stream));

/** This page's address including the invite, so that it works in another browser. */
export function addressToCopy(stream: string): string {
  const invite = inviteToken('publish', stream);
  return location.origin + location.pathname + (invite === undefined ? '' : `#invite=${invite}`);
}

/** Whether the token's own `exp` has passed. */
export function isExpired(token: string, now = Date.now()): boolean {
  try {
    const [, payload = ''] = token.split('.');
    const { exp } = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))) as { exp?: number };
    return exp !== undefined && exp * 1000 < now;
  } catch {
    return false;
  }
}
