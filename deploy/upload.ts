// Builds what is deployed, and uploads it with wrangler. The Worker carries a digest of what it was deployed from, so a
// repeated deployment uploads nothing.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { assetHeaders } from '../scripts/asset-headers.ts';
import type { Deployment, Tools } from './deployment.ts';
import { consumerOf, eventsOf, queueNames } from './events.ts';
import { relaysOf, settings } from './settings.ts';
import type { Values } from './settings.ts';

/** The variable with the digest. */
const release = 'RELEASE';

/** Secrets that the operator gives, so the Worker gets them again whenever they change. */
const given = ['CLOUDFLARE_API_TOKEN', 'MUX_TOKEN_ID', 'MUX_TOKEN_SECRET'];

/** What the Worker may do at Cloudflare is less than what a deployment may, if a token for it is given. */
function ownTokens({ values, options }: Deployment): Values {
  return {
    ...values,
    CLOUDFLARE_API_TOKEN: options.variables['STREAM_API_TOKEN'] || values['CLOUDFLARE_API_TOKEN'],
  };
}

function namesOf(kind: 'variable' | 'secret'): string[] {
  return settings.filter((each) => each.kind === kind).map(({ name }) => name);
}

function filled(names: string[], values: Values): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (values[name] ? [[name, values[name]]] : [])));
}

/** wrangler.toml with this deployment's name, namespace and variables, for a file in the folder of the notes. */
async function configOf(deployment: Deployment): Promise<object> {
  const { config, name, options, notes, values } = deployment;
  const up = (path = ''): string => relative(dirname(notes.file), join(options.root, path));
  const { routes, ...rest } = config;
  const queued = await eventsOf(deployment.cloudflare, name);
  const isProduction = options.environment === 'production';
  return {
    ...rest,
    name,
    ...(isProduction && routes ? { routes } : {}),
    main: up(config.main),
    ...(config.base_dir === undefined ? {} : { base_dir: up(config.base_dir) }),
    assets: { ...config.assets, directory: up(config.assets?.directory) },
    // Everything is built before.
    build: undefined,
    ...(queued.queue ? { queues: { consumers: [consumerOf(queueNames(name))] } } : {}),
    kv_namespaces: [{ binding: 'STREAMS', id: (await deployment.namespace()) ?? 'to be created' }],
    vars: { ...config.vars, ...filled(namesOf('variable'), values) },
  };
}

/** Below one of these is everything that is uploaded. */
const uploaded = ['worker', 'build/module/whip_mux.wasm', 'build/assets', 'assets'];

function filesBelow(path: string): string[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  return stat.isDirectory()
    ? readdirSync(path)
        .sort()
        .flatMap((each) => filesBelow(join(path, each)))
    : [path];
}

async function digestOf(deployment: Deployment): Promise<string> {
  const { root } = deployment.options;
  const digest = createHash('sha256');
  for (const file of uploaded.flatMap((each) => filesBelow(join(root, each))))
    digest.update(`${relative(root, file)}\n`).update(readFileSync(file));
  digest.update(JSON.stringify(await configOf(deployment)));
  digest.update(JSON.stringify(filled(given, ownTokens(deployment))));
  return digest.digest('hex');
}

/** The secrets that go with the upload: those that are given, and those that the Worker does not have. */
function secretsOf(deployment: Deployment): Record<string, string> {
  const names = namesOf('secret').filter((name) => given.includes(name) || !deployment.has(name));
  return filled(names, ownTokens(deployment));
}

/** Where the pages may connect to, other than the providers. */
function mediaOrigins({ options: { variables }, values }: Deployment): string {
  const relays = new Set(relaysOf(values).map((each) => new URL(each).origin));
  return variables['WEB_MEDIA_ORIGINS'] ?? [...relays].join(' ');
}

const headersOf = ({ options, config }: Deployment): string =>
  join(options.root, config.assets?.directory ?? '', '_headers');

/** In a bundle everything is built, except what depends on the relays' addresses. */
export async function isBuilt(deployment: Deployment): Promise<string | undefined> {
  if (!deployment.isBundle) return undefined;
  const headers = readFileSync(headersOf(deployment), 'utf8');
  return headers === assetHeaders(mediaOrigins(deployment)) ? 'the bundle is built' : undefined;
}

export async function compile({ run }: Tools): Promise<void> {
  await run('cmake', ['--preset', 'wasm'], {});
  await run('cmake', ['--build', '--preset', 'wasm', '--target', 'module'], {});
}

export async function build(deployment: Deployment): Promise<string> {
  if (deployment.isBundle) {
    writeFileSync(headersOf(deployment), assetHeaders(mediaOrigins(deployment)));
    return 'the pages may connect to the relays';
  }
  const { root, tools } = deployment.options;
  await compile(tools);
  await tools.run('node', [join(root, 'scripts/assets.ts')], { WEB_MEDIA_ORIGINS: mediaOrigins(deployment) });
  return 'built';
}

export async function isUploaded(deployment: Deployment): Promise<string | undefined> {
  const deployed = deployment.bindings?.find(({ name }) => name === release)?.text;
  const digest = await digestOf(deployment);
  if (deployed !== digest || deployment.notes.get('UPLOAD_BEGUN')) return undefined;
  const { queue } = await eventsOf(deployment.cloudflare, deployment.name);
  if (queue && !queue.consumers.some(({ script }) => script === deployment.name)) return undefined;
  // wrangler sets the schedule last.
  const schedules = await deployment.cloudflare.schedules(deployment.name);
  if (!(deployment.config.triggers?.crons ?? []).every((cron: string) => schedules.includes(cron)))
    return undefined;
  const missing = Object.keys(secretsOf(deployment)).filter((name) => !deployment.has(name));
  return missing.length === 0 ? `release ${digest.slice(0, 12)}` : undefined;
}

const secretsFileOf = ({ notes }: Deployment): string => notes.file.replace(/\.env$/, '.secrets.json');

/** Removes what an interrupted upload left. */
export function discardSecretsFile(deployment: Deployment): void {
  rmSync(secretsFileOf(deployment), { force: true });
}

export async function upload(deployment: Deployment): Promise<string> {
  const { notes, options, values } = deployment;
  const digest = await digestOf(deployment);
  const config = (await configOf(deployment)) as { vars: object };
  const configFile = notes.file.replace(/\.env$/, '.json');
  const secretsFile = secretsFileOf(deployment);
  mkdirSync(dirname(notes.file), { recursive: true, mode: 0o700 });
  const withRelease = { ...config, vars: { ...config.vars, [release]: digest } };
  writeFileSync(configFile, JSON.stringify(withRelease, null, 2));
  // Not as arguments, because every user of the machine can read those.
  writeFileSync(secretsFile, JSON.stringify(secretsOf(deployment)), { mode: 0o600 });
  notes.set({ UPLOAD_BEGUN: digest });
  try {
    const args = ['deploy', '--config', configFile, '--secrets-file', secretsFile];
    await options.tools.run('wrangler', args, {
      CLOUDFLARE_ACCOUNT_ID: values['CLOUDFLARE_ACCOUNT_ID'],
      CLOUDFLARE_API_TOKEN: values['CLOUDFLARE_API_TOKEN'],
      CLOUDFLARE_API_BASE_URL: values['CLOUDFLARE_API_URL'] || undefined,
    });
  } finally {
    rmSync(secretsFile);
  }
  notes.set({ UPLOAD_BEGUN: undefined });
  await deployment.look();
  return `release ${digest.slice(0, 12)}`;
}
