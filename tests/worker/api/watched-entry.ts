// An entry module around the deployed one, for tests: a header chooses the request's settings and which KV operations
// and seals fail, and tests can read afterwards what the request did.

import { answerPatiently } from '../patient-entry.ts';

/**
 * Lets `skip` matching operations pass and makes the next `times` fail, before or after taking effect. With `never` and
 * `once`, the Worker dies: the operation never settles, without or after taking effect.
 */
export interface StoreFault {
  operation: 'get' | 'put' | 'delete' | 'list' | 'seal' | 'lease';
  /** A regular expression for the key or prefix, or for the step of a lease. */
  key?: string;
  when: 'before' | 'after' | 'never' | 'once';
  skip?: number;
  times?: number;
}

export interface Plan {
  /** The name under which the request's record is kept. */
  run: string;
  /** Overrides of the Worker's own settings, of any type that wrangler's `vars` may have; null removes one. */
  settings?: { [name: string]: unknown };
  faults?: StoreFault[];
  /** The duration of leases, in milliseconds. */
  held?: number;
}

export interface Operation {
  operation: StoreFault['operation'];
  key: string;
  /** Whether the response had been sent when it started. */
  afterAnswer: boolean;
}

/** A metrics point, as Analytics Engine accepts it. */
export interface Point {
  indexes: string[];
  blobs: string[];
  doubles: number[];
}

export interface Run {
  operations: Operation[];
  /** What Durable Objects of the class Room were asked: `join`, `tell`, `close` with a code, or `wake` with a reason. */
  rooms: string[];
  points: Point[];
  answered: boolean;
  /** Whether all work after the response is done. */
  quiet: boolean;
}

export const planHeader = 'x-test-plan';
export const runsPath = '/_test/runs/';
/** A request to this path with a plan runs the schedule of a deployment without rooms. */
export const schedulePath = '/_test/schedule';
/** A request to this path and a stream's id lets the alarm of its room ring, with the settings of the plan. */
export const alarmPath = '/_test/alarm/';
/** After a request to this path and `wait`, no alarm rings until a request to it and `ring`. */
export const alarmsPath = '/_test/alarms/';

export const watchedEntry = `
import shipped, { Room as Shipped } from './shipped.js';
${answerPatiently}
let alarmsWait = false;
export class Room extends Shipped {
  #rung;
  async alarm() {
    if (alarmsWait) return this.ctx.storage.setAlarm(Date.now() + 1000);
    await super.alarm();
    this.#rung?.();
  }
  async ring(name, settings) {
    this.env = { ...this.env, ...settings };
    const rung = new Promise((resolve) => (this.#rung = resolve));
    await this.wake(name, 'work', Date.now(), '{}');
    await rung;
  }
}

const runs = new Map();

// A Worker that died does nothing more, and its timers never run either: not even the deadline that the shim sets for an
// operation right after it has started.
const startTimer = globalThis.setTimeout;
let starting;
globalThis.setTimeout = (callback, ...rest) => {
  const run = starting;
  return startTimer(() => run?.dead || callback(), ...rest);
};
const start = (run, ...operation) => {
  starting = run;
  void Promise.resolve().then(() => (starting = undefined));
  return carryOut(run, ...operation);
};

async function carryOut(run, operation, key, work) {
  // Whatever the response waits for starts before it; the rest starts in the same turn as the response.
  await new Promise((resolve) => startTimer(resolve, 0));
  if (run.dead) return new Promise(() => {});
  run.operations.push({ operation, key, afterAnswer: run.answered });
  const fault = run.faults.find((each) => {
    if (each.operation !== operation || !new RegExp(each.key ?? '').test(key)) return false;
    each.seen = (each.seen ?? 0) + 1;
    const turn = each.seen - 1 - (each.skip ?? 0);
    return turn >= 0 && turn < (each.times ?? 1);
  });
  const die = () => {
    run.dead = true;
    return new Promise(() => {});
  };
  if (fault?.when === 'never') return die();
  if (fault?.when === 'before') throw new Error('failed on demand');
  const result = await work();
  if (fault?.when === 'once') return die();
  if (fault) throw new Error('failed on demand, too late');
  return result;
}

function watch(store, run) {
  const wrap = (operation, keyOf) => (...args) =>
    start(run, operation, keyOf(args[0]), () => store[operation](...args));
  return {
    get: wrap('get', (keys) => String(keys)),
    put: wrap('put', String),
    delete: wrap('delete', String),
    list: wrap('list', ({ prefix }) => prefix),
  };
}

const steps = ['acquire', 'complete', 'release'];

function watchLeases(leases, run, held) {
  const watchLease = (lease) =>
    Object.fromEntries(
      steps.map((step) => [
        step,
        (...args) =>
          start(run, 'lease', step, () => lease[step](...args.with(3, held ?? args[3]))),
      ]),
    );
  return { getByName: (name) => watchLease(leases.getByName(name)) };
}

function watchRooms(rooms, run) {
  const watchRoom = (room) => ({
    fetch(...args) {
      run.rooms.push('join');
      return room.fetch(...args);
    },
    tell(...args) {
      run.rooms.push(args.at(-1) === 0 ? 'tell' : 'close ' + args.at(-1));
      return room.tell(...args);
    },
    wake(...args) {
      run.rooms.push('wake ' + args[1]);
      return room.wake(...args);
    },
  });
  return { getByName: (name) => watchRoom(rooms.getByName(name)) };
}

// A seal belongs to the stream whose intent its request has written.
const encrypt = crypto.subtle.encrypt.bind(crypto.subtle);
crypto.subtle.encrypt = (algorithm, ...rest) => {
  const place = new TextDecoder().decode(algorithm.additionalData);
  const run = [...runs.values()].findLast(({ operations }) =>
    operations.some(({ key }) => key === 'intent/' + place.split('/')[0]),
  );
  const work = () => encrypt(algorithm, ...rest);
  return run ? carryOut(run, 'seal', place, work) : work();
};

export default {
  async fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('${runsPath}')) {
      return Response.json(runs.get(pathname.slice('${runsPath}'.length)) ?? null);
    }
    if (pathname.startsWith('${alarmsPath}')) {
      alarmsWait = pathname.endsWith('/wait');
      return new Response();
    }
    const header = request.headers.get('${planHeader}');
    if (header === null) return answerPatiently(request, env, context);

    const plan = JSON.parse(header);
    if (pathname.startsWith('${alarmPath}')) {
      const name = pathname.slice('${alarmPath}'.length);
      await env.ROOMS.getByName(name).ring(name, plan.settings);
      return new Response();
    }
    const run = { operations: [], rooms: [], points: [], faults: plan.faults ?? [], answered: false, quiet: false };
    runs.set(plan.run, run);
    const settings = {
      ...env,
      STREAMS: watch(env.STREAMS, run),
      LEASES: watchLeases(env.LEASES, run, plan.held),
      ROOMS: watchRooms(env.ROOMS, run),
      METRICS: { writeDataPoint: (point) => run.points.push(point) },
      ...plan.settings,
    };
    if (pathname === '${schedulePath}') settings.ROOMS = null;
    for (const [name, value] of Object.entries(settings)) if (value === null) delete settings[name];
    const headers = new Headers(request.headers);
    headers.delete('${planHeader}');
    const background = [];
    const watched = {
      waitUntil(work) {
        background.push(work);
        context.waitUntil(work);
      },
    };
    const answer =
      pathname === '${schedulePath}'
        ? new Response(await shipped.scheduled({}, settings, watched))
        : await shipped.fetch(new Request(request, { headers }), settings, watched);
    run.answered = true;
    context.waitUntil(Promise.allSettled(background).then(() => (run.quiet = true)));
    return answer;
  },
};
`;
