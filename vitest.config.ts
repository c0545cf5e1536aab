import { defineConfig } from 'vitest/config';

// One project for each suite: they run in different hosts. The time limits are generous, since compilers may be at
// work on the same machine.
const project = (name: string, more: { globalSetup?: string } = {}) => ({
  test: { name, include: [`tests/${name}/**/*.test.ts`], testTimeout: 20_000, ...more },
});

export default defineConfig({
  test: {
    projects: [
      project('module'),
      project('sandbox'),
      project('worker', { globalSetup: 'tests/worker/bundle.ts' }),
    ],
  },
});
