// An entry module around the deployed one, for tests: a request lets the alarm of a stream's room ring.

import { answerPatiently } from '../patient-entry.ts';
import type { StartedWorker } from '../start-worker.ts';

const ringPath = '/_test/ring/';

export const ringingEntry = `
import shipped, { Room as Shipped } from './shipped.js';
${answerPatiently}
export class Room extends Shipped {
  #rung;
  async alarm() {
    await super.alarm();
    this.#rung?.();
  }
  async ring(name) {
    const rung = new Promise((resolve) => (this.#rung = resolve));
    await this.wake(name, 'work', Date.now(), '{}');
    await rung;
  }
}

export default {
  ...shipped,
  async fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (!pathname.startsWith('${ringPath}')) return answerPatiently(request, env, context);
    const name = pathname.slice('${ringPath}'.length);
    await env.ROOMS.getByName(name).ring(name);
    return new Response();
  },
};
`;

/** Lets the alarms of all streams ring, as if everything were due and nothing remembered, and waits for them. */
export async function ringAll(worker: StartedWorker): Promise<void> {
  const { keys } = await worker.namespace.list({ prefix: 'stream/' });
  const rung = await Promise.all(
    keys.map(({ name }) => worker.fetch(ringPath + name.slice('stream/'.length))),
  );
  for (const { status } of rung) if (status !== 200) throw new Error(`an alarm was answered ${status}`);
}
