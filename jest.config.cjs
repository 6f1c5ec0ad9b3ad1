/** Unit tests run from source through esbuild; files that ride into a bundle as text are read as text here too. */
module.exports = {
  testEnvironment: '<rootDir>/test/support/jest-environment.cjs',
  runtime: '<rootDir>/test/support/jest-runtime.cjs',
  // A busy machine is no failure.
  testTimeout: 60_000,
  maxWorkers: '100%',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: require('./jest.slow.cjs'),
  setupFiles: ['<rootDir>/test/support/environment.cjs'],
  transform: {
    '\\.ts$': '<rootDir>/test/support/typescript-transform.cjs',
    '\\.(sh|service|timer|slice|socket|conf|cfg|sudoers|py|env|txt|pem|asc|tmpl)$':
      '<rootDir>/test/support/text-transform.cjs',
  },
  // The examples import the kit as an app does.
  moduleNameMapper: { '^agent-airlock$': '<rootDir>/lib' },
  moduleFileExtensions: ['ts', 'js', 'cjs', 'json', 'node'],
};
