import { attribute, type Mutation, ref } from '../mutation';

const FIRST_ZONE = { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] };

export const STORAGE_MUTATIONS: readonly Mutation[] = [
  {
    breaks: 'a state volume without encryption',
    fires: ['VOL-1'],
    edit: (draft) => {
      const { Properties } = draft.get('scoutStateVolume');
      Properties.Encrypted = false;
      delete Properties.KmsKeyId;
    },
  },
  {
    breaks: "a root disk encrypted with another agent's key",
    fires: ['VOL-1'],
    edit: (draft) => {
      draft.get('scoutHostInstance').Properties.BlockDeviceMappings[0].Ebs.KmsKeyId = attribute(
        draft.id('menderKey'),
        'Arn',
      );
    },
  },
  {
    breaks: 'a state volume that goes with the stack',
    fires: ['VOL-2'],
    edit: (draft) => {
      draft.get('scoutStateVolume').DeletionPolicy = 'Delete';
    },
  },
  {
    breaks: 'a state volume that nobody saves',
    fires: ['VOL-2'],
    edit: (draft) => {
      const selection = draft.get('EnvironmentBackupSelection').Properties.BackupSelection;
      selection.Resources = selection.Resources.filter(
        (resource: unknown) => !JSON.stringify(resource).includes(draft.id('scoutStateVolume')),
      );
    },
  },
  {
    breaks: 'a fixed private address',
    fires: ['CHG-1'],
    edit: (draft) => {
      draft.get('scoutProxyInstance').Properties.PrivateIpAddress = '10.64.4.10';
    },
  },
  {
    breaks: 'a subnet that a template parameter chooses',
    fires: ['CHG-1', 'NET-1', 'NET-2', 'NET-3'],
    edit: (draft) => {
      draft.template.Parameters = { ...draft.template.Parameters, Where: { Type: 'AWS::EC2::Subnet::Id' } };
      draft.get('scoutHostInstance').Properties.SubnetId = ref('Where');
    },
  },
  {
    breaks: 'an image that every deployment looks up',
    fires: ['CHG-1'],
    edit: (draft) => {
      draft.template.Parameters = {
        ...draft.template.Parameters,
        Newest: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: '/aws/service/debian' },
      };
      draft.get('scoutHostInstance').Properties.ImageId = ref('Newest');
    },
  },
  {
    breaks: 'an image behind a dynamic reference',
    fires: ['CHG-1'],
    edit: (draft) => {
      draft.get('scoutProxyInstance').Properties.ImageId = '{{resolve:ssm:/team/golden-image}}';
    },
  },
  {
    breaks: "a machine in whichever zone is the region's first",
    fires: ['CHG-1'],
    edit: (draft) => {
      draft.get('EnvironmentNetworkAgentsSubnet').Properties.AvailabilityZone = FIRST_ZONE;
    },
  },
  {
    breaks: "a state volume in whichever zone is the region's first",
    fires: ['CHG-1'],
    edit: (draft) => {
      draft.get('scoutStateVolume').Properties.AvailabilityZone = FIRST_ZONE;
    },
  },
  {
    breaks: 'a key pair, which can only be changed with the machine',
    fires: ['CHG-1'],
    edit: (draft) => {
      draft.get('scoutHostInstance').Properties.KeyName = 'operators';
    },
  },
  {
    breaks: 'a logical id made from user data',
    fires: ['CHG-1'],
    edit: (draft) => {
      const id = draft.id('scoutProxyInstance');
      const text = JSON.stringify(draft.template).replaceAll(id, `${id}a1b2c3d4e5f60718`);
      Object.assign(draft.template, JSON.parse(text));
    },
  },
  {
    breaks: 'a state volume attached by CloudFormation, which asks for it twice when a host is replaced',
    fires: ['CHG-1'],
    edit: (draft) => {
      draft.remove('scoutStateAttachment');
      draft.add('Attachment', 'AWS::EC2::VolumeAttachment', {
        Device: '/dev/sdf',
        InstanceId: ref(draft.id('scoutHostInstance')),
        VolumeId: ref(draft.id('scoutStateVolume')),
      });
    },
  },
  {
    breaks: 'a state volume among the properties of its host',
    fires: ['CHG-1'],
    edit: (draft) => {
      draft.remove('scoutStateAttachment');
      draft.get('scoutHostInstance').Properties.Volumes = [
        { Device: '/dev/sdf', VolumeId: ref(draft.id('scoutStateVolume')) },
      ];
    },
  },
  {
    breaks: 'a host without its state volume',
    fires: ['VOL-2'],
    edit: (draft) => draft.remove('scoutStateAttachment'),
  },
  {
    breaks: "a state volume on another agent's host",
    fires: ['VOL-1', 'VOL-2'],
    edit: (draft) => {
      draft.get('scoutStateAttachment').Properties.InstanceId = ref(draft.id('menderHostInstance'));
    },
  },
  {
    breaks: "a digest in the proxy box's user data",
    fires: ['CHG-1'],
    edit: (draft) => {
      const { UserData } = draft.get('scoutProxyInstance').Properties;
      UserData['Fn::Base64'] += `# ${'0123456789abcdef'.repeat(4)}\n`;
    },
  },
];
