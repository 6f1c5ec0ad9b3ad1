import { z } from 'zod';
import { AMAZON_LINUX_RELEASE } from '../../../constructs/names';
import { matching } from '../finding';
import { QUANTITIES } from '../model';
import { kebab } from '../values/names';
import { checkRegion } from '../values/region';
import { list, text, wholeNumber } from './fields';

/** `images.lock.json`: what `airlock images pin` wrote. */
export const imagesLockSchema = z.strictObject({
  version: z.literal(1).meta({ description: "Version of this file's format." }),
  images: list(
    z.strictObject({
      agent: text(kebab(24), 'Name of the agent.'),
      machine: z.enum(['agent-host', 'proxy-box']).meta({ description: 'Which of its two machines.' }),
      region: text(checkRegion, 'AWS region of the image.'),
      imageId: text(
        matching(
          /^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/,
          'is not an image id',
          'run "npx airlock images pin" again',
        ),
        'Image id.',
      ),
      name: z.string().optional().meta({ description: "The image's name, for reviewers." }),
      created: text(
        matching(
          /^\d{4}-\d\d-\d\d$/,
          'is not a day such as 2026-11-20',
          'run "npx airlock images pin" again',
        ),
        'Day on which the image was made.',
      ).optional(),
      pinned: z.string().optional().meta({ description: 'Day on which the line was written.' }),
    }),
    0,
    5000,
    'One entry for each machine.',
  ),
  zones: list(
    z.strictObject({
      region: text(checkRegion, 'AWS region.'),
      zone: z.string().meta({ description: 'Availability zone, such as us-east-1a.' }),
    }),
    0,
    100,
    'The zone of the stack in each region.',
  ).optional(),
  amazonLinux: z
    .strictObject({
      release: text(
        matching(
          AMAZON_LINUX_RELEASE,
          'is not a release such as "2023.9.20251105"',
          'run "npx airlock images pin --refresh"',
        ),
        'Release of Amazon Linux 2023.',
      ),
    })
    .optional()
    .meta({ description: 'The release that proxy boxes upgrade to in their window.' }),
});

/** `software.lock.json`: what `airlock software pin` verified. */
export const softwareLockSchema = z.strictObject({
  ironProxy: z
    .strictObject({
      version: text(
        matching(
          /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]{1,40})?$/,
          'is not a version',
          'run "npx airlock software pin --key KEY.asc" again',
        ),
        'Version of iron-proxy.',
      ),
      url: text(
        matching(
          /^https:\/\/[a-z0-9.-]+\/[A-Za-z0-9._~/%+-]+$/,
          'is not an HTTPS address',
          'run "npx airlock software pin --key KEY.asc" again',
        ),
        'HTTPS address of the linux_arm64 archive.',
      ),
      sha256: text(
        matching(
          /^[0-9a-f]{64}$/,
          'is not a SHA-256 in lower-case hex',
          'run "npx airlock software pin --key KEY.asc" again',
        ),
        'SHA-256 of the archive.',
      ),
      signedBy: z
        .string()
        .optional()
        .meta({ description: 'Fingerprint of the key whose signature was verified.' }),
    })
    .meta({ description: 'The release of iron-proxy.' }),
});

const RATIFY = 'run "npx airlock baseline ratify" again';
const deviation = z.number().check(z.positive(), z.lte(100));
const usual = z.strictObject({
  hours: text(
    matching(/^\d{1,3}(?:\.\d{1,2})?(?: \d{1,3}(?:\.\d{1,2})?){23}$/, 'is not 24 numbers', RATIFY),
    'The middle of each hour of the day (UTC), of ln(1 + x).',
  ).transform((written) => written.split(' ').map(Number)),
  spread: deviation.meta({ description: 'Standard deviation of an hour.' }),
  day: z.number().check(z.nonnegative(), z.lte(100)).meta({ description: "The middle of a day's sum." }),
  daySpread: deviation.meta({ description: "Standard deviation of a day's sum." }),
});

/** `baselines.lock.json`: what `airlock baseline ratify` wrote. */
export const baselinesLockSchema = z.strictObject({
  version: z.literal(1).meta({ description: "Version of this file's format." }),
  agents: z
    .record(
      z.string(),
      z.strictObject({
        from: text(
          matching(/^\d{4}-\d\d-\d\d$/, 'is not a day such as 2026-11-20', RATIFY),
          'First day (UTC) that it was learned from.',
        ),
        days: wholeNumber(1, 3660, 'days', 'Number of days that it was learned from.'),
        rules: z
          .record(z.string(), z.strictObject({ [QUANTITIES[0]]: usual, [QUANTITIES[1]]: usual }))
          .meta({ description: 'The usual use of each rule, and of all together (*).' }),
      }),
    )
    .meta({ description: 'The baseline of each agent.' }),
});
