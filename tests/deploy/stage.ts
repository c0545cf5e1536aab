// Both stand-ins, a model of the Worker that runs with whatever settings were deployed last, a relay, and a person at
// the terminal. What `wrangler deploy` does is done here by its API calls; bundle.test.ts runs wrangler itself.

import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deploy } from '../../deploy/deploy.ts';
import type { Options } from '../../deploy/deployment.ts';
import { diagnose } from '../../deploy/doctor.ts';
import type { Control } from '../../sandbox/shared/control-client.ts';
import { account, afterwards, runCloudflare, runMux } from '../sandbox/support.ts';

export const root = resolve(import.meta.dirname, '../..');
export const address = 'https://whip-mux.sandbox.workers.dev';
export const relaySecret = 'the-secret-that-relay-and-worker-share';

/** What Cloudflare's stand-in holds of a Worker. */
export interface Script {
  name: string;
  bindings: { name: string; type: string; text?: string; namespace_id?: string }[];
  schedules: string[];
}

export interface CloudflareState {
  scripts: Script[];
  namespaces: { id: string; title: string }[];
  destinations: { id: string; url: string; secret: string }[];
  policies: { id: string; enabled: boolean }[];
  queues: {
    queue_id: string;
    queue_name: string;
    consumers: { script: string; dead_letter_queue?: string; settings: object }[];
  }[];
  subscriptions: {
    id: string;
    enabled: boolean;
    source: { type: string };
    destination: { queue_id: string };
  }[];
  signingKeys: { id: string }[];
  videoWebhook: { url: string; secret: string } | null;
}

export interface MuxState {
  webhookEndpoints: { id: string; address: string; enabled: boolean; signing_secret: string }[];
  signingKeys: { id: string }[];
}

type Responder = (path: string, headers: Record<string, string>, body: string) => Promise<[number, object]>;

async function serve(respond: Responder): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const [status, answer] = await respond(
      request.url ?? '',
      request.headers as Record<string, string>,
      body,
    );
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  afterwards(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const required = [
  'STREAMS',
  'AUTH_ISSUER',
  'AUTH_AUDIENCE',
  'SEALING_KEYS',
  'CLOUDFLARE_API_TOKEN',
  'CLOUDFLARE_WEBHOOK_SECRETS',
  'CLOUDFLARE_NOTIFICATION_SECRETS',
  'MUX_WEBHOOK_SECRETS',
];

function hmac(secret: string, time: string, body: string): string {
  return createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
}

/** Answers what a deployment asks the Worker. */
function modelWorker(cloudflare: Control, errors: string[], name: string): Responder {
  return async (path, headers, body) => {
    const { scripts } = await cloudflare.get<CloudflareState>('state');
    const bindings = scripts.find((each) => each.name === name)?.bindings;
    if (!bindings) return [404, {}];
    const has = (name: string): boolean => bindings.some((each) => each.name === name);
    const textOf = (name: string): string => bindings.find((each) => each.name === name)?.text ?? '';
    const verified = (header: string | undefined, secret: string): [number, object] => {
      const [time = '', signature] = (header ?? '').split(',').map((part) => part.split('=')[1]);
      return secret !== '' && signature === hmac(secret, time, body) ? [200, {}] : [401, {}];
    };
    if (path === '/healthz') return [200, { status: 'ok' }];
    if (path === '/readyz') {
      const missing = required.filter((name) => !has(name));
      const on = (name: string): string => (has(name) ? 'on' : `off: ${name} is not bound`);
      const state = {
        leases: on('LEASES'),
        rooms: on('ROOMS'),
        paces: on('PACES'),
        createLimit: on('CREATE_LIMIT'),
      };
      return [missing.length + errors.length > 0 ? 503 : 200, { missing, errors, ...state }];
    }
    if (path === '/api/webhooks/livekit') {
      const [head = '', claims = '', signature] = (headers['authorization'] ?? '').split('.');
      const key = textOf('LIVEKIT_API_SECRET');
      const right = createHmac('sha256', key).update(`${head}.${claims}`).digest('base64url');
      return [key === '' ? 503 : signature === right ? 200 : 401, {}];
    }
    if (path === '/api/webhooks/mux')
      return verified(headers['mux-signature'], textOf('MUX_WEBHOOK_SECRETS'));
    if (path !== '/api/webhooks/stream-status') return [404, {}];
    const signature = headers['webhook-signature'];
    if (signature) return verified(signature, textOf('CLOUDFLARE_WEBHOOK_SECRETS'));
    const secrets = textOf('CLOUDFLARE_NOTIFICATION_SECRETS').split(',').filter(Boolean);
    return [secrets.includes(String(headers['cf-webhook-auth'])) ? 200 : 401, {}];
  };
}

/** Looks at the token before the offer, as the relay does. */
const modelRelay: Responder = async (path, headers) => {
  if (path === '/healthz') return [200, { status: 'ok' }];
  const [head = '', claims = '', signature] = (headers['authorization'] ?? '').slice(7).split('.');
  const right = createHmac('sha256', relaySecret).update(`${head}.${claims}`).digest('base64url');
  return [signature === right ? 415 : 401, {}];
};

/** The API calls of `wrangler deploy`. */
async function upload(api: string, configFile: string, secretsFile: string): Promise<void> {
  const config = JSON.parse(await readFile(configFile, 'utf8')) as Record<string, never> & {
    name: string;
    vars: Record<string, string>;
    kv_namespaces: { binding: string; id: string }[];
    durable_objects: { bindings: { name: string; class_name: string }[] };
    ratelimits: { name: string }[];
    triggers: { crons: string[] };
    queues?: { consumers: { queue: string; dead_letter_queue: string; max_retries: number }[] };
  };
  const secrets = JSON.parse(await readFile(secretsFile, 'utf8')) as Record<string, string>;
  const bindings = [
    ...Object.entries(config.vars).map(([name, text]) => ({ type: 'plain_text', name, text })),
    ...Object.entries(secrets).map(([name, text]) => ({ type: 'secret_text', name, text })),
    ...config.kv_namespaces.map(({ binding, id }) => ({
      type: 'kv_namespace',
      name: binding,
      namespace_id: id,
    })),
    ...config.durable_objects.bindings.map((each) => ({ type: 'durable_object_namespace', ...each })),
    ...config.ratelimits.map((each) => ({ type: 'ratelimit', ...each })),
  ];
  const script = `${api}/accounts/${account}/workers/scripts/${config.name}`;
  const headers = { authorization: 'Bearer api-token' };
  const there = await fetch(`${script}/settings`, { headers });
  const classes = config.durable_objects.bindings.map(({ class_name }) => class_name);
  const steps = [{ new_sqlite_classes: classes }];
  const metadata = {
    main_module: 'index.js',
    bindings,
    keep_bindings: ['secret_text'],
    ...(there.ok ? {} : { migrations: { new_tag: 'v3', steps } }),
  };
  const form = new FormData();
  form.append('metadata', JSON.stringify(metadata));
  form.append('index.js', new File(['export {}'], 'index.js', { type: 'application/javascript+module' }));
  const answers = [await fetch(script, { method: 'PUT', headers, body: form })];
  for (const [method, path, body] of [
    ['POST', 'subdomain', { enabled: true }],
    ['PUT', 'schedules', config.triggers.crons.map((cron) => ({ cron }))],
  ] as const)
    answers.push(await fetch(`${script}/${path}`, { method, headers, body: JSON.stringify(body) }));
  for (const { queue, dead_letter_queue, max_retries } of config.queues?.consumers ?? []) {
    const queues = `${api}/accounts/${account}/queues`;
    const found = (await (await fetch(`${queues}?name=${queue}`, { headers })).json()) as {
      result: { queue_id: string; consumers: { consumer_id: string }[] }[];
    };
    const { queue_id, consumers } = found.result[0]!;
    const there = consumers[0] ? `/${consumers[0].consumer_id}` : '';
    const body = { type: 'worker', script_name: config.name, dead_letter_queue, settings: { max_retries } };
    const method = there ? 'PUT' : 'POST';
    const address = `${queues}/${queue_id}/consumers${there}`;
    answers.push(await fetch(address, { method, headers, body: JSON.stringify(body) }));
  }
  for (const answer of answers) if (!answer.ok) throw new Error(await answer.text());
}

export const tokens = {
  CLOUDFLARE_ACCOUNT_ID: account,
  CLOUDFLARE_API_TOKEN: 'api-token',
  MUX_TOKEN_ID: 'token-id',
  MUX_TOKEN_SECRET: 'token-secret',
};
const users = {
  AUTH_JWKS_URL: '',
  AUTH_ISSUER: 'https://issuer.example',
  AUTH_AUDIENCE: 'whip-mux',
};

export async function setStage() {
  const cloudflare = await runCloudflare({ rateLimit: false });
  const mux = await runMux({ rateLimit: false });
  const api = `${cloudflare.url}/client/v4`;
  /** What the Worker says that Cloudflare refuses. */
  const errors: string[] = [];
  const worker = await serve(modelWorker(cloudflare.control, errors, 'whip-mux'));
  const relay = await serve(modelRelay);
  for (const each of [cloudflare, mux]) await each.control.put('hosts', { [address]: worker });
  const notes = await mkdtemp(join(tmpdir(), 'notes-'));
  afterwards(() => rm(notes, { recursive: true, force: true }));

  const said: string[] = [];
  const agreed = new Set<string>();
  const asked: string[] = [];
  /** Programs that were started, with their arguments. */
  const started: string[] = [];
  const variables: Record<string, string | undefined> = {
    ...tokens,
    ...users,
    CLOUDFLARE_API_URL: api,
    MUX_API_URL: mux.url,
    WORKER_CONNECT_TO: worker,
    RELAY_URL: relay,
    RELAY_TOKEN_SECRET: relaySecret,
  };
  const options: Options = {
    root,
    notes,
    environment: 'production',
    rotate: [],
    variables,
    terminal: {
      say: (line) => said.push(line),
      ask: undefined,
      agrees: async (topic) => {
        asked.push(topic);
        return agreed.has(topic);
      },
    },
    tools: {
      async run(command, args) {
        started.push([command, ...args].join(' '));
        if (command === 'wrangler') await upload(api, args[2] ?? '', args[4] ?? '');
      },
    },
  };

  /** From now on, the person deploys another environment. */
  async function turnTo(environment: string): Promise<void> {
    const name = `whip-mux-${environment}`;
    const other = await serve(modelWorker(cloudflare.control, errors, name));
    for (const each of [cloudflare, mux])
      await each.control.put('hosts', { [`https://${name}.sandbox.workers.dev`]: other });
    variables['WORKER_CONNECT_TO'] = other;
    options.environment = environment;
  }

  /** The calls that changed something. */
  async function writes(): Promise<string[]> {
    const lists = await Promise.all(
      [cloudflare, mux].map(({ control }) =>
        control.get<{ method: string; path: string; status: number | null }[]>('calls'),
      ),
    );
    return lists
      .flat()
      .filter(({ method, status }) => method !== 'GET' && (status === null || status < 300))
      .map(({ method, path }) => `${method} ${path}`);
  }

  return {
    cloudflare,
    mux,
    worker,
    errors,
    notes,
    options,
    variables,
    agreed,
    asked,
    started,
    writes,
    turnTo,
    said: () => said.join('\n'),
    deploy: (dryRun = false) => {
      said.length = 0;
      return deploy(options, { dryRun });
    },
    doctor: () => {
      said.length = 0;
      return diagnose(options);
    },
    atCloudflare: () => cloudflare.control.get<CloudflareState>('state'),
    atMux: () => mux.control.get<MuxState>('state'),
  };
}

export type Stage = Awaited<ReturnType<typeof setStage>>;

/** How many of each thing a deployment has made at the providers. */
export async function counts(stage: Stage) {
  const { scripts, namespaces, destinations, policies, queues, subscriptions, signingKeys, videoWebhook } =
    await stage.atCloudflare();
  const { webhookEndpoints, signingKeys: muxKeys } = await stage.atMux();
  return {
    scripts: scripts.length,
    namespaces: namespaces.length,
    destinations: destinations.length,
    policies: policies.length,
    queues: queues.length,
    subscriptions: subscriptions.length,
    cloudflareKeys: signingKeys.length,
    videoWebhook: videoWebhook ? 1 : 0,
    muxWebhooks: webhookEndpoints.length,
    muxKeys: muxKeys.length,
  };
}

export const oneOfEach = {
  scripts: 1,
  namespaces: 1,
  destinations: 1,
  policies: 1,
  // One for what cannot be read; one subscription for each source.
  queues: 2,
  subscriptions: 2,
  cloudflareKeys: 1,
  videoWebhook: 1,
  muxWebhooks: 1,
  muxKeys: 1,
};
