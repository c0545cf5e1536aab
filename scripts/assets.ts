// Builds the static assets: the web app and the API description. wrangler runs this before it starts, bundles or
// deploys; see [build] and [assets] in wrangler.toml.
//
//   WEB_MEDIA_ORIGINS  origins that the pages may connect to in addition to the providers: a relay's or the stand-ins'

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { assetHeaders } from './asset-headers.ts';
import { describeApi } from './openapi.ts';

const root = new URL('..', import.meta.url).pathname;
const folder = join(root, 'build/assets');

await build({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'warn' });
mkdirSync(join(folder, 'api'), { recursive: true });
writeFileSync(join(folder, 'api/openapi.json'), JSON.stringify(describeApi(), null, 2));
writeFileSync(join(folder, '_headers'), assetHeaders(process.env['WEB_MEDIA_ORIGINS']));
