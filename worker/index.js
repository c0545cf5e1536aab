// The Worker: hands each request and each run of the schedule to an instance of the module, and answers for one that
// fails.

import { response, serve } from './serve.js';

export { Lease } from './lease.js';

const detail =
  'Something broke while serving this request. Try again; if it stays, tell whoever runs this service.';
const problem = { type: 'urn:whip-mux:problem:internal-error', title: 'Internal error', status: 500, detail };
const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };

export default {
  async fetch(request, env, context) {
    try {
      return await serve(request, env, context);
    } catch (error) {
      console.error(`answered 500 to ${new Map(error.spare?.[1]).get('x-request-id')}: ${error.message}`);
      if (error.spare) return response(...error.spare);
      return Response.json(problem, { status: 500, headers });
    }
  },
  async scheduled(_controller, env, context) {
    await serve(new Request('https://schedule.invalid'), env, context, 1);
  },
};
