import { UNSET } from '../../../constructs/names';
import { items, textOf } from '../../reach/template/value';
import type { Finding, Rule } from '../rule';
import type { Cell } from '../template/cell';
import { fieldOf, type Json, listOf } from '../template/json';
import { allowRules, describeRule, isTunnel, type Policy, type PolicyRule, rulesOf, transformsOf } from '../template/policy';

export const sec2: Rule = {
  id: 'SEC-2',
  law: 'a secret goes out only where an allow rule names it, over TLS, and never unset',
  check: (stack) => stack.cells.flatMap((cell) => (cell.policy ? problems(cell, cell.policy) : [])),
};

function problems(cell: Cell, policy: Policy): Finding[] {
  const at = policy.parameters[0];
  if (at === undefined || policy.problem !== undefined) {
    return []; // POL-1 says so.
  }
  const finding = (message: string, fix: string): Finding => ({ resource: at.id, message, fix });
  const secrets = transformsOf(policy, 'secrets').flatMap((config) => listOf(fieldOf(config, 'secrets')));
  const allowed = new Set(allowRules(policy).map((rule) => rule.key));
  const created = new Set(items(cell.secrets?.get('Parameters')).map((name) => textOf(name)));
  const dropped = droppedRules(policy);

  const found = secrets.flatMap((secret) => {
    const name = String(fieldOf(secret, 'source', 'name') ?? '');
    const rules = rulesOf(fieldOf(secret, 'rules'));
    return [
      ...unlocked(secret, name, finding),
      ...(created.has(name)
        ? []
        : [finding(`no custom resource creates the secret parameter ${name} of "${cell.agent}"`, 'declare it under secrets')]),
      ...rules
        .filter((rule) => isTunnel(rule) || !allowed.has(rule.key))
        .map((rule) =>
          finding(`the secret ${name} goes out with ${describeRule(rule)}, which no allow rule names`, 'name the secret in an egress rule'),
        ),
      ...rules
        .filter((rule) => !dropped.get(name)?.has(rule.key))
        .map((rule) =>
          finding(
            `warden isn't told that ${describeRule(rule)} needs the secret ${name}, and would leave it open while that is unset`,
            'list the rule under airlock.secrets',
          ),
        ),
    ];
  });
  return [...found, ...plaintext(policy, finding)];
}

/** What is missing in one entry of the `secrets` transform for it to refuse rather than send a request bare. */
function unlocked(secret: Json, name: string, finding: (message: string, fix: string) => Finding): Finding[] {
  const way = fieldOf(secret, 'inject') ?? fieldOf(secret, 'replace');
  const found: Finding[] = [];
  if (fieldOf(secret, 'source', 'type') !== 'aws_ssm') {
    found.push(finding(`the secret ${name} doesn't come from Parameter Store`, 'use source type aws_ssm'));
  }
  if (fieldOf(secret, 'source', 'with_decryption') === false) {
    found.push(finding(`the secret ${name} would go out encrypted as it lies`, 'take with_decryption: false away'));
  }
  if (fieldOf(secret, 'require') !== true && fieldOf(way, 'require') !== true) {
    found.push(finding(`a request whose secret ${name} is unavailable would go out without it`, 'set require: true'));
  }
  const formatter = fieldOf(secret, 'inject', 'formatter');
  if (fieldOf(secret, 'inject') !== undefined && !(typeof formatter === 'string' && formatter.startsWith(LOCK))) {
    found.push(finding(`the secret ${name} would go out as ${UNSET} until it is set`, `begin its formatter with ${LOCK}`));
  }
  return found;
}

/** Fails a template when nobody has set the value yet: an index into an empty text is an error. */
const LOCK = `{{ if eq .Value "${UNSET}" }}{{ index "" 0 }}{{ end }}`;

/** By parameter: what warden takes out of the allowlist while the parameter was never set. */
function droppedRules(policy: Policy): Map<string, Set<PolicyRule['key']>> {
  return new Map(
    listOf(fieldOf(policy.warden, 'secrets')).map((secret) => [
      String(fieldOf(secret, 'parameter') ?? ''),
      new Set(rulesOf(fieldOf(secret, 'rules')).map((rule) => rule.key)),
    ]),
  );
}

/** Ports on which something of the box listens. */
const LISTENING = [53, 80, 443, 8080, 9090, 9092];

/** iron-proxy's rules have no scheme: a request that comes in as plain HTTP would leave as it came, secret included. */
function plaintext(policy: Policy, finding: (message: string, fix: string) => Finding): Finding[] {
  const upstream = fieldOf(policy.proxy, 'proxy', 'upstream_proxy');
  const address = fieldOf(upstream, 'http_proxy');
  const port = typeof address === 'string' ? /^http:\/\/127\.0\.0\.1:(\d{1,5})\/?$/.exec(address)?.[1] : undefined;
  const found: Finding[] = [];
  if (port === undefined || LISTENING.includes(Number(port)) || fieldOf(upstream, 'no_proxy') !== undefined) {
    found.push(finding('a plain HTTP request could leave as plain HTTP', 'point proxy.upstream_proxy.http_proxy at a closed port of 127.0.0.1'));
  }
  if (!stopsUpgrades(policy)) {
    found.push(
      finding(
        'a WebSocket handshake could leave as plain HTTP: iron-proxy dials it past upstream_proxy',
        'let a header_allowlist take the Upgrade header away',
      ),
    );
  }
  return found;
}

function stopsUpgrades(policy: Policy): boolean {
  const lists = transformsOf(policy, 'header_allowlist').map((config) => fieldOf(config, 'headers'));
  return lists.length > 0 && lists.every((headers) => listOf(headers).length > 0 && !listOf(headers).some(letsUpgradeThrough));
}

function letsUpgradeThrough(header: Json): boolean {
  const pattern = typeof header === 'string' ? /^\/(.*)\/$/s.exec(header)?.[1] : undefined;
  try {
    return pattern === undefined ? String(header).toLowerCase() === 'upgrade' : new RegExp(pattern, 'i').test('upgrade');
  } catch {
    return true;
  }
}
