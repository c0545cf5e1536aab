// npm run deploy, against the stand-ins.

import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { address, counts, oneOfEach, root, setStage, tokens } from './stage.ts';
import type { Stage } from './stage.ts';

const nothing = Object.fromEntries(Object.keys(oneOfEach).map((name) => [name, 0]));

/** Every secret that a deployment knows, from the Worker. */
async function secretsOf(stage: Stage): Promise<string[]> {
  const { scripts } = await stage.atCloudflare();
  return (scripts[0]?.bindings ?? []).flatMap(({ type, text }) =>
    type === 'secret_text' && text ? [text] : [],
  );
}

describe('from nothing', () => {
  it('a dry run shows the plan and changes nothing', async () => {
    const stage = await setStage();
    expect(await stage.deploy(true)).toBe(true);
    expect(stage.said()).toContain('Register Mux');
    expect(stage.said()).toContain('nothing was changed');
    expect(await stage.writes()).toEqual([]);
    expect(stage.started).toEqual([]);
    expect(await readdir(stage.notes)).toEqual([]);
  });

  it('sets everything up, once, and doctor finds nothing wrong', async () => {
    const stage = await setStage();
    expect(await stage.deploy(), stage.said()).toBe(true);
    expect(stage.said()).toContain('0 faults');
    expect(await counts(stage)).toEqual(oneOfEach);
    const { scripts, namespaces, videoWebhook } = await stage.atCloudflare();
    const { webhookEndpoints } = await stage.atMux();
    const bindings = Object.fromEntries((scripts[0]?.bindings ?? []).map((each) => [each.name, each]));
    expect(scripts[0]?.schedules).toEqual(['*/15 * * * *']);
    expect(bindings['STREAMS']?.namespace_id).toBe(namespaces[0]?.id);
    expect(bindings['DEPLOYMENT']?.text).toBe('main');
    expect(bindings['AUTH_HS256_SECRETS']?.text).toMatch(/^[\w-]{43}$/);
    expect(bindings['SEALING_KEYS']?.text).toMatch(/^\d{4}-\d\d-\d\d:[\w-]{43}$/);
    expect(bindings['MUX_WEBHOOK_SECRETS']?.text).toBe(webhookEndpoints[0]?.signing_secret);
    expect(bindings['CLOUDFLARE_WEBHOOK_SECRETS']?.text).toBe(videoWebhook?.secret);
    expect(webhookEndpoints[0]?.address).toBe(`${address}/api/webhooks/mux`);
    expect(videoWebhook?.url).toBe(`${address}/api/webhooks/stream-status`);
  });

  it('shows no secret, passes none as an argument, and keeps them in files for their owner only', async () => {
    const stage = await setStage();
    await stage.deploy();
    await stage.doctor();
    await stage.deploy();
    const secrets = await secretsOf(stage);
    expect(secrets.length).toBeGreaterThan(10);
    for (const secret of [...secrets, tokens.CLOUDFLARE_API_TOKEN, tokens.MUX_TOKEN_SECRET]) {
      expect(stage.said()).not.toContain(secret);
      expect(stage.started.join('\n')).not.toContain(secret);
    }
    expect((await readdir(stage.notes)).sort()).toEqual(['production.env', 'production.json']);
    const file = join(stage.notes, 'production.env');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const noted = await readFile(file, 'utf8');
    for (const token of [tokens.CLOUDFLARE_API_TOKEN, tokens.MUX_TOKEN_SECRET])
      expect(noted).not.toContain(token);
    expect(await readFile(join(stage.notes, 'production.json'), 'utf8')).not.toMatch(/SECRET"/);
  });

  it('gives the Worker a token of its own, if there is one', async () => {
    const stage = await setStage();
    stage.variables['STREAM_API_TOKEN'] = 'only-for-stream';
    await stage.deploy();
    expect(await secretsOf(stage)).toContain('only-for-stream');
    expect(await secretsOf(stage)).not.toContain('api-token');
  });

  it('does without Mux, if that is what the operator says', async () => {
    const stage = await setStage();
    Object.assign(stage.variables, { MUX_TOKEN_ID: '', MUX_TOKEN_SECRET: undefined });
    await stage.deploy();
    expect(await counts(stage)).toEqual({ ...oneOfEach, muxWebhooks: 0, muxKeys: 0 });
  });

  const least = ['Stream Write', 'Workers Scripts Write', 'Workers KV Storage Write'];
  const withoutNotifications = {
    'has no zone on a Pro plan': { hasProZone: false },
    'gives the token no permission': { permissions: [...least, 'Queues Write'] },
  };

  it.each(Object.entries(withoutNotifications))(
    'does without notifications where the account %s',
    async (_name, change) => {
      const stage = await setStage();
      await stage.cloudflare.control.put('account', change);
      expect(await stage.deploy(), stage.said()).toBe(true);
      expect(await counts(stage)).toEqual({ ...oneOfEach, destinations: 0, policies: 0 });
      expect(stage.said()).toMatch(/live notifications +warning +none/);
    },
  );

  it('does without a queue where the token may not make one', async () => {
    const stage = await setStage();
    await stage.cloudflare.control.put('account', { permissions: [...least, 'Notifications Write'] });
    expect(await stage.deploy(), stage.said()).toBe(true);
    expect(await counts(stage)).toEqual({ ...oneOfEach, queues: 0, subscriptions: 0 });
    expect(stage.said()).toMatch(/events by queue +warning +none: .* lacks "Queues: Edit"/);
  });

  it('lets the Worker read its queue, with a dead-letter queue, and subscribes it to both sources', async () => {
    const stage = await setStage();
    await stage.deploy();
    const { queues, subscriptions } = await stage.atCloudflare();
    const queue = queues.find(({ queue_name }) => queue_name === 'whip-mux-events');
    expect(queue?.consumers).toMatchObject([
      { script: 'whip-mux', dead_letter_queue: 'whip-mux-events-unread', settings: { max_retries: 8 } },
    ]);
    expect(subscriptions.map(({ source }) => source.type).sort()).toEqual(['stream', 'stream.liveInput']);
    for (const { destination } of subscriptions) expect(destination.queue_id).toBe(queue?.queue_id);
  });
});

it('leaves no file with the secrets of an upload that was killed', async () => {
  const stage = await setStage();
  const file = join(stage.notes, 'production.secrets.json');
  await stage.deploy();
  await writeFile(file, '{}');
  await stage.deploy();
  expect(await readdir(stage.notes)).not.toContain('production.secrets.json');
});

describe('what is missing is named', () => {
  it('all at once, without a terminal, before anything is done', async () => {
    const stage = await setStage();
    for (const name of Object.keys(stage.variables)) if (!name.endsWith('_URL')) delete stage.variables[name];
    delete stage.variables['AUTH_JWKS_URL'];
    const error = await stage.deploy().catch((caught: unknown) => caught as Error);
    const named = ['CLOUDFLARE_ACCOUNT_ID', 'CLOUDFLARE_API_TOKEN', 'MUX_TOKEN_ID', 'MUX_TOKEN_SECRET'];
    for (const name of [...named, 'AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE'])
      expect(String(error)).toContain(`${name}: `);
    expect(await counts(stage)).toEqual(nothing);
  });

  it('when the access is there and the rest is not', async () => {
    const stage = await setStage();
    stage.variables['AUTH_ISSUER'] = undefined;
    stage.variables['AUTH_AUDIENCE'] = '';
    const error = await stage.deploy().catch((caught: unknown) => caught as Error);
    expect(String(error)).toContain('AUTH_ISSUER: ');
    expect(String(error)).toContain('AUTH_AUDIENCE must not be empty');
    expect(await counts(stage)).toEqual(nothing);
  });

  it('with all permissions that the tokens lack, before anything is done', async () => {
    const stage = await setStage();
    await stage.cloudflare.control.put('account', { permissions: ['Stream Read', 'Workers Scripts Write'] });
    await stage.mux.control.put('account', { permissions: ['video:read', 'video:write'] });
    await expect(stage.deploy()).rejects.toThrow('Nothing was changed');
    for (const each of ['Stream: Edit', 'Workers KV Storage: Edit', 'system:read, system:write'])
      expect(stage.said()).toContain(each);
    expect(await counts(stage)).toEqual(nothing);
  });

  it('and asked for at a terminal, one after the other, secrets without echo', async () => {
    const stage = await setStage();
    const answers: Record<string, string | undefined> = { ...stage.variables };
    const hidden: string[] = [];
    for (const name of ['MUX_TOKEN_SECRET', 'AUTH_ISSUER']) stage.variables[name] = undefined;
    stage.agreed.add('deploy');
    stage.options.terminal.ask = async (question, isHidden) => {
      if (isHidden) hidden.push(question);
      return (question.startsWith('Mux') ? answers['MUX_TOKEN_SECRET'] : answers['AUTH_ISSUER']) ?? '';
    };
    expect(await stage.deploy(), stage.said()).toBe(true);
    expect(hidden).toEqual(['Mux access token, its secret']);
  });
});

describe('again', () => {
  it('it finds everything there, and changes nothing', async () => {
    const stage = await setStage();
    await stage.deploy();
    const { scripts } = await stage.atCloudflare();
    await stage.cloudflare.control.remove('calls');
    await stage.mux.control.remove('calls');
    expect(await stage.deploy()).toBe(true);
    expect(await stage.writes()).toEqual([]);
    expect((await stage.atCloudflare()).scripts).toEqual(scripts);
  });

  it('it needs neither the notes nor the variables that the Worker has', async () => {
    const stage = await setStage();
    await stage.deploy();
    const secrets = await secretsOf(stage);
    const other = await setStage();
    Object.assign(stage.options, { notes: other.notes });
    for (const name of ['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_JWKS_URL', 'RELAY_URL'])
      stage.variables[name] = undefined;
    stage.variables['RELAY_TOKEN_SECRET'] = undefined;
    expect(await stage.deploy(), stage.said()).toBe(true);
    expect(await counts(stage)).toEqual(oneOfEach);
    expect(await secretsOf(stage)).toEqual(secrets);
  });

  it('it uploads what changed: a variable, or a token', async () => {
    const stage = await setStage();
    await stage.deploy();
    stage.variables['MAX_OPEN_STREAMS'] = '7';
    await stage.deploy();
    stage.variables['STREAM_API_TOKEN'] = 'a-newer-token';
    await stage.deploy();
    expect(stage.started.filter((each) => each.startsWith('wrangler'))).toHaveLength(3);
    const { scripts } = await stage.atCloudflare();
    expect(scripts[0]?.bindings).toContainEqual({ type: 'plain_text', name: 'MAX_OPEN_STREAMS', text: '7' });
    expect(await secretsOf(stage)).toContain('a-newer-token');
    expect(await counts(stage)).toEqual(oneOfEach);
  });
});

describe('a rotation', () => {
  const secret = async (stage: Stage, name: string): Promise<string[]> => {
    const { scripts } = await stage.atCloudflare();
    const text = scripts[0]?.bindings.find((each) => each.name === name)?.text;
    return (text ?? '').split(',');
  };

  it('puts a new secret before those of before, and keeps all in the notes', async () => {
    const stage = await setStage();
    await stage.deploy();
    const names = ['AUTH_HS256_SECRETS', 'SEALING_KEYS', 'CLOUDFLARE_NOTIFICATION_SECRETS'];
    const before = await Promise.all(names.map((name) => secret(stage, name)));
    stage.options.rotate = names;
    expect(await stage.deploy(), stage.said()).toBe(true);
    for (const [index, name] of names.entries()) {
      const now = await secret(stage, name);
      expect(now).toHaveLength(2);
      expect(now[1]).toBe(before[index]?.[0]);
      expect(now[0]).not.toBe(now[1]);
      expect(await readFile(join(stage.notes, 'production.env'), 'utf8')).toContain(now.join(','));
      expect(stage.said()).not.toContain(now[0]);
    }
    const ids = (await secret(stage, 'SEALING_KEYS')).map((key) => key.split(':')[0]);
    expect(new Set(ids).size).toBe(2);
    const { destinations } = await stage.atCloudflare();
    expect(destinations.map((each) => each.secret)).toEqual([
      (await secret(stage, 'CLOUDFLARE_NOTIFICATION_SECRETS'))[0],
    ]);
    expect(await counts(stage)).toEqual(oneOfEach);
  });

  it('replaces what the relay knows too, and says so', async () => {
    const stage = await setStage();
    await stage.deploy();
    const [before] = await secret(stage, 'RELAY_CREDENTIAL');
    stage.options.rotate = ['RELAY_CREDENTIAL'];
    await stage.deploy();
    const now = await secret(stage, 'RELAY_CREDENTIAL');
    expect(now).toHaveLength(1);
    expect(now[0]).not.toBe(before);
    expect(stage.said()).toContain('give the relay the same');
  });

  it('of the sealing keys is refused if those of before are not known', async () => {
    const stage = await setStage();
    await stage.deploy();
    const before = await secret(stage, 'SEALING_KEYS');
    const other = await setStage();
    Object.assign(stage.options, { notes: other.notes, rotate: ['SEALING_KEYS'] });
    await expect(stage.deploy()).rejects.toThrow('rotate failed');
    expect(await secret(stage, 'SEALING_KEYS')).toEqual(before);
  });
});

describe('two deployments in one account', () => {
  it('are kept apart, and the second leaves the webhook for recordings to the first', async () => {
    const stage = await setStage();
    await stage.deploy();
    const before = await stage.atCloudflare();
    await stage.turnTo('staging');
    await stage.deploy();
    expect(stage.said()).toContain('left alone');
    const after = await stage.atCloudflare();
    expect(after.scripts.map(({ name }) => name)).toEqual(['whip-mux', 'whip-mux-staging']);
    expect(after.scripts[1]?.bindings).toContainEqual({
      type: 'plain_text',
      name: 'DEPLOYMENT',
      text: 'staging',
    });
    expect(after.namespaces.map(({ title }) => title)).toEqual([
      'whip-mux-streams',
      'whip-mux-staging-streams',
    ]);
    expect(after.videoWebhook).toEqual(before.videoWebhook);
    // An account has one subscription for each source.
    expect(after.subscriptions).toEqual(before.subscriptions);
    expect(stage.said()).toMatch(/events by queue +warning +.* go to another queue/);
    expect(after.scripts[0]).toEqual(before.scripts[0]);
  });
});

describe("what is somebody else's", () => {
  const other = 'https://other.example/hook';

  it('is taken over only after a yes', async () => {
    const stage = await setStage();
    const webhook = { url: other, secret: 'their-secret' };
    await stage.cloudflare.control.put('webhooks', { video: webhook });
    expect(await stage.deploy()).toBe(false);
    expect(stage.said()).toContain(`it goes to ${other}`);
    expect((await stage.atCloudflare()).videoWebhook).toMatchObject(webhook);
    stage.agreed.add('video-webhook');
    expect(await stage.deploy(), stage.said()).toBe(true);
    expect((await stage.atCloudflare()).videoWebhook?.url).toContain(address);
  });

  it('a webhook at Mux with this address and a lost secret is replaced only after a yes', async () => {
    const stage = await setStage();
    const { id } = await stage.mux.mux.system.webhooks.create({ address: `${address}/api/webhooks/mux` });
    expect(await stage.deploy()).toBe(false);
    expect((await stage.atMux()).webhookEndpoints.map((each) => each.id)).toEqual([id]);
    stage.agreed.add('mux-webhook');
    expect(await stage.deploy(), stage.said()).toBe(true);
    const { webhookEndpoints } = await stage.atMux();
    expect(webhookEndpoints).toHaveLength(1);
    expect(webhookEndpoints[0]?.id).not.toBe(id);
  });
});

describe('a step that fails', () => {
  it('says what to do, and a repetition finishes the deployment', async () => {
    const stage = await setStage();
    const refusal = { kind: 'status', method: 'PUT', path: '/stream/webhook$', status: 500, body: {} };
    await stage.cloudflare.control.post('faults', [refusal]);
    const error = await stage.deploy().catch((caught: unknown) => caught as Error);
    expect(String(error)).toContain('video-webhook failed: Cloudflare answers 500 to PUT /stream/webhook');
    expect(String(error)).toContain('repeat the deployment');
    expect(await stage.deploy(), stage.said()).toBe(true);
    expect(await counts(stage)).toEqual(oneOfEach);
  });

  it('shows what a program said, such as wrangler', async () => {
    const stage = await setStage();
    stage.options.tools.run = async () => {
      throw new Error('cmake: command not found');
    };
    await expect(stage.deploy()).rejects.toThrow(/build failed: cmake: command not found\n.*bundle/);
  });
});

it('knows every setting that the Worker reads, and that docs/settings.md describes', async () => {
  const { settings } = await import('../../deploy/settings.ts');
  const bindings = [
    'STREAMS',
    'LEASES',
    'ROOMS',
    'PACES',
    'CREATE_LIMIT',
    'METRICS',
    'WEB_MEDIA_ORIGINS',
    'RELEASE',
  ];
  const known = new Set([...settings.map(({ name }) => name), ...bindings]);
  const unknown = (text: string, pattern: RegExp): string[] =>
    [...text.matchAll(pattern)].map(([, name]) => name ?? '').filter((name) => !known.has(name));
  const described = await readFile(join(root, 'docs/settings.md'), 'utf8');
  expect(unknown(described, /`([A-Z][A-Z0-9_]+)`/g)).toEqual([]);
  const sources = await readdir(join(root, 'src'), { recursive: true });
  for (const name of sources.filter((each) => each.endsWith('.cpp'))) {
    const source = await readFile(join(root, 'src', name), 'utf8');
    const read = /\b(?:find|get|url_in|secrets_in)\((?:\w+, )?"([A-Z][A-Z0-9_]+)"/g;
    expect(unknown(source, read), name).toEqual([]);
  }
});
