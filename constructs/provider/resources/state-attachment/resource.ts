import {
  AttachVolumeCommand,
  DetachVolumeCommand,
  type EC2Client,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import { STATE_ATTACHMENT_TYPE } from '../../../names';
import type { CustomResource } from '../../function/custom-resource';
import { nameOf, Refusal, refusalOf } from '../../function/refusal';
import { nextStep, type Step } from './next-step';
import { observe } from './observe';
import { readStateAttachment, type StateAttachmentProperties } from './properties';
import { refuseBlank } from './refuse-blank';

/** How long a machine may take to shut down by itself before it is made to, in milliseconds. */
const GRACE_MS = 4 * 60_000;
const POLL_MS = 5000;

/** EC2 says these when what it told was a little old, or when a second run of the same event was faster. */
const LOOK_AGAIN = ['IncorrectInstanceState', 'IncorrectState', 'InvalidAttachment.NotFound', 'VolumeInUse'];

/**
 * The state volume on its agent host. CloudFormation starts a replaced host's successor while the old host still has
 * the volume; this resource then stops the old host, moves the volume, and the way back of a failed deployment is the
 * same move in the other direction. Nothing is ever detached from a machine that runs.
 */
export const stateAttachment: CustomResource<StateAttachmentProperties> = {
  type: STATE_ATTACHMENT_TYPE,
  // A stop that is not answered takes four minutes, the forced one up to as many.
  timeLimitSeconds: 14 * 60,
  read: readStateAttachment,
  // The volume and not the host: a move is an update, so CloudFormation asks for the way back, too.
  physicalId: ({ VolumeId }) => VolumeId,

  async ensure({ properties, before, signal }, { ec2, now, pause }) {
    await refuseBlank(ec2(), before, properties, signal);
    let stopping: number | undefined;
    for (;;) {
      signal.throwIfAborted();
      const view = await observe(ec2(), properties, signal);
      const isOverdue = stopping !== undefined && now().getTime() - stopping > GRACE_MS;
      const step = nextStep({ ...view, isOverdue });
      if (step.do === 'finish') return { reason: `${properties.InstanceId} has the state volume` };
      if (step.do === 'refuse') throw new Refusal(`${step.because}: see the EC2 console, then deploy again`);
      // Also when somebody else had asked for it: a machine that shuts down has the same time from now on.
      if (step.do === 'stop' || view.holder?.state === 'stopping') stopping ??= now().getTime();
      // A forced stop is given its time, too.
      if (step.do === 'stop' && step.force) stopping = now().getTime();
      await take(ec2(), step, properties, signal);
      await pause(POLL_MS);
    }
  },

  remove: async () => ({ reason: 'the volume is kept; its machine gives it up when it is terminated' }),
};

async function take(
  ec2: Pick<EC2Client, 'send'>,
  step: Step,
  { VolumeId, InstanceId, Device }: StateAttachmentProperties,
  abortSignal: AbortSignal,
): Promise<void> {
  const options = { abortSignal };
  switch (step.do) {
    case 'stop': {
      const command = new StopInstancesCommand({ InstanceIds: [step.instance], Force: step.force });
      return tolerant('ec2:StopInstances', step.instance, () => ec2.send(command, options));
    }
    case 'start': {
      const command = new StartInstancesCommand({ InstanceIds: [step.instance] });
      return tolerant('ec2:StartInstances', step.instance, () => ec2.send(command, options));
    }
    case 'detach': {
      const command = new DetachVolumeCommand({ VolumeId: step.volume, InstanceId: step.instance });
      return tolerant('ec2:DetachVolume', step.volume, () => ec2.send(command, options));
    }
    case 'attach': {
      const command = new AttachVolumeCommand({ VolumeId, InstanceId, Device });
      return tolerant('ec2:AttachVolume', VolumeId, () => ec2.send(command, options));
    }
    default:
      return;
  }
}

async function tolerant(action: string, subject: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!LOOK_AGAIN.includes(nameOf(error))) throw refusalOf(action, subject, error);
  }
}
