import { z } from 'zod';
import type { Check } from '../finding';
import { checkHost } from '../values/host-name';
import { kebab } from '../values/names';
import { checkPath } from '../values/path-pattern';
import { body } from './body-schema';
import { list, text } from './fields';
import { because, method, risk } from './rule-schema';
import { injection, secretId, ttl } from './secret-schema';

export const PRESET_KINDS = ['model', 'registry', 'clone', 'updates', 'channel'] as const;
export const PARAMETER_TYPES = [
  'region',
  'host',
  'repository',
  'word',
  'bedrock-model',
  'inference-profile',
] as const;

export type PresetKind = (typeof PRESET_KINDS)[number];
export type ParameterType = (typeof PARAMETER_TYPES)[number];

const VARIABLE = /\$\{[^}]*\}/;
/** The variables. Using the preset fills them in; `${partition}` and `${account}` are filled in at deployment. */
const KNOWN = /^\$\{(?:with\.[A-Za-z]+(?:\.[A-Za-z]+)?|mirror\.(?:host|path|security)|partition|account)\}$/;

/** Text with variables: `ruleValues` checks it after they are filled in. */
const template = (check: Check, description: string) =>
  text((value) => {
    const wrong = value.match(/\$\{[^}]*\}?/g)?.find((found) => !KNOWN.test(found));
    if (wrong) {
      const fix = 'use ${with.<parameter>}, ${mirror.host}, ${mirror.path} or ${mirror.security}';
      return { message: `has an unknown variable ${JSON.stringify(wrong)}`, fix };
    }
    return VARIABLE.test(value) ? undefined : check(value);
  }, description);

const anything: Check = () => undefined;

/** Services whose API only reads and writes data: none of their calls changes permissions. */
export const SIGNED_SERVICES = ['bedrock', 'dynamodb', 'execute-api', 'lambda', 's3', 'sns', 'sqs'] as const;

const checkAction: Check = (action) =>
  /^[a-z0-9-]+:[A-Z][A-Za-z0-9]+$/.test(action)
    ? undefined
    : {
        message: 'is not one exact IAM action',
        fix: 'write one such as "bedrock:InvokeModel", without "*" (IAM-2)',
      };

const checkResource: Check = (arn) =>
  /^arn:\$\{partition\}:[a-z0-9-]+:[^:*?]*:[^:*?]*:[^*?\s]+$/.test(arn)
    ? undefined
    : {
        message: 'is not one exact resource',
        fix: 'write an ARN beginning with "arn:${partition}:", without "*" (IAM-2)',
      };

const awsAuth = z
  .strictObject({
    service: z.enum(SIGNED_SERVICES).meta({ description: 'SigV4 service name.' }),
    region: template(anything, 'Region the requests are signed for.'),
    actions: list(text(checkAction, 'IAM action.'), 1, 20, "Actions of the proxy box's role, exactly."),
    resources: list(
      text(checkResource, 'ARN; ${partition} and ${account} are filled in at deployment.'),
      1,
      50,
      'The resources of these actions, exactly.',
    ),
  })
  .meta({ description: "Signs with the proxy box's own role instead of a secret." });

const rule = z.strictObject({
  id: text(kebab(64), 'Name of the rule, unique within the preset.'),
  host: template(checkHost, 'Host name.'),
  methods: list(method, 1, 20, 'Methods the rule allows.'),
  paths: list(template(checkPath, 'Decoded path.'), 1, 100, 'Paths the rule allows.'),
  secret: secretId.optional(),
  awsAuth: awsAuth.optional(),
  risk: risk.optional(),
  body: body.optional(),
  because: because.optional(),
});

const parameter = z.strictObject({
  type: z.enum(PARAMETER_TYPES).meta({ description: 'Type of a value.' }),
  list: z.boolean().default(false).meta({ description: 'Whether it takes a list.' }),
  optional: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether an agent may leave it out; texts that name it are then left out too.' }),
  default: z.array(z.string()).optional().meta({ description: 'The list if an agent leaves it out.' }),
  description: z.string().meta({ description: 'What it is for.' }),
});

/** `presets/<name>.yaml`: rules and secrets that belong together and that an agent uses by name. */
export const presetSchema = z
  .strictObject({
    name: text(kebab(64), "Name of the preset, the same as the file's."),
    kind: z.enum(PRESET_KINDS).meta({ description: 'What it allows; each role allows only some kinds.' }),
    summary: z.string().meta({ description: 'One sentence for a reviewer.' }),
    mirror: z
      .enum(['apt', 'npm', 'pypi'])
      .optional()
      .meta({ description: 'The mirror of airlock.yaml that it needs.' }),
    with: z
      .record(z.string().regex(/^[A-Za-z]+$/), parameter)
      .default({})
      .meta({ description: 'Its parameters, whose values an agent gives.' }),
    rules: list(rule, 1, 50, 'Egress rules.'),
    secrets: z
      .record(secretId, z.strictObject({ inject: injection, ttl: ttl.optional() }))
      .default({})
      .meta({ description: 'Secrets by id; their parameter is /<stack>/<agent>/<id>.' }),
  })
  .meta({ title: 'Agent Airlock: preset', description: 'Rules and secrets that belong together.' });

export type Preset = z.output<typeof presetSchema>;
export type PresetParameter = z.output<typeof parameter>;
export type PresetRule = z.output<typeof rule>;
