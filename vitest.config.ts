import { defineConfig } from 'vitest/config';

// One project for each suite: they run in different hosts. The time limits are generous, since compilers may be at
// work on the same machine.
const project = (name: string) => ({
  test: { name, include: [`tests/${name}/**/*.test.ts`], testTimeout: 20_000 },
});

export default defineConfig({ test: { projects: ['module', 'sandbox'].map(project) } });
