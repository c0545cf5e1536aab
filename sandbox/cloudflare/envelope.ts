// Cloudflare's response envelope, and Stream's errors with their codes (Cloudflare API reference; some of Stream's
// codes are known only from measurements).

import { isFields } from '../shared/check.ts';
import type { Check, Fields } from '../shared/check.ts';
import { Refusal } from '../shared/http.ts';
import type { Answer, Call } from '../shared/http.ts';

export function success(result: unknown): Answer {
  return { status: 200, body: { result, success: true, errors: [], messages: [] } };
}

/** On errors `messages` is null, not an empty list. */
export function refusal(status: number, errors: { code: number; message: string }[], headers = {}): Refusal {
  return new Refusal({ status, headers, body: { result: null, success: false, errors, messages: null } });
}

export function unauthenticated(): Refusal {
  return refusal(401, [{ code: 10001, message: 'Authentication failed' }]);
}

export function notAuthorized(): Refusal {
  return refusal(403, [{ code: 10002, message: 'Not authorized' }]);
}

/** The Cloudflare API's response to a token without the permission that a call needs. */
export function forbidden(): Refusal {
  return refusal(403, [{ code: 10000, message: 'Authentication error' }]);
}

export function notFound(): Refusal {
  return refusal(404, [{ code: 10003, message: 'Not Found' }]);
}

export function notDecodable(detail: string): Refusal {
  return refusal(400, [{ code: 10004, message: `Decoding Error: ${detail}` }]);
}

export function badRequest(detail: string): Refusal {
  return refusal(400, [{ code: 10005, message: `Bad Request: ${detail}` }]);
}

export function badRetention(): Refusal {
  const message = 'deleteRecordingAfterDays must be between 30 and 1096';
  return refusal(400, [{ code: 10060, message }]);
}

/** The code of this conflict is not documented. */
export function inputWasDeleted(): Refusal {
  const message = 'The live input created with this Idempotency-Key has been deleted';
  return refusal(409, [{ code: 10005, message }]);
}

export function stillLive(): Refusal {
  return refusal(409, [{ code: 10046, message: 'Cannot delete a video that is live-inprogress' }]);
}

export function tooMany(retryAfterSeconds: number): Refusal {
  const headers = { 'retry-after': String(retryAfterSeconds) };
  return refusal(429, [{ code: 10016, message: 'Too many requests' }], headers);
}

/** The Cloudflare API's response to an unknown path. */
export function noRoute({ path }: Call): Answer {
  const message = `Could not route to ${path}, perhaps your object identifier is invalid?`;
  return refusal(400, [{ code: 7003, message }]).answer;
}

/** A page of a list, `page` from 1 and `per_page` up to 100. */
export function pageOf(call: Call, things: unknown[]): Answer {
  const size = Number(call.query.get('per_page') ?? 20);
  const page = Number(call.query.get('page') ?? 1);
  if (!(size >= 1 && size <= 100) || !(page >= 1)) throw badRequest('per_page must be between 1 and 100');
  const result = things.slice((page - 1) * size, page * size);
  const info = { page, per_page: size, count: result.length, total_count: things.length };
  return {
    status: 200,
    body: { result, success: true, errors: [], messages: [], result_info: info },
  };
}

/** The JSON body of a call, validated. */
export function decodedBody(call: Call, check: Check): Fields {
  let body: unknown;
  try {
    body = JSON.parse(call.body);
  } catch {
    throw notDecodable('the body is not JSON');
  }
  const wrong = check(body, '');
  if (wrong.length > 0 || !isFields(body)) throw notDecodable(wrong.join('; '));
  return body;
}
