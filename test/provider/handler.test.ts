/** The Lambda's entry with the real SDK, against a loopback endpoint that speaks Systems Manager's JSON. */
import { createServer, type Server } from 'node:http';
import { handler } from '../../constructs/provider/function/handler';
import { listening } from '../support/listening';
import { CA_CERTIFICATE, CA_KEY, READ, useFakeAccount, WRITE } from './fake-account';

const aws = useFakeAccount();
let endpoint: Server;
const environment = { ...process.env };

beforeEach(async () => {
  endpoint = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const action = String(request.headers['x-amz-target']).replace('AmazonSSM.', '');
    const command = { input: JSON.parse(Buffer.concat(chunks).toString()) };
    Object.defineProperty(command, 'constructor', { value: { name: `${action}Command` } });
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    try {
      response.end(JSON.stringify(await aws.ssm.send(command)));
    } catch (error) {
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: (error as Error).name, message: 'no detail' }));
    }
  });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SSM: `http://127.0.0.1:${await listening(endpoint)}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});
afterEach(async () => {
  process.env = { ...environment };
  endpoint.closeAllConnections();
  await new Promise((closed) => endpoint.close(closed));
});

test('creates, and logs one line without a value in it', async () => {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  try {
    await handler(aws.event, { getRemainingTimeInMillis: () => 60_000 });
  } finally {
    write.mockRestore();
  }
  expect([...aws.ssm.parameters.keys()].sort()).toEqual([CA_CERTIFICATE, CA_KEY, READ, WRITE].sort());
  expect(JSON.parse(aws.written.at(-1) ?? '')).toMatchObject({ Status: 'SUCCESS' });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { RequestType: 'Create', LogicalResourceId: 'ScoutSecrets', status: 'SUCCESS', reason: 'done' },
  ]);
});
