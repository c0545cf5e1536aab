// All that doctor checks, by real calls to both providers, the Worker, the relay and LiveKit. No check changes anything.

import { createHmac } from 'node:crypto';
import { liveAlert } from './cloudflare.ts';
import type { Deployment } from './deployment.ts';
import { eventsOf, isOthers, queueNames, unheard } from './events.ts';
import { fault, ok, unchecked, warning } from './finding.ts';
import type { Finding } from './finding.ts';
import { livekitFindings, livekitToken } from './livekit.ts';
import { relaysOf } from './settings.ts';
import type { Values } from './settings.ts';
import { clock, cloudflareRights, muxRights, tokenState } from './tokens.ts';
import { paths } from './worker.ts';
import type { Readiness, Verdict } from './worker.ts';

type Check = (deployment: Deployment) => Promise<Finding | Finding[]>;

const again = 'Run npm run deploy again.';

const tokens: Check = async ({ cloudflare }) => [
  await tokenState(cloudflare),
  ...(await cloudflareRights(cloudflare)),
];

const storage: Check = async ({ cloudflare }) => {
  const check = 'Stream storage';
  const { totalStorageMinutes: used, totalStorageMinutesLimit: limit } = await cloudflare.storageUsage();
  const detail = `${Math.round(used)} of ${limit} minutes used`;
  if (limit === 0)
    return fault(
      check,
      'no minutes: there is no Stream subscription',
      'Subscribe to Stream in the dashboard.',
    );
  const more = 'Buy more minutes in the dashboard (Stream, Plans), or delete old recordings.';
  if (used >= limit) return fault(check, `${detail}: no broadcast can start`, more);
  return used > 0.9 * limit ? warning(check, detail, more) : ok(check, detail);
};

const deployed: Check = async ({ bindings, name }) =>
  bindings
    ? ok('Worker', `${name} is deployed`)
    : fault('Worker', `there is no Worker ${name}`, 'Run npm run deploy, or name the right --env.');

const namespace: Check = async ({ bindings, cloudflare }) => {
  const check = 'KV namespace';
  const bound = bindings?.find(({ name }) => name === 'STREAMS')?.namespace_id;
  if (!bound) return fault(check, 'STREAMS is not bound', again);
  const found = (await cloudflare.namespaces()).find(({ id }) => id === bound);
  if (found) return ok(check, found.title);
  return fault(check, `STREAMS is bound to ${bound}, which does not exist`, again);
};

const schedule: Check = async ({ cloudflare, name }) => {
  const check = 'schedule';
  const crons = await cloudflare.schedules(name);
  if (crons.length > 0) return ok(check, crons.join(', '));
  return fault(check, 'it never runs: missed webhooks are never made up for', again);
};

const optional = ['leases', 'rooms', 'paces', 'createLimit'] as const;

function readinessFindings(readiness: Readiness): Finding[] {
  const { missing, errors } = readiness;
  const settings = missing.map((name) =>
    fault(
      `setting ${name}`,
      'missing, or cannot be used',
      `Set ${name} (docs/settings.md), and deploy again.`,
    ),
  );
  const refusals = errors.map((error) =>
    fault('Cloudflare Stream', error, 'See Stream in the dashboard: the subscription, and the storage.'),
  );
  const off = optional
    .map((name) => [name, readiness[name]] as const)
    .filter(([, state]) => state !== 'on')
    .map(([name, state]) => warning(name, String(state), `Bind it in wrangler.toml. ${again}`));
  if (settings.length + refusals.length > 0) return [...settings, ...refusals, ...off];
  return [ok('settings', 'complete'), ...off];
}

const worker: Check = async ({ worker: at }) => {
  const check = 'address';
  const response = await at.fetch('/healthz');
  if (!response || !(await at.isUp())) {
    const detail = response ? `something else answers ${response.status}` : 'nothing answers';
    const remedy =
      'See its routes and workers.dev in the dashboard. With a domain of your own, set WORKER_URL to it.';
    return fault(check, `${detail} at ${at.url}/healthz`, remedy);
  }
  const ahead = Date.now() - Date.parse(response.headers.get('date') ?? '');
  const readiness = await at.readiness();
  if (!readiness) return fault(check, `${at.url}/readyz does not tell the settings`, again);
  return [ok(check, at.url), ...readinessFindings(readiness), clock("Worker's clock", ahead)];
};

function secretFinding(check: string, verdict: Verdict, wrong: string): Finding {
  if (verdict === 'accepted') return ok(check, "the Worker's too");
  if (verdict === 'refused') return fault(check, "it is not the Worker's", wrong);
  return fault(
    check,
    `the Worker answers with ${verdict}`,
    'See the settings above, and `npx wrangler tail`.',
  );
}

const muxWebhook: Check = async ({ mux, worker: at, values, notes }) => {
  if (!mux) return [];
  const check = 'Mux webhook';
  const address = at.url + paths.mux;
  const all = await mux.webhooks();
  const there = all.find((each) => each.address === address);
  if (!there) {
    const other = all.find((each) => each.address.endsWith(paths.mux));
    const detail = other ? `it goes to ${other.address}, not to ${address}` : `no webhook goes to ${address}`;
    return fault(check, detail, `${again} Delete the other one in Mux's dashboard if nobody needs it.`);
  }
  if (!there.enabled) return fault(check, 'it is switched off', again);
  const secret = values['MUX_WEBHOOK_SECRETS'];
  const replace = 'Run npm run deploy -- --yes mux-webhook, which replaces the webhook.';
  const noted = notes.get('MUX_WEBHOOK_ID');
  if (noted && noted !== there.id)
    return fault(check, `someone replaced it: ${there.id} instead of ${noted}`, replace);
  if (!secret) {
    const unknown = unchecked("Mux webhook's secret", `it is not in ${notes.file}`, 'Use --broadcast.');
    return [ok(check, address), unknown];
  }
  return [
    ok(check, address),
    secretFinding("Mux webhook's secret", await at.pingAsMux(secret.split(/[\s,]+/)[0] ?? ''), again),
  ];
};

const videoWebhook: Check = async ({ cloudflare, worker: at }) => {
  const check = 'webhook for recordings';
  const address = at.url + paths.cloudflare;
  const there = await cloudflare.videoWebhook();
  const takeOver =
    'Run npm run deploy -- --yes video-webhook, unless someone else needs it: an account has only one.';
  if (!there) return fault(check, 'not registered', again);
  if (there.notificationUrl !== address) return fault(check, `it goes to ${there.notificationUrl}`, takeOver);
  const verdict = await at.pingAsVideoWebhook(there.secret);
  return [ok(check, address), secretFinding('its secret', verdict, again)];
};

const notifications: Check = async ({ cloudflare, worker: at, values }) => {
  const check = 'live notifications';
  const address = at.url + paths.cloudflare;
  const reason = await cloudflare.whyNoLiveAlerts();
  if (reason)
    return warning(
      check,
      `none: ${reason}`,
      'Mux and the schedule report live streams instead. For faster news, add what is missing and deploy again.',
    );
  const destination = (await cloudflare.destinations()).find(({ url }) => url === address);
  if (!destination) return fault(check, `no destination goes to ${address}`, again);
  const policies = (await cloudflare.policies()).filter(
    ({ alert_type, mechanisms }) =>
      alert_type === liveAlert && (mechanisms.webhooks ?? []).some(({ id }) => id === destination.id),
  );
  if (policies.length === 0) return fault(check, 'no policy uses the destination', again);
  if (!policies.some(({ enabled }) => enabled)) return fault(check, 'the policy is switched off', again);
  const { last_failure: bad, last_success: good } = destination;
  if (bad && !(good && Date.parse(good) >= Date.parse(bad)))
    return fault(
      check,
      `the last one failed, at ${bad}`,
      `${again} If it repeats, see \`npx wrangler tail\`.`,
    );
  const secret = values['CLOUDFLARE_NOTIFICATION_SECRETS'];
  if (!secret) return [ok(check, address), unchecked("notifications' secret", 'it is only in the Worker')];
  const verdict = await at.pingAsNotification(secret.split(/[\s,]+/)[0] ?? '');
  return [ok(check, address), secretFinding("notifications' secret", verdict, again)];
};

const events: Check = async ({ cloudflare, name }) => {
  const check = 'events by queue';
  const reason = await cloudflare.whyNoQueues();
  if (reason)
    return warning(
      check,
      `none: ${reason}`,
      'Webhooks and the schedule report instead. For faster news, add what is missing and deploy again.',
    );
  const found = await eventsOf(cloudflare, name);
  const { events: wanted, unread } = queueNames(name);
  if (!found.queue) return fault(check, `there is no queue ${wanted}`, again);
  const consumer = found.queue.consumers.find(({ script }) => script === name);
  if (!consumer) return fault(check, `the Worker does not read ${wanted}`, again);
  if (consumer.dead_letter_queue !== unread)
    return fault(check, `${wanted} has no dead-letter queue: what cannot be read is lost`, again);
  const missing = unheard(found);
  const others = missing.filter((source) => isOthers(found, name, source));
  if (others.length > 0)
    return warning(
      check,
      `this account's events of ${others.join(' and ')} go to another queue`,
      'An account has one subscription for each. Webhooks and the schedule report instead.',
    );
  if (missing.length > 0) return fault(check, `not subscribed: ${missing.join(' and ')}`, again);
  return ok(check, wanted);
};

const signingKeys: Check = async ({ mux, cloudflare, values }) => {
  const findings: Finding[] = [];
  const providers = [
    ['Mux', 'MUX_SIGNING_KEY_ID', () => mux?.signingKeys()],
    ['Cloudflare', 'CLOUDFLARE_SIGNING_KEY_ID', () => cloudflare.signingKeys()],
  ] as const;
  for (const [name, setting, list] of providers) {
    const check = `signing key at ${name}`;
    const known = await list();
    if (!known) continue;
    const id = values[setting];
    if (!id) findings.push(fault(check, `${setting} is not set: private streams do not play`, again));
    else if (known.includes(id)) findings.push(ok(check, id));
    else findings.push(fault(check, `${name} does not know ${id}: private streams do not play`, again));
  }
  return findings;
};

const keySet: Check = async ({ values }) => {
  const url = values['AUTH_JWKS_URL'];
  if (!url) return [];
  const check = 'identity provider';
  const remedy = 'Compare AUTH_JWKS_URL with the documentation of your identity provider.';
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const body: unknown = await response.json();
    const { keys } = (body ?? {}) as { keys?: unknown };
    if (response.ok && Array.isArray(keys) && keys.length > 0) return ok(check, `${keys.length} keys`);
    return fault(check, `no keys at ${url}`, remedy);
  } catch {
    return fault(check, `no keys at ${url}`, remedy);
  }
};

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as the Worker gives it to phones. */
function relayToken(secret: string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'whip-mux', aud: 'relay', sub: 'doctor', scope: 'publish', iat: now, exp: now + 60 };
  const text = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

/** Whether each relay answers, and knows the secret of the tokens. */
export async function relayFindings(values: Values): Promise<Finding[]> {
  const relays = relaysOf(values);
  if (relays.length === 0)
    return [
      warning(
        'relay',
        'none: what a phone sends by WHIP is not recorded',
        'Run a relay (docs/relay.md) and set RELAY_URL.',
      ),
    ];
  const nameOf = (url: string) => (relays.length === 1 ? 'relay' : `relay ${new URL(url).host}`);
  return (await Promise.all(relays.map((url) => findingsOfRelay(nameOf(url), url, values)))).flat();
}

async function findingsOfRelay(check: string, url: string, values: Values): Promise<Finding[]> {
  const ask = (path: string, init?: RequestInit) =>
    fetch(url + path, { signal: AbortSignal.timeout(10_000), ...init }).catch(() => undefined);
  const start = 'Start the relay, and see its proxy and the certificate (docs/relay.md).';
  const health = await ask('/healthz');
  if (health?.status === 503) return [fault(check, 'it is stopping', 'Start another relay, or wait.')];
  // The proxy may pass only /whip/ and /whep/.
  const authorization = `Bearer ${relayToken(values['RELAY_TOKEN_SECRET'] ?? '')}`;
  const answer = await ask('/whip/doctor', { method: 'POST', headers: { authorization } });
  if (!answer) return [fault(check, `nothing answers at ${url}`, start)];
  // It looks at the token first; the rest of this request is wrong on purpose.
  if (answer.status === 415) return [ok(check, url)];
  if (answer.status !== 401) return [fault(check, `it answers ${answer.status} at ${url}`, start)];
  if (!values['RELAY_TOKEN_SECRET'])
    return [ok(check, url), unchecked("relay's secret", 'RELAY_TOKEN_SECRET is not known here')];
  const wrong = 'Give relay and Worker the same RELAY_TOKEN_SECRET, and restart the relay.';
  return [fault(check, 'it does not know the secret of the tokens', wrong)];
}

/** Whether LiveKit takes the key and the Worker knows it. Only a person can enter the webhook. */
const livekit: Check = async ({ values, worker: at }) => {
  const findings = await livekitFindings(values);
  if (!findings.some(({ state }) => state === 'ok')) return findings;
  const verdict = await at.pingAsLiveKit((claims) => livekitToken(values, claims) ?? '');
  const enter = `Unless it is there, add ${at.url}${paths.livekit} to the project's webhooks, with this key.`;
  return [
    ...findings,
    secretFinding("LiveKit's secret", verdict, 'Run npx wrangler secret put LIVEKIT_API_SECRET.'),
    unchecked('LiveKit webhook', 'LiveKit has no API for it', enter),
  ];
};

const checks: [string, Check][] = [
  ['Cloudflare token', tokens],
  ['Mux token', muxRights],
  ['Stream storage', storage],
  ['Worker', deployed],
  ['KV namespace', namespace],
  ['schedule', schedule],
  ['address', worker],
  ['Mux webhook', muxWebhook],
  ['webhook for recordings', videoWebhook],
  ['live notifications', notifications],
  ['events by queue', events],
  ['signing keys', signingKeys],
  ['identity provider', keySet],
  ['relay', ({ values }) => relayFindings(values)],
  ['LiveKit', livekit],
];

/** Only whether the tokens work and may do what a deployment does; empty if so. */
export async function tokenProblems(deployment: Deployment): Promise<Finding[]> {
  const findings = [await tokens(deployment), await muxRights(deployment)].flat();
  return findings.filter(({ state }) => state === 'fault');
}

/** A check that cannot be done is a finding too, with the reason. */
export async function check(deployment: Deployment): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, each] of checks) {
    try {
      findings.push(...[await each(deployment)].flat());
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      findings.push(fault(name, detail, 'See the faults above first; otherwise try again later.'));
    }
  }
  return findings;
}
