// The steps of a deployment, in their order. Each step first looks whether it is done already, so repeating all of them
// repairs what an interrupted deployment left. A secret that a provider shows once is written to the notes before
// anything else happens, and what may be left behind is noted before it is begun.

import { setTimeout as sleep } from 'node:timers/promises';
import { liveAlert } from './cloudflare.ts';
import type { Policy } from './cloudflare.ts';
import type { Deployment, Options } from './deployment.ts';
import { queue, subscribing } from './events.ts';
import { eventsKey, random, rotation, sealingKey } from './rotation.ts';
import { relaysOf } from './settings.ts';
import { Declined } from './step.ts';
import type { Step } from './step.ts';
import { build, isBuilt, isUploaded, upload } from './upload.ts';
import { paths } from './worker.ts';

/** The secrets that nobody has to choose and that are nowhere yet. */
function missingSecrets(deployment: Deployment): Record<string, string> {
  const { values } = deployment;
  const hasRelay = relaysOf(values).length > 0;
  const all = {
    AUTH_HS256_SECRETS: values['AUTH_JWKS_URL'] ? undefined : random(),
    SEALING_KEYS: sealingKey(),
    CLOUDFLARE_NOTIFICATION_SECRETS: random(),
    RELAY_TOKEN_SECRET: hasRelay ? random() : undefined,
    RELAY_CREDENTIAL: hasRelay ? random() : undefined,
    EVENTS_SECRETS: values['EVENTS_URL'] ? eventsKey() : undefined,
  };
  const missing = Object.entries(all).filter(
    (each): each is [string, string] => each[1] !== undefined && !values[each[0]] && !deployment.has(each[0]),
  );
  return Object.fromEntries(missing);
}

const secrets: Step = {
  name: 'secrets',
  does: 'Generate the secrets that are missing, and keep a copy in the notes',
  async already(deployment) {
    return Object.keys(missingSecrets(deployment)).length === 0 ? 'all there' : undefined;
  },
  async perform(deployment) {
    const made = missingSecrets(deployment);
    deployment.notes.set(made);
    Object.assign(deployment.values, made);
    return `${Object.keys(made).join(', ')} in ${deployment.notes.file}`;
  },
  remedy: 'Make the folder of the notes writable, or choose another one with DEPLOY_NOTES.',
};

const namespace: Step = {
  name: 'kv',
  does: 'Create the KV namespace, unless there is one',
  async already(deployment) {
    const id = await deployment.namespace();
    return id && `namespace ${id}`;
  },
  async perform(deployment) {
    const { id } = await deployment.cloudflare.createNamespace(deployment.namespaceTitle);
    return `namespace ${id}`;
  },
  remedy: 'Give the API token the permission "Workers KV Storage: Edit".',
};

interface KeyMaker {
  provider: string;
  id: string;
  secret: string;
  list(deployment: Deployment): Promise<string[]>;
  create(deployment: Deployment): Promise<{ id: string; secret: string }>;
  remove(deployment: Deployment, id: string): Promise<void>;
}

/** The ids that were there before an interrupted creation, if there was one. */
const intentOf = ({ provider }: KeyMaker): string => `${provider.toUpperCase()}_SIGNING_KEYS_BEFORE`;

/** Removes the key of an interrupted creation, whose private half is lost. */
async function removeUnfinished(maker: KeyMaker, deployment: Deployment): Promise<void> {
  const before = deployment.notes.get(intentOf(maker));
  if (before === undefined) return;
  const known = before.split(' ');
  const unknown = (await maker.list(deployment)).filter((id) => !known.includes(id));
  // Someone else may have made one in the meantime. Then a person has to tell them apart.
  if (unknown.length > 1) {
    const ids = unknown.join(' or ');
    const question = `The signing key ${ids} at ${maker.provider} may be left from an interrupted deployment. Leave them?`;
    if (!(await deployment.terminal.agrees('unfinished-key', question)))
      throw new Declined(`${unknown.length} signing keys at ${maker.provider} are unknown`);
  } else for (const id of unknown) await maker.remove(deployment, id);
}

function signingKey(maker: KeyMaker, isUsed: (deployment: Deployment) => boolean): Step {
  return {
    name: `${maker.provider.toLowerCase()}-signing-key`,
    does: `Make a signing key at ${maker.provider}, for private streams`,
    async already(deployment) {
      if (!isUsed(deployment)) return 'not needed without Mux';
      const { values } = deployment;
      const id = values[maker.id];
      const isHeld = deployment.has(maker.secret) || Boolean(values[maker.secret]);
      return id && isHeld && (await maker.list(deployment)).includes(id) ? `key ${id}` : undefined;
    },
    async perform(deployment) {
      await removeUnfinished(maker, deployment);
      // A file cannot hold an empty value that counts, so the list begins with a word that is no id.
      const before = ['none', ...(await maker.list(deployment))];
      deployment.notes.set({ [intentOf(maker)]: before.join(' ') });
      const { id, secret } = await maker.create(deployment);
      const made = { [maker.id]: id, [maker.secret]: secret };
      deployment.notes.set({ ...made, [intentOf(maker)]: undefined });
      Object.assign(deployment.values, made);
      return `key ${id}`;
    },
    remedy: `Give the token at ${maker.provider} the permission to write; then repeat.`,
  };
}

const muxKey: KeyMaker = {
  provider: 'Mux',
  id: 'MUX_SIGNING_KEY_ID',
  secret: 'MUX_SIGNING_PRIVATE_KEY',
  list: async ({ mux }) => (await mux?.signingKeys()) ?? [],
  async create({ mux }) {
    const { id, private_key } = await mux!.createSigningKey();
    return { id, secret: private_key };
  },
  remove: async ({ mux }, id) => mux?.deleteSigningKey(id),
};

const cloudflareKey: KeyMaker = {
  provider: 'Cloudflare',
  id: 'CLOUDFLARE_SIGNING_KEY_ID',
  secret: 'CLOUDFLARE_SIGNING_JWK',
  list: ({ cloudflare }) => cloudflare.signingKeys(),
  async create({ cloudflare }) {
    const { id, jwk } = await cloudflare.createSigningKey();
    return { id, secret: jwk };
  },
  remove: ({ cloudflare }, id) => cloudflare.deleteSigningKey(id),
};

const building: Step = {
  name: 'build',
  does: 'Build the module and the pages',
  already: isBuilt,
  perform: build,
  remedy: 'The messages above name what failed. A bundle needs no compiler: docs/deploy.md.',
};

const uploading: Step = {
  name: 'upload',
  does: 'Upload the Worker, its pages, variables and secrets (wrangler deploy)',
  already: isUploaded,
  perform: upload,
  remedy:
    "Wrangler's messages are above. Nothing was changed if the upload was refused; repeat after the repair.",
};

const upWithinMs = 120_000;

const answering: Step = {
  name: 'address',
  does: 'Wait until the Worker answers at its address',
  already: async ({ worker, bindings }) =>
    bindings && (await worker.isUp()) ? `${worker.url} answers` : undefined,
  async perform({ worker }) {
    for (const end = Date.now() + upWithinMs; Date.now() < end; await sleep(2000))
      if (await worker.isUp()) return `${worker.url} answers`;
    throw new Error(`${worker.url}/healthz does not answer as this Worker would`);
  },
  remedy:
    'A new workers.dev address takes a few minutes: repeat. With a domain of your own, set WORKER_URL to it, and its route in wrangler.toml.',
};

/** Whether a person agrees to replace the webhook of which the secret is lost. */
async function agreedToReplace({ notes, terminal, worker }: Deployment): Promise<boolean> {
  const address = worker.url + paths.mux;
  if (notes.get('MUX_WEBHOOK_BEGUN') === address) return true;
  const question = `Mux already sends webhooks to ${address}, and its secret is in neither the Worker nor ${notes.file}. Delete that webhook and make a new one?`;
  return terminal.agrees('mux-webhook', question);
}

const muxWebhook: Step = {
  name: 'mux-webhook',
  does: "Register Mux's webhook and give its secret to the Worker",
  async already(deployment) {
    const { mux, worker, notes, values } = deployment;
    if (!mux) return 'not needed without Mux';
    const there = (await mux.webhooks()).find(({ address }) => address === worker.url + paths.mux);
    const noted = notes.get('MUX_WEBHOOK_ID');
    const isOurs = !noted || noted === there?.id;
    if (!there?.enabled || !isOurs || !deployment.has('MUX_WEBHOOK_SECRETS')) return undefined;
    const secret = values['MUX_WEBHOOK_SECRETS'];
    if (secret && (await worker.pingAsMux(secret)) === 'refused') return undefined;
    return `webhook ${there.id}`;
  },
  async perform(deployment) {
    const mux = deployment.mux!;
    const { worker, notes, values } = deployment;
    const address = worker.url + paths.mux;
    const there = (await mux.webhooks()).find((each) => each.address === address);
    const secret = values['MUX_WEBHOOK_SECRETS'];
    const noted = notes.get('MUX_WEBHOOK_ID');
    if (there && secret && (!noted || noted === there.id)) {
      if (!there.enabled) await mux.enableWebhook(there.id);
      await deployment.store({ MUX_WEBHOOK_SECRETS: secret });
      return `webhook ${there.id}`;
    }
    if (there && !there.enabled && !secret && deployment.has('MUX_WEBHOOK_SECRETS')) {
      await mux.enableWebhook(there.id);
      return `webhook ${there.id} is switched on again`;
    }
    if (there) {
      if (!(await agreedToReplace(deployment)))
        throw new Declined(`Mux already sends webhooks to ${address}, with a secret that is lost`);
      await mux.deleteWebhook(there.id);
    }
    notes.set({ MUX_WEBHOOK_BEGUN: address });
    const { id, signing_secret } = await mux.createWebhook(address);
    const begun = { MUX_WEBHOOK_ID: id, MUX_WEBHOOK_BEGUN: undefined };
    await deployment.store({ MUX_WEBHOOK_SECRETS: signing_secret }, begun);
    return `webhook ${id}`;
  },
  remedy:
    'The Mux token needs "System: read, write". To replace a webhook whose secret is lost, answer yes, or add --yes mux-webhook.',
};

const videoWebhook: Step = {
  name: 'video-webhook',
  does: "Register Cloudflare's webhook for recordings and give its secret to the Worker",
  async already(deployment) {
    const there = await deployment.cloudflare.videoWebhook();
    if (there?.notificationUrl !== deployment.worker.url + paths.cloudflare) return undefined;
    if (!deployment.has('CLOUDFLARE_WEBHOOK_SECRETS')) return undefined;
    const verdict = await deployment.worker.pingAsVideoWebhook(there.secret);
    return verdict === 'refused' ? undefined : 'registered';
  },
  async perform(deployment) {
    const { cloudflare, worker, terminal } = deployment;
    const address = worker.url + paths.cloudflare;
    const there = await cloudflare.videoWebhook();
    if (there && there.notificationUrl !== address) {
      const other = there.notificationUrl;
      const question = `This account's only webhook for recordings goes to ${other}, which would hear nothing more. Take it over?`;
      if (!(await terminal.agrees('video-webhook', question)))
        throw new Declined(`this account's only webhook for recordings goes to ${other}`);
    }
    // The GET shows the secret too, so a webhook that is ours already needs no replacement.
    const { secret } = there?.notificationUrl === address ? there : await cloudflare.putVideoWebhook(address);
    await deployment.store({ CLOUDFLARE_WEBHOOK_SECRETS: secret });
    return 'registered';
  },
  remedy:
    'An account has one webhook for recordings. To take it over, answer yes, or add --yes video-webhook; or use another account.',
};

/** The destination with this deployment's address, and the policy that uses it. */
async function alertsOf({ cloudflare, worker }: Deployment) {
  const url = worker.url + paths.cloudflare;
  const destination = (await cloudflare.destinations()).find((each) => each.url === url);
  const uses = ({ alert_type, mechanisms }: Policy): boolean =>
    alert_type === liveAlert && (mechanisms.webhooks ?? []).some(({ id }) => id === destination?.id);
  const policies = destination ? (await cloudflare.policies()).filter(uses) : [];
  return { url, destination, policy: policies.find(({ enabled }) => enabled) ?? policies[0] };
}

const notifications: Step = {
  name: 'notifications',
  does: 'Have Cloudflare notify the Worker when a live input connects or fails',
  async already(deployment) {
    const reason = await deployment.cloudflare.whyNoLiveAlerts();
    if (reason) return `none: ${reason}; Mux and the schedule report instead`;
    const { destination, policy } = await alertsOf(deployment);
    const secret = deployment.values['CLOUDFLARE_NOTIFICATION_SECRETS'];
    if (!destination || !policy?.enabled || !deployment.has('CLOUDFLARE_NOTIFICATION_SECRETS'))
      return undefined;
    const verdict = secret && (await deployment.worker.pingAsNotification(firstOf(secret)));
    return verdict === 'refused' ? undefined : `policy ${policy.id}`;
  },
  async perform(deployment) {
    const { cloudflare, name, values, terminal } = deployment;
    const { url, destination, policy } = await alertsOf(deployment);
    let secret = values['CLOUDFLARE_NOTIFICATION_SECRETS'];
    if (!secret && !(destination && deployment.has('CLOUDFLARE_NOTIFICATION_SECRETS'))) {
      // The Worker has one that nobody can read, and a destination needs the same.
      const question = `The secret of Cloudflare's notifications is only in the Worker. Replace it by a new one?`;
      if (
        deployment.has('CLOUDFLARE_NOTIFICATION_SECRETS') &&
        !(await terminal.agrees('notifications', question))
      )
        throw new Declined('the secret of the notifications is only in the Worker');
      secret = random();
    }
    // Cloudflare tests the address, so the Worker has to know the secret first.
    if (secret) {
      await deployment.store({ CLOUDFLARE_NOTIFICATION_SECRETS: secret });
      await deployment.worker.pingAsNotification(firstOf(secret));
    }
    const body = { name, url, secret: firstOf(secret ?? '') };
    const id = destination?.id ?? (await cloudflare.createDestination(body)).id;
    if (destination && secret) await cloudflare.updateDestination(id, body);
    if (!policy) await cloudflare.createPolicy(`${name} live`, id);
    else if (!policy.enabled) await cloudflare.enablePolicy(policy.id);
    return policy ? `policy ${policy.id}` : 'registered';
  },
  remedy:
    'The API token needs "Notifications: Edit". Cloudflare tests the address when it is registered: see whether the Worker answers there.',
};

/** Lists begin with the newest. */
export const firstOf = (list: string): string => list.split(/[\s,]+/)[0] ?? '';

const plan: Step[] = [
  namespace,
  secrets,
  signingKey(muxKey, ({ mux }) => mux !== undefined),
  signingKey(cloudflareKey, () => true),
  building,
  queue,
  uploading,
  answering,
  muxWebhook,
  videoWebhook,
  subscribing,
  notifications,
];

/** All steps; the rotation only if it is asked for. */
export const planOf = ({ rotate }: Options): Step[] =>
  rotate.length > 0 ? [...plan, rotation((deployment) => notifications.perform(deployment))] : plan;
