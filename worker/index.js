// The Worker: passes each request, each run of the schedule and each message of a queue to the module, and answers 500
// when the module fails.

import { instances } from './module.js';
import { responseOf, serve } from './serve.js';

export { Lease } from './lease.js';
export { Pace } from './pace.js';
export { Room } from './room.js';

const detail =
  'Something broke while serving this request. Try again; if it keeps failing, tell the operator of this service.';
const problem = { type: 'urn:whip-mux:problem:internal-error', title: 'Internal error', status: 500, detail };
const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };

export default {
  async fetch(request, env, context) {
    try {
      return await serve(instances, request, env, context);
    } catch (error) {
      const answer = error.spare ? responseOf(error.spare) : Response.json(problem, { status: 500, headers });
      console.error(`answered 500 to ${answer.headers.get('x-request-id')}: ${error.message}`);
      return answer;
    }
  },
  async scheduled(_controller, env, context) {
    await serve(instances, new Request('https://schedule.invalid'), env, context, 1);
  },
  // What the module refuses, or dies of, is retried until the queue moves it to the dead-letter queue. The delay doubles.
  async queue({ messages }, env, context) {
    for (const message of messages) {
      try {
        const body = JSON.stringify(message.body);
        const request = new Request('https://queue.invalid/event', { method: 'POST', body });
        const answer = await serve(instances, request, env, context, 3);
        const delaySeconds = answer.headers.get('retry-after') * 2 ** message.attempts;
        if (!answer.ok) message.retry({ delaySeconds });
      } catch (error) {
        console.error(`an event failed: ${error.message}`);
        message.retry();
      }
    }
  },
};
