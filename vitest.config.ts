import { defineConfig } from 'vitest/config';

// Tests import the built code (`#src/*` is `dist/*`), so that what is tested is what runs: child processes and worker
// threads start from the same files as in production.
export default defineConfig({
  // As Node does: else tests would get the ES build of graphql and the server the CommonJS one, and the two do not know
  // each other's objects.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    pool: 'forks',
    // Node itself loads the built code, as in production.
    server: { deps: { external: [/\/dist\//] } },
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Tests also run beside other work: what is awaited comes late then, and fails no sooner for it.
    expect: { poll: { timeout: 30_000 } },
    reporters: ['default'],
  },
});
