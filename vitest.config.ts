import { defineConfig } from 'vitest/config';

// One project for each suite: they run in different hosts.
export default defineConfig({
  test: {
    // Generous, since compilers may be at work on the same machine.
    projects: [{ test: { name: 'sandbox', include: ['tests/sandbox/**/*.test.ts'], testTimeout: 20_000 } }],
  },
});
