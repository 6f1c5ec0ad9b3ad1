import { machinesOf, REDEPLOY, resourcesOf, verdictOf, verifyCheck } from '../check';

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
        return [
          ...(live.state === 'running' || subject.contained ? [] : [`the ${part} ${id} is ${live.state}`]),
          ...(image === undefined || live.image === image
            ? []
            : [`the ${part} ${id} has the image ${live.image}, not ${image}`]),
        ];
      }),
    ];
    return verdictOf(
      faults,
      deployed.map(({ id, part }) => `${part} ${id}`).join(', '),
      `if it is contained, release it (\`npx airlock release ${subject.agent} --because "…"\`); otherwise ${REDEPLOY}`,
    );
  },
});
