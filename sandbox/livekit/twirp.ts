// Twirp with JSON (Twirp wire protocol 7): `POST /twirp/<package>.<service>/<method>`. Requests may name fields in camel
// case or as the protocol does; answers have the protocol's names.

import { isFields, object } from '../shared/check.ts';
import type { Check, Fields } from '../shared/check.ts';
import { Refusal } from '../shared/http.ts';
import type { Answer, Call, Handler } from '../shared/http.ts';

const statuses = {
  invalid_argument: 400,
  malformed: 400,
  unauthenticated: 401,
  not_found: 404,
  bad_route: 404,
  failed_precondition: 412,
} as const;

/** Exactly so: LiveKit's library reads no other type. */
const headers = { 'content-type': 'application/json' };

export function refusal(code: keyof typeof statuses, msg: string): Refusal {
  return new Refusal({ status: statuses[code], headers, body: { code, msg } });
}

const inSnakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const inCamelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, rename));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [rename(name), renamed(each, rename)]),
  );
}

/** Fields of other versions of the protocol are ignored; those of another type are not. */
function fieldsOf({ body, headers: given }: Call, fields: Record<string, Check>): Fields {
  if (!/^application\/json\b/.test(given['content-type'] ?? ''))
    throw refusal('bad_route', `unexpected Content-Type: "${given['content-type'] ?? ''}"`);
  let read: unknown;
  try {
    read = renamed(JSON.parse(body), inCamelCase);
  } catch {
    throw refusal('malformed', 'the json request could not be decoded');
  }
  if (object(fields, { open: true })(read, '').length > 0)
    throw refusal('malformed', 'the json request could not be decoded');
  return read as Fields;
}

/** `act` gets the fields in camel case. */
export function method(
  fields: Record<string, Check>,
  act: (fields: Fields) => object | Promise<object>,
): Handler {
  return async (call): Promise<Answer> => ({
    status: 200,
    headers,
    body: renamed(await act(fieldsOf(call, fields)), inSnakeCase),
  });
}
