import { ENDS_WITHIN, observeAnswer, observeEnd } from '../../lab/proxy/plan/changes';

describe('a changed policy', () => {
  test.each([
    ['its answer', [200], 1, 'held'],
    ['the proxy\u2019s own error', [502], 1, 'failed'],
    ['nothing', [], 1, 'failed'],
    ['its answer, but was sent twice', [200], 2, 'failed'],
    ['a refusal, and was never sent', [403], 0, 'broken'],
  ])('a write that got %s', (_, statuses, arrivals, result) => {
    expect(observeAnswer({ statuses }, arrivals)).toMatchObject({ result });
  });

  test.each([
    ['before it', -1, 'held'],
    ['just in time', ENDS_WITHIN, 'held'],
    ['too late', ENDS_WITHIN + 1, 'failed'],
    ['never', undefined, 'broken'],
  ])('a stream whose last byte came %s', (_, after, result) => {
    const inForce = 1_000_000;
    expect(observeEnd(after && inForce + after, inForce)).toMatchObject({ result });
  });
});
