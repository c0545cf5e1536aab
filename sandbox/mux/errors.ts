// Mux's errors. The body is `{error: {type, messages}}`, except for 429, which has a different shape (Mux API
// reference, errors).

import { isFields } from '../shared/check.ts';
import type { Check, Fields } from '../shared/check.ts';
import { Refusal } from '../shared/http.ts';
import type { Answer, Call } from '../shared/http.ts';

function refusal(status: number, type: string, messages: string[]): Refusal {
  return new Refusal({ status, body: { error: { type, messages } } });
}

export function invalid(...messages: string[]): Refusal {
  return refusal(400, 'invalid_parameters', messages);
}

export function unauthorized(): Refusal {
  return refusal(401, 'unauthorized', ['Unauthorized request']);
}

/** For an access token without the permission that a call needs. */
export function forbidden(): Refusal {
  return refusal(403, 'forbidden', ['Access token does not have the required permissions']);
}

/** The same message for a missing object, someone else's object, and an unknown path. */
export function notFound(): Refusal {
  const reason = "The requested resource either doesn't exist or you don't have access to it.";
  return refusal(404, 'not_found', [reason]);
}

export function noRoute(): Answer {
  return notFound().answer;
}

export function tooMany(): Refusal {
  return new Refusal({ status: 429, body: { errors: ['Too many requests, retry later.'] } });
}

/** The JSON body of a call, validated; an empty body counts as `{}`. */
export function checkedBody(call: Call, check: Check): Fields {
  let body: unknown;
  try {
    body = call.body === '' ? {} : JSON.parse(call.body);
  } catch {
    throw invalid('Failed to parse request body');
  }
  const messages = check(body, '');
  if (messages.length > 0 || !isFields(body)) throw invalid(...messages);
  return body;
}
