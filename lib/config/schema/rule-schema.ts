import { z } from 'zod';
import { RISKS } from '../model';
import { checkHeaderName } from '../values/header-name';
import { checkHost } from '../values/host-name';
import { checkMethod, METHODS } from '../values/http-method';
import { kebab } from '../values/names';
import { checkPath } from '../values/path-pattern';
import { body } from './body-schema';
import { ruleCaps } from './caps-schema';
import { checkReason, list, text } from './fields';
import { secretId } from './secret-schema';

export const risk = z.enum(RISKS).meta({
  description: 'low: pass. medium: pass, and count as an action. high: refused without a live grant.',
});
export const method = text(checkMethod, { description: 'HTTP method, upper case.', enum: METHODS });

export const keepHeaders = list(
  text(checkHeaderName, 'Header name.'),
  1,
  20,
  'Headers with credentials that the agent may send itself; because must give the reason.',
);
export const because = text(
  checkReason,
  'The reason for a dangerous rule (docs/CONFIGURATION.md lists which).',
);

export const ownRule = z
  .strictObject({
    id: text(kebab(64), 'Name of the rule, unique within the agent.'),
    host: text(checkHost, 'Host name, or "*." and a domain, which matches the domain too.'),
    methods: list(
      method,
      1,
      20,
      'Methods that the rule allows. Without them: every method, and because must give the reason.',
    ).optional(),
    paths: list(
      text(
        checkPath,
        'Decoded path. "*" is any text within a segment; a last "/*" covers everything below, and the path before it.',
      ),
      1,
      200,
      'Paths that the rule allows. Without them: every path, and because must give the reason.',
    ).optional(),
    secret: secretId.optional(),
    risk: risk.optional(),
    caps: ruleCaps.optional(),
    body: body.optional(),
    keepHeaders: keepHeaders.optional(),
    because: because.optional(),
  })
  .meta({ title: 'egress rule' });

export const presetUse = z
  .strictObject({
    preset: text(kebab(64), 'Name of a file in presets/: its rules and secret together.'),
    with: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'Values of the parameters that the preset has.' }),
    allow: list(
      text(kebab(64), 'Name of a feature.'),
      1,
      20,
      "Features of the model's API that reach the internet for the agent, such as web-search; because must give the reason.",
    ).optional(),
    because: because.optional(),
  })
  .meta({ title: 'preset' });

export type PresetUse = z.output<typeof presetUse>;
