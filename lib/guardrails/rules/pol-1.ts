import { createHash } from 'node:crypto';
import { agentPrefix, PARAMETER_LIMIT } from '../../../constructs/names';
import { textOf } from '../../reach/template/value';
import { readBundle } from '../../warden/bundle';
import type { Finding, Rule } from '../rule';
import type { Cell } from '../template/cell';
import { fieldOf, listOf } from '../template/json';
import { allowlist, describeRule, isTunnel, type Policy, type PolicyRule, rulesOf, transformsOf } from '../template/policy';

export const pol1: Rule = {
  id: 'POL-1',
  law: 'everything is refused but what a rule with host, methods and paths allows',
  check: (stack) => stack.cells.flatMap((cell) => problems(cell)),
};

type Report = (message: string, fix: string) => Finding;

function problems(cell: Cell): Finding[] {
  const at = cell.policy?.parameters[0] ?? cell.box ?? cell.anchor;
  const finding: Report = (message, fix) => ({ resource: at.id, message, fix });
  const { policy } = cell;
  if (policy === undefined || policy.parameters.length === 0) {
    return [finding(`agent "${cell.agent}" has no policy in this template`, 'give it one with AgentCell')];
  }
  const broken = delivery(cell, policy, finding);
  if (broken.length > 0 || policy.problem !== undefined) {
    const unreadable = policy.problem ? [finding(`the policy of "${cell.agent}" can't be read: ${policy.problem}`, RECOMPILE)] : [];
    return [...broken, ...unreadable];
  }
  return [...defaultDeny(policy, finding), ...rules(policy, finding), ...closed(policy, finding), ...asWarden(cell, policy, finding)];
}

const RECOMPILE = 'let compilePolicy write it';

/** What keeps the policy from reaching the box whole. */
function delivery(cell: Cell, policy: Policy, finding: Report): Finding[] {
  const found = policy.missing.map((name) => finding(`the box of "${cell.agent}" is told to read ${name}, which isn't in this template`, RECOMPILE));
  for (const parameter of policy.parameters) {
    const size = Buffer.byteLength(textOf(parameter.get('Value')) ?? '');
    if (textOf(parameter.get('Type')) !== 'String' || size > PARAMETER_LIMIT) {
      found.push({ resource: parameter.id, message: `a part of the policy must be a String of at most ${PARAMETER_LIMIT} bytes`, fix: RECOMPILE });
    }
  }
  const digest = createHash('sha256').update(policy.text ?? '').digest('hex');
  if (policy.text !== undefined && cell.manifest?.policy.sha256 !== digest) {
    found.push(finding(`the box parameter of "${cell.agent}" has the digest of another policy: warden would refuse this one`, RECOMPILE));
  }
  return found;
}

function defaultDeny(policy: Policy, finding: Report): Finding[] {
  const lists = transformsOf(policy, 'allowlist');
  const first = fieldOf(listOf(fieldOf(policy.proxy, 'transforms'))[0], 'name');
  if (lists.length !== 1 || first !== 'allowlist') {
    return [finding('the policy does not begin with its one allowlist, so something sees requests before it', RECOMPILE)];
  }
  const [config] = lists;
  return [
    ...(fieldOf(config, 'warn') ? [finding('warn: true lets through what the allowlist would refuse', 'take warn away')] : []),
    ...['domains', 'cidrs']
      .filter((key) => fieldOf(config, key) !== undefined)
      .map((key) => finding(`allowlist.${key} opens whole hosts, every method and path`, 'write rules with methods and paths')),
  ];
}

function rules(policy: Policy, finding: Report): Finding[] {
  const found: Finding[] = [];
  const shut = rulesOf(fieldOf(policy.warden, 'shut'));
  const excused = excuses(policy);
  for (const rule of allowlist(policy).filter((each) => !isTunnel(each))) {
    const what = describeRule(rule);
    if (rule.host === '' || rule.keys.includes('cidr') || /^\*?\.?[^.]*$/.test(rule.host)) {
      found.push(finding(`the rule ${what} doesn't name one host or the names below a domain`, 'name the host'));
    }
    if (rule.methods.includes('*') || rule.methods.includes('CONNECT')) {
      found.push(finding(`the rule ${what} allows tunnels or any method`, 'name the methods'));
    }
    if (!excused.has(rule.key) && (rule.methods.length === 0 || rule.paths.length === 0)) {
      found.push(finding(`the rule ${what} is wider than one may be without a reason`, 'name methods and paths, or say why not in because'));
    }
    if (shut.some((one) => one.key === rule.key)) {
      found.push(finding(`the high-risk rule ${what} is in force without a grant`, 'leave it to airlock.shut'));
    }
  }
  return [...found, ...tunnels(policy, finding)];
}

/** Rules that the deployer gave a reason for, which the bundle records under `airlock.wide`: `{host, …, because}`. */
function excuses(policy: Policy): ReadonlySet<PolicyRule['key']> {
  const wide = listOf(fieldOf(policy.warden, 'wide')).filter((rule) => String(fieldOf(rule, 'because') ?? '').trim() !== '');
  return new Set(rulesOf(wide).map(({ key }) => key));
}

/** A tunnel for a host that no rule names would be an open door for anything that isn't HTTP. */
function tunnels(policy: Policy, finding: Report): Finding[] {
  const hosts = new Set(allowlist(policy).filter((rule) => !isTunnel(rule)).map((rule) => rule.host));
  return allowlist(policy)
    .filter((rule: PolicyRule) => isTunnel(rule) && !hosts.has(rule.host))
    .map((rule) => finding(`a tunnel to ${rule.host} is open though no rule names that host`, RECOMPILE));
}

/** Doors beside the allowlist. */
function closed(policy: Policy, finding: Report): Finding[] {
  const { proxy } = policy;
  const found: Finding[] = [];
  const passthrough = fieldOf(proxy, 'dns', 'passthrough');
  if (passthrough !== undefined && !(Array.isArray(passthrough) && passthrough.length === 0)) {
    found.push(finding('dns.passthrough looks names up outside: data can leave in a name', 'take it away'));
  }
  const mode = fieldOf(proxy, 'tls', 'mode');
  if (mode !== undefined && mode !== 'mitm') {
    found.push(finding('tls.mode must be mitm: no other one sees methods and paths', 'set tls.mode to mitm'));
  }
  for (const [name, port] of [['metrics', 9090], ['management', 9092]] as const) {
    if (fieldOf(proxy, name, 'listen') !== `127.0.0.1:${port}`) {
      found.push(finding(`${name}.listen must be 127.0.0.1:${port}: an agent could reach any other address`, RECOMPILE));
    }
  }
  return found;
}

/** Warden reads a policy more strictly still, and would leave a refused one out of force. */
function asWarden(cell: Cell, policy: Policy, finding: Report): Finding[] {
  const read = readBundle(policy.text ?? '', cell.agent, `${agentPrefix(cell.stack, cell.agent)}/`);
  return read.ok ? [] : [finding(`warden would refuse the policy of "${cell.agent}": ${read.problem}`, RECOMPILE)];
}
