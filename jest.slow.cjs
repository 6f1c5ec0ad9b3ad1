/** Suites that take many seconds each, where they belong by what they test: `npm run test:long` runs them. */
module.exports = [
  '/test/long/',
  '/test/agent-host/runtime\\.test\\.ts$',
  '/test/config/regions\\.test\\.ts$',
  '/test/stack/change\\.test\\.ts$',
  '/test/stack/findings\\.test\\.ts$',
  '/test/stack/replacement\\.test\\.ts$',
  '/test/guardrails/rules\\.test\\.ts$',
  '/test/policy/go\\.test\\.ts$',
];
