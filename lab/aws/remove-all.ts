import { type Aws, AwsRefusal } from './aws-cli';
import { type Call, type Leftover, leftovers, type Place, stackStatus } from './leftovers';

export interface RemoveInput extends Place {
  readonly tell: (line: string) => void;
  /** Waits between two listings. */
  readonly pause: () => Promise<void>;
}

/** Rounds without progress before it stops: AWS lists deleted resources for some minutes. */
const PATIENCE = 12;

/** Deletes the stack, then the resources that it retained, until a listing is empty. @returns what stays */
export async function removeAll(input: RemoveInput): Promise<readonly Leftover[]> {
  await deleteStack(input);
  let left = await leftovers(input);
  for (let idle = 0; left.length > 0 && idle < PATIENCE; ) {
    await removeOnce(input, left);
    await input.pause();
    const next = await leftovers(input);
    idle = next.length < left.length ? 0 : idle + 1;
    left = next;
  }
  return left;
}

/** CloudFormation can't delete a stack during an update. The rounds of `removeAll` retry a failed deletion. */
async function deleteStack(input: RemoveInput): Promise<void> {
  await settled(input);
  const itself = (await leftovers(input)).find(({ id }) => id === input.stack);
  if (!itself) return;
  input.tell(`deleting ${itself.kind} ${itself.id}`);
  await removeOnce(input, [itself]);
  await settled(input);
}

/** A stack whose change set CloudFormation refused stays in review, which is no update. */
async function settled({ aws, stack, pause }: RemoveInput): Promise<void> {
  while (/^(?!REVIEW).*_IN_PROGRESS$/.test((await stackStatus(aws, stack)) ?? '')) await pause();
}

async function removeOnce({ aws, tell }: RemoveInput, found: readonly Leftover[]): Promise<void> {
  for (const { kind, id, remove } of found) {
    // The result of the last call counts. Another resource may still use this one: the next round retries.
    let refusal: AwsRefusal | undefined;
    for (const call of remove) refusal = await refusalOf(aws, call);
    if (refusal) tell(`not yet removed: ${kind} ${id}: ${refusal.message}`);
    else if (remove.length > 0) tell(`removed ${kind} ${id}`);
  }
}

async function refusalOf(aws: Aws, [service, operation, input]: Call): Promise<AwsRefusal | undefined> {
  try {
    await aws(service, operation, input);
    return undefined;
  } catch (error) {
    if (error instanceof AwsRefusal) return error;
    throw error;
  }
}
