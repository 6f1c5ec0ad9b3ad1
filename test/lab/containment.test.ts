import { CONTAINMENT_PROOFS, LAST_BYTE, observeStream } from '../../lab/proxy/plan/containment';

test.each<[string, number | undefined, number | undefined, string]>([
  ['its last byte comes before the containment', 100, 900, 'held'],
  ['its last byte comes in time', 100, 1_000 + LAST_BYTE, 'held'],
  ['a byte comes too late', 100, 1_001 + LAST_BYTE, 'failed'],
  ['it never flowed', undefined, undefined, 'broken'],
  ['it began to flow after the containment', 1_000, 1_100, 'broken'],
])('KILL-1 a stream counts when %s', (_, first, last, result) => {
  expect(observeStream({ first, last }, 1_000).result).toBe(result);
});

test('every proof of a containment must fail without one, but for the hostile suite, which bites elsewhere', () => {
  expect(CONTAINMENT_PROOFS.filter(({ mustFailIn }) => mustFailIn.length === 0).map(({ id }) => id)).toEqual([
    'Y46',
  ]);
});
