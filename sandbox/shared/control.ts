// The endpoints under /_sandbox/ that both stand-ins have. They are for tests and people, not part of any provider's
// API.

import type { CallLog } from './call-log.ts';
import { isFields } from './check.ts';
import type { Fields } from './check.ts';
import type { Courier } from './courier.ts';
import { faultMistake } from './faults.ts';
import type { Fault, Faults } from './faults.ts';
import { Refusal } from './http.ts';
import type { Answer, Call, Routes } from './http.ts';
import type { Journal } from './journal.ts';
import type { Plant } from './plant.ts';

export interface Desk {
  faults: Faults;
  calls: CallLog;
  courier: Courier;
  journal: Journal;
  plant: Plant<string>;
  secretNames: readonly string[];
  /** All objects, including credentials. */
  state(): unknown;
  reset(): void;
}

const done: Answer = { status: 204 };

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function refuse(status: number, error: string): never {
  throw new Refusal({ status, body: { error } });
}

/** The JSON body of a control call; an empty body counts as `{}`. */
export function controlBody(call: Call): unknown {
  try {
    return call.body === '' ? {} : JSON.parse(call.body);
  } catch {
    return refuse(400, 'The body is not JSON.');
  }
}

export function controlFields(call: Call): Fields {
  const body = controlBody(call);
  return isFields(body) ? body : refuse(400, 'Send a JSON object.');
}

function addFaults(desk: Desk, call: Call): Answer {
  const rules = controlBody(call);
  const mistake = faultMistake(rules);
  if (mistake) refuse(400, mistake);
  desk.faults.add(rules as Fault[]);
  return done;
}

function addSecrets(desk: Desk, call: Call): Answer {
  const secrets = controlFields(call);
  for (const [name, values] of Object.entries(secrets)) {
    if (!desk.secretNames.includes(name)) refuse(400, `Secrets here are ${desk.secretNames.join(', ')}.`);
    if (!Array.isArray(values)) refuse(400, `${name} must be an array of strings.`);
  }
  desk.plant.add(secrets as Record<string, string[]>);
  return done;
}

/** The ingest for real media; tests stop and start it. */
export interface IngestSwitch {
  close(): Promise<void>;
  reopen(): Promise<void>;
}

/** Stopping disconnects all publishers and refuses new ones until the next start. Everything else is kept. */
export function ingestRoutes(ingest: () => IngestSwitch | undefined): Routes {
  const switched = (act: (to: IngestSwitch) => Promise<void>) => async (): Promise<Answer> => {
    await act(ingest() ?? refuse(409, 'This stand-in takes no real media; start it with --media.'));
    return done;
  };
  return {
    'POST /_sandbox/ingest/stop': switched((to) => to.close()),
    'POST /_sandbox/ingest/start': switched((to) => to.reopen()),
  };
}

export function controlRoutes(desk: Desk): Routes {
  const { faults, calls, courier, journal } = desk;
  const then = (act: () => void) => (): Answer => {
    act();
    return done;
  };
  return {
    'GET /_sandbox/state': () => ok(desk.state()),
    'POST /_sandbox/reset': then(() => desk.reset()),
    'GET /_sandbox/calls': () => ok(calls.list()),
    'DELETE /_sandbox/calls': then(() => calls.clear()),
    'GET /_sandbox/events': (call) => ok(journal.after(Number(call.query.get('after') ?? 0))),
    'GET /_sandbox/webhooks': () => ok({ pending: courier.pending, deliveries: courier.list() }),
    'PUT /_sandbox/hosts': (call) => {
      courier.redirect(controlFields(call) as Record<string, string>);
      return done;
    },
    'POST /_sandbox/webhooks/hold': then(() => courier.hold()),
    'POST /_sandbox/webhooks/release': then(() => courier.release()),
    'POST /_sandbox/secrets': (call) => addSecrets(desk, call),
    'GET /_sandbox/faults': () => ok(faults.list()),
    'POST /_sandbox/faults': (call) => addFaults(desk, call),
    'DELETE /_sandbox/faults': then(() => {
      faults.clear();
      courier.releaseGathered();
    }),
  };
}
