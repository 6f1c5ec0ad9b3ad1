/** Suites that take many seconds each, where they belong by what they test: `npm run test:long` runs them. */
module.exports = [
  '/test/long/',
  '/test/stack/change\\.test\\.ts$',
  '/test/stack/replacement\\.test\\.ts$',
  '/test/guardrails/rules\\.test\\.ts$',
  '/test/policy/go\\.test\\.ts$',
];
