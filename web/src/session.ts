// Who is at the screen: the token that came in the address, which is taken out of it at once and kept for this tab only.

const memory = new Map<string, string>();

function keep(key: string, value: string): void {
  memory.set(key, value);
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing asks for the link again after a reload.
  }
}

function recall(key: string): string | undefined {
  try {
    return memory.get(key) ?? sessionStorage.getItem(key) ?? undefined;
  } catch {
    return memory.get(key);
  }
}

const user = 'whip-mux.token';
export type Purpose = 'publish' | 'watch';
const inviteTo = (purpose: Purpose, stream: string) => `whip-mux.${purpose}.${stream}`;

/** Reads `#token=`, or `#invite=` to the stream of this page. */
export function takeFromAddress(page?: { stream: string; purpose: Purpose }): void {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const [token, invite] = [parameters.get('token'), parameters.get('invite')];
  if (token) keep(user, token);
  if (invite && page) keep(inviteTo(page.purpose, page.stream), invite);
  if (token || invite) history.replaceState(null, '', location.pathname + location.search);
}

export const userToken = (): string | undefined => recall(user);
export const inviteToken = (purpose: Purpose, stream: string): string | undefined =>
  recall(inviteTo(purpose, stream));

/** An address of this page that works elsewhere, for whoever has to change the browser. */
export function addressToCopy(stream: string): string {
  const invite = inviteToken('publish', stream);
  return location.origin + location.pathname + (invite === undefined ? '' : `#invite=${invite}`);
}

/** Whether a token says itself that its time is over. */
export function isExpired(token: string, now = Date.now()): boolean {
  try {
    const [, payload = ''] = token.split('.');
    const { exp } = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))) as { exp?: number };
    return exp !== undefined && exp * 1000 < now;
  } catch {
    return false;
  }
}
