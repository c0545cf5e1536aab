import { defineConfig } from 'vitest/config';

// One project for each suite: they run in different hosts. The time limits are generous, since compilers may be at
// work on the same machine.

// To what is sent in real time, a machine that stands still for a second looks like a network that does. So what fails
// there has a second chance, which the report shows.
const realTime = { retry: 1 };

interface More {
  globalSetup?: string;
  retry?: number;
  fileParallelism?: boolean;
  testTimeout?: number;
  hookTimeout?: number;
  env?: Record<string, string>;
}

const project = (name: string, more: More = {}) => ({
  test: {
    name,
    include: [`tests/${name}/**/*.test.ts`],
    testTimeout: 20_000,
    expect: { poll: { timeout: 10_000 } },
    ...more,
  },
});

export default defineConfig({
  test: {
    // Half of the work of most tests is done by the process that they drive.
    maxWorkers: '100%',
    projects: [
      project('module'),
      project('sandbox'),
      project('media', { ...realTime, globalSetup: 'tests/worker/bundle.ts', testTimeout: 200_000 }),
      project('web', {
        ...realTime,
        globalSetup: 'tests/web/build.ts',
        testTimeout: 120_000,
        hookTimeout: 120_000,
      }),
      project('relay', { ...realTime, testTimeout: 120_000 }),
      // All of it at once, on ports that the pages were built for.
      project('e2e', {
        ...realTime,
        globalSetup: 'tests/e2e/build.ts',
        fileParallelism: false,
        testTimeout: 400_000,
      }),
      project('worker', {
        globalSetup: 'tests/worker/bundle.ts',
        testTimeout: 60_000,
        env: { WRANGLER_LOG: 'warn' },
      }),
      // Not among the tests: `npm run bench`.
      { test: { name: 'bench', include: ['bench/**/*.bench.ts'], testTimeout: 200_000 } },
    ],
  },
});
