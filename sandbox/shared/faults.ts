// Faults on demand. A rule lets the first `skip` matching calls (or webhooks) pass, breaks the next `times`, and then
// expires.

import type { Call } from './http.ts';

interface Rule {
  /** How many matching calls pass first. Default 0. */
  skip?: number;
  /** How many are then broken. Default 1, or `count` for a reorder. */
  times?: number;
}

interface CallMatch extends Rule {
  /** Default: any method. */
  method?: string;
  /** A regular expression for the path. Default: any path. */
  path?: string;
}

interface WebhookMatch extends Rule {
  /** A regular expression for the event type; Cloudflare's are `live_input.…`, `video.ready`, `video.error`, `ping`. */
  event?: string;
}

/**
 * `status` answers without doing the work, `status-after` after it. `drop-before` and `drop-after` cut the connection
 * instead. `garbage` does the work and answers with half of the JSON, or with `body`. `delay` waits first.
 */
export type CallFault = CallMatch & { status?: number; headers?: Record<string, string>; body?: unknown } & (
    | { kind: 'status' | 'status-after' | 'drop-before' | 'drop-after' | 'garbage' }
    | { kind: 'delay'; ms: number }
  );

/** `webhook-reorder` collects `count` webhooks (default 2) and sends them last first. */
export type WebhookFault = WebhookMatch &
  (
    | { kind: 'webhook-duplicate' | 'webhook-drop' | 'webhook-corrupt' }
    | { kind: 'webhook-delay'; ms: number }
    | { kind: 'webhook-reorder'; count?: number }
  );

export type Fault = CallFault | WebhookFault;

type Active = Fault & { seen: number };

const callKinds = ['status', 'status-after', 'drop-before', 'drop-after', 'garbage', 'delay'];
const webhookKinds = [
  'webhook-duplicate',
  'webhook-drop',
  'webhook-corrupt',
  'webhook-delay',
  'webhook-reorder',
];

/** Says what is wrong with a list of rules; undefined if nothing. */
export function faultMistake(rules: unknown): string | undefined {
  if (!Array.isArray(rules)) return 'Send a JSON array of rules.';
  for (const rule of rules as Partial<Active>[]) {
    const known = [...callKinds, ...webhookKinds];
    if (!known.includes(String(rule.kind))) return `kind is one of ${known.join(', ')}.`;
    if (String(rule.kind).endsWith('delay') && typeof (rule as { ms?: unknown }).ms !== 'number') {
      return `${rule.kind} needs ms, the milliseconds to wait.`;
    }
    try {
      new RegExp((rule as CallMatch).path ?? (rule as WebhookMatch).event ?? '');
    } catch {
      return 'path and event must be valid regular expressions.';
    }
  }
  return undefined;
}

function isCallFault(fault: Fault): fault is CallFault {
  return callKinds.includes(fault.kind);
}

function defaultTimes(rule: Fault): number {
  return rule.kind === 'webhook-reorder' ? (rule.count ?? 2) : 1;
}

export class Faults {
  #rules: Active[] = [];

  add(rules: Fault[]): void {
    this.#rules.push(...rules.map((rule) => ({ ...rule, seen: 0 })));
  }

  clear(): void {
    this.#rules = [];
  }

  list(): readonly Active[] {
    return this.#rules;
  }

  forCall(call: Call): CallFault | undefined {
    return this.#strike(
      isCallFault,
      (rule) =>
        (rule.method ?? call.method).toUpperCase() === call.method &&
        new RegExp(rule.path ?? '').test(call.path),
    );
  }

  forWebhook(event: string): WebhookFault | undefined {
    return this.#strike(
      (rule): rule is WebhookFault => !isCallFault(rule),
      (rule) => new RegExp(rule.event ?? '').test(event),
    );
  }

  /** Every matching rule counts the call; the first one that is due applies. */
  #strike<Kind extends Fault>(
    isKind: (rule: Fault) => rule is Kind,
    matches: (rule: Kind) => boolean,
  ): Kind | undefined {
    let struck: Kind | undefined;
    for (const rule of this.#rules) {
      if (!isKind(rule) || !matches(rule)) continue;
      const turn = rule.seen - (rule.skip ?? 0);
      const due = turn >= 0 && turn < (rule.times ?? defaultTimes(rule));
      if (due && struck) continue;
      rule.seen += 1;
      if (due) struck = rule;
    }
    return struck;
  }
}
