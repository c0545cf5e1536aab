// Builds what is served beside the Worker, without it: the web app, and the description of the API. wrangler runs this
// before it starts, bundles or deploys. See [build] and [assets] in wrangler.toml.
//
//   WEB_MEDIA_ORIGINS  origins, besides the providers', that the pages may talk to: a relay's, or those of stand-ins

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { headersFile } from '../web/headers.ts';
import { describeApi } from './openapi.ts';

const root = new URL('..', import.meta.url).pathname;
const folder = join(root, 'build/assets');

// Everybody may read the description, from everywhere; it is no page.
const headers = `
/api/openapi.json
  ! Content-Security-Policy
  ! Permissions-Policy
  ! Referrer-Policy
  ! Cross-Origin-Opener-Policy
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
`;

await build({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'warn' });
mkdirSync(join(folder, 'api'), { recursive: true });
writeFileSync(join(folder, 'api/openapi.json'), JSON.stringify(describeApi(), null, 2));
writeFileSync(join(folder, '_headers'), headersFile(process.env['WEB_MEDIA_ORIGINS']) + headers);
