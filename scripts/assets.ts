// Builds the static assets: the web app and the API description. wrangler runs this before it starts, bundles or
// deploys; see [build] and [assets] in wrangler.toml.
//
//   WEB_MEDIA_ORIGINS  origins that the pages may connect to in addition to the providers: a relay's or the stand-ins'

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { headersFile } from '../web/headers.ts';
import { describeApi } from './openapi.ts';

const root = new URL('..', import.meta.url).pathname;
const folder = join(root, 'build/assets');

// Any origin may read the API description. It is not a page, so the pages' policies do not apply.
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
