// The HTTP headers of all static assets, the file `_headers`: the web app's, and the API description's.

import { headersFile } from '../web/headers.ts';

// Any origin may read the API description. It is not a page, so the pages' policies do not apply.
const description = `
/api/openapi.json
  ! Content-Security-Policy
  ! Permissions-Policy
  ! Referrer-Policy
  ! Cross-Origin-Opener-Policy
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
`;

/** `mediaOrigins` lists origins that the pages may connect to in addition to the providers. */
export function assetHeaders(mediaOrigins: string | undefined): string {
  return headersFile(mediaOrigins) + description;
}
