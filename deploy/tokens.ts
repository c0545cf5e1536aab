// Whether both tokens work, and what they may do.

import { randomBytes } from 'node:crypto';
import { rights } from './cloudflare.ts';
import type { Cloudflare } from './cloudflare.ts';
import type { Deployment } from './deployment.ts';
import { fault, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';
import { ApiError } from './rest.ts';

const newToken = 'Make a new token in the dashboard (My Profile, API Tokens) and set CLOUDFLARE_API_TOKEN.';
const day = 24 * 3600_000;

/** Whether the token works at all. */
export async function tokenState(cloudflare: Cloudflare): Promise<Finding> {
  const check = 'Cloudflare token';
  try {
    const { status, expires_on: expiry } = await cloudflare.verifyToken();
    if (status !== 'active') return fault(check, `it is ${status}`, newToken);
    const left = Date.parse(expiry ?? '') - Date.now();
    if (left < 0) return fault(check, `it expired on ${expiry}`, newToken);
    if (left < 14 * day) return warning(check, `it expires on ${expiry}`, newToken);
    return ok(check, 'active');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return fault(
      check,
      error.status === 401 ? 'Cloudflare does not know it' : 'it is not for this account',
      error.status === 401
        ? newToken
        : 'Compare CLOUDFLARE_ACCOUNT_ID with the account that the token was made for.',
    );
  }
}

const skewMs = 60_000;

/** Each permission by a call that changes nothing, and this machine's clock by the responses. */
export async function cloudflareRights(cloudflare: Cloudflare): Promise<Finding[]> {
  const findings: Finding[] = [];
  let aheadMs = 0;
  for (const right of rights(randomBytes(16).toString('hex'))) {
    const may = await cloudflare.may(right);
    aheadMs = may.aheadMs;
    const remedy = `Add "${right.permission}" to the API token in the dashboard.`;
    // Without these, live inputs are reported later; everything else works.
    const missing = /^(Notifications|Queues)/.test(right.permission) ? warning : fault;
    findings.push(
      may.allowed
        ? ok(right.permission, 'allowed')
        : missing(right.permission, 'the Cloudflare token may not do this', remedy),
    );
  }
  findings.push(clock('clock', aheadMs));
  return findings;
}

/** Signatures and tokens are refused if clocks differ by minutes. */
export function clock(check: string, aheadMs: number): Finding {
  const seconds = Math.round(aheadMs / 1000);
  if (!(Math.abs(aheadMs) > skewMs)) return ok(check, 'right');
  const detail = `this machine is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`;
  return fault(check, detail, 'Set the clock of this machine, or let it follow a time server.');
}

export async function muxRights({ mux }: Deployment): Promise<Finding[]> {
  const check = 'Mux token';
  if (!mux)
    return [
      warning(
        check,
        'not set: broadcasts are recorded at Cloudflare only',
        'Set MUX_TOKEN_ID and MUX_TOKEN_SECRET, and deploy again.',
      ),
    ];
  try {
    const { environment_name } = await mux.whoAmI();
    const missing = await mux.missingRights();
    if (missing.length === 0) return [ok(check, `environment ${environment_name}`)];
    const remedy = 'Make a Mux access token with "Mux Video: read, write" and "System: read, write".';
    return [fault(check, `it lacks ${missing.join(', ')}`, remedy)];
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const remedy = 'Copy the id and the secret of one Mux access token to MUX_TOKEN_ID and MUX_TOKEN_SECRET.';
    return [fault(check, 'Mux does not know it', remedy)];
  }
}
