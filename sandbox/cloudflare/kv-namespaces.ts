// /storage/kv/namespaces (Cloudflare API reference, Workers KV): titles are unique in an account.

import { object, text } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { hexId } from '../shared/ids.ts';
import { decodedBody, pageOf, refusal, success } from './envelope.ts';
import type { World } from './world.ts';

export interface Namespace {
  id: string;
  title: string;
}

const view = (namespace: Namespace): object => ({ ...namespace, supports_url_encoding: true });

function create(world: World, call: Call): Answer {
  const { title } = decodedBody(call, object({ title: text(512) }, { required: ['title'] }));
  const name = String(title);
  if ([...world.namespaces.values()].some((each) => each.title === name)) {
    const message = 'a namespace with this account ID and title already exists';
    throw refusal(400, [{ code: 10014, message }]);
  }
  const namespace = { id: hexId(), title: name };
  world.namespaces.set(namespace.id, namespace);
  return success(view(namespace));
}

function remove(world: World, call: Call): Answer {
  if (!world.namespaces.delete(call.params.id ?? ''))
    throw refusal(404, [{ code: 10013, message: 'namespace not found' }]);
  return success(null);
}

export function namespaceRoutes(world: World, account: string): Routes {
  const base = `${account}/storage/kv/namespaces`;
  return {
    [`GET ${base}`]: (call) => pageOf(call, [...world.namespaces.values()].map(view)),
    [`POST ${base}`]: (call) => create(world, call),
    [`DELETE ${base}/:id`]: (call) => remove(world, call),
  };
}
