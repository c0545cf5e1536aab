// The Worker that a TypeScript team would write: Hono, the providers' SDKs, jose. It answers four requests as ours does,
// with the same security headers and a line in the log.

import Mux from '@mux/mux-node';
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { jwtVerify } from 'jose';
import type { Settings } from './settings.ts';

const app = new Hono<{ Bindings: Settings }>();

app.use(requestId());
app.use(
  secureHeaders({
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xFrameOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
    originAgentCluster: false,
    crossOriginOpenerPolicy: false,
  }),
);
app.use(async (c, next) => {
  const begun = Date.now();
  await next();
  c.header('cache-control', 'no-store');
  const { method, path } = c.req;
  const line = { requestId: c.get('requestId'), method, path, status: c.res.status, ms: Date.now() - begun };
  console.log(JSON.stringify(line));
});

app.get('/healthz', (c) => c.json({ status: 'ok' }));

app.post('/api/webhooks/mux', async (c) => {
  const mux = new Mux({
    tokenId: c.env.MUX_TOKEN_ID,
    tokenSecret: c.env.MUX_TOKEN_SECRET,
    webhookSecret: c.env.MUX_WEBHOOK_SECRETS,
  });
  const body = await c.req.text();
  let event;
  try {
    event = await mux.webhooks.unwrap(body, c.req.raw.headers);
  } catch {
    return c.json({ error: 'bad signature' }, 401);
  }
  const { type, created_at, data } = event as typeof event & { data: { id: string } };
  const metadata = { type, at: created_at, asset: data.id };
  await c.env.STREAMS.put(`fact/mux/${data.id}/${event.id}`, body, { metadata });
  return c.json({ received: true });
});

app.get('/api/streams/:id/playback', async (c) => {
  const stream = await c.env.STREAMS.get(`answer/${c.req.param('id')}/playback`, 'json');
  return stream ? c.json(stream) : c.json({ error: 'not found' }, 404);
});

app.get('/api/streams/:id', async (c) => {
  const token = (c.req.header('authorization') ?? '').replace(/^Bearer /, '');
  let claims;
  try {
    const key = new TextEncoder().encode(c.env.AUTH_HS256_SECRETS);
    const { AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience } = c.env;
    claims = (await jwtVerify(token, key, { algorithms: ['HS256'], issuer, audience })).payload;
  } catch {
    return c.json({ error: 'unauthorized' }, 401);
  }
  const found = await c.env.STREAMS.get<{ createdBy: string }>(`answer/${c.req.param('id')}`, 'json');
  return found && found.createdBy === claims.sub ? c.json(found) : c.json({ error: 'not found' }, 404);
});

export default app;
