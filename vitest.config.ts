import { defineConfig } from 'vitest/config';

// Tests import the built code (`#src/*` is `dist/*`), so that what is tested is what runs: child processes and worker
// threads start from the same files as in production.
export default defineConfig({
  test: {
    pool: 'forks',
    // Node itself loads the built code, as in production. Else vite would give it the ES build of graphql while its
    // libraries get the CommonJS one, and the two do not know each other's objects.
    server: { deps: { external: [/\/dist\//] } },
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
});
