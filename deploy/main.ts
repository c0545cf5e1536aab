// npm run deploy: see docs/deploy.md.

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { deploy } from './deploy.ts';
import { diagnose } from './doctor.ts';
import { rotatable } from './rotation.ts';
import { Unset } from './settings.ts';
import { terminal, tools } from './terminal.ts';

const usage = `Usage: npm run deploy -- [--dry-run] [--env NAME] [--yes TOPIC]... [--rotate SECRET]...
       npm run doctor -- [--env NAME] [--broadcast]

deploy asks for what it cannot find in the environment, says what it will do, does it, and ends with doctor. It can be
repeated at any time. doctor checks a deployment against both providers and says what to do; its exit status is 1 if
something is wrong.

  --dry-run    says what would be done, and does nothing
  --env        another deployment in the same account, such as staging; default production
  --yes        agrees in advance: deploy, mux-webhook, video-webhook, notifications or unfinished-key
  --rotate     replaces a generated secret: ${rotatable.join(', ')}
  --broadcast  also publishes a test picture for a minute and reports what is recorded where

Variables: those of docs/settings.md, and
  STREAM_API_TOKEN   a token for the Worker itself with Stream: Edit only; default CLOUDFLARE_API_TOKEN
  WORKER_URL         the Worker's address, if it is neither below workers.dev nor a custom domain of wrangler.toml
  DOCTOR_TOKEN       for --broadcast: a user's token; default one that is signed with AUTH_HS256_SECRETS
  DEPLOY_NOTES       the folder for secrets and unfinished work; default .deploy`;

const [command, ...rest] = process.argv.slice(2);
const { values: given } = parseArgs({
  args: rest,
  options: {
    'dry-run': { type: 'boolean' },
    env: { type: 'string', default: 'production' },
    yes: { type: 'string', multiple: true, default: [] },
    rotate: { type: 'string', multiple: true, default: [] },
    broadcast: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});

if (given.help || (command !== 'deploy' && command !== 'doctor')) {
  console.log(usage);
  process.exit(given.help ? 0 : 2);
}
if (!/^[a-z0-9-]{1,24}$/.test(given.env)) {
  console.error('--env must be a short name of a-z, 0-9 and -.');
  process.exit(2);
}

const listed = (values: string[]): string[] => values.flatMap((each) => each.split(','));
const unknown = listed(given.rotate).filter((name) => !rotatable.includes(name));
if (unknown.length > 0) {
  console.error(`--rotate knows no ${unknown.join(', ')}; it knows ${rotatable.join(', ')}.`);
  process.exit(2);
}

const root = resolve(import.meta.dirname, '..');
const options = {
  root,
  notes: resolve(process.env['DEPLOY_NOTES'] ?? `${root}/.deploy`),
  environment: given.env,
  rotate: listed(given.rotate),
  variables: process.env,
  terminal: terminal(listed(given.yes)),
  tools: tools(root),
};

try {
  const isGood =
    command === 'deploy'
      ? await deploy(options, { dryRun: given['dry-run'] ?? false })
      : await diagnose(options, { rehearse: given.broadcast ?? false });
  process.exit(isGood ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(error instanceof Unset ? 2 : 1);
}
