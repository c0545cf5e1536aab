// Every setting of the Worker (docs/settings.md), where a deployment takes it from, and how it asks for it.

export interface Setting {
  name: string;
  kind: 'variable' | 'secret';
  /** How to ask for it; without one it is taken only if it is given. */
  question?: string;
  /** Nothing works without it. */
  required?: boolean;
  fits?: RegExp;
}

const url = /^https?:\/\/[^\s?#@]+$/;
const urls = /^https?:\/\/[^\s,?#@]+([\s,]+https?:\/\/[^\s,?#@]+)*$/;

export const settings: Setting[] = [
  {
    name: 'CLOUDFLARE_ACCOUNT_ID',
    kind: 'variable',
    question: "Cloudflare account (32 hexadecimal digits, on the account's overview page)",
    required: true,
    fits: /^[0-9a-f]{32}$/,
  },
  {
    name: 'CLOUDFLARE_API_TOKEN',
    kind: 'secret',
    question:
      'Cloudflare API token (Edit for: Stream, Workers Scripts, Workers KV Storage, and Queues and Notifications if wanted)',
    required: true,
  },
  { name: 'MUX_TOKEN_ID', kind: 'secret', question: 'Mux access token, its id (empty: no backup at Mux)' },
  { name: 'MUX_TOKEN_SECRET', kind: 'secret', question: 'Mux access token, its secret' },
  {
    name: 'AUTH_JWKS_URL',
    kind: 'variable',
    question: 'Where your identity provider publishes its keys (empty: tokens signed with a shared secret)',
    fits: url,
  },
  { name: 'AUTH_HS256_SECRETS', kind: 'secret', fits: /^\S{32,}([\s,]+\S{32,})*$/ },
  { name: 'AUTH_ISSUER', kind: 'variable', question: "The `iss` of your users' tokens", required: true },
  { name: 'AUTH_AUDIENCE', kind: 'variable', question: "The `aud` of your users' tokens", required: true },
  { name: 'AUTH_COOKIE', kind: 'variable' },
  { name: 'ALLOWED_ORIGINS', kind: 'variable' },
  { name: 'DEPLOYMENT', kind: 'variable', fits: /^[a-z0-9-]{1,32}$/ },
  { name: 'RELAY_URL', kind: 'variable', fits: url },
  { name: 'RELAY_URLS', kind: 'variable', fits: urls },
  { name: 'RELAY_TOKEN_SECRET', kind: 'secret', fits: /^\S{32,}$/ },
  { name: 'RELAY_CREDENTIAL', kind: 'secret' },
  { name: 'EVENTS_URL', kind: 'variable', fits: /^https:\/\/[^\s#@]+$/ },
  { name: 'EVENTS_SECRETS', kind: 'secret', fits: /^whsec_[A-Za-z0-9+/]{32,86}={0,2}([\s,]+whsec_\S+)*$/ },
  { name: 'LIVEKIT_URL', kind: 'variable', fits: /^(https?|wss):\/\/[^\s?#@]+$/ },
  { name: 'LIVEKIT_API_KEY', kind: 'variable' },
  { name: 'LIVEKIT_API_SECRET', kind: 'secret', fits: /^\S{32,}$/ },
  { name: 'SEALING_KEYS', kind: 'secret' },
  { name: 'CLOUDFLARE_WEBHOOK_SECRETS', kind: 'secret' },
  { name: 'CLOUDFLARE_NOTIFICATION_SECRETS', kind: 'secret' },
  { name: 'MUX_WEBHOOK_SECRETS', kind: 'secret' },
  { name: 'MUX_SIGNING_KEY_ID', kind: 'variable' },
  { name: 'MUX_SIGNING_PRIVATE_KEY', kind: 'secret' },
  { name: 'CLOUDFLARE_SIGNING_KEY_ID', kind: 'variable' },
  { name: 'CLOUDFLARE_SIGNING_JWK', kind: 'secret' },
  { name: 'CLOUDFLARE_PLAYBACK_HOSTS', kind: 'variable' },
  { name: 'MUX_RTMPS_URL', kind: 'variable' },
  { name: 'MUX_LATENCY_MODE', kind: 'variable' },
  { name: 'MUX_PLAYBACK_URL', kind: 'variable' },
  { name: 'MUX_IMAGE_URL', kind: 'variable' },
  { name: 'MUX_WHIP_URL', kind: 'variable' },
  { name: 'RECONCILE_GRACE_SECONDS', kind: 'variable' },
  { name: 'RECORDING_CHECK_SECONDS', kind: 'variable' },
  { name: 'MAX_OPEN_STREAMS', kind: 'variable' },
  { name: 'SECOND_COPIES', kind: 'variable', fits: /^(on|off)$/ },
  { name: 'SECOND_COPY_MINUTES_PER_DAY', kind: 'variable', fits: /^\d+$/ },
  { name: 'MUX_API_URL', kind: 'variable' },
  { name: 'CLOUDFLARE_API_URL', kind: 'variable' },
];

export type Values = Record<string, string | undefined>;

/** The addresses of the relays, without a slash at the end. */
export function relaysOf(values: Values): string[] {
  const list = values['RELAY_URLS'] || values['RELAY_URL'] || '';
  return list
    .split(/[\s,]+/)
    .filter((each) => each !== '')
    .map((each) => each.replace(/\/+$/, ''));
}

/** Asks a person; undefined if nobody is there. */
export type Ask = ((question: string, hidden: boolean) => Promise<string>) | undefined;

/** Settings that are missing or malformed; all of them at once. */
export class Unset extends Error {
  constructor(problems: string[]) {
    super(`Set these variables and start again:\n${problems.map((each) => `  ${each}\n`).join('')}`);
  }
}

/** Whether others make this one unnecessary. */
function isLeftOut({ name }: Setting, values: Values, deployed: readonly string[]): boolean {
  if (name === 'MUX_TOKEN_SECRET') return values['MUX_TOKEN_ID'] === '';
  if (name !== 'AUTH_JWKS_URL') return false;
  return deployed.includes('AUTH_HS256_SECRETS') || Boolean(values['AUTH_HS256_SECRETS']);
}

function problem({ name, question, required, fits }: Setting, value: string | undefined): string | undefined {
  const what = question ?? 'see docs/settings.md';
  if (value === undefined) return question ? `${name}: ${what}` : undefined;
  if (value === '') return required ? `${name} must not be empty: ${what}` : undefined;
  return fits && !fits.test(value) ? `${name} is malformed: ${what}` : undefined;
}

export interface Sources {
  /** The first that has a value wins. An empty value means: without it. */
  values: Values[];
  /** Names of secrets that are deployed already; their values cannot be read. */
  deployed: readonly string[];
  ask: Ask;
}

/** All settings, each from the first source that has it. */
export function merged(sources: Values[], wanted: readonly Setting[] = settings): Values {
  const of = (name: string) => sources.map((source) => source[name]).find((value) => value !== undefined);
  return Object.fromEntries(wanted.map(({ name }) => [name, of(name)]));
}

/** The wanted settings, of which a person is asked for those that are nowhere. */
export async function settle(from: Sources, wanted: readonly Setting[] = settings): Promise<Values> {
  const values = merged(from.values, wanted);
  const open = (setting: Setting): boolean => !isLeftOut(setting, values, from.deployed);
  if (from.ask)
    for (const setting of wanted) {
      const { name, question, kind } = setting;
      while (question && open(setting) && problem(setting, values[name]))
        values[name] = (await from.ask(question, kind === 'secret')).trim();
    }
  const problems = wanted.filter(open).flatMap((setting) => problem(setting, values[setting.name]) ?? []);
  if (problems.length > 0) throw new Unset(problems);
  return values;
}
