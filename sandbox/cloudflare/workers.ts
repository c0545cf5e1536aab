// /workers: what `wrangler deploy` and the settings of a Worker need (Cloudflare API reference, Workers scripts and
// assets). A script is stored with its bindings; nothing runs here.

import { randomBytes } from 'node:crypto';
import { anyObject, flag, integer, isFields, listOf, object, text } from '../shared/check.ts';
import type { Fields } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { hexId, uuid } from '../shared/ids.ts';
import { isoMicros } from '../shared/time.ts';
import { badRequest, decodedBody, refusal, success, unauthenticated } from './envelope.ts';
import type { World } from './world.ts';

export interface Binding extends Fields {
  name: string;
  type: string;
  /** Of plain_text and secret_text; only the first is ever shown. */
  text?: string;
}

export interface Script {
  name: string;
  tag: string;
  version: string;
  created: string;
  modified: string;
  migrationTag?: string;
  compatibilityDate: string;
  bindings: Binding[];
  /** Names of the uploaded modules, the first is the entry. */
  modules: string[];
  /** By path: the hash of its content. */
  assets: Record<string, string>;
  schedules: string[];
  onSubdomain: boolean;
  settings: Fields;
}

const noScript = () =>
  refusal(404, [{ code: 10007, message: 'This Worker does not exist on your account.' }]);

function scriptOf(world: World, call: Call): Script {
  const script = world.scripts.get(call.params.script ?? '');
  if (!script) throw noScript();
  return script;
}

const shown = ({ text: value, ...rest }: Binding): object =>
  rest.type === 'secret_text' || value === undefined ? rest : { ...rest, text: value };

function service(script: Script): Answer {
  const { name, tag, migrationTag, created, modified } = script;
  const of = {
    id: name,
    tag,
    tags: null,
    migration_tag: migrationTag,
    created_on: created,
    modified_on: modified,
    last_deployed_from: 'wrangler',
  };
  return success({ id: name, default_environment: { environment: 'production', script: of } });
}

/** The parts of a multipart body, each a name and its content as text; binary content is not kept. */
function partsOf(call: Call): Map<string, string> {
  const boundary = /boundary=("?)([^";]+)\1/.exec(call.headers['content-type'] ?? '')?.[2];
  if (!boundary) throw badRequest('expected multipart/form-data');
  const parts = new Map<string, string>();
  for (const part of call.body.split(`--${boundary}`).slice(1, -1)) {
    const [head = '', ...rest] = part.split('\r\n\r\n');
    const name = /name="([^"]*)"/.exec(head)?.[1];
    if (name !== undefined) parts.set(name, rest.join('\r\n\r\n').replace(/\r\n$/, ''));
  }
  return parts;
}

/** Bindings of the upload; `inherit` and the types in `keep_bindings` come from the script before. */
function bindingsAfter(metadata: Fields, before: Binding[]): Binding[] {
  const given = (Array.isArray(metadata.bindings) ? metadata.bindings : []) as Binding[];
  const bindings = given.map((binding) => {
    if (binding.type !== 'inherit') return binding;
    const old = before.find(({ name }) => name === binding.name);
    if (!old) throw refusal(400, [{ code: 10056, message: `No binding ${binding.name} to inherit` }]);
    return old;
  });
  const kept = Array.isArray(metadata.keep_bindings) ? metadata.keep_bindings : [];
  const names = new Set(bindings.map(({ name }) => name));
  return [...bindings, ...before.filter(({ name, type }) => kept.includes(type) && !names.has(name))];
}

function checkBindings(world: World, bindings: Binding[], classes: Set<string>): void {
  const seen = new Set<string>();
  for (const { name, type, ...more } of bindings) {
    if (seen.has(name))
      throw refusal(400, [{ code: 10053, message: `Binding name '${name}' already in use` }]);
    seen.add(name);
    if (type === 'kv_namespace' && !world.namespaces.has(String(more.namespace_id))) {
      const message = `KV namespace '${String(more.namespace_id)}' not found`;
      throw refusal(400, [{ code: 10041, message }]);
    }
    if (type === 'durable_object_namespace' && !classes.has(String(more.class_name))) {
      const message = `Cannot create binding for class '${String(more.class_name)}'`;
      throw refusal(400, [{ code: 10061, message }]);
    }
  }
}

/** The script after an upload, whether or not it is deployed. */
function uploaded(world: World, call: Call): Script {
  const name = call.params.script ?? '';
  const before = world.scripts.get(name);
  const parts = partsOf(call);
  const metadata: unknown = JSON.parse(parts.get('metadata') ?? 'null');
  if (!isFields(metadata)) throw badRequest('metadata is missing');
  const entry = String(metadata.main_module);
  if (!parts.has(entry)) throw refusal(400, [{ code: 10021, message: `No such module "${entry}".` }]);
  const migrations = isFields(metadata.migrations) ? metadata.migrations : undefined;
  if (migrations && migrations.old_tag !== before?.migrationTag)
    throw refusal(412, [{ code: 10079, message: 'Tag in the migration does not match' }]);
  const steps = (Array.isArray(migrations?.steps) ? migrations.steps : []) as Fields[];
  const classes = new Set([
    ...(before?.bindings ?? []).map(({ class_name }) => String(class_name)),
    ...steps.flatMap(({ new_sqlite_classes: made }) => (Array.isArray(made) ? made.map(String) : [])),
  ]);
  const bindings = bindingsAfter(metadata, before?.bindings ?? []);
  checkBindings(world, bindings, classes);
  const assetsJwt = isFields(metadata.assets) ? String(metadata.assets.jwt) : '';
  const session = world.assetSessions.get(assetsJwt);
  if (assetsJwt && !session?.completed) throw badRequest('the assets were not uploaded');
  return {
    name,
    version: uuid(),
    tag: before?.tag ?? hexId(),
    created: before?.created ?? isoMicros(),
    modified: isoMicros(),
    migrationTag: migrations ? String(migrations.new_tag) : before?.migrationTag,
    compatibilityDate: String(metadata.compatibility_date),
    bindings,
    modules: [entry, ...[...parts.keys()].filter((each) => each !== 'metadata' && each !== entry)],
    assets: session?.manifest ?? {},
    schedules: before?.schedules ?? [],
    onSubdomain: before?.onSubdomain ?? false,
    settings: before?.settings ?? {},
  };
}

function upload(world: World, call: Call): Answer {
  const script = uploaded(world, call);
  const { name, modules } = script;
  world.scripts.set(name, script);
  return success({
    id: name,
    tag: script.tag,
    etag: randomBytes(32).toString('hex'),
    created_on: script.created,
    modified_on: script.modified,
    startup_time_ms: 5,
    deployment_id: hexId(),
    migration_tag: script.migrationTag,
    entry_point: modules[0],
  });
}

/** A version does not serve before it is deployed. Durable Object migrations are not possible in one. */
function createVersion(world: World, call: Call): Answer {
  const { migrationTag } = scriptOf(world, call);
  const script = uploaded(world, call);
  if (script.migrationTag !== migrationTag)
    throw refusal(400, [{ code: 10211, message: 'Durable Object migrations must be fully deployed' }]);
  world.versions.set(script.version, script);
  return success({
    id: script.version,
    number: world.versions.size + 1,
    startup_time_ms: 5,
    metadata: { created_on: script.modified, source: 'wrangler' },
    resources: { script: { etag: hexId(), handlers: ['fetch', 'scheduled'] } },
  });
}

const versionList = listOf(
  object({ version_id: text(36), percentage: integer(0, 100) }, { required: ['version_id', 'percentage'] }),
);

/** All traffic goes to one version here. */
function deployVersion(world: World, call: Call): Answer {
  const before = scriptOf(world, call);
  const body = decodedBody(call, object({ versions: versionList }, { required: ['versions'], open: true }));
  const [share] = body.versions as { version_id: string; percentage: number }[];
  const script = world.versions.get(share?.version_id ?? '');
  if (!script || share?.percentage !== 100) throw badRequest('expected one version with 100 percent');
  const { schedules, onSubdomain, settings } = before;
  world.scripts.set(script.name, { ...script, schedules, onSubdomain, settings });
  return success({ id: uuid() });
}

/** JSON merge patch: null removes a secret. At most 100 in one call. */
function patchSecrets(world: World, call: Call): Answer {
  const script = scriptOf(world, call);
  if (!call.headers['content-type']?.startsWith('application/merge-patch+json'))
    throw refusal(415, [{ code: 10001, message: 'expected application/merge-patch+json' }]);
  const body = decodedBody(call, object({ secrets: anyObject }, { required: ['secrets'] }));
  const secrets = Object.entries(body.secrets as Fields);
  if (secrets.length > 100) throw badRequest('at most 100 secrets');
  for (const [name, secret] of secrets) {
    const old = script.bindings.find((binding) => binding.name === name);
    if (secret !== null && (!isFields(secret) || secret.name !== name || typeof secret.text !== 'string'))
      throw badRequest(`secret ${name} is malformed`);
    if (old && old.type !== 'secret_text')
      throw refusal(400, [{ code: 10053, message: `Binding name '${name}' already in use` }]);
    script.bindings = script.bindings.filter((binding) => binding !== old);
    if (secret !== null) script.bindings.push(secret as Binding);
  }
  script.modified = isoMicros();
  return success({ secrets: secretNames(script) });
}

const secretNames = ({ bindings }: Script): object[] =>
  bindings.filter(({ type }) => type === 'secret_text').map(({ name, type }) => ({ name, type }));

export interface AssetSession {
  manifest: Record<string, string>;
  missing: Set<string>;
  completed: boolean;
}

function openAssets(world: World, call: Call): Answer {
  const { manifest } = decodedBody(call, object({ manifest: anyObject }, { required: ['manifest'] }));
  const hashes = Object.entries(manifest as Record<string, { hash: string }>).map(
    ([path, { hash }]) => [path, hash] as const,
  );
  const missing = new Set(hashes.map(([, hash]) => hash).filter((hash) => !world.assets.has(hash)));
  const jwt = `${hexId()}.${Buffer.from('{}').toString('base64url')}.${hexId()}`;
  world.assetSessions.set(jwt, {
    manifest: Object.fromEntries(hashes),
    missing,
    completed: missing.size === 0,
  });
  return success({ jwt, buckets: missing.size === 0 ? [] : [[...missing]] });
}

/** Authorized by the session's token instead of the API token. */
function uploadAssets(world: World, call: Call): Answer {
  const jwt = /^Bearer (.+)$/.exec(call.headers.authorization ?? '')?.[1] ?? '';
  const session = world.assetSessions.get(jwt);
  if (!session) throw unauthenticated();
  for (const hash of partsOf(call).keys()) {
    if (!session.missing.delete(hash)) throw badRequest(`${hash} is not in the manifest`);
    world.assets.add(hash);
  }
  if (session.missing.size > 0) return { ...success({}), status: 202 };
  session.completed = true;
  return { ...success({ jwt }), status: 201 };
}

function putSchedules(world: World, call: Call): Answer {
  const script = scriptOf(world, call);
  const body: unknown = JSON.parse(call.body);
  if (!Array.isArray(body)) throw badRequest('expected a list of schedules');
  script.schedules = body.map((each: { cron: string }) => each.cron);
  return success({ schedules: script.schedules.map((cron) => ({ cron })) });
}

function putSubdomain(world: World, call: Call): Answer {
  const script = scriptOf(world, call);
  const body = decodedBody(
    call,
    object({ enabled: flag, previews_enabled: flag }, { required: ['enabled'] }),
  );
  script.onSubdomain = body.enabled === true;
  return success({ enabled: script.onSubdomain, previews_enabled: body.previews_enabled === true });
}

function subdomain({ account }: World): Answer {
  if (account.subdomain === null)
    throw refusal(404, [{ code: 10007, message: 'No workers.dev subdomain is registered' }]);
  return success({ subdomain: account.subdomain });
}

function settings(script: Script): Answer {
  const { bindings, compatibilityDate, settings: more } = script;
  return success({ bindings: bindings.map(shown), compatibility_date: compatibilityDate, tags: [], ...more });
}

/** Uploads of assets carry a token of their own. */
export function assetRoutes(world: World, account: string): Routes {
  return { [`POST ${account}/workers/assets/upload`]: (call) => uploadAssets(world, call) };
}

export function workerRoutes(world: World, account: string): Routes {
  const script = `${account}/workers/scripts/:script`;
  const of = (view: (script: Script) => Answer) => (call: Call) => view(scriptOf(world, call));
  return {
    [`GET ${account}/workers/services/:script`]: of(service),
    [`GET ${account}/workers/subdomain`]: () => subdomain(world),
    [`GET ${account}/workers/workers/:script`]: of(({ name, onSubdomain }) =>
      success({ id: uuid(), name, subdomain: { enabled: onSubdomain, previews_enabled: false } }),
    ),
    [`PUT ${script}`]: (call) => upload(world, call),
    [`DELETE ${script}`]: (call) => {
      world.scripts.delete(scriptOf(world, call).name);
      return success(null);
    },
    [`GET ${script}/settings`]: of(settings),
    [`PATCH ${script}/script-settings`]: (call) => {
      const found = scriptOf(world, call);
      found.settings = { ...found.settings, ...decodedBody(call, anyObject) };
      return success(found.settings);
    },
    [`GET ${script}/secrets`]: of((found) => success(secretNames(found))),
    [`PATCH ${script}/secrets-bulk`]: (call) => patchSecrets(world, call),
    [`POST ${script}/assets-upload-session`]: (call) => openAssets(world, call),
    [`PUT ${script}/schedules`]: (call) => putSchedules(world, call),
    [`GET ${script}/schedules`]: of(({ schedules }) =>
      success({ schedules: schedules.map((cron) => ({ cron })) }),
    ),
    [`GET ${script}/subdomain`]: of(({ onSubdomain }) =>
      success({ enabled: onSubdomain, previews_enabled: false }),
    ),
    [`POST ${script}/subdomain`]: (call) => putSubdomain(world, call),
    [`POST ${script}/versions`]: (call) => createVersion(world, call),
    [`POST ${script}/deployments`]: (call) => deployVersion(world, call),
    [`GET ${script}/deployments`]: of(({ modified, version }) =>
      success({
        deployments: [
          {
            id: version,
            source: 'wrangler',
            strategy: 'percentage',
            created_on: modified,
            versions: [{ version_id: version, percentage: 100 }],
          },
        ],
      }),
    ),
  };
}
