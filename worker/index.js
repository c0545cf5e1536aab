// The Worker: hands each request to an instance of the module, and answers for one that fails.

import { serve } from './serve.js';

const detail =
  'Something broke while serving this request. Try again; if it stays, tell whoever runs this service.';
const problem = { type: 'urn:whip-mux:problem:internal-error', title: 'Internal error', status: 500, detail };
const headers = { 'content-type': 'application/problem+json', 'cache-control': 'no-store' };

export default {
  async fetch(request, env, context) {
    try {
      return await serve(request, env, context);
    } catch (error) {
      console.error(`answered 500: ${error.message}`);
      return Response.json(problem, { status: 500, headers });
    }
  },
};
