import { type AwsFailure, awsFailure } from '../aws-failure';

/** A question that AWS didn't answer; whoever asked fails with it. */
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

/** What it means when AWS doesn't know what was asked for. */
export interface Missing {
  /** The error's name. */
  readonly name: string;
  readonly message: string;
  readonly fix: string;
}

/** @param action IAM action of the call, such as `ec2:DescribeInstances` */
export type Ask = <T>(action: string, call: () => Promise<T>, missing?: Missing) => Promise<T>;

/** @throws AwsError, in words that are never AWS's own */
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
 * Far more than one cell of an account has: a page may be empty and still not be the last, because AWS may filter
 * after it has cut the pages (EC2 API, "Pagination").
 */
const MOST_PAGES = 1000;

/** @throws AwsError when there is no end of them: half an answer is none */
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
