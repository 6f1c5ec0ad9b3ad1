import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/**
 * Suites that take seconds each, where they belong by what they test: `npm run test:long` runs them. Most start processes;
 * a quick suite covers the same room without.
 */
const LONG = [
  'test/long/**/*.test.ts',
  'test/agent-host/boothook.test.ts',
  'test/agent-host/canaries.test.ts',
  'test/agent-host/hostile-values.test.ts',
  'test/agent-host/proxy-box.test.ts',
  'test/agent-host/runtime.test.ts',
  'test/agent-host/scan.test.ts',
  'test/agent-host/skills.test.ts',
  'test/agent-host/state-volume.test.ts',
  'test/agent-host/without-curl.test.ts',
  'test/cli/ci.test.ts',
  'test/cli/completion.test.ts',
  'test/cli/init.test.ts',
  'test/cli/interrupted.test.ts',
  'test/cli/people-calls.test.ts',
  'test/cli/smoke.test.ts',
  'test/cli/synth.test.ts',
  'test/config/hostile-files.test.ts',
  'test/config/regions.test.ts',
  'test/guardrails/archive.test.ts',
  'test/guardrails/rules.test.ts',
  'test/lab/rehearsal/installation.test.ts',
  'test/operations/diff.test.ts',
  'test/policy/go.test.ts',
  'test/provider/crashes.test.ts',
  'test/stack/change.test.ts',
  'test/stack/findings.test.ts',
  'test/stack/guarded.test.ts',
  'test/stack/replacement.test.ts',
  'test/stack/restore.test.ts',
  'test/stack/watch.test.ts',
  'test/warden/compiled-policy.test.ts',
  'test/warden/connect/answerer.test.ts',
  'test/warden/faults.test.ts',
  'test/warden/real-host.test.ts',
  'test/warden/user-data.test.ts',
  'test/watch/hostile.test.ts',
];

/** Machine files are texts, as scripts/bundle.mjs makes them. */
const text = {
  name: 'text',
  enforce: 'pre',
  load: (id) =>
    /\.(sh|service|timer|slice|conf|cfg|tmpl)$/.test(id)
      ? `export default ${JSON.stringify(readFileSync(id, 'utf8'))};`
      : undefined,
};

export default defineConfig({
  plugins: [text],
  // The examples import the kit as an app does.
  resolve: { alias: { 'agent-airlock': join(import.meta.dirname, 'lib/index.ts') } },
  test: {
    globals: true,
    // A process loads aws-cdk-lib and the kit once for all its test files.
    isolate: false,
    maxWorkers: '100%',
    // With a larger young generation, templates and policies are collected once, not copied again and again.
    execArgv: ['--max-semi-space-size=64'],
    // A busy machine is no failure.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The value of $name in a test's title, whole.
    taskTitleValueFormatTruncate: 0,
    setupFiles: 'test/support/environment.ts',
    globalSetup: 'test/support/run-directory.ts',
    projects: [
      { extends: true, test: { name: 'quick', include: ['test/**/*.test.ts'], exclude: LONG } },
      { extends: true, test: { name: 'long', include: LONG, testTimeout: 900_000, hookTimeout: 900_000 } },
    ],
  },
});
