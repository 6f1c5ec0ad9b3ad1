/** The suites that take seconds each: CI runs them after `npm test`. */
module.exports = {
  ...require('./jest.config.cjs'),
  roots: ['<rootDir>/test/long'],
  testPathIgnorePatterns: [],
};
