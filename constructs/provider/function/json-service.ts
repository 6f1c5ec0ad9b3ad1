import type { SSMClientResolvedConfig } from '@aws-sdk/client-ssm';
import { SignatureV4 } from '@smithy/signature-v4';

/** How long one call may take, in milliseconds. */
const CALL_TIMEOUT_MS = 10_000;
const TRIES = 5;
const FIRST_PAUSE_MS = 500;
const PASSING =
  /^(Throttling(Exception)?|TooManyRequestsException|InternalServiceErrorException|InternalErrorException)$/;

/** Services of which the kit needs a few calls, and no client: what each is called in headers, and where it is. */
const SERVICES = {
  route53resolver: {
    target: 'Route53Resolver',
    host: (region: string) => `route53resolver.${region}.amazonaws.com`,
  },
  /** One endpoint for the partition, signed for us-east-1 (AWS Budgets endpoints and quotas). */
  budgets: { target: 'AWSBudgetServiceGateway', host: () => 'budgets.amazonaws.com' },
} as const;

/** Names for a signature of another time. AWS accepts five minutes (IAM user guide, "Signing AWS API requests"). */
const WRONG_TIME = /^(InvalidSignatureException|RequestExpired|RequestInTheFuture|RequestTimeTooSkewed)$/;
const ACCEPTED_MS = 4 * 60_000;

/** One call of a service that speaks AWS's JSON protocol, version 1.1. */
export class JsonCall {
  constructor(
    /** As the service's API reference names it. */
    readonly operation: string,
    readonly input: Readonly<Record<string, unknown>>,
  ) {}
}

export interface JsonClient {
  /** @returns the answer as it came: nothing in it is checked */
  send(call: JsonCall, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
}

export interface JsonServiceProps {
  readonly service: keyof typeof SERVICES;
  /** Whose credentials sign: an SDK client's. */
  readonly config: Pick<SSMClientResolvedConfig, 'credentials' | 'sha256'>;
  readonly region: string;
  /** @default the service's public endpoint */
  readonly endpoint?: string;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** Errors carry AWS's name for them, as the SDK's do. */
export class JsonService implements JsonClient {
  private readonly url: URL;
  private readonly signer: SignatureV4;
  /** How far AWS's clock is ahead of this machine's, in milliseconds. */
  private clockOffset = 0;

  constructor(private readonly props: JsonServiceProps) {
    const { service, region, endpoint, config } = props;
    this.url = new URL(endpoint ?? `https://${SERVICES[service].host(region)}`);
    // The client's own region is another one where the service has a single endpoint.
    const { credentials, sha256 } = config;
    this.signer = new SignatureV4({ service, region, credentials, sha256 });
  }

  async send(call: JsonCall, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      abortSignal?.throwIfAborted();
      try {
        return await this.once(call, abortSignal);
      } catch (error) {
        if (attempt === TRIES || !(error instanceof Error)) throw error;
        if ('retry' in error) continue;
        if (!PASSING.test(error.name)) throw error;
        await this.props.pause(FIRST_PAUSE_MS * 2 ** attempt);
      }
    }
  }

  private async once({ operation, input }: JsonCall, abortSignal?: AbortSignal): Promise<unknown> {
    const { host, hostname, protocol } = this.url;
    const body = JSON.stringify(input);
    const request = {
      method: 'POST',
      protocol,
      hostname,
      path: '/',
      headers: {
        host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${SERVICES[this.props.service].target}.${operation}`,
      },
      body,
    };
    const signingDate = new Date(Date.now() + this.clockOffset);
    const { headers } = await this.signer.sign(request, { signingDate });
    const timeout = AbortSignal.timeout(CALL_TIMEOUT_MS);
    const answer = await fetch(this.url, {
      method: 'POST',
      headers,
      body,
      redirect: 'error',
      signal: abortSignal ? AbortSignal.any([abortSignal, timeout]) : timeout,
    });
    const read = parse(await answer.text());
    if (answer.ok) return read;
    const name = errorName(read, answer.status);
    throw Object.assign(new Error(String(read.message ?? read.Message ?? '')), {
      name,
      ...(WRONG_TIME.test(name) && this.takesTimeOf(answer) && { retry: true }),
      $metadata: { httpStatusCode: answer.status },
    });
  }

  /** Whether the answer's date differs from the one that was signed; the next call is signed with it. */
  private takesTimeOf(answer: Response): boolean {
    const offset = Date.parse(answer.headers.get('date') ?? '') - Date.now();
    if (!(Math.abs(offset - this.clockOffset) > ACCEPTED_MS)) return false;
    this.clockOffset = offset;
    return true;
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text || '{}');
  } catch {
    return {};
  }
}

/** AWS writes a namespace before the name, and sometimes an address after it. */
function errorName({ __type }: Record<string, unknown>, status: number): string {
  const name = typeof __type === 'string' ? /([A-Za-z]\w*)(?::.*)?$/.exec(__type)?.[1] : undefined;
  return name ?? (status >= 500 ? 'InternalErrorException' : `Http${status}`);
}
