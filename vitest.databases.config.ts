import { defineConfig } from 'vitest/config';

/** What `pnpm test:databases` runs, once it has started the servers. */
export default defineConfig({
  test: { include: ['examples/databases/servers/*.test.ts'], testTimeout: 30_000, hookTimeout: 30_000 },
});
