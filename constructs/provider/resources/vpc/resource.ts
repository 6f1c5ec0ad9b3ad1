import type { CustomResource } from '../../function/custom-resource';
import { record, text } from '../../function/properties';
import { Refusal, refusalOf } from '../../function/refusal';
import { defaultSecurityGroupOf, type Reading, readVpc } from './read-vpc';
import { faultsOf } from './state';

export const VPC_TYPE = 'Custom::AirlockVpc';

export interface VpcProperties {
  readonly VpcId: string;
  readonly CidrBlock: string;
  /** `true` or `false`: CloudFormation passes text. */
  readonly EnableDnsSupport: string;
  readonly Account: string;
  /** ARN of the stack, which CloudFormation writes on whatever it makes. */
  readonly StackId: string;
}

/** An existing VPC, looked at before anything of the stack is put into it. Makes nothing, and takes nothing away. */
export const vpc: CustomResource<VpcProperties> = {
  type: VPC_TYPE,
  read(from) {
    const properties = record(from);
    const read = (name: string, shape: RegExp, wanted: string) => text(properties, name, shape, wanted);
    return {
      VpcId: read('VpcId', /^vpc-[0-9a-f]{8,32}$/, 'the id of a VPC'),
      CidrBlock: read('CidrBlock', /^[\d.]+\/\d+$/, 'an IPv4 block'),
      EnableDnsSupport: read('EnableDnsSupport', /^(?:true|false)$/, 'true or false'),
      Account: read('Account', /^\d{12}$/, 'a twelve-digit account id'),
      StackId: read(
        'StackId',
        /^arn:[\w-]+:cloudformation:[\w-]+:\d{12}:stack\/[\w/-]+$/,
        'the ARN of a stack',
      ),
    };
  },
  physicalId: ({ VpcId }) => VpcId,
  async ensure({ properties, signal }, { ec2 }) {
    const { VpcId, Account: account, CidrBlock: cidr, StackId } = properties;
    const reading: Reading = {
      ec2: ec2(),
      isOwn: (tags) => tags.get('aws:cloudformation:stack-id') === StackId,
      ask: async (action, call) => {
        signal.throwIfAborted();
        try {
          return await call();
        } catch (error) {
          throw refusalOf(action, VpcId, error);
        }
      },
    };
    const state = await readVpc(reading, VpcId);
    const wanted = { account, cidr, dnsSupport: properties.EnableDnsSupport === 'true' };
    const faults = state ? faultsOf(state, wanted) : ['this account has no such VPC in this region'];
    const group = faults.length === 0 ? await defaultSecurityGroupOf(reading, VpcId) : undefined;
    if (faults.length > 0 || group === undefined) {
      const why = faults.length > 0 ? faults.join('; ') : 'it has no default security group';
      throw new Refusal(
        `${VpcId} can't hold this stack: ${why}: give network.vpc a VPC that holds nothing else, or leave it out`,
      );
    }
    return { reason: 'nothing but the stack is in it', data: { DefaultSecurityGroup: group } };
  },
  remove: async () => ({ reason: 'the VPC stays as it is' }),
};
