// Joins docs/openapi/*.yaml into the OpenAPI document served at /api/openapi.json. To keep those files free of
// repetition, this script fills in
//
// - errors: an operation's `problems` (types and groups) become responses by status, each with an example;
// - headers: a response's `headers` may be a list of names. Every response gets X-Request-Id, Cache-Control and
//   Server-Timing, unless it maps the name to null;
// - examples: the example of a body is built from the examples of its fields.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  default?: unknown;
  enum?: unknown[];
  examples?: unknown[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  [keyword: string]: unknown;
}

export interface Header {
  $ref?: string;
  required?: boolean;
  schema?: Schema;
}

export interface MediaType {
  schema?: Schema;
  example?: unknown;
  examples?: Record<string, { $ref?: string; value?: unknown }>;
}

export interface Answer {
  $ref?: string;
  description?: string;
  headers?: Record<string, Header>;
  content?: Record<string, MediaType>;
}

export interface Operation {
  operationId: string;
  security?: object[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, MediaType> };
  responses: Record<string, Answer>;
  [member: string]: unknown;
}

export interface Parameter {
  $ref?: string;
  name?: string;
  in?: string;
  schema?: Schema;
}

export type Path = { parameters?: Parameter[] } & { [method: string]: Operation };

export interface Description {
  openapi: string;
  security: object[];
  paths: Record<string, Path>;
  components: {
    schemas: Record<string, Schema>;
    headers: Record<string, Header>;
    parameters: Record<string, Parameter>;
    responses: Record<string, Answer>;
    examples: Record<string, { value: Record<string, unknown> }>;
    [kind: string]: Record<string, unknown>;
  };
}

type WrittenHeaders = string[] | Record<string, string | Header | null>;

interface WrittenAnswer extends Omit<Answer, 'headers'> {
  headers?: WrittenHeaders;
}

interface WrittenProblem {
  status: number;
  title: string;
  detail: string;
  when: string;
  headers?: WrittenHeaders;
  errors?: { field: string; detail: string }[];
}

export const methods = ['get', 'put', 'post', 'delete', 'options', 'patch'];
export const problemType = (name: string): string => `urn:whip-mux:problem:${name}`;

const folder = new URL('../docs/openapi/', import.meta.url).pathname;
const always = ['X-Request-Id', 'Cache-Control', 'Server-Timing'];
const refTo = (kind: string, name: string) => ({ $ref: `#/components/${kind}/${name}` });

/** Resolves a reference within the description; returns anything else unchanged. */
export function resolve<T extends { $ref?: string }>(description: Description, what: T): T {
  if (what.$ref === undefined) return what;
  const found = what.$ref
    .split('/')
    .slice(1)
    .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], description);
  if (!found) throw new Error(`${what.$ref} does not exist`);
  return resolve(description, found as T);
}

/** Builds an example of a schema from the examples of its parts. */
function exampleOf(description: Description, schema: Schema, at: string): unknown {
  if (schema.examples) return schema.examples[0];
  if (schema.$ref !== undefined) return exampleOf(description, resolve(description, schema), at);
  for (const value of [schema.const, schema.default, schema.enum?.[0]]) if (value !== undefined) return value;
  if (schema.oneOf?.[0]) return exampleOf(description, schema.oneOf[0], at);
  if (schema.type === 'boolean') return true;
  if (schema.type === 'null') return null;
  if (schema.type === 'array' && schema.items) return [exampleOf(description, schema.items, at)];
  if (schema.type !== 'object') throw new Error(`missing example at ${at}`);
  const properties = Object.entries(schema.properties ?? {});
  return Object.fromEntries(
    properties.map(([name, each]) => [name, exampleOf(description, each, `${at}/${name}`)]),
  );
}

const byName = (given: WrittenHeaders): Exclude<WrittenHeaders, string[]> =>
  Array.isArray(given) ? Object.fromEntries(given.map((name) => [name, name])) : given;

function fillHeaders(given: WrittenHeaders = []): Record<string, Header> {
  const wanted = Object.entries({ ...byName(always), ...byName(given) });
  const entries = wanted.flatMap(([name, header]) => {
    if (header === null) return [];
    return [[name, typeof header === 'string' ? refTo('headers', header) : header] as const];
  });
  return Object.fromEntries(entries);
}

function fillAnswer({ headers, ...rest }: WrittenAnswer): Answer {
  return { ...rest, headers: fillHeaders(headers) };
}

const problemContent = (types: string[], status: number): Record<string, MediaType> => ({
  'application/problem+json': {
    schema: {
      allOf: [
        refTo('schemas', 'Problem'),
        {
          type: 'object',
          required: ['type', 'status'],
          properties: { type: { enum: types.map(problemType) }, status: { const: status } },
        },
      ],
    },
    examples: Object.fromEntries(types.map((type) => [type, refTo('examples', type)])),
  },
});

class Problems {
  readonly #all: Record<string, WrittenProblem>;
  readonly #groups: Record<string, string[]>;

  constructor({
    problems,
    groups,
  }: {
    problems: Record<string, WrittenProblem>;
    groups: Record<string, string[]>;
  }) {
    this.#all = problems;
    this.#groups = groups;
  }

  expand(names: string[]): string[] {
    const types = names.flatMap((name) => (this.#groups[name] ? this.expand(this.#groups[name]) : [name]));
    for (const type of types) if (!this.#all[type]) throw new Error(`no problem ${type} in problems.yaml`);
    return [...new Set(types)];
  }

  /** The responses of an operation that may fail with these problems. */
  answers(types: string[]): Record<string, Answer> {
    const byStatus = Map.groupBy(types, (type) => String(this.#all[type]?.status));
    return Object.fromEntries(
      [...byStatus].map(([status, some]) => [status, this.#answer(Number(status), some)]),
    );
  }

  #answer(status: number, types: string[]): Answer {
    if (types.length === 1) return refTo('responses', types[0] ?? '');
    const all = types.map((type) => this.#all[type] as WrittenProblem);
    const brought = all.map((each) => byName(each.headers ?? []));
    const headers = [...new Set(brought.flatMap(Object.keys))].map((name) => {
      const byAll = brought.every((some) => name in some);
      return [
        name,
        byAll ? name : { description: 'With some of these problems.', schema: { type: 'string' } },
      ] as const;
    });
    return {
      description: all.map(({ when }, index) => `- \`${types[index]}\`: ${when}`).join('\n'),
      headers: fillHeaders(Object.fromEntries(headers)),
      content: problemContent(types, status),
    };
  }

  components(): Pick<Description['components'], 'responses' | 'examples'> {
    const list = Object.entries(this.#all);
    return {
      responses: Object.fromEntries(
        list.map(([type, { status, when, headers }]) => [
          type,
          { description: when, headers: fillHeaders(headers), content: problemContent([type], status) },
        ]),
      ),
      examples: Object.fromEntries(
        list.map(([type, { status, title, detail, when, errors }]) => {
          const value = { type: problemType(type), title, status, detail, ...(errors && { errors }) };
          return [type, { summary: when, value }];
        }),
      ),
    };
  }
}

function fillOperation(written: Record<string, unknown>, problems: Problems): Operation {
  const {
    problems: names = [],
    responses,
    ...rest
  } = written as {
    problems?: string[] | null;
    responses: Record<string, WrittenAnswer>;
    operationId: string;
  };
  const answers = Object.fromEntries(
    Object.entries(responses).map(([status, each]) => [status, fillAnswer(each)]),
  );
  // Static files have no problems.
  const types = names ? problems.expand([...names, 'internal-error']) : [];
  for (const status of Object.keys(problems.answers(types)))
    if (answers[status]) throw new Error(`${rest.operationId} describes ${status} twice`);
  return { ...rest, responses: { ...answers, ...problems.answers(types) } };
}

function fillExamples(description: Description): void {
  for (const [path, item] of Object.entries(description.paths))
    for (const method of methods) {
      const operation = item[method];
      if (!operation) continue;
      const contents = [operation.requestBody, ...Object.values(operation.responses)].map(
        (each) => each?.content,
      );
      for (const media of contents.flatMap((content) => Object.values(content ?? {})))
        if (media.schema && !media.examples)
          media.example ??= exampleOf(description, media.schema, `${method} ${path}`);
    }
}

/** Adds members; none may exist already. */
function addTo(to: Record<string, unknown>, more: Record<string, unknown> = {}): void {
  for (const [name, value] of Object.entries(more)) {
    if (name in to) throw new Error(`${name} is described twice`);
    to[name] = value;
  }
}

/** Returns the whole document. */
export function describeApi(): Description {
  const read = (name: string) => parse(readFileSync(join(folder, name), 'utf8')) as Record<string, never>;
  const head = read('api.yaml') as unknown as Description;
  const problems = new Problems(
    read('problems.yaml') as unknown as ConstructorParameters<typeof Problems>[0],
  );
  const description: Description = {
    ...head,
    paths: {},
    components: { ...head.components, ...problems.components() },
  };
  const others = readdirSync(folder).filter(
    (name) => name.endsWith('.yaml') && !/^(api|problems)\./.test(name),
  );
  for (const name of others.sort()) {
    const { paths, components = {} } = read(name) as unknown as Partial<Description>;
    addTo(description.paths, paths);
    for (const [kind, named] of Object.entries(components))
      addTo((description.components[kind] ??= {}), named as Record<string, unknown>);
  }
  for (const item of Object.values(description.paths))
    for (const method of methods) if (item[method]) item[method] = fillOperation(item[method], problems);
  fillExamples(description);
  return description;
}
