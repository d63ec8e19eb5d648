import { defineConfig } from 'vitest/config';

// Tests import the built code (`#src/*` is `dist/*`), so that what is tested is what runs: child processes and worker
// threads start from the same files as in production.
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
});
