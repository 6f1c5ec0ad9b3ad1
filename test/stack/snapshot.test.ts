import { reviewText } from '../../lib/operations/ci/review-text';
import { kitAirlock } from '../support/arbitrary-airlock';
import { pinned, templateOf } from './synthesise';

/** More is nothing that a person reviews. */
const LINES = 1720;

describe('the test configuration', () => {
  const text = reviewText(templateOf(pinned(kitAirlock())));

  test('makes this template', () => {
    expect(text).toMatchSnapshot();
  });

  test('can be reviewed', () => {
    expect(text.split('\n').length).toBeLessThan(LINES);
    expect(text).not.toMatch(/\[object Object\]|undefined/);
  });

  test('looks the same whatever a build changes', () => {
    expect(text).not.toMatch(/\b[0-9a-f]{64}\b/);
  });
});
