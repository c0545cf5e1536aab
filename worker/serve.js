// Serves one request by an instance of the module. Operations that the module asks for start only after its export has
// returned. An instance that leaves an export by exception is never used again.

import { perform } from './operations.js';
import { decode, encode, readHeaders, writeHeaders } from './wire.js';

// A binding only says that it is there.
const setting = (value) => (/string|number|boolean/.test(typeof value) ? String(value) : 'bound');

// The runtime gives every request of an isolate the same settings, which are therefore encoded once.
let known = {};
function settingsOf(env) {
  if (known.env !== env) {
    const fields = Object.entries(env).flatMap(([name, value]) => [name, setting(value)]);
    known = { env, encoded: encode(fields).slice() };
  }
  return known.encoded;
}

export function responseOf([status, headers, body], webSocket) {
  const response = new Response(body.length ? body : null, { status, webSocket });
  readHeaders(headers, response.headers);
  return response;
}

// Resolves with the response, or rejects with an error that has the fields of a spare response. `cause` is an
// abi::cause. Work after the response keeps the request alive.
export function serve(instances, request, env, context, cause = 0) {
  const [answer, finished] = [Promise.withResolvers(), Promise.withResolvers()];
  const exports = instances.take();
  let pending = 0; // operations, and the step that is running
  let [dead, answered] = [false, false];
  let spare, webSocket;

  // Calls an export with a message, and acts on the records that it returns.
  function send(fields, name, ...args) {
    const message = encode(fields);
    const place = exports.allocate(message.length);
    new Uint8Array(exports.memory.buffer, place, message.length).set(message);
    const outbox = exports[name](...args);
    if (outbox === 0) throw new Error('nothing is pending under that id');
    const { buffer } = exports.memory;
    const length = new DataView(buffer).getUint32(outbox, true);
    for (const record of decode(new Uint8Array(buffer, outbox + 4, length))) act(record);
  }

  function act([kind, ...fields]) {
    if (kind === 'log') return console.log(fields[0]);
    if (kind === 'otherwise') return (spare = fields);
    if (kind === 'respond') {
      answer.resolve(responseOf(fields, webSocket));
      return (answered = true);
    }
    const [id, ...inputs] = fields;
    pending += 1;
    perform(kind, inputs, request, env, (taken) => (webSocket = taken)).then(([failure, result]) => {
      pending -= 1;
      if (!dead) run(result, 'resume', Date.now(), id, failure);
    });
  }

  // The end settles both promises: the runtime kills a request with a promise that stays open.
  function run(...step) {
    pending += 1;
    try {
      send(...step);
    } catch (error) {
      dead = true;
      console.error(`the module failed: ${error.name}`);
    }
    pending -= 1;
    if (pending > 0 && !dead) return;
    if (answered && !dead) instances.giveBack(exports);
    if (!answered) answer.reject(Object.assign(new Error('the module gave no answer'), { spare }));
    finished.resolve();
  }

  const random = crypto.getRandomValues(new Uint8Array(64));
  const head = `${request.method}\0${request.url}\0${writeHeaders(request.headers)}`;
  run([random, settingsOf(env), head], 'start', Date.now(), cause);
  if (pending > 0) context.waitUntil(finished.promise);
  return answer.promise;
}
