// Checks every response of the Worker against the API description: path, method, status, headers and body are as
// described, with nothing missing and nothing else.

import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describeApi, methods, problemType, resolve } from '../../scripts/openapi.ts';
import type { Answer, Header, MediaType, Operation, Path } from '../../scripts/openapi.ts';

export interface Asked {
  method: string;
  /** Including the query. */
  path: string;
  headers: Headers;
  /** Only if it is text. */
  body?: string;
}

export const description = describeApi();

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strictRequired: false });
formats.default(ajv);
ajv.addVocabulary(['example', ...Object.keys(description)]);
ajv.addSchema({ ...description, $id: 'api' });

/** The compiled schema at a path of the description. */
export function checkAt(...names: string[]): ValidateFunction {
  const pointer = names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  const found = ajv.getSchema(`api#${encodeURI(pointer)}`);
  if (!found) throw new Error(`no schema at ${pointer}`);
  return found;
}

/** Headers that the platform adds or that every response has: see info.description. */
const common = new Set([
  ...[
    'content-type',
    'content-length',
    'content-encoding',
    'transfer-encoding',
    'connection',
    'keep-alive',
    'date',
  ],
  ...['x-content-type-options', 'content-security-policy', 'referrer-policy', 'strict-transport-security'],
  ...['cross-origin-resource-policy', 'vary', 'cf-cache-status'],
]);
const isCommon = (name: string): boolean => common.has(name) || name.startsWith('access-control-');

class Mismatch extends Error {}

function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Mismatch(otherwise);
}

function expectValid(check: ValidateFunction, value: unknown, what: string): void {
  if (check(value)) return;
  const faults = check.errors?.map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' ').trim(),
  );
  throw new Mismatch(`${what}: ${faults?.join('; ')}`);
}

const segmentsOf = (path: string): string[] => path.split('/').slice(1);

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function fits(pattern: string, path: string): boolean {
  const [wanted, given] = [segmentsOf(pattern), segmentsOf(path)];
  if (wanted.length !== given.length) return false;
  return wanted.every((each, index) => {
    const segment = given[index] ?? '';
    return each.startsWith('{') ? segment !== '' : each === decoded(segment);
  });
}

/** The described paths that match a path. As OpenAPI says, a path without parameters comes before all others. */
function pathsFor(path: string): [string, Path][] {
  const found = Object.entries(description.paths).filter(([pattern]) => fits(pattern, path));
  const literal = found.filter(([pattern]) => !pattern.includes('{'));
  return literal.length > 0 ? literal : found;
}

/** The methods described for a path, as `Allow` lists them. */
export function methodsAt(path: string): string[] {
  const all = pathsFor(path).flatMap(([, item]) => methods.filter((each) => item[each]));
  return [
    ...new Set(all.flatMap((each) => (each === 'get' ? ['GET', 'HEAD'] : [each.toUpperCase()]))),
  ].sort();
}

const listed = (header: string | null): string => String((header ?? '').split(', ').sort());

function checkHeaders(described: Record<string, Header>, headers: Headers, place: string[]): void {
  for (const [name, header] of Object.entries(described)) {
    const value = headers.get(name);
    const { required, schema } = resolve(description, header);
    expect(value !== null || !required, `the header ${name} is missing`);
    if (value === null || !schema) continue;
    const at = header.$ref ? header.$ref.split('/').slice(1) : [...place, 'headers', name];
    expectValid(checkAt(...at, 'schema'), value, `the header ${name}`);
  }
  const known = new Set(Object.keys(described).map((name) => name.toLowerCase()));
  for (const name of headers.keys())
    expect(isCommon(name) || known.has(name), `the header ${name} is not described`);
}

const mediaTypeOf = (headers: Headers): string => headers.get('content-type')?.split(';')[0]?.trim() ?? '';

interface Given {
  status: number;
  headers: Headers;
  text: string;
}

function checkAnswer(described: Answer, place: string[], given: Given, bodyless: boolean): void {
  const at = described.$ref ? described.$ref.split('/').slice(1) : place;
  const { headers = {}, content } = resolve(description, described);
  checkHeaders(headers, given.headers, at);
  if (!content || bodyless) return expect(given.text === '', 'a body that is not described');
  const type = mediaTypeOf(given.headers);
  expect(content[type] !== undefined, `the media type '${type}' is not described`);
  if (!type.endsWith('json')) return;
  expectValid(checkAt(...at, 'content', type, 'schema'), JSON.parse(given.text), 'the body');
}

/** Checks a problem by itself; its operation says only which problems are possible. */
function checkProblem(type: string, given: Given, bodyless: boolean): void {
  checkAnswer({ $ref: `#/components/responses/${type}` }, [], given, bodyless);
  if (bodyless) return;
  const { title } = JSON.parse(given.text) as { title: string };
  expect(title === description.components.examples[type]?.value.title, `the title of ${type} is another`);
}

/** The problems that a response may be. */
const problemsOf = (described: Answer): string[] =>
  Object.keys(resolve(description, described).content?.['application/problem+json']?.examples ?? {});

const isProblem = (given: Given): boolean => mediaTypeOf(given.headers) === 'application/problem+json';

function problemOf(given: Given): string {
  const { type = '' } = JSON.parse(given.text) as { type?: string };
  const name = type.slice(problemType('').length);
  expect(name in description.components.responses, `the problem ${type} is not described`);
  return name;
}

function checkOperation(operation: Operation, place: string[], given: Given, bodyless: boolean): void {
  const described = operation.responses[given.status];
  expect(described !== undefined, 'that status is not described');
  const at = [...place, 'responses', String(given.status)];
  if (!isProblem(given) || bodyless) return checkAnswer(described, at, given, bodyless);
  const type = problemOf(given);
  expect(problemsOf(described).includes(type), `the problem ${type} is not described there`);
  checkProblem(type, given, bodyless);
}

/** Request headers that are parameters. */
const conditions = ['If-Match', 'If-None-Match', 'Idempotency-Key'];

/** An accepted request must be described too. If a body may be anything (a webhook's), no problem refuses it. */
function checkRequest(operation: Operation, path: Path, place: string[], asked: Asked): void {
  const parameters = [...(path.parameters ?? []), ...(operation.parameters ?? [])];
  const known = parameters.map((each) => resolve(description, each)).map((each) => `${each.in} ${each.name}`);
  for (const name of new URL(asked.path, 'http://worker').searchParams.keys())
    expect(known.includes(`query ${name}`), `the parameter ${name} is not described`);
  for (const name of conditions.filter((each) => asked.headers.has(each)))
    expect(known.includes(`header ${name}`), `the header ${name} of the request is not described`);
  const media: MediaType | undefined = operation.requestBody?.content['application/json'];
  const refused =
    operation.responses['400'] && problemsOf(operation.responses['400']).includes('invalid-json');
  if (asked.body === undefined || !media || !refused) return;
  const check = checkAt(...place, 'requestBody', 'content', 'application/json', 'schema');
  expectValid(check, JSON.parse(asked.body), 'the body of the request');
}

function check(asked: Asked, given: Given): void {
  const path = asked.path.split('?')[0] ?? '';
  const found = pathsFor(path);
  const allowed = String(methodsAt(path));
  if (
    asked.method === 'OPTIONS' &&
    given.status === 204 &&
    asked.headers.has('access-control-request-method')
  )
    return expect(
      listed(given.headers.get('access-control-allow-methods')) === allowed,
      'the preflight names other methods than are described',
    );
  const bodyless = asked.method === 'HEAD';
  const method = bodyless ? 'get' : asked.method.toLowerCase();
  if (found.length === 0) {
    expect(given.status === 404, 'that address is not described');
    return checkProblem('not-found', given, bodyless);
  }
  const [pattern, item] = found.find(([, each]) => each[method]) ?? [];
  const operation = item?.[method];
  if (!pattern || !operation) {
    expect(given.status === 405, 'that method is not described');
    expect(listed(given.headers.get('allow')) === allowed, 'Allow names other methods');
    return checkProblem('method-not-allowed', given, bodyless);
  }
  checkOperation(operation, ['paths', pattern, method], given, bodyless);
  if (given.status < 300) checkRequest(operation, item, ['paths', pattern, method], asked);
}

const tokensIn = (text: string): string[] => text.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? [];

/** The relay asks every viewer for a token; that of a public stream is the same for all. */
function isPublic(token: string): boolean {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
  return 'aud' in claims && claims.aud === 'relay' && 'scope' in claims && claims.scope === 'watch';
}

const cacheable = /^\/api\/streams\/[^/]+\/(playback|recordings|calendar)$|^\/(watch|embed)\/[^/]+$/;

/**
 * A cache in front of the Worker gives a stored answer to anyone, whatever token or cookie they send. So only what is
 * public may be stored, for a minute at most, and everything else forbids it.
 */
function checkCaching({ path }: Asked, { status, headers, text }: Given): void {
  const policy = headers.get('cache-control');
  // The description is a static asset, which the Worker does not serve.
  if (policy === 'no-store' || path === '/api/openapi.json') return;
  expect(cacheable.test(path.split('?')[0] ?? ''), `it may be cached: ${policy}`);
  expect(status === 200 || status === 304, `a ${status} may be cached`);
  expect(/^public, max-age=(5|60)$/.test(policy ?? ''), `it may be cached for too long: ${policy}`);
  expect(!headers.has('set-cookie') && tokensIn(text).every(isPublic), 'a cookie or a token may be cached');
  const varies = /\bOrigin\b/.test(headers.get('vary') ?? '');
  expect(varies || !headers.has('access-control-allow-origin'), 'it is cached for every origin');
}

/** Throws if a response does not match the description. */
export async function expectDescribed(asked: Asked, answer: Response): Promise<void> {
  const given = { status: answer.status, headers: answer.headers, text: await answer.clone().text() };
  try {
    checkCaching(asked, given);
    check(asked, given);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw new Error(`${asked.method} ${asked.path}, ${given.status}: ${error.message}; see docs/openapi`);
  }
}
