import { createHash } from 'node:crypto';
import { PARAMETER_LIMIT } from '../../constructs/names';
import { splitAtLines } from '../../constructs/proxy/policy-parameters';
import type { StackTemplate, TemplateResource } from '../stack/synthesise';

/** One way to break the shipped template, and the laws it breaks. */
export interface Mutation {
  readonly breaks: string;
  readonly fires: readonly string[];
  readonly edit: (template: Draft) => void;
}

/** A template to be broken. */
export class Draft {
  constructor(readonly template: StackTemplate) {}

  /** The one resource whose logical id begins like this: ids are made of the construct's path. */
  get(prefix: string): TemplateResource {
    return this.template.Resources[this.id(prefix)] as TemplateResource;
  }

  id(prefix: string): string {
    const pattern = new RegExp(`^${prefix}[0-9A-F]{8}$`);
    const ids = Object.keys(this.template.Resources).filter((id) => pattern.test(id));
    if (ids.length !== 1) {
      throw new Error(`${ids.length} resources are called ${prefix}`);
    }
    return ids[0] as string;
  }

  add(id: string, type: string, properties: Record<string, unknown>): void {
    this.template.Resources[id] = { Type: type, Properties: properties };
  }

  remove(prefix: string): void {
    delete this.template.Resources[this.id(prefix)];
  }

  /** Edits an agent's policy text, and tells its box the new digest, as the compiler would. */
  policy(agent: string, edit: (text: string) => string): void {
    const parts = Object.keys(this.template.Resources)
      .filter((id) => new RegExp(`^${agent}ProxyPolicyPart\\d`).test(id))
      .sort()
      .map((id) => this.template.Resources[id] as TemplateResource);
    const before = parts.map(({ Properties }) => Properties.Value).join('');
    const after = edit(before);
    if (after === before) {
      throw new Error(`the edit changes nothing in the policy of ${agent}`);
    }
    const texts = splitAtLines(after, PARAMETER_LIMIT);
    expect(texts).toHaveLength(parts.length);
    for (const [index, part] of parts.entries()) {
      part.Properties.Value = texts[index];
    }
    const box = this.get(`${agent}ProxyBox`);
    box.Properties.Value = JSON.parse(
      JSON.stringify(box.Properties.Value).replace(digest(before), digest(after)),
    );
  }

  /** The statements of a policy. */
  statements(prefix: string): Record<string, unknown>[] {
    return this.get(prefix).Properties.PolicyDocument.Statement;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Where the shipped template has what the template airlock-kit calls by a short name. */
const NAMES: Readonly<Record<string, string>> = {
  AgentGroup: 'GroupsAgentHost',
  ProxyGroup: 'GroupsProxy',
  ProxyInGroup: 'GroupsProxyIn',
  Host: 'HostInstance',
  Box: 'ProxyInstance',
  State: 'StateVolume',
  Audit: 'AuditGroup',
  Address: 'ProxyAddress',
  Profile: 'ProxyRoleProfile',
  Gateway: 'InternetGateway10640020',
  AgentsAcl: 'IsolationAgentsAcl',
  AgentsAclAssociation: 'IsolationAgentsAclAssociation',
  AgentsAclOut102: 'IsolationAgentsOut120',
  Connect: 'ConnectEndpoint',
  ConnectGroup: 'ConnectEndpointGroup',
  RestrictDefault: 'RestrictDefaultSecurityGroupCustomResource',
  EveryName: 'DnsFirewallEveryName',
  BlockAll: 'DnsFirewallBlockAll',
  BlockAllAssociation: 'DnsFirewallBlockAllAssociation',
  QueryLoggingAssociation: 'DnsFirewallQueryLoggingAssociation',
  Alerts: 'AlertsTopic',
};

/** The logical id that a name of a broken template means: the beginning of an id, or what airlock-kit calls it. */
export function shippedId(template: StackTemplate, name: string): string {
  const [, agent = '', part = name] = /^(Scout|Scribe)(.*)$/.exec(name) ?? [];
  const cell = { Scout: 'scout', Scribe: 'mender', '': '' }[agent];
  const places = cell ? [cell] : ['', 'Environment', 'EnvironmentNetwork'];
  const pattern = new RegExp(`^(${places.join('|')})${NAMES[part] ?? part}[0-9A-F]{8}$`);
  const found = Object.keys(template.Resources).filter((id) => pattern.test(id));
  if (found.length > 1) throw new Error(`${found.join(' and ')} are called ${name}`);
  return found[0] ?? name;
}
