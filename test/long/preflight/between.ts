import { request as ask, createServer, type IncomingMessage, type Server } from 'node:http';
import { listening } from './listening';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * What becomes of a call. Nothing: the caller is left without an answer.
 *
 * @param action as AWS names it, such as `DescribeInstances`
 */
export type Twist = (action: string, pass: () => Promise<Answer>) => Promise<Answer | undefined>;

/** Whoever stands between the command and AWS. */
export class Between {
  private constructor(
    readonly endpoint: string,
    private readonly server: Server,
  ) {}

  static async start(endpoint: string, twist: Twist): Promise<Between> {
    const server = createServer(async (request, response) => {
      const body = await read(request);
      const action =
        /\bAction=(\w+)/.exec(body)?.[1] ?? String(request.headers['x-amz-target']).split('.')[1];
      const answer = await twist(
        action ?? '',
        async () => dnsFirewall(action ?? '') ?? (await pass(endpoint, request, body)),
      );
      if (answer) response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
    });
    return new Between(`http://${await listening(server)}`, server);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** moto doesn't play a VPC's DNS firewall: this one is as the stack makes it. */
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

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** With every header as it came, because the signature covers some of them, the name of the host included. */
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
