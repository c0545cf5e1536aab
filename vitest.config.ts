import { defineConfig } from 'vitest/config';

// One project per suite, because they run in different hosts. Time limits are generous, because compilers may run on
// the same machine.

interface More {
  globalSetup?: string;
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
    // Most tests do half of their work in another process.
    maxWorkers: '100%',
    projects: [
      project('module'),
      project('sandbox'),
      // One file builds what the others upload.
      project('deploy', { fileParallelism: false, testTimeout: 60_000 }),
      project('media', { globalSetup: 'tests/worker/bundle.ts', testTimeout: 200_000 }),
      project('web', {
        globalSetup: 'tests/web/build.ts',
        testTimeout: 120_000,
        hookTimeout: 120_000,
      }),
      project('relay', { testTimeout: 120_000 }),
      // End to end, on the ports that the pages were built for.
      project('e2e', {
        globalSetup: 'tests/e2e/build.ts',
        fileParallelism: false,
        testTimeout: 400_000,
      }),
      project('worker', {
        globalSetup: 'tests/worker/bundle.ts',
        // What fails once on a busy machine is done a minute later.
        testTimeout: 150_000,
        hookTimeout: 60_000,
        env: { WRANGLER_LOG: 'warn' },
      }),
      // Not part of ./test: `npm run bench`, `bench:news`, `bench:web` and `bench:end`.
      { test: { name: 'bench', include: ['bench/*.bench.ts'], testTimeout: 200_000 } },
      { test: { name: 'bench-e2e', include: ['bench/e2e/*.bench.ts'], globalSetup: 'tests/e2e/build.ts' } },
      { test: { name: 'bench-web', include: ['bench/web/*.bench.ts'], globalSetup: 'tests/web/build.ts' } },
    ],
  },
});
