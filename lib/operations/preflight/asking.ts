import { type AwsFailure, awsFailure } from '../aws-failure';

/** A call that AWS didn't answer. */
class AwsError extends Error {
  constructor(
    readonly reason: AwsFailure['reason'] | 'missing',
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

export function isAwsError(error: unknown): error is AwsError {
  return error instanceof AwsError;
}

/** What to report when AWS doesn't know the resource. */
export interface Missing {
  /** The error's name. */
  readonly name: string;
  readonly message: string;
  readonly fix: string;
}

/** @param action IAM action of the call, such as `ec2:DescribeInstances` */
export type Ask = <T>(action: string, call: () => Promise<T>, missing?: Missing) => Promise<T>;

/** @throws AwsError, whose message never holds text of AWS */
export function asking(region: string): Ask {
  return async (action, call, missing) => {
    try {
      return await call();
    } catch (error) {
      if (missing && error instanceof Error && error.name === missing.name) {
        throw new AwsError('missing', missing.message, missing.fix);
      }
      const { reason, message, fix } = awsFailure(action, region, error);
      throw new AwsError(reason, message, fix);
    }
  };
}

/**
 * More than any cell needs. An empty page may be followed by others, because AWS filters after paging (EC2 API,
 * "Pagination").
 */
const MOST_PAGES = 1000;

/** @throws AwsError when there are more pages than that, because part of an answer would mislead */
export async function everyPage<P extends { NextToken?: string }, T>(
  page: (token: string | undefined) => Promise<P>,
  read: (page: P) => readonly T[],
): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const answer = await page(token);
    all.push(...read(answer));
    token = answer.NextToken;
    if (!token) return all;
  }
  throw new AwsError('aws-error', `AWS's answer has no end after ${MOST_PAGES} pages`, 'run it again');
}
