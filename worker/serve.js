// Serves one request by an instance of the module of its own. What the instance asks for is carried out only after
// its exports have returned, and whatever leaves an export by exception condemns the instance.

import module from '../build/module/whip_mux.wasm';
import { perform } from './operations.js';
import { decode, encode } from './wire.js';

const setting = (value) => (typeof value === 'string' ? value : 'bound');

export const response = (status, headers, body) =>
  new Response(body.length ? body : null, { status, headers });

// Gives a promise of the answer, or of an error with the fields of a spare one; `cause` is an abi::cause. What is left to do after it keeps the request alive.
export function serve(request, env, context, cause = 0) {
  const [answer, finished] = [Promise.withResolvers(), Promise.withResolvers()];
  const { exports } = new WebAssembly.Instance(module, {});
  context.waitUntil(finished.promise);
  let [pending, calling, dead, spare] = [1, false, false];

  // Every export is called here.
  function call(name, ...args) {
    if (calling || dead) throw new Error(`${name} was called on an instance that is busy or dead`);
    calling = true;
    const result = exports[name](...args);
    calling = false;
    return result;
  }

  function send(message, name, ...args) {
    const bytes = encode(message);
    const buffer = call('allocate', bytes.length);
    new Uint8Array(exports.memory.buffer, buffer, bytes.length).set(bytes);
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
    const resume = ([failure, result]) => run(() => send(result, 'resume', Date.now(), first, failure));
    perform(kind, rest, request, env).then((outcome) => dead || resume(outcome));
  }

  // A step counts as pending until all that it asked for has been begun. A promise that stayed open would have the
  // runtime kill the request: the end of the instance settles both.
  function run(step) {
    try {
      step();
    } catch (error) {
      dead = true;
      console.error(`the module failed: ${error.name}`);
    }
    if (--pending > 0 && !dead) return;
    answer.reject(Object.assign(new Error('the module gave no answer'), { spare }));
    finished.resolve();
  }

  run(() => {
    if (call('abi_version') !== 1) throw new Error('the module is of another ABI version');
    const settings = Object.entries(env).map(([name, value]) => [name, setting(value)]);
    const random = crypto.getRandomValues(new Uint8Array(64));
    send([random, settings, request.method, request.url, [...request.headers]], 'start', Date.now(), cause);
  });
  return answer.promise;
}
