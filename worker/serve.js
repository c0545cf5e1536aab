// Serves one request by an instance of the module. Operations that the module asks for start only after its export has
// returned. An instance that leaves an export by exception is never used again.

import module from '../build/module/whip_mux.wasm';
import { instancesOf } from './instances.js';
import { perform } from './operations.js';
import { decode, encode } from './wire.js';

const abiVersion = 1;
const instances = instancesOf(module);

// A binding only says that it is there.
const setting = (value) => (/string|number|boolean/.test(typeof value) ? String(value) : 'bound');

// The runtime gives every request of an isolate the same settings, which are therefore encoded once.
let known = {};
function settingsOf(env) {
  if (known.env !== env) {
    const settings = Object.entries(env).map(([name, value]) => [name, setting(value)]);
    known = { env, encoded: encode([settings]).slice() };
  }
  return known.encoded;
}

export const response = (status, headers, body) =>
  new Response(body.length ? body : null, { status, headers });

// Resolves with the response, or rejects with an error that has the fields of a spare response. `cause` is an
// abi::cause. Work after the response keeps the request alive.
export function serve(request, env, context, cause = 0) {
  const [answer, finished] = [Promise.withResolvers(), Promise.withResolvers()];
  const exports = instances.take();
  context.waitUntil(finished.promise);
  let pending = 0; // operations, and the step that is running
  let [calling, dead, spare] = [false, false];

  // Every export is called here.
  function call(name, ...args) {
    if (calling || dead) throw new Error(`${name} was called on a busy or dead instance`);
    calling = true;
    const result = exports[name](...args);
    calling = false;
    return result;
  }

  function send(message, name, ...args) {
    const place = call('allocate', message.length);
    new Uint8Array(exports.memory.buffer, place, message.length).set(message);
    const outbox = call(name, ...args);
    if (outbox === 0) throw new Error('nothing is pending under that id');
    const length = new DataView(exports.memory.buffer).getUint32(outbox, true);
    const records = new Uint8Array(exports.memory.buffer, outbox + 4, length).slice();
    for (const record of decode(records)) act(...record);
  }

  function act(kind, first, ...rest) {
    if (kind === 'log') return console.log(first);
    if (kind === 'otherwise') return void (spare = [first, ...rest]);
    if (kind === 'respond') return answer.resolve(response(first, ...rest));
    pending += 1;
    perform(kind, rest, request, env).then(([failure, result]) => {
      pending -= 1;
      if (!dead) run(() => send(encode(result), 'resume', Date.now(), first, failure));
    });
  }

  // The end of the instance settles both promises: the runtime kills a request with a promise that stays open.
  function run(step) {
    pending += 1;
    try {
      step();
    } catch (error) {
      dead = true;
      console.error(`the module failed: ${error.name}`);
    }
    pending -= 1;
    if (pending > 0 && !dead) return;
    if (!dead) instances.giveBack(exports);
    dead = true;
    answer.reject(Object.assign(new Error('the module gave no answer'), { spare }));
    finished.resolve();
  }

  run(() => {
    if (call('abi_version') !== abiVersion) throw new Error('the module has another ABI version');
    const random = crypto.getRandomValues(new Uint8Array(64));
    const head = [request.method, request.url, [...request.headers]];
    send(encode([random], settingsOf(env), head), 'start', Date.now(), cause);
  });
  return answer.promise;
}
