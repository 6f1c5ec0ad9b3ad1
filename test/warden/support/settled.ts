import { NOTHING, type PassResult, pass } from '../../../lib/warden/pass';
import { BOX, FakeBox } from './fake-box';

export const MINUTE = 60_000;

/** A box on which everything has settled. */
export async function settled(): Promise<{ box: FakeBox; result: PassResult }> {
  const box = await FakeBox.make();
  const result = await pass(box, BOX, NOTHING);
  expect(result.health).toEqual({ healthy: true, reasons: [] });
  return { box, result };
}

export const codes = ({ health }: PassResult) => health.reasons.map(({ code }) => code);
