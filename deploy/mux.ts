// The calls to Mux that set up and check a deployment (Mux API reference: system).

import { randomUUID } from 'node:crypto';
import { found, rest } from './rest.ts';
import type { Rest } from './rest.ts';

export interface WhoAmI {
  environment_name: string;
  permissions: string[];
}

export interface Webhook {
  id: string;
  address: string;
  enabled: boolean;
}

interface Data<Body> {
  data: Body;
}

export class Mux {
  readonly #rest: Rest;

  constructor(apiUrl: string, tokenId: string, tokenSecret: string) {
    const credentials = Buffer.from(`${tokenId}:${tokenSecret}`).toString('base64');
    this.#rest = rest('Mux', apiUrl, `Basic ${credentials}`);
  }

  async whoAmI(): Promise<WhoAmI> {
    return (await this.#rest.get<Data<WhoAmI>>('/system/v1/whoami')).data;
  }

  /** The rights that the token lacks, such as system:write, by calls that change nothing. */
  async missingRights(): Promise<string[]> {
    const { permissions } = await this.whoAmI();
    // The names of the permissions are documented for `system` only.
    const isNamed = permissions.some((each) => /^(video|system):(read|write)$/.test(each));
    const absent = randomUUID();
    const probes = [
      ['video:read', 'GET', '/video/v1/live-streams?limit=1'],
      ['video:write', 'DELETE', `/video/v1/live-streams/${absent}`],
      ['system:read', 'GET', '/system/v1/webhooks?limit=1'],
      ['system:write', 'DELETE', `/system/v1/webhooks/${absent}`],
    ] as const;
    const missing: string[] = [];
    for (const [right, method, path] of probes) {
      const { status } = await this.#rest.ask(method, path);
      const isRefused = status === 401 || status === 403;
      if (isRefused || (isNamed && !permissions.includes(right))) missing.push(right);
    }
    return missing;
  }

  async #all<Thing>(path: string): Promise<Thing[]> {
    const all: Thing[] = [];
    for (let page = 1; ; page += 1) {
      const { data } = await this.#rest.get<Data<Thing[]>>(`${path}?limit=100&page=${page}`);
      all.push(...data);
      if (data.length < 100) return all;
    }
  }

  webhooks(): Promise<Webhook[]> {
    return this.#all('/system/v1/webhooks');
  }

  /** The secret is shown only here. */
  async createWebhook(address: string): Promise<Webhook & { signing_secret: string }> {
    const path = '/system/v1/webhooks';
    return (await this.#rest.send<Data<Webhook & { signing_secret: string }>>('POST', path, { address }))
      .data;
  }

  async enableWebhook(id: string): Promise<void> {
    await this.#rest.send('PATCH', `/system/v1/webhooks/${id}`, { enabled: true });
  }

  async deleteWebhook(id: string): Promise<void> {
    await found(this.#rest.send('DELETE', `/system/v1/webhooks/${id}`));
  }

  async signingKeys(): Promise<string[]> {
    return (await this.#all<{ id: string }>('/system/v1/signing-keys')).map(({ id }) => id);
  }

  /** The private half is shown only here. */
  async createSigningKey(): Promise<{ id: string; private_key: string }> {
    const path = '/system/v1/signing-keys';
    return (await this.#rest.send<Data<{ id: string; private_key: string }>>('POST', path)).data;
  }

  async deleteSigningKey(id: string): Promise<void> {
    await found(this.#rest.send('DELETE', `/system/v1/signing-keys/${id}`));
  }
}
