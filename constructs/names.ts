/**
 * Names that the template, the command line and the programs on the machines share. Imports nothing.
 */

/** Longest text of a Standard-tier parameter, in bytes (Systems Manager quotas). */
export const PARAMETER_LIMIT = 4096;

/** Most resources a stack holds (CloudFormation quotas). */
export const RESOURCE_LIMIT = 500;

/** Ports on a proxy box that its agent host may reach (NET-1). */
export const PROXY_TCP_PORTS = [53, 80, 443, 8080] as const;
export const PROXY_UDP_PORTS = [53] as const;
/** The port for clients with proxy settings, which is open only where an agent needs it. */
export const CONNECT_PORT = 8080;

/** Name of the root volume in both images. With any other name EC2 would add a volume and not change the root. */
export const ROOT_DEVICE = '/dev/xvda';

/** Device name of the state volume. */
export const STATE_DEVICE = '/dev/sdf';

/** The custom resource that puts a state volume on its agent host. */
export const STATE_ATTACHMENT_TYPE = 'Custom::AirlockStateAttachment';
/** The custom resources that choose a zone and images once, where none are pinned. */
export const ZONE_TYPE = 'Custom::AirlockZone';
export const IMAGES_TYPE = 'Custom::AirlockImages';

/** What a secret's parameter holds until an operator sets it. */
export const UNSET = 'UNSET';

/** How the description of every secret's parameter begins that Airlock wrote. */
export const SECRET_MARK = 'Agent Airlock secret';

/** Days of the update window, in the order of `Date.getUTCDay`. */
export const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export type Day = (typeof DAYS)[number];
/** A release of Amazon Linux 2023, as its repositories and images are called. */
export const AMAZON_LINUX_RELEASE = /^2023\.[0-9]{1,3}\.[0-9]{8}$/;

/** CloudWatch namespace of everything Airlock measures. */
export const METRIC_NAMESPACE = 'Airlock';
/** 1 when warden has a valid policy in force and iron-proxy answers, else 0; one datum a minute. */
export const HEALTH_METRIC = 'ProxyHealthy';

export const TAG_STACK = 'airlock:stack';
export const TAG_AGENT = 'airlock:agent';
/** `<stack>/<agent>`: one cell among all stacks of an account; budgets filter by it. */
export const TAG_CELL = 'airlock:cell';
/** `agent-host`, `proxy-box`, `state` or `quarantine`; the security groups of a machine carry its part too. */
export const TAG_PART = 'airlock:part';
/** On a snapshot that a containment made: when the containment began. */
export const TAG_EVIDENCE = 'airlock:evidence';
/** On an agent host: the operating system it was made with. */
export const TAG_OS = 'airlock:os';

/** Every name below one agent: parameters, log streams. */
export function agentPrefix(stack: string, agent: string): string {
  return `/${stack}/${agent}`;
}

/** The one parameter that a proxy box's user data names; that parameter names everything else. */
export function boxParameter(stack: string, agent: string): string {
  return `${agentPrefix(stack, agent)}/box`;
}

/** The policy's text lies in `…/policy/1`, `…/policy/2` and so on. */
export function policyParameter(stack: string, agent: string, part: number): string {
  return `${agentPrefix(stack, agent)}/policy/${part}`;
}

export function caKeyParameter(stack: string, agent: string): string {
  return `${agentPrefix(stack, agent)}/ca/private-key`;
}

export function caCertificateParameter(stack: string, agent: string): string {
  return `${agentPrefix(stack, agent)}/ca/certificate`;
}

/** The day, as YYYY-MM-DD, on which somebody last tried to stop this agent. Nothing else is in it. */
export function drillParameter(stack: string, agent: string): string {
  return `${agentPrefix(stack, agent)}/drill`;
}

/** The last containment or release of this agent, for the records of its proxy box. Whoever contains writes it. */
export function containmentParameter(stack: string, agent: string): string {
  return `${agentPrefix(stack, agent)}/containment`;
}

/** The grant of one high-risk rule. An approver writes it; without one it doesn't exist. */
export function grantParameter(stack: string, agent: string, rule: string): string {
  return `${agentPrefix(stack, agent)}/grants/${rule}`;
}

/** The grant of this name lifts an agent's `spend.model` for a time; no rule has the name. */
export const MODEL_SPEND = 'model-spend';

/** What each proxy box of this agent reserved of the month's limit for model calls. The box itself writes it. */
export function spendParameter(stack: string, agent: string): string {
  return `${agentPrefix(stack, agent)}/${MODEL_SPEND}`;
}

/** Every flow of the stack's VPC, let through or refused. */
export function flowLogGroup(stack: string): string {
  return `/${stack}/flows`;
}

/** Every question to the VPC resolver. */
export function resolverLogGroup(stack: string): string {
  return `/${stack}/resolver-queries`;
}

/** What the functions say that make what CloudFormation can't, and that contain. */
export function functionLogGroup(stack: string): string {
  return `/${stack}/functions`;
}

/** Requests, allowed and refused (LOG-1); warden's and the boot's lines beside them as streams. */
export function auditLogGroup(stack: string, agent: string): string {
  return `${agentPrefix(stack, agent)}/audit`;
}

/** The stream of the audit log group with warden's lines, its health lines among them. */
export const WARDEN_STREAM = 'warden';

/** The stream of the audit log group with the gate's records. */
export const GATE_STREAM = 'gate';

/**
 * Takes the lines with signals out of an audit log group, and those with which a chain of records begins, in the syntax of
 * CloudWatch Logs' filter patterns.
 */
export const SIGNAL_PATTERN = '{ $.record = "signal" || $.record = "chain" }';

/** Takes every question out of the resolver's query log. */
export const QUERY_PATTERN = '{ $.query_name = "*" }';

/** Logical id of the policy that denies everything: a containment finds it among the stack's resources. */
export const DENIAL_ID = 'SessionDenial';

/** Logical id of the topic that contains agents: not the one that tells people. */
export const CONTAINMENT_TOPIC_ID = 'ContainmentTopic';

/** Whether a topic of the stack tells people. */
export function isAlertTopic(logicalId: string | undefined): boolean {
  return logicalId !== CONTAINMENT_TOPIC_ID;
}

/** What the stack tells of each agent in its outputs. */
export const OUTPUTS = ['HostId', 'ProxyId', 'StateId', 'AuditLog'] as const;

/** Users that the images of both machines make for people. */
export const SSH_USERS = { 'agent-host': 'admin', 'proxy-box': 'ec2-user' } as const;

/** The people for whom the stack makes a policy. */
export const PEOPLE = ['operator', 'approver', 'secrets-officer'] as const;
export type Person = (typeof PEOPLE)[number];

/** The outputs with the ARNs of a person's policies: IAM takes 6,144 characters a policy, and the operator's are longer. */
export function personOutputs(person: Person): readonly [string, ...string[]] {
  const output = `${person.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase())}Policy`;
  return person === 'operator' ? [output, `${output}2`] : [output];
}

/** The output's key, which takes letters and digits only: `releaseNotesHostId`. */
export function outputName(agent: string, what: (typeof OUTPUTS)[number]): string {
  return (
    agent.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()).replaceAll('-', 'Dash') + what
  );
}
