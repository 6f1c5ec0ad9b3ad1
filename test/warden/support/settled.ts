import { NOTHING, type PassResult, pass } from '../../../lib/warden/pass';
import { BOX, FakeBox } from './fake-box';

export const MINUTE = 60_000;

/** A box on which everything has settled; `poll` is one more pass, and `text` the policy in force until then. */
export async function settled() {
  const box = await FakeBox.make();
  let last = await pass(box, BOX, NOTHING);
  expect(last.health).toEqual({ healthy: true, reasons: [] });
  const poll = async (memory = last.memory) => (last = await pass(box, BOX, memory));
  box.commands.length = 0;
  return { box, result: last, poll, text: box.process?.text as string };
}

export const codes = ({ health }: PassResult) => health.reasons.map(({ code }) => code);
