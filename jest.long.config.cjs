/** The suites that take seconds each: CI runs them after `npm test`. */
const { testMatch: _, ...common } = require('./jest.config.cjs');

module.exports = {
  ...common,
  testRegex: require('./jest.slow.cjs').map((place) =>
    place.endsWith('$') ? place : `${place}.*\\.test\\.ts$`,
  ),
  testPathIgnorePatterns: [],
};
