import { RUNTIMES, type Runtime } from '../../../constructs/agent-host/runtimes';
import { broken, fail, type PreflightCheck, pass } from './check';

export const controlPlane: PreflightCheck = {
  id: 'control-plane',
  title: 'nothing but loopback reaches its control plane',
  run: async (subject) => {
    const open = broken(subject, ['NET-2', 'NET-5', 'IMDS-1']);
    if (open) return open;
    const { controlPlane: plane }: Runtime = RUNTIMES[subject.agent.runtime];
    if (plane && !subject.userData.includes(plane.setting)) {
      return fail(
        `the user data doesn't hold ${plane.setting}, which keeps ${subject.agent.runtime} on loopback`,
        'run `npx airlock synth` again',
      );
    }
    const where = plane ? `it listens on ${plane.address}` : 'the kit starts nothing that listens';
    const access =
      subject.airlock.access === 'none' ? 'nobody' : 'nobody but the Instance Connect Endpoint, on port 22';
    if (!subject.live) return pass(`${where}; the template lets in ${access}`);
    const hosts = (await subject.live.machines()).filter(({ part }) => part === 'agent-host');
    const [host] = hosts;
    if (!host || hosts.length > 1) {
      return fail(
        `${hosts.length} agent hosts are deployed for it`,
        'deploy the stack, or remove the extra one',
      );
    }
    if (host.hasPublicAddress || host.hasProfile) {
      return fail(
        'its host has a public address or an instance profile that no template gave it',
        'remove it, and find out who added it',
      );
    }
    if (host.state !== 'running') {
      return fail(
        `its host is ${host.state || 'in no state'}, and its addresses can only be read while it runs`,
        `start it (\`aws ec2 start-instances --instance-ids ${host.id}\`), and run this again`,
      );
    }
    return pass(`${where}; its host has no public address and no instance profile`);
  },
};
