// /system/v1: whoami, and the environment's webhook endpoints (Mux API reference, system).

import { flag, object, url } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { alphanumeric } from '../shared/ids.ts';
import { checkedBody, invalid, notFound } from './errors.ts';
import { newestFirst, pageOf } from './list.ts';
import { addWebhookEndpoint } from './world.ts';
import type { WebhookEndpoint, World } from './world.ts';

const endpointFields = { address: url('http', 'https'), enabled: flag };

function whoami({ environment }: World): Answer {
  const data = {
    access_token_name: 'Sandbox',
    environment_id: environment.id,
    environment_name: environment.name,
    environment_type: 'production',
    organization_id: 'org0sandbox',
    organization_name: 'Sandbox',
    permissions: ['video:read', 'video:write', 'system:read', 'system:write'],
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
  const body = checkedBody(call, object(endpointFields, { required: ['address'] }));
  const address = String(body.address);
  demandUnique(world, address);
  const endpoint = addWebhookEndpoint(
    world,
    address,
    world.plant.take('signingSecret', () => alphanumeric(32)),
  );
  endpoint.enabled = body.enabled !== false;
  return {
    status: 201,
    body: { data: { ...endpointView(endpoint), signing_secret: endpoint.signing_secret } },
  };
}

function update(world: World, call: Call): Answer {
  const endpoint = endpointOf(world, call);
  const body = checkedBody(call, object(endpointFields));
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
