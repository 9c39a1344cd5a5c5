import { defineConfig } from 'vitest/config';

const unit = ['core', 'sdk', 'instrument', 'logger', 'lambda', 'testing', 'benchmarks'].map((name) => ({
  extends: true as const,
  test: { name, include: [`packages/${name}/src/**/*.test.ts`] },
}));

export default defineConfig({
  test: {
    silent: 'passed-only',
    env: process.argv.includes('--coverage') ? { TRACELET_COVERAGE: 'true' } : {},
    projects: [
      ...unit,
      { extends: true, test: { name: 'examples', include: ['examples/*/*.test.ts'], testTimeout: 20_000 } },
      { extends: true, test: { name: 'scripts', include: ['scripts/**/*.test.ts'], testTimeout: 20_000 } },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['packages/e2e/**/*.test.ts'],
          exclude: ['**/node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // Each leg starts processes and measures time-outs: two at once on two cores disturb one another.
          fileParallelism: false,
        },
      },
    ],
    coverage: {
      provider: 'v8',
      include: ['packages/core/src/**/*.ts'],
      exclude: ['**/*.{test,bench,tst,fixture}.ts', '**/test-support/**'],
      reporter: ['text'],
      thresholds: { lines: 100, branches: 100, statements: 100, functions: 100 },
    },
  },
});
