import {
  containmentParameter,
  drillParameter,
  grantParameter,
  spendParameter,
} from '../../../../constructs/names';
import { isSameKey } from '../../secret-history';
import { keyOf, resourcesOf, type Subject, verdictOf, verifyCheck } from '../check';

/** The custom resource that makes an agent's SecureStrings. */
const SECRETS = 'Custom::AirlockAgentSecrets';

export const parameters = verifyCheck({
  id: 'parameters',
  title:
    'its secrets and its certificate authority are encrypted parameters under its key, nothing lies beside them, and nobody else may read one',
  invariants: ['SEC-2', 'SEC-3', 'VOL-1'],
  scope: 'agent',
  read: async (live, { deployed }) => {
    const { partition, region, account, stack } = deployed;
    const parameters = await live.parameters();
    const advanced = parameters.filter(({ name, isAdvanced }) => isAdvanced && name.startsWith(`/${stack}/`));
    const shared = await Promise.all(
      advanced.map(async ({ name }) =>
        (await live.isShared(`arn:${partition}:ssm:${region}:${account}:parameter${name}`)) ? [name] : [],
      ),
    );
    return { parameters, shared: shared.flat() };
  },
  judge: ({ parameters: found, shared }, subject) => {
    const { deployed, agent } = subject;
    const encrypted = secretNamesOf(subject);
    const plain = resourcesOf(deployed, 'AWS::SSM::Parameter').map((each) => String(each.get('Name')));
    const prefix = `/${deployed.stack}/${agent}/`;
    // Of these a proxy box reads the ones of its rules alone, and takes exact grants alone.
    const grants = grantParameter(deployed.stack, agent, '');
    const key = keyOf(subject);
    const known = [...encrypted, ...plain, ...extrasOf(subject)];
    const faults = [
      ...(encrypted.length === 0 ? ['the deployed template names no parameter of it'] : []),
      ...encrypted.flatMap((name) => {
        const live = found.find((each) => each.name === name);
        if (!live) return [`${name} is missing`];
        if (live.type !== 'SecureString') return [`${name} is plain text`];
        return [
          ...(isSameKey(live.key, key?.id) ? [] : [`${name} is under ${live.key}, which is not its key`]),
          ...(live.hasPolicy ? [`${name} has a policy of its own, which may delete it`] : []),
        ];
      }),
      ...shared
        .filter((name) => name.startsWith(prefix))
        .map((name) => `${name} is shared with another account by a policy of its own`),
      ...found
        .filter(({ name }) => name.startsWith(prefix) && !known.includes(name) && !name.startsWith(grants))
        .map(({ name }) => `${name} was added`),
    ];
    return verdictOf(
      faults,
      `${encrypted.length} encrypted parameters under ${key?.id}`,
      'count a plain secret as leaked and replace it at its issuer; delete what was added; then deploy the stack and set what is missing with `npx airlock secrets put`',
    );
  },
});

/** The secrets and the authority's private key. */
function secretNamesOf({ deployed, agent }: Subject): string[] {
  return resourcesOf(deployed, SECRETS)
    .filter((each) => each.get('Agent') === agent)
    .flatMap((each) => [
      ...((each.get('Parameters') as readonly string[]) ?? []),
      String(each.get('CaKeyParameter')),
    ]);
}

/** Plain parameters that the function, `airlock drill`, a containment and the proxy box write. */
function extrasOf({ deployed, agent }: Subject): string[] {
  return [
    ...resourcesOf(deployed, SECRETS)
      .filter((each) => each.get('Agent') === agent)
      .map((each) => String(each.get('CaCertificateParameter'))),
    drillParameter(deployed.stack, agent),
    containmentParameter(deployed.stack, agent),
    spendParameter(deployed.stack, agent),
  ];
}
