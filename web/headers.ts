// HTTP headers for the web app's files: the content security policy and caching.

// Hosts of the providers' media, images and players.
const providers = {
  connect: ['https://*.cloudflarestream.com', 'https://*.videodelivery.net', 'https://*.mux.com'],
  media: ['https://*.cloudflarestream.com', 'https://*.videodelivery.net', 'https://*.mux.com'],
  images: ['https://*.cloudflarestream.com', 'https://*.videodelivery.net', 'https://image.mux.com'],
  frames: ['https://*.cloudflarestream.com', 'https://*.videodelivery.net'],
};

const origin = /^https?:\/\/(\*\.)?[\w.-]+(:\d+)?$/;

/** Additional media origins, separated by white space: a relay, or stand-ins on this machine. */
function readOrigins(text: string): string[] {
  const origins = text.split(/\s+/).filter((each) => each !== '');
  const wrong = origins.find((each) => !origin.test(each));
  if (wrong !== undefined)
    throw new Error(`WEB_MEDIA_ORIGINS: '${wrong}' is not an origin such as https://relay.example`);
  return origins;
}

function policy(more: string[], ancestors: string): string {
  const directives: Record<string, string[]> = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'font-src': ["'self'"],
    'manifest-src': ["'self'"],
    'worker-src': ["'self'"],
    'img-src': ["'self'", 'data:', ...providers.images, ...more],
    // hls.js creates its text tracks from an empty `data:` URL.
    'media-src': ["'self'", 'blob:', 'data:', ...providers.media, ...more],
    'connect-src': ["'self'", ...providers.connect, ...more],
    'frame-src': [...providers.frames, ...more],
    'frame-ancestors': [ancestors],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, values]) => `${name} ${values.join(' ')}`)
    .join('; ');
}

// A worker has the policy of its own script, and these two ask for nothing.
const workers = ['hls.worker', 'file-worker'];

const permissions =
  'camera=(self), microphone=(self), screen-wake-lock=(self), geolocation=(), payment=(), usb=(), display-capture=()';

/** Returns the content of the platform's `_headers` file. Only documents and workers need policies. */
export function headersFile(mediaOrigins = ''): string {
  const more = readOrigins(mediaOrigins);
  return `/*
  Content-Security-Policy: ${policy(more, "'none'")}
  Permissions-Policy: ${permissions}
  Referrer-Policy: strict-origin-when-cross-origin
  X-Content-Type-Options: nosniff
  Cross-Origin-Opener-Policy: same-origin

/embed/*
  ! Content-Security-Policy
  Content-Security-Policy: ${policy(more, '*')}

/assets/*
  ! Content-Security-Policy
  ! Cross-Origin-Opener-Policy
  ! Permissions-Policy
  ! Referrer-Policy
  Cache-Control: public, max-age=31536000, immutable

${workers.map((name) => `/assets/${name}-*\n  Content-Security-Policy: default-src 'none'\n`).join('\n')}`;
}
