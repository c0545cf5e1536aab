// One deployment: its settings, both providers, what is deployed, and the person at the terminal. Deploying and checking
// both begin with this.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { experimental_readRawConfig } from 'wrangler';
import { Cloudflare } from './cloudflare.ts';
import type { Binding } from './cloudflare.ts';
import { Refused, fault } from './finding.ts';
import { Mux } from './mux.ts';
import { Notes } from './notes.ts';
import { ApiError } from './rest.ts';
import { merged, settings, settle } from './settings.ts';
import type { Ask, Setting, Values } from './settings.ts';
import { tokenState } from './tokens.ts';
import { Worker } from './worker.ts';

export interface Terminal {
  ask: Ask;
  say(line: string): void;
  /** True if the person agrees; without a person, whether `--yes <topic>` did. */
  agrees(topic: string, question: string): Promise<boolean>;
}

export interface Tools {
  /** Runs a program in the project's folder and fails with its output. */
  run(command: string, args: string[], variables: Values): Promise<void>;
}

export interface Options {
  /** The project's folder, or an unpacked bundle. */
  root: string;
  /** Where notes are kept. */
  notes: string;
  environment: string;
  /** Names of the secrets to replace. */
  rotate: readonly string[];
  variables: Values;
  terminal: Terminal;
  tools: Tools;
}

/** How long a new secret may take to reach every location. */
const propagationMs = 20_000;

const accessSettings = ['CLOUDFLARE_ACCOUNT_ID', 'CLOUDFLARE_API_TOKEN'];
const needsToCheck = [...accessSettings, 'MUX_TOKEN_ID', 'MUX_TOKEN_SECRET'];

type RawConfig = ReturnType<typeof experimental_readRawConfig>['rawConfig'];

export class Deployment {
  readonly options: Options;
  readonly notes: Notes;
  readonly config: RawConfig;
  readonly name: string;
  /** The Worker's variables and secrets, as far as they are known here. */
  readonly values: Values;
  readonly cloudflare: Cloudflare;
  /** Undefined if there is no backup at Mux. */
  readonly mux: Mux | undefined;
  /** Of the deployed Worker; undefined before the first deployment. */
  bindings: Binding[] | undefined;
  readonly worker: Worker;

  private constructor(
    options: Options,
    parts: { notes: Notes; config: RawConfig; name: string; values: Values; worker: Worker },
    cloudflare: Cloudflare,
    bindings: Binding[] | undefined,
  ) {
    this.options = options;
    this.notes = parts.notes;
    this.config = parts.config;
    this.name = parts.name;
    this.values = parts.values;
    this.worker = parts.worker;
    this.cloudflare = cloudflare;
    this.bindings = bindings;
    const { MUX_TOKEN_ID: id, MUX_TOKEN_SECRET: secret, MUX_API_URL: api } = parts.values;
    this.mux = id && secret ? new Mux(api || 'https://api.mux.com', id, secret) : undefined;
  }

  /** A deployment from a bundle, in which everything is built. */
  get isBundle(): boolean {
    return !existsSync(join(this.options.root, 'CMakeLists.txt'));
  }

  get terminal(): Terminal {
    return this.options.terminal;
  }

  /** Names of the secrets that the deployed Worker has. */
  get secretNames(): string[] {
    return (this.bindings ?? []).filter(({ type }) => type === 'secret_text').map(({ name }) => name);
  }

  has(secret: string): boolean {
    return this.secretNames.includes(secret);
  }

  get namespaceTitle(): string {
    return `${this.name}-streams`;
  }

  /** The id of the KV namespace that is bound, or else has the right title; undefined if it does not exist. */
  async namespace(): Promise<string | undefined> {
    const bound = this.bindings?.find(({ name }) => name === 'STREAMS')?.namespace_id;
    const all = await this.cloudflare.namespaces();
    const found =
      all.find(({ id }) => id === bound) ?? all.find(({ title }) => title === this.namespaceTitle);
    return found?.id;
  }

  /** Remembers secrets on this machine first, then gives them to the Worker. */
  async store(secrets: Record<string, string>, more: Values = {}): Promise<void> {
    this.notes.set({ ...secrets, ...more });
    Object.assign(this.values, secrets);
    await this.cloudflare.putSecrets(this.name, secrets);
    this.worker.patientUntil = Date.now() + propagationMs;
    await this.look();
  }

  async look(): Promise<void> {
    this.bindings = await this.cloudflare.bindings(this.name);
  }

  /** To check needs less than to deploy: the tokens, and what is deployed. */
  static async open(options: Options, purpose: 'deploy' | 'check'): Promise<Deployment> {
    const { root, environment, variables, terminal } = options;
    const { rawConfig: config } = experimental_readRawConfig({ config: join(root, 'wrangler.toml') });
    const name = environment === 'production' ? (config.name ?? '') : `${config.name ?? ''}-${environment}`;
    const notes = new Notes(options.notes, environment);
    const noted = Object.fromEntries(settings.map(({ name: each }) => [each, notes.get(each)]));
    const access = settings.filter(({ name: each }) => accessSettings.includes(each));
    const { ask } = terminal;
    // Without them, and with nobody to ask, nothing can be read from Cloudflare: names everything that is missing.
    const isReachable = access.every(({ name: each }) => variables[each] ?? noted[each] ?? ask);
    const given = { values: [variables, noted], deployed: [], ask };
    const all = purpose === 'deploy' ? settings : settings.filter((each) => needsToCheck.includes(each.name));
    const first = await settle(given, isReachable ? access : all);
    const cloudflare = new Cloudflare(
      variables['CLOUDFLARE_API_URL'] || 'https://api.cloudflare.com/client/v4',
      first['CLOUDFLARE_ACCOUNT_ID'] ?? '',
      first['CLOUDFLARE_API_TOKEN'] ?? '',
    );
    const bindings = await cloudflare.bindings(name).catch(async (error: unknown) => {
      if (!(error instanceof ApiError && (error.status === 401 || error.status === 403))) throw error;
      const state = await tokenState(cloudflare);
      const remedy =
        'Add "Workers Scripts: Edit" to the API token in the dashboard, and compare CLOUDFLARE_ACCOUNT_ID.';
      const denied = fault('Workers Scripts: Edit', 'the Cloudflare token may not do this', remedy);
      throw new Refused(state.state === 'fault' ? [state] : [state, denied]);
    });
    const deployed = Object.fromEntries((bindings ?? []).map((each) => [each.name, each.text]));
    const secrets = (bindings ?? []).filter(({ type }) => type === 'secret_text').map((each) => each.name);
    const sources = [variables, noted, first, deployed];
    const values = merged(sources);
    const isWanted = ({ name: each }: Setting): boolean =>
      purpose === 'deploy' || (each.startsWith('MUX_TOKEN_') && secrets.includes(each));
    const wanted = settings.filter(isWanted);
    Object.assign(values, await settle({ values: sources, deployed: secrets, ask }, wanted));
    values['DEPLOYMENT'] ||= environment === 'production' ? 'main' : environment;
    const worker = new Worker(
      await address(variables, notes, config, name, cloudflare),
      variables['WORKER_CONNECT_TO'],
    );
    return new Deployment(options, { notes, config, name, values, worker }, cloudflare, bindings);
  }
}

interface Route {
  pattern?: string;
  custom_domain?: boolean;
}

/** Where the Worker answers: as given, at its own domain in wrangler.toml, or below workers.dev. */
async function address(
  variables: Values,
  notes: Notes,
  { routes }: RawConfig,
  name: string,
  cloudflare: Cloudflare,
): Promise<string> {
  const given = variables['WORKER_URL'] ?? notes.get('WORKER_URL');
  if (given) return new URL(given).origin;
  const own = ((routes ?? []) as Route[]).find(({ custom_domain }) => custom_domain);
  if (own?.pattern) return `https://${own.pattern}`;
  const subdomain = await cloudflare.subdomain();
  if (!subdomain)
    throw new Error(
      'This account has no workers.dev subdomain. Open Workers & Pages in the dashboard once to get one, or set WORKER_URL.',
    );
  return `https://${name}.${subdomain}.workers.dev`;
}

export const projectFolder = resolve(import.meta.dirname, '..');
