/** Why a call to AWS failed, in one sentence a person can act on. AWS's own words stay out: they are long and vary. */
export interface AwsFailure {
  readonly reason: 'no-credentials' | 'denied' | 'unreachable' | 'throttled' | 'aws-error';
  readonly message: string;
  readonly fix: string;
}

const NO_CREDENTIALS =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken(Exception)?|InvalidClientTokenId|UnrecognizedClientException|AuthFailure|InvalidSignatureException|SignatureDoesNotMatch)$/;
const EXPIRED = /^ExpiredToken(Exception)?$/;
const WRONG_TIME = /^(RequestExpired|RequestInTheFuture|RequestTimeTooSkewed)$/;
const DENIED = /^(AccessDenied(Exception)?|UnauthorizedOperation|OptInRequired)$/;
const UNREACHABLE =
  /^(TimeoutError|AbortError|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|UnknownEndpoint|NetworkingError)$/;
const THROTTLED = /^(Throttling(Exception)?|RequestLimitExceeded|TooManyRequestsException)$/;

/**
 * @param action IAM action of the call, such as `ec2:DescribeImages`
 * @param profile what `--profile` named
 */
export function awsFailure(action: string, region: string, error: unknown, profile?: string): AwsFailure {
  const {
    name = 'Error',
    code,
    $metadata,
  } = (error ?? {}) as { name?: string; code?: string; $metadata?: { httpStatusCode?: number } };
  const any = (pattern: RegExp) => pattern.test(name) || pattern.test(code ?? '');
  if (any(WRONG_TIME)) {
    const message = `AWS refused ${action} in ${region}, because it was signed with another time than AWS's`;
    const fix = "set this machine's clock to within five minutes, and run it again";
    return { reason: 'no-credentials', message, fix };
  }
  if (any(NO_CREDENTIALS)) {
    const fix =
      profile === undefined
        ? 'sign in (aws sso login, or AWS_PROFILE), check the profile and the clock, and run it again'
        : `choose one that "aws configure list-profiles" lists, or sign in: aws sso login --profile ${profile}`;
    const whose = profile === undefined ? '' : ` of the profile "${profile}"`;
    return {
      reason: 'no-credentials',
      message: `AWS accepted no credentials${whose} for ${action} in ${region}${any(EXPIRED) ? ': they have expired' : ''}`,
      fix,
    };
  }
  if (any(DENIED) || $metadata?.httpStatusCode === 403) {
    const fix = `give the identity you signed in with the permission ${action}`;
    return { reason: 'denied', message: `AWS denied ${action} in ${region}`, fix };
  }
  if (any(UNREACHABLE)) {
    const fix = 'check that env.region is the name of an AWS Region, and the network';
    return { reason: 'unreachable', message: `${region} could not be reached for ${action}`, fix };
  }
  if (any(THROTTLED)) {
    return {
      reason: 'throttled',
      message: `AWS takes no more calls of ${action} in ${region} now`,
      fix: 'run it again in a minute',
    };
  }
  if (any(/^NoSuchBucket$/)) {
    const fix = "name the bucket of the stack's output ArchiveBucket";
    return { reason: 'aws-error', message: `there is no such bucket for ${action} in ${region}`, fix };
  }
  const shown = /^[A-Za-z][\w.]{0,80}$/.test(name) ? name : 'an unnamed error';
  return {
    reason: 'aws-error',
    message: `${action} in ${region} failed with ${shown}`,
    fix: 'run it again; if it stays so, look at the error',
  };
}
