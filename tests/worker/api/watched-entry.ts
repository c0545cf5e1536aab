// An entry module around the shipped one, for tests: by a header of its own a request says which settings it is served
// with and which operations of KV and which seals fail, and what it did can be read afterwards.

/**
 * Lets `skip` matching operations pass, and has the next `times` fail, before or after they take effect; or the Worker
 * dies of it, for `never` does nothing and never ends, and `once` does it and never ends.
 */
export interface StoreFault {
  operation: 'get' | 'put' | 'delete' | 'list' | 'seal' | 'lease';
  /** A regular expression on the key or prefix, or on the step that is taken with a lease. */
  key?: string;
  when: 'before' | 'after' | 'never' | 'once';
  skip?: number;
  times?: number;
}

export interface Plan {
  /** Under this name what the request did is kept. */
  run: string;
  /** In place of the Worker's own settings; null takes one away. */
  settings?: { [name: string]: string | null };
  faults?: StoreFault[];
  /** How long whoever takes a lease has it, in milliseconds. */
  held?: number;
}

export interface Operation {
  operation: StoreFault['operation'];
  key: string;
  /** Whether the answer had been given when it began. */
  afterAnswer: boolean;
}

/** A point of the metrics, as Analytics Engine takes it. */
export interface Point {
  indexes: string[];
  blobs: string[];
  doubles: number[];
}

export interface Run {
  operations: Operation[];
  points: Point[];
  answered: boolean;
  /** Whether all work after the answer is done. */
  quiet: boolean;
}

export const planHeader = 'x-test-plan';
export const runsPath = '/_test/runs/';
/** A request to it with a plan runs the schedule. */
export const schedulePath = '/_test/schedule';

export const watchedEntry = `
import shipped from './shipped.js';

const runs = new Map();

async function carryOut(run, operation, key, work) {
  // Whatever the answer waits for cannot begin after it; the rest is issued in the same turn as the answer.
  await new Promise((resolve) => setTimeout(resolve, 0));
  run.operations.push({ operation, key, afterAnswer: run.answered });
  const fault = run.faults.find((each) => {
    if (each.operation !== operation || !new RegExp(each.key ?? '').test(key)) return false;
    each.seen = (each.seen ?? 0) + 1;
    const turn = each.seen - 1 - (each.skip ?? 0);
    return turn >= 0 && turn < (each.times ?? 1);
  });
  if (fault?.when === 'never') return new Promise(() => {});
  if (fault?.when === 'before') throw new Error('failed on demand');
  const result = await work();
  if (fault?.when === 'once') return new Promise(() => {});
  if (fault) throw new Error('failed on demand, too late');
  return result;
}

function watch(store, run) {
  const wrap = (operation, keyOf) => (...args) =>
    carryOut(run, operation, keyOf(args[0]), () => store[operation](...args));
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
          carryOut(run, 'lease', step, () => lease[step](...args.with(3, held ?? args[3]))),
      ]),
    );
  return { getByName: (name) => watchLease(leases.getByName(name)) };
}

// A seal is bound to the stream whose intent its request has written.
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
    const header = request.headers.get('${planHeader}');
    if (header === null) return shipped.fetch(request, env, context);

    const plan = JSON.parse(header);
    const run = { operations: [], points: [], faults: plan.faults ?? [], answered: false, quiet: false };
    runs.set(plan.run, run);
    const settings = {
      ...env,
      STREAMS: watch(env.STREAMS, run),
      LEASES: watchLeases(env.LEASES, run, plan.held),
      METRICS: { writeDataPoint: (point) => run.points.push(point) },
      ...plan.settings,
    };
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
