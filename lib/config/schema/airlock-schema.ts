import { z } from 'zod';
import { DAYS } from '../../../constructs/names';
import { ACCESS_MODES, DNS_MODES, EGRESS_MODES, REVIEW_MODES } from '../model';
import { checkBoundary, checkId, checkQualifier } from '../values/account';
import { checkDestination, checkRetention } from '../values/audit';
import { checkResolver, checkVpcCidr } from '../values/ipv4';
import { checkMailAddress } from '../values/mail-address';
import { checkAptMirror, checkMirror } from '../values/mirror-url';
import { checkStackName } from '../values/names';
import { checkAccount, checkRegion } from '../values/region';
import { checkTags } from '../values/tags';
import { checked, dollars, list, text, wholeNumber } from './fields';

/** Never change these: stacks that use the default block would have every machine replaced. */
const DEFAULT_CIDR = '10.64.0.0/20';
const DEFAULT_RESOLVERS = ['9.9.9.9', '1.1.1.1'];

const mirror = (packages: string) =>
  text(checkMirror, `HTTPS address of the mirror ${packages} come from.`).optional();

/** `airlock.yaml`: the environment, one stack. */
export const airlockSchema = z
  .strictObject({
    name: text(
      checkStackName,
      'Stack name, and the first part of every parameter name. Changing it makes a new stack.',
    ),
    env: z
      .strictObject({
        account: text(checkAccount, 'AWS account, 12 digits in quotes.').optional(),
        region: text(
          checkRegion,
          'AWS region, such as us-east-1. Changing it moves every machine.',
        ).optional(),
        zone: z
          .string()
          .meta({
            description:
              'Availability zone, such as us-east-1a. To change it, restore into a new stack: volumes stay in their zone.',
          })
          .optional(),
        bootstrapQualifier: text(
          checkQualifier,
          'The --qualifier of `cdk bootstrap` in that account and region. Default: hnb659fds.',
        ).optional(),
      })
      .default({})
      .meta({
        description: 'Where the stack goes. Without account and region the template is environment-agnostic.',
      }),
    // AWS Budgets allows ten mail subscribers for a notification; the agent's owner is the tenth.
    notify: list(text(checkMailAddress, 'Mail address.'), 1, 9, 'Mail addresses for alarms and budgets.'),
    network: z
      .strictObject({
        cidr: text(
          checkVpcCidr,
          'Private IPv4 block of the VPC, /16 to /24. Changing it replaces every machine.',
        ).default(DEFAULT_CIDR),
        dns: z.enum(DNS_MODES).default('firewall').meta({
          description:
            'firewall: a DNS firewall blocks every query to the VPC resolver; off: the VPC has no resolver.',
        }),
        egress: z.enum(EGRESS_MODES).default('address').meta({
          description:
            'How proxy boxes reach the internet: a public address each, one NAT gateway, or a Transit Gateway without an internet gateway.',
        }),
        transitGateway: text(
          checkId('tgw', 'a Transit Gateway'),
          'Id of the Transit Gateway, for egress: transit-gateway only.',
        ).optional(),
        ipamPool: text(
          checkId('ipam-pool', 'an IPAM pool'),
          'Id of the IPAM pool that gives the VPC its block, which must be cidr.',
        ).optional(),
        vpc: text(
          checkId('vpc', 'a VPC'),
          'Id of an existing VPC that holds nothing else; cidr is its block. Changing it replaces every machine.',
        ).optional(),
        resolvers: list(
          text(checkResolver, 'Public IPv4 address.'),
          1,
          4,
          'The only DNS servers a proxy box may ask.',
        ).default(DEFAULT_RESOLVERS),
      })
      .prefault({})
      .meta({ description: 'The network that all agents of the stack share.' }),
    mirrors: z
      .strictObject({
        apt: text(
          checkAptMirror,
          "HTTPS address of the Debian archive; the security archive has the same address with '-security' appended.",
        ).optional(),
        npm: mirror('npm packages'),
        pypi: mirror('Python packages'),
      })
      .default({})
      .meta({ description: "The team's package mirrors. The kit names none itself." }),
    audit: z
      .strictObject({
        retentionDays: checked(z.number(), checkRetention, {
          description: 'How long audit, flow and query logs are kept, in days.',
        }).default(365),
        forwardTo: text(
          checkDestination,
          'ARN of a CloudWatch Logs destination in the same region, which receives audit, flow and query logs.',
        ).optional(),
        archive: z.enum(['s3']).optional().meta({
          description:
            "s3: proxy boxes put the gate's records into a bucket with Object Lock, where nobody changes them.",
        }),
        archiveLock: z.enum(['governance', 'compliance']).optional().meta({
          description:
            'governance: a person with a permission of its own may shorten the lock; compliance: nobody may.',
        }),
        archiveDays: z.int().min(1).max(36500).optional().meta({
          description:
            'How long the archive is locked and kept, in days; retentionDays unless it says another number.',
        }),
        journal: z.boolean().default(true).meta({
          description:
            'Whether agent hosts send their own journal to their proxy box, which ships it in the stream journal, as what they say of themselves.',
        }),
      })
      .default({ retentionDays: 365, journal: true })
      .meta({ description: 'Retention and forwarding of the logs, and the journals of agent hosts.' }),
    permissionsBoundary: text(checkBoundary, 'ARN of the permissions boundary of every role.').optional(),
    tags: checked(z.record(z.string(), z.string()), checkTags, {
      description: 'Tags on everything that the stack makes, such as cost-center.',
    }).default({}),
    watch: z
      .strictObject({
        review: z.enum(REVIEW_MODES).default('weekly').meta({
          description: 'weekly: a review of all agents goes to notify each Monday; off: none.',
        }),
      })
      .default({ review: 'weekly' })
      .meta({ description: 'What people hear of all agents together.' }),
    dashboard: z.boolean().default(false).meta({
      description: 'Whether the stack has a CloudWatch dashboard: 3 USD a month beyond three free ones.',
    }),
    access: z.enum(ACCESS_MODES).default('instance-connect').meta({
      description: 'instance-connect: SSH through an EC2 Instance Connect Endpoint; none: no access.',
    }),
    updates: z
      .strictObject({
        day: z.enum(DAYS).default('sunday').meta({ description: 'Day of the week, UTC.' }),
        hour: wholeNumber(0, 23, 'the hour, UTC', 'Hour in which updates may begin, UTC.').default(4),
      })
      .default({ day: 'sunday', hour: 4 })
      .meta({
        description: 'The weekly hour in which machines take updates, and restart if the updates need it.',
      }),
    budget: z
      .strictObject({ monthlyUsd: dollars('US dollars a month for the whole stack.') })
      .meta({ description: 'Budget of the stack.' }),
  })
  .meta({
    title: 'Agent Airlock: environment',
    description: 'One stack of agents, each behind its own proxy box.',
  });

export type AirlockFile = z.output<typeof airlockSchema>;
