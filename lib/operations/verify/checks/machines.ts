import { machinesOf, REDEPLOY, resourcesOf, type Subject, verdictOf, verifyCheck } from '../check';

export const machines = verifyCheck({
  id: 'machines',
  title: 'its two machines are those of the stack, with the deployed images, and they run',
  invariants: ['CHG-1', 'NET-4'],
  scope: 'agent',
  read: (live) => live.machines(),
  judge: (found, subject) => {
    const deployed = resourcesOf(subject.deployed, 'AWS::EC2::Instance', { agent: subject.agent });
    const faults = [
      ...(['agent-host', 'proxy-box'] as const)
        .filter((part) => machinesOf(subject, part).length !== 1)
        .map((part) => `${machinesOf(subject, part).length} of ${part} were deployed for it`),
      ...found
        .filter(({ id, agent }) => agent === subject.agent && !deployed.some((each) => each.id === id))
        .map(({ id }) => `${id} has its tags, and the stack did not make it`),
      ...deployed.flatMap(({ id, part, get }) => {
        const live = found.find((each) => each.id === id);
        if (!live) return [`the ${part} ${id} is gone`];
        const image = get('ImageId');
        const wanted = subject.contained ? 'stopped' : 'running';
        return [
          ...(live.state === wanted ? [] : [`the ${part} ${id} is ${live.state}, not ${wanted}`]),
          ...(image === undefined || live.image === image
            ? []
            : [`the ${part} ${id} has the image ${live.image}, not ${image}`]),
        ];
      }),
    ];
    return verdictOf(faults, deployed.map(({ id, part }) => `${part} ${id}`).join(', '), fixOf(subject));
  },
});

function fixOf({ agent, contained }: Subject): string {
  return contained
    ? `contain it again (\`npx airlock contain ${agent}\`): a contained agent's machines are stopped`
    : `if it is contained, release it (\`npx airlock release ${agent}\`); otherwise ${REDEPLOY}`;
}
