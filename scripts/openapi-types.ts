// Writes the types of the API, from its description, to web/src/openapi.d.ts, for whoever calls it from TypeScript.

import { writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';
import type { OpenAPI3 } from 'openapi-typescript';
import { describeApi } from './openapi.ts';

const types = await openapiTS(describeApi() as unknown as OpenAPI3);
const notice = '// Made by `npm run openapi:types` from docs/openapi.\n\n';
writeFileSync(new URL('../web/src/openapi.d.ts', import.meta.url), notice + astToString(types));
