import { createServer, type IncomingMessage, type Server } from 'node:http';
import { SSMClient } from '@aws-sdk/client-ssm';
import {
  JsonCall,
  JsonService,
  type JsonServiceProps,
} from '../../constructs/provider/function/json-service';
import { listening } from '../support/listening';

let server: Server;
let port: number;
let asked: { headers: IncomingMessage['headers']; method?: string; url?: string; body: string }[];
let answers: { status: number; body: unknown; headers?: object }[];
let pauses: number[];

beforeEach(async () => {
  asked = [];
  answers = [];
  pauses = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const { headers, method, url } = request;
      asked.push({ headers, method, url, body });
      const answer = answers.shift() ?? { status: 200, body: {} };
      const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
      response.writeHead(answer.status, { location: 'http://127.0.0.1:1/', ...answer.headers }).end(text);
    });
  });
  port = await listening(server);
});
afterEach(() => new Promise((closed) => server.close(closed)));

const secretAccessKey = 'not-a-real-key';
function service(changes: Partial<JsonServiceProps> = {}): JsonService {
  const credentials = { accessKeyId: 'placeholder', secretAccessKey, sessionToken: 'a-session' };
  return new JsonService({
    service: 'route53resolver',
    region: 'eu-north-1',
    config: new SSMClient({ region: 'eu-north-1', credentials }).config,
    endpoint: `http://127.0.0.1:${port}`,
    pause: async (milliseconds) => pauses.push(milliseconds),
    ...changes,
  });
}
const call = new JsonCall('GetFirewallConfig', { ResourceId: 'vpc-0123456789abcdef0' });

test('a call is signed JSON for its service and region, and comes back as it was answered', async () => {
  answers.push({ status: 200, body: { FirewallConfig: { FirewallFailOpen: 'DISABLED' } } });
  expect(await service().send(call)).toEqual({ FirewallConfig: { FirewallFailOpen: 'DISABLED' } });
  const [{ headers, method, url, body } = { headers: {}, body: '' }] = asked;
  expect([method, url, JSON.parse(body)]).toEqual(['POST', '/', { ResourceId: 'vpc-0123456789abcdef0' }]);
  expect(headers).toMatchObject({
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'Route53Resolver.GetFirewallConfig',
    'x-amz-security-token': 'a-session',
  });
  expect(headers.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=placeholder\/\d{8}\/eu-north-1\/route53resolver\/aws4_request, SignedHeaders=.*host.*x-amz-target/,
  );
  expect(JSON.stringify(asked)).not.toContain(secretAccessKey);
});

test('an error has the name that AWS gives it', async () => {
  answers.push({
    status: 400,
    body: { __type: 'com.amazonaws.route53resolver#ResourceNotFoundException:http://x/', message: 'a lot' },
  });
  await expect(service().send(call)).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    $metadata: { httpStatusCode: 400 },
  });
  expect(asked).toHaveLength(1);
});

test.each([[{ status: 400, body: { __type: 'ThrottlingException' } }], [{ status: 503, body: '<html>' }]])(
  'what passes by itself is tried again: %j',
  async (answer) => {
    answers.push(answer, answer);
    expect(await service().send(call)).toEqual({});
    expect(pauses).toEqual([1000, 2000]);
  },
);

test('five failures are the end of it', async () => {
  answers.push(...Array.from({ length: 9 }, () => ({ status: 500, body: '' })));
  await expect(service().send(call)).rejects.toMatchObject({ name: 'InternalErrorException' });
  expect(asked).toHaveLength(5);
});

test('nothing is sent on to another address, and nothing is asked once time is out', async () => {
  answers.push({ status: 307, body: '' });
  await expect(service().send(call)).rejects.toThrow();
  expect(asked).toHaveLength(1);
  await expect(service().send(call, { abortSignal: AbortSignal.abort() })).rejects.toThrow();
  expect(asked).toHaveLength(1);
});

test('budgets are signed for the one region that has them', async () => {
  await service({ service: 'budgets', region: 'us-east-1' }).send(new JsonCall('DescribeBudget', {}));
  expect(asked[0]?.headers['x-amz-target']).toBe('AWSBudgetServiceGateway.DescribeBudget');
  expect(asked[0]?.headers.authorization).toContain('/us-east-1/budgets/aws4_request');
});

test('with the clock an hour off, it signs again with the time of AWS’s answer, once', async () => {
  // No hour ends meanwhile.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 28, 12, 30) });
  onTestFinished(() => void vi.useRealTimers());
  const late = Date.now() + 3_600_000;
  const refused = {
    status: 400,
    body: { __type: 'InvalidSignatureException' },
    headers: { date: new Date(late).toUTCString() },
  };
  answers.push(refused, { status: 200, body: { signed: 'again' } });
  const off = service();
  expect(await off.send(call)).toEqual({ signed: 'again' });
  const hourOf = ({ headers }: (typeof asked)[number]) => String(headers['x-amz-date']).slice(0, 11);
  const hours = asked.map(hourOf);
  const stamp = (time: number) => new Date(time).toISOString().replaceAll(/[-:]/g, '').slice(0, 11);
  expect(hours).toEqual([stamp(Date.now()), stamp(late)]);
  // A signature that is wrong for another reason isn't tried again.
  answers.push(refused);
  await expect(off.send(call)).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  expect(pauses).toEqual([]);
});
