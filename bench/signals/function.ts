import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { auditLogGroup, flowLogGroup, resolverLogGroup } from '../../constructs/names';
import { SIGNALS, type SignalId } from '../../lib/config/values/signals';
import { HOUR, MINUTE } from '../../lib/watch/period';

const STACK = 'airlock';
export const AGENT = 'scout';

const logs = (logGroup: string, logStream: string, messages: readonly string[]) => ({
  awslogs: {
    data: gzipSync(
      JSON.stringify({
        messageType: 'DATA_MESSAGE',
        logGroup,
        logStream,
        logEvents: messages.map((message) => ({ message })),
      }),
    ).toString('base64'),
  },
});
const event = (kind: string, detail: object) => ({
  'detail-type': kind,
  time: new Date().toISOString(),
  detail,
});

/** A line of the proxy box, as CloudWatch Logs delivers it. */
export const delivered = (stream: 'gate' | 'warden', line: string) =>
  logs(auditLogGroup(STACK, AGENT), stream, [line]);

const flow = (port: number) => `2 111122223333 eni-1 10.64.0.5 192.0.2.1 40000 ${port} 6 1 60 1 2 REJECT OK`;
const late = () =>
  JSON.stringify({
    record: 'signal',
    time: new Date(Date.now() - 11 * MINUTE).toISOString(),
    signal: 'pushes',
    saw: 'x',
  });

/** What calls the function for each signal that it raises itself. */
export const CAUSES: Partial<Record<SignalId, () => object>> = {
  'backup-failed': () =>
    event('Backup Job State Change', { state: 'FAILED', resourceArn: 'arn:aws:ec2:x:1:volume/vol-state' }),
  'cpu-pegged': () => event('Scheduled Event', {}),
  'flow-logs-undelivered': () => event('Scheduled Event', {}),
  'machine-down': () =>
    event('EC2 Instance State-change Notification', { 'instance-id': 'i-host', state: 'stopped' }),
  'parameter-changed': () =>
    event('Parameter Store Change', { name: `/${STACK}/${AGENT}/policy/1`, operation: 'Update' }),
  'records-late': () => delivered('gate', late()),
  'rejected-flows': () =>
    logs(
      flowLogGroup(STACK),
      'eni-1',
      Array.from({ length: 30 }, (_, port) => flow(port)),
    ),
  'resolver-query': () =>
    logs(resolverLogGroup(STACK), 'x', [JSON.stringify({ query_name: 'a.example.', srcaddr: '10.64.0.5' })]),
  'secret-read': () =>
    event('AWS API Call via CloudTrail', {
      userIdentity: { arn: 'arn:aws:iam::111122223333:user/mallory' },
      sourceIPAddress: '198.51.100.9',
      requestParameters: { name: `/${STACK}/${AGENT}/pat`, withDecryption: true },
    }),
};

const MACHINE = `<item><instanceId>i-host</instanceId><privateIpAddress>10.64.0.5</privateIpAddress><tagSet>
<item><key>airlock:agent</key><value>${AGENT}</value></item><item><key>airlock:part</key><value>agent-host</value></item></tagSet>
<blockDeviceMapping><item><ebs><volumeId>vol-state</volumeId></ebs></item></blockDeviceMapping>
<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId></item></networkInterfaceSet></item>`;
/** AWS's answers to what the function asks. */
const ANSWERS: Readonly<Record<string, string>> = {
  DescribeInstances: `<DescribeInstancesResponse><reservationSet><item><instancesSet>${MACHINE}</instancesSet></item></reservationSet></DescribeInstancesResponse>`,
  DescribeInstanceStatus: '<DescribeInstanceStatusResponse/>',
  DescribeFlowLogs:
    '<DescribeFlowLogsResponse><flowLogSet><item><flowLogId>fl-1</flowLogId><deliverLogsStatus>FAILED</deliverLogsStatus></item></flowLogSet></DescribeFlowLogsResponse>',
  GetMetricData: JSON.stringify({ MetricDataResults: [{ Id: 'm0', Values: [99] }] }),
  Publish: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
};

/** The built function with an AWS that answers at once. */
export class WatchFunction {
  private published: (subject: string) => void = () => undefined;
  private handler: ((event: unknown) => Promise<void>) | undefined;
  private readonly server: Server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const form = new URLSearchParams(body);
      const target = String(request.headers['x-amz-target'] ?? '').split('.')[1];
      const action = target ?? form.get('Action') ?? '';
      response.end(ANSWERS[action] ?? '');
      if (action === 'Publish') this.published(form.get('Subject') ?? '');
    });
  });

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const { port } = this.server.address() as AddressInfo;
    Object.assign(process.env, {
      ...{ AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_REGION: 'us-east-1' },
      ...{ AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench', NODE_NO_WARNINGS: '1' },
      ...{ STACK, ALERTS: 'arn:aws:sns:us-east-1:111122223333:alerts' },
      MODES: JSON.stringify({ [AGENT]: 'n'.repeat(SIGNALS.length) }),
    });
    // What the function looks for once an hour, it looks for in every run.
    const real = Date.now;
    const offset = MINUTE - (real() % HOUR);
    Date.now = () => real() + offset;
  }

  /** A new one, as Lambda starts it: it has told nobody anything. */
  fresh(): void {
    const file = join(process.cwd(), 'dist/assets/watch/index.js');
    delete require.cache[file];
    this.handler = require(file).handler;
  }

  /** @returns milliseconds until the topic is called for the signal */
  async told(signal: SignalId, cause: object): Promise<number> {
    const began = performance.now();
    const told = new Promise<number>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nobody is told of ${signal}`)), 10_000);
      this.published = (subject) => {
        if (!subject.endsWith(`: ${signal}`)) return;
        clearTimeout(timer);
        resolve(performance.now() - began);
      };
    });
    const [milliseconds] = await Promise.all([told, this.handler?.(cause)]);
    return milliseconds;
  }

  stop(): void {
    this.server.close();
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) body += part;
  return body;
}
