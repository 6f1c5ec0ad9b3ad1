import { request as ask, createServer, type IncomingMessage, type Server } from 'node:http';
import { listening } from '../../support/listening';
import type { BuiltAccount } from '../verify/account';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * Decides the answer to a call. Undefined: the caller gets none.
 *
 * @param action AWS's name of the call, such as `DescribeInstances`
 */
export type Twist = (action: string, pass: () => Promise<Answer>) => Promise<Answer | undefined>;

/** A proxy between the command and moto. */
export class Between {
  private constructor(
    readonly endpoint: string,
    private readonly server: Server,
  ) {}

  static async start(account: BuiltAccount, endpoint: string, twist: Twist): Promise<Between> {
    const server = createServer(async (request, response) => {
      const body = await read(request);
      const action =
        /\bAction=(\w+)/.exec(body)?.[1] ?? String(request.headers['x-amz-target']).split('.')[1];
      const answer = await twist(action ?? '', async () => {
        const said = dnsFirewall(action ?? '') ?? (await pass(endpoint, request, body));
        // moto has no such stack: a permitted call gets an error from it.
        return said.status === 400 ? (cloudFormation(action ?? '', account) ?? said) : said;
      });
      if (answer) response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
    });
    return new Between(`http://127.0.0.1:${await listening(server)}`, server);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** moto has no DNS firewall: these are the answers for the stack's. */
function dnsFirewall(action: string): Answer | undefined {
  const answers: Readonly<Record<string, object>> = {
    GetFirewallConfig: { FirewallConfig: { FirewallFailOpen: 'DISABLED' } },
    ListFirewallRuleGroupAssociations: {
      FirewallRuleGroupAssociations: [{ FirewallRuleGroupId: 'group', Priority: 101, Status: 'COMPLETE' }],
    },
    ListFirewallRules: {
      FirewallRules: [{ Action: 'BLOCK', Priority: 1, FirewallDomainListId: 'every-name' }],
    },
    ListFirewallDomains: { Domains: ['*'] },
  };
  const found = answers[action];
  return found && { status: 200, type: 'application/x-amz-json-1.1', body: JSON.stringify(found) };
}

/** The stack that the account was built from. */
function cloudFormation(action: string, { ids, planned, templateText }: BuiltAccount): Answer | undefined {
  const members = planned.map(
    ({ logicalId, type }) => `<member><LogicalResourceId>${logicalId}</LogicalResourceId>
      <PhysicalResourceId>${ids.get(logicalId)}</PhysicalResourceId><ResourceType>${type}</ResourceType></member>`,
  );
  const answers: Readonly<Record<string, string>> = {
    ListStackResources: `<StackResourceSummaries>${members.join('')}</StackResourceSummaries>`,
    GetTemplate: `<TemplateBody><![CDATA[${templateText}]]></TemplateBody>`,
    DescribeStacks: `<Stacks><member><StackStatus>UPDATE_COMPLETE</StackStatus>
      <StackId>arn:aws:cloudformation:us-east-1:123456789012:stack/airlock/1</StackId></member></Stacks>`,
  };
  const found = answers[action];
  const body = `<${action}Response><${action}Result>${found}</${action}Result></${action}Response>`;
  return found === undefined ? undefined : { status: 200, type: 'text/xml', body };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Keeps every header, because the signature covers some of them, Host included. */
function pass(endpoint: string, { headers, method }: IncomingMessage, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = ask(endpoint, { method, headers }, async (answer) => {
      const type = answer.headers['content-type'] ?? '';
      resolve({ status: answer.statusCode ?? 0, type, body: await read(answer) });
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
