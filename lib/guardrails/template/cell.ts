import {
  auditLogGroup,
  boxParameter,
  TAG_AGENT,
  TAG_CELL,
  TAG_PART,
  TAG_STACK,
} from '../../../constructs/names';
import type { Resource, Template } from '../../reach/template/template';
import { textOf } from '../../reach/template/value';
import { named } from './lookup';
import { type Manifest, readManifest } from './manifest';
import { type Policy, readPolicy } from './policy';
import { tagOf } from './tags';

/** The custom resource that makes an agent's SecureStrings and certificate authority. */
export const AGENT_SECRETS_TYPE = 'Custom::AirlockAgentSecrets';

/** What a template has of one agent. A rule that needs a part says so when it is missing. */
export interface Cell {
  readonly stack: string;
  readonly agent: string;
  /** Its first resource: findings about a missing part name it. */
  readonly anchor: Resource;
  /** Everything with its tag. */
  readonly members: readonly Resource[];
  readonly hosts: readonly Resource[];
  readonly proxies: readonly Resource[];
  /** Instances of the agent without the tag that says which machine they are. */
  readonly unlabelled: readonly Resource[];
  readonly volumes: readonly Resource[];
  readonly key?: Resource;
  readonly secrets?: Resource;
  readonly box?: Resource;
  readonly manifest?: Manifest;
  readonly policy?: Policy;
  readonly auditLog?: Resource;
}

export function cellsOf(template: Template): Cell[] {
  const members = new Map<string, Resource[]>();
  for (const resource of template.resources) {
    const agent = tagOf(resource, TAG_AGENT) ?? customAgent(resource);
    if (agent !== undefined) {
      members.set(agent, [...(members.get(agent) ?? []), resource]);
    }
  }
  return [...members].map(([agent, resources]) => cellOf(template, agent, resources));
}

function cellOf(template: Template, agent: string, resources: readonly Resource[]): Cell {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const instances = ofType('AWS::EC2::Instance');
  const part = (name: string) => instances.filter((instance) => tagOf(instance, TAG_PART) === name);
  const hosts = part('agent-host');
  const proxies = part('proxy-box');
  const stack = stackOf(agent, resources);
  const box = named(template, 'AWS::SSM::Parameter', 'Name', boxParameter(stack, agent));
  const manifest = box && readManifest(box);
  return {
    stack,
    agent,
    anchor: hosts[0] ?? proxies[0] ?? (resources[0] as Resource),
    members: resources,
    hosts,
    proxies,
    unlabelled: instances.filter((instance) => !hosts.includes(instance) && !proxies.includes(instance)),
    volumes: ofType('AWS::EC2::Volume'),
    key: ofType('AWS::KMS::Key')[0],
    secrets: ofType(AGENT_SECRETS_TYPE)[0],
    box,
    manifest,
    policy: manifest && readPolicy(template, manifest),
    auditLog: named(template, 'AWS::Logs::LogGroup', 'LogGroupName', auditLogGroup(stack, agent)),
  };
}

function customAgent(resource: Resource): string | undefined {
  return resource.type === AGENT_SECRETS_TYPE ? textOf(resource.get('Agent')) : undefined;
}

function stackOf(agent: string, resources: readonly Resource[]): string {
  for (const resource of resources) {
    const stack = tagOf(resource, TAG_STACK) ?? tagOf(resource, TAG_CELL)?.replace(`/${agent}`, '');
    if (stack !== undefined) {
      return stack;
    }
  }
  return textOf(resources.find((resource) => customAgent(resource))?.get('Stack')) ?? '';
}
