import fc from 'fast-check';
import { expectPair } from './expect-pair';
import { CA_CERTIFICATE, CA_KEY, KEY, properties, READ, useFakeAccount, WRITE } from './fake-account';

const SECRETS = [READ, WRITE, '/airlock/scout/c'];

interface Step {
  readonly kind: 'Create' | 'Update' | 'Delete';
  readonly parameters: string[];
  /** When the function dies in the first run; the second always lives. */
  readonly death: { readonly after: number; readonly applied: boolean } | undefined;
  /** Whether an operator sets the first secret afterwards. */
  readonly set: boolean;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('Create', 'Update', 'Delete'),
    parameters: fc.subarray(SECRETS),
    death: fc.option(fc.record({ after: fc.nat(20), applied: fc.boolean() }), { nil: undefined }),
    set: fc.boolean(),
  }),
  { minLength: 1, maxLength: 5 },
);

const aws = useFakeAccount();

/** One event, delivered twice, as Lambda does after a death. */
async function deliver(step: Step, before: Record<string, unknown> | undefined) {
  const RequestType = before === undefined && step.kind === 'Update' ? 'Create' : step.kind;
  const event = {
    RequestType,
    PhysicalResourceId: RequestType === 'Create' ? undefined : 'airlock/scout',
    ResourceProperties: properties({ Parameters: step.parameters }),
    OldResourceProperties: before,
  };
  aws.ssm.revive();
  aws.ssm.death = step.death;
  await aws.run(event);
  aws.ssm.revive();
  return { event, told: await aws.run(event) };
}

function expectDeleted(step: Step, set: ReadonlySet<string>): void {
  const left = [...aws.ssm.parameters.keys()];
  expect(left.filter((name) => step.parameters.includes(name) && !set.has(name))).toEqual([]);
  expect(left).not.toContain(CA_KEY);
  expect(left).not.toContain(CA_CERTIFICATE);
}

test('a death at any call of any lifecycle is healed by the next run, and no set value is ever lost', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      aws.ssm.parameters.clear();
      const set = new Set<string>();
      let before: Record<string, unknown> | undefined;
      for (const step of history) {
        const { event, told } = await deliver(step, before);
        expect(told.Status).toBe('SUCCESS');
        for (const name of set) expect(aws.ssm.newest(name)?.Value).toBe('value');
        if (event.RequestType === 'Delete') {
          expectDeleted(step, set);
          before = undefined;
          continue;
        }
        expectPair(aws.ssm, told);
        for (const name of step.parameters) expect(aws.ssm.newest(name)).toMatchObject({ KeyId: KEY });
        for (const name of step.set ? step.parameters.slice(0, 1) : []) {
          aws.ssm.set(name, 'value', KEY);
          set.add(name);
        }
        before = event.ResourceProperties;
      }
    }),
    { numRuns: 40 },
  );
});

test('the fake does die: a function that dies before its last write leaves the CA half made', async () => {
  aws.ssm.death = { after: 9, applied: false };
  expect((await aws.run({})).Status).toBe('FAILED');
  expect(aws.ssm.parameters.has(CA_KEY)).toBe(true);
  expect(aws.ssm.parameters.has(CA_CERTIFICATE)).toBe(false);
});
