// Replaces generated secrets on request. Where the Worker takes a list, the secrets of before stay valid after the new
// one, so that nothing that was signed or sealed with them breaks.

import { randomBytes } from 'node:crypto';
import type { Deployment } from './deployment.ts';
import type { Step } from './step.ts';
import type { Values } from './settings.ts';

export const random = (): string => randomBytes(32).toString('base64url');

const today = (): string => new Date().toISOString().slice(0, 10);

/** A sealing key has an id, which no other one has. */
export function sealingKey(others = ''): string {
  const ids = others.split(/[\s,]+/).map((each) => each.split(':')[0]);
  let id = today();
  for (let count = 2; ids.includes(id); count += 1) id = `${today()}-${count}`;
  return `${id}:${random()}`;
}

/** What signs the events that the host application hears, as Standard Webhooks writes it. */
export const eventsKey = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** What a rotation makes of the secret of before. */
const replacements: Record<string, (before: string | undefined) => string> = {
  AUTH_HS256_SECRETS: (before) => listed(random(), before),
  CLOUDFLARE_NOTIFICATION_SECRETS: (before) => listed(random(), before),
  EVENTS_SECRETS: (before) => listed(eventsKey(), before),
  SEALING_KEYS: (before) => listed(sealingKey(before), before),
  RELAY_TOKEN_SECRET: random,
  RELAY_CREDENTIAL: random,
};

export const rotatable = Object.keys(replacements);

const listed = (fresh: string, before: string | undefined): string =>
  [fresh, ...(before ?? '').split(/[\s,]+/)].filter(Boolean).join(',');

function rotated(names: readonly string[], { values, notes }: Deployment): Values {
  if (names.includes('SEALING_KEYS') && !values['SEALING_KEYS'])
    throw new Error(`the keys of before are not in ${notes.file}; without them, stored credentials are lost`);
  return Object.fromEntries(names.map((name) => [name, replacements[name]?.(values[name])]));
}

/** `finish` tells Cloudflare the new secret of its notifications. */
export function rotation(finish: (deployment: Deployment) => Promise<unknown>): Step {
  return {
    name: 'rotate',
    does: 'Replace the secrets that --rotate names',
    already: async () => undefined,
    async perform(deployment) {
      const names = deployment.options.rotate;
      await deployment.store(rotated(names, deployment) as Record<string, string>);
      if (names.includes('CLOUDFLARE_NOTIFICATION_SECRETS')) await finish(deployment);
      const relays = names.some((name) => name.startsWith('RELAY_'));
      return `${names.join(', ')} in ${deployment.notes.file}${relays ? '; give the relay the same and restart it' : ''}`;
    },
    remedy: 'Nothing was replaced. Put the keys into the notes, or rotate without SEALING_KEYS.',
  };
}
