/** One agent's custom resource before a fake Parameter Store and a loopback address that takes the answers. */
import { createServer, type Server } from 'node:http';
import type { Surroundings } from '../../constructs/provider/function/custom-resource';
import type { LifecycleEvent } from '../../constructs/provider/function/event';
import { respond } from '../../constructs/provider/function/respond';
import { listening } from '../support/listening';
import { FakeBudgets } from './fake-budgets';
import { FakeResolver } from './fake-resolver';
import { FakeSsm } from './fake-ssm';

export const KEY = 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555';
export const OTHER_KEY = 'arn:aws:kms:us-east-1:111122223333:key/99999999-2222-3333-4444-555555555555';
export const CA_KEY = '/airlock/scout/ca/private-key';
export const CA_CERTIFICATE = '/airlock/scout/ca/certificate';
export const WRITE = '/airlock/scout/github-write-pat';
export const READ = '/airlock/scout/github-read-pat';

export interface Told {
  Status: 'SUCCESS' | 'FAILED';
  Reason: string;
  PhysicalResourceId: string;
  StackId: string;
  RequestId: string;
  LogicalResourceId: string;
  Data?: Record<string, string>;
}

export class FakeAccount {
  readonly ssm = new FakeSsm();
  readonly resolver = new FakeResolver();
  readonly budgets = new FakeBudgets();
  readonly ec2Calls: Call[] = [];
  readonly logsCalls: Call[] = [];
  logsFault: (action: string) => Error | undefined = () => undefined;
  ec2Fault: (action: string) => Error | undefined = () => undefined;
  /** @default one that answers nothing to whatever is asked */
  ec2: ReturnType<Surroundings['ec2']> = { send: (command: object) => this.ec2Send(command) } as never;
  /** What EC2 says to a call; nothing of anything, where a test doesn't care. */
  ec2Answer: (action: string, input: Record<string, unknown>) => object = () => ({});
  /** Everything the provider wrote: log lines and the raw bodies of its answers. */
  readonly written: string[] = [];
  readonly pauses: number[] = [];
  /** Status codes for the coming answers; 200 when none is left, 0 to hang up. */
  readonly statuses: number[] = [];
  readonly headers: Record<string, unknown>[] = [];
  now = new Date('2026-11-20T12:00:00Z');
  /** Lets that much time pass, on the account's clock. */
  surroundingsPause = async (milliseconds: number): Promise<void> => {
    if (this.pauses.push(milliseconds) > 1000) throw new Error('paused 1000 times: nothing ends this');
    this.now = new Date(this.now.getTime() + milliseconds);
  };
  private readonly bodies: string[] = [];
  private server: Server | undefined;
  private port = 0;

  async open(): Promise<this> {
    this.ssm.clock = () => this.now.getTime();
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const status = this.statuses.shift() ?? 200;
        if (status === 0) return response.destroy();
        const body = Buffer.concat(chunks).toString();
        this.headers.push({ ...request.headers, method: request.method });
        if (status === 200) this.bodies.push(body);
        this.written.push(body);
        response.writeHead(status).end();
      });
    });
    this.port = await listening(this.server);
    return this;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((closed) => this.server?.close(closed));
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}/answer?signature=abc`;
  }

  /** Runs one event, and returns what CloudFormation was told. */
  async run(event: Partial<LifecycleEvent>, remainingMs = 60_000): Promise<Told> {
    await respond({ ...this.event, ...event } as LifecycleEvent, remainingMs, this.surroundings);
    return JSON.parse(this.bodies.at(-1) ?? 'null') as Told;
  }

  get event(): LifecycleEvent {
    return {
      RequestType: 'Create',
      ResponseURL: this.address,
      StackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/airlock/1',
      RequestId: 'request-1',
      ResourceType: 'Custom::AirlockAgentSecrets',
      LogicalResourceId: 'ScoutSecrets',
      ResourceProperties: properties(),
    };
  }

  get surroundings(): Surroundings {
    return {
      ssm: () => this.ssm.client,
      ec2: () => this.ec2,
      logs: () => ({ send: (command: object) => this.logsSend(command) }) as never,
      resolver: () => this.resolver,
      budgets: () => this.budgets,
      now: () => this.now,
      pause: (milliseconds) => this.surroundingsPause(milliseconds),
      log: (entry) => this.written.push(JSON.stringify(entry)),
    };
  }

  private async logsSend(command: object): Promise<unknown> {
    const { action } = noted(command, this.logsCalls);
    const fault = this.logsFault(action);
    if (fault) throw fault;
    return {};
  }

  private async ec2Send(command: object): Promise<unknown> {
    const { action, input } = noted(command, this.ec2Calls);
    const fault = this.ec2Fault(action);
    if (fault) throw fault;
    return this.ec2Answer(action, input);
  }
}

interface Call {
  readonly action: string;
  readonly input: Record<string, unknown>;
}

function noted(command: object, calls: Call[]): Call {
  const { input } = command as Call;
  const call = { action: command.constructor.name.replace(/Command$/, ''), input };
  calls.push(call);
  return call;
}

export type RequestType = LifecycleEvent['RequestType'];

/** The fakes of a test file, new before each of its tests. */
export function useFakeAccount(): FakeAccount {
  let account: FakeAccount;
  beforeEach(async () => {
    account = await new FakeAccount().open();
  });
  afterEach(() => account.close());
  return new Proxy({} as FakeAccount, {
    get: (_, name) => Reflect.get(account, name),
    set: (_, name, value) => Reflect.set(account, name, value),
  });
}

/** Runs events of one resource type. @param physicalId What Create answers. @param usual The properties by default. */
export const eventsOf =
  (aws: FakeAccount, ResourceType: string, physicalId: string, usual: object) =>
  (RequestType: RequestType, ResourceProperties: object = usual) => {
    const PhysicalResourceId = RequestType === 'Create' ? undefined : physicalId;
    return aws.run({ RequestType, ResourceType, ResourceProperties, PhysicalResourceId } as object);
  };

/** A failure whose reason contains this text or matches this pattern. */
export const failed = (reason: string | RegExp) => ({
  Status: 'FAILED',
  Reason: typeof reason === 'string' ? expect.stringContaining(reason) : expect.stringMatching(reason),
});

export function properties(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:provider',
    Agent: 'scout',
    KeyArn: KEY,
    Parameters: [READ, WRITE],
    CaKeyParameter: CA_KEY,
    CaCertificateParameter: CA_CERTIFICATE,
    ...changes,
  };
}
