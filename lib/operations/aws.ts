import { JsonCall, type JsonClient } from '../../constructs/provider/function/json-service';
import { type AwsFailure, awsFailure } from './aws-failure';

/** The SDK's packages by the prefix of their IAM actions. Each is loaded at its first call, because that is slow. */
const PACKAGES = {
  backup: () => import('@aws-sdk/client-backup'),
  cloudwatch: () => import('@aws-sdk/client-cloudwatch'),
  cloudformation: () => import('@aws-sdk/client-cloudformation'),
  ec2: () => import('@aws-sdk/client-ec2'),
  iam: () => import('@aws-sdk/client-iam'),
  kms: () => import('@aws-sdk/client-kms'),
  logs: () => import('@aws-sdk/client-cloudwatch-logs'),
  servicequotas: () => import('@aws-sdk/client-service-quotas'),
  sns: () => import('@aws-sdk/client-sns'),
  ssm: () => import('@aws-sdk/client-ssm'),
};

type Service = keyof typeof PACKAGES;
type Package<S extends Service> = Awaited<ReturnType<(typeof PACKAGES)[S]>>;
/** The types of a command; never for an operation that the service doesn't have. */
type Types<S extends Service, O extends string> = `${O}Command` extends keyof Package<S>
  ? Package<S>[`${O}Command`] extends new (
      ...input: never
    ) => infer Command
    ? Command extends {
        readonly input: infer Input;
        resolveMiddleware(...input: never): (...input: never) => Promise<{ readonly output: infer Output }>;
      }
      ? { readonly input: Input; readonly output: Output }
      : never
    : never
  : never;

/** Where a page names the next one, and where the next call names it. @default NextToken in both */
const TOKENS: Readonly<Partial<Record<Service, readonly [answer: string, input: string]>>> = {
  iam: ['Marker', 'Marker'],
  kms: ['NextMarker', 'Marker'],
  logs: ['nextToken', 'nextToken'],
};

/** A client of the SDK. */
export interface Client {
  send(command: never): Promise<unknown>;
  readonly config?: { readonly systemClockOffset?: number };
}

/** Services without a client of the SDK here. */
type JsonServiceName = 'budgets' | 'route53resolver';

type Make<T> = (region: string, endpoint?: string) => Promise<T> | T;

/** Makes the client of a service when the first call needs it. */
export type Clients = { readonly [S in Service]?: Make<Client> } & {
  readonly [S in JsonServiceName]?: Make<JsonClient>;
} & {
  /** What `--profile` named, for messages. */
  readonly profile?: string;
};

interface How {
  /** What to report of an error by its own name, such as that of a resource that AWS doesn't know. */
  readonly missing?: Missing | ((name: string) => Pick<Missing, 'message' | 'fix'> | undefined);
  /** The IAM action in messages. @default the call */
  readonly action?: string;
}

export interface Missing {
  /** The error's name. */
  readonly name: string;
  readonly message: string;
  readonly fix: string;
}

/** Calls AWS in one Region. A call that AWS refuses throws AwsError, whose message never holds text of AWS. */
export interface Aws {
  readonly region: string;
  /** @param call such as `ec2:DescribeVpcs`: service and operation, which is the IAM action too, but for a few */
  call<S extends Service, O extends string>(
    call: `${S}:${O}`,
    input: Types<S, O>['input'],
    how?: How,
  ): Promise<Types<S, O>['output']>;
  /** The same; undefined for an error that says that there is no such resource. */
  find<S extends Service, O extends string>(
    call: `${S}:${O}`,
    input: Types<S, O>['input'],
    isMissing: (error: Error) => boolean,
  ): Promise<Types<S, O>['output'] | undefined>;
  /** All pages of a list. */
  list<S extends Service, O extends string, T>(
    call: `${S}:${O}`,
    input: Types<S, O>['input'],
    read: (page: Types<S, O>['output']) => readonly T[] | undefined,
  ): Promise<T[]>;
  list<S extends Service, O extends string, T>(
    call: `${S}:${O}`,
    input: Types<S, O>['input'],
    read: (page: Types<S, O>['output']) => readonly T[] | undefined,
    isMissing: (error: Error) => boolean,
  ): Promise<T[] | undefined>;
  json<T>(call: `${JsonServiceName}:${string}`, input: object, how?: How): Promise<T>;
  /** All pages of a list that the answer has under this name. */
  jsonList<T>(call: `${JsonServiceName}:${string}`, input: object, field: string, how?: How): Promise<T[]>;
  /** A call that somebody else makes. @param action such as `ec2:DescribeInstances` */
  ask<T>(action: string, call: () => Promise<T>): Promise<T>;
  client(service: Service): Client;
  /**
   * Milliseconds by which AWS's clock is ahead of this machine's, as the SDK takes it from answers that differ by minutes. It
   * signs with that time.
   */
  clockOffset(): number;
}

/** @param endpoint as AWS_ENDPOINT_URL says it */
export function awsOf(clients: Clients, region: string, endpoint?: string): Aws {
  const ask = async <T>(action: string, call: () => Promise<T>, missing?: How['missing']): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      const name = error instanceof Error ? error.name : '';
      const known = typeof missing === 'function' ? missing(name) : missing?.name === name && missing;
      if (known) throw new AwsError('missing', known.message, known.fix);
      const { reason, message, fix } = awsFailure(action, region, error, clients.profile);
      throw new AwsError(reason, message, fix);
    }
  };
  const made = new Map<string, Promise<unknown>>();
  const used = new Set<Client>();
  const clientOf = async <T>(service: Service | JsonServiceName): Promise<T> => {
    const client = made.get(service) ?? Promise.resolve(clients[service]?.(region, endpoint));
    made.set(service, client);
    const ready = (await client) as T;
    used.add(ready as Client);
    return ready;
  };
  const send = async (call: string, input: object) => {
    const [service, operation] = call.split(':') as [Service, string];
    const sdk = (await PACKAGES[service]()) as unknown as Record<string, new (input: object) => never>;
    const Command = sdk[`${operation}Command`] as new (input: object) => never;
    return (await clientOf<Client>(service)).send(new Command(input));
  };
  const find = (call: string, input: object, isMissing: (error: Error) => boolean) =>
    ask(call, () =>
      send(call, input).catch((error) => {
        if (error instanceof Error && isMissing(error)) return undefined;
        throw error;
      }),
    );
  const sendJson = async (call: string, input: object) => {
    const [service, operation = ''] = call.split(':') as [JsonServiceName, string?];
    return (await clientOf<JsonClient>(service)).send(new JsonCall(operation, { ...input }));
  };
  const aws = {
    region,
    ask,
    clockOffset: () =>
      [...used].map((client) => client?.config?.systemClockOffset ?? 0).find((offset) => offset !== 0) ?? 0,
    client: (service: Service) => ({
      send: async (command: never) => (await clientOf<Client>(service)).send(command),
    }),
    call: (call: string, input: object, { missing, action = call }: How = {}) =>
      ask(action, () => send(call, input), missing),
    find,
    list: (
      call: string,
      input: object,
      read: (page: never) => readonly unknown[] | undefined,
      isMissing: (error: Error) => boolean = () => false,
    ) => {
      const [answer, token] = TOKENS[call.split(':')[0] as Service] ?? ['NextToken', 'NextToken'];
      return everyPage(
        (next) => find(call, { ...input, [token]: next }, isMissing),
        answer,
        (page) => read(page as never),
      );
    },
    json: (call: string, input: object, { action = call }: How = {}) =>
      ask(action, () => sendJson(call, input)),
    jsonList: (call: string, input: object, field: string, { action = call }: How = {}) =>
      everyPage(
        (NextToken) => ask(action, () => sendJson(call, { ...input, NextToken })),
        'NextToken',
        (page) => (page as Readonly<Record<string, readonly unknown[] | undefined>>)[field],
      ),
  };
  return aws as unknown as Aws;
}

/** A call that AWS didn't answer. */
export class AwsError extends Error {
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

/** What the work answers, or what `refused` makes of AWS's refusal. @param refused gets a sentence with what to do */
export async function unlessRefused<T, R>(
  work: () => T | Promise<T>,
  refused: (why: string, error: AwsError) => R,
): Promise<T | R> {
  try {
    return await work();
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return refused(`${error.message}: ${error.fix}`, error);
  }
}

export type NoAnswer = { readonly reason: 'no-answer'; readonly message: string };

/** What the work answers, or AWS's refusal with what to do. */
export function answered<T>(work: () => T | Promise<T>): Promise<T | NoAnswer> {
  return unlessRefused(work, (message) => ({ reason: 'no-answer', message }));
}

/**
 * More than any cell needs. An empty page may be followed by others, because AWS filters after paging (EC2 API,
 * "Pagination").
 */
const MOST_PAGES = 1000;

/** @throws AwsError when there are more pages than that, because part of an answer would mislead */
async function everyPage(
  page: (token: string | undefined) => Promise<unknown>,
  tokenField: string,
  read: (page: unknown) => readonly unknown[] | undefined,
): Promise<unknown[] | undefined> {
  const all: unknown[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const answer = await page(token);
    if (answer === undefined) return undefined;
    all.push(...(read(answer) ?? []));
    token = (answer as Readonly<Record<string, string | undefined>>)[tokenField];
    if (!token) return all;
  }
  throw new AwsError('aws-error', `AWS's answer has no end after ${MOST_PAGES} pages`, 'run it again');
}
