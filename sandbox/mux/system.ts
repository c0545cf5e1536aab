// /system/v1: whoami, and the environment's webhook endpoints (Mux API reference, system).

import { flag, object, url } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { alphanumeric } from '../shared/ids.ts';
import { checkedBody, invalid, notFound } from './errors.ts';
import { newestFirst, pageOf } from './list.ts';
import { addWebhookEndpoint } from './world.ts';
import type { WebhookEndpoint, World } from './world.ts';

const address = url('http', 'https');

function whoami({ environment, permissions }: World): Answer {
  const data = {
    access_token_name: 'Sandbox',
    environment_id: environment.id,
    environment_name: environment.name,
    environment_type: 'production',
    organization_id: 'org0sandbox',
    organization_name: 'Sandbox',
    permissions,
  };
  return { status: 200, body: { data } };
}

/** The secret is shown only when the endpoint is created. */
function endpointView({ id, address, enabled, created_at }: WebhookEndpoint): object {
  return { id, address, enabled, created_at: String(created_at) };
}

function endpointOf(world: World, call: Call): WebhookEndpoint {
  const endpoint = world.webhookEndpoints.get(call.params.id ?? '');
  if (!endpoint) throw notFound();
  return endpoint;
}

function demandUnique(world: World, address: string, self?: WebhookEndpoint): void {
  const taken = [...world.webhookEndpoints.values()].some(
    (endpoint) => endpoint !== self && endpoint.address === address,
  );
  if (taken) throw invalid('address has already been taken');
}

function create(world: World, call: Call): Answer {
  const body = checkedBody(call, object({ address }, { required: ['address'] }));
  const wanted = String(body.address);
  demandUnique(world, wanted);
  const endpoint = addWebhookEndpoint(
    world,
    wanted,
    world.plant.take('signingSecret', () => alphanumeric(32)),
  );
  return {
    status: 201,
    body: { data: { ...endpointView(endpoint), signing_secret: endpoint.signing_secret } },
  };
}

function update(world: World, call: Call): Answer {
  const endpoint = endpointOf(world, call);
  const body = checkedBody(call, object({ address, enabled: flag }));
  if (Object.keys(body).length === 0) throw invalid('At least one of address or enabled must be provided');
  if (body.address !== undefined) demandUnique(world, String(body.address), endpoint);
  Object.assign(endpoint, body);
  return { status: 200, body: { data: endpointView(endpoint) } };
}

function remove(world: World, call: Call): Answer {
  world.webhookEndpoints.delete(endpointOf(world, call).id);
  return { status: 204 };
}

export function systemRoutes(world: World): Routes {
  const list = (call: Call): Answer => {
    const endpoints = pageOf(call, newestFirst(world.webhookEndpoints.values()));
    return { status: 200, body: { data: endpoints.map(endpointView) } };
  };
  return {
    'GET /system/v1/whoami': () => whoami(world),
    'POST /system/v1/webhooks': (call) => create(world, call),
    'GET /system/v1/webhooks': list,
    'GET /system/v1/webhooks/:id': (call) => ({
      status: 200,
      body: { data: endpointView(endpointOf(world, call)) },
    }),
    'PATCH /system/v1/webhooks/:id': (call) => update(world, call),
    'DELETE /system/v1/webhooks/:id': (call) => remove(world, call),
  };
}
