import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LAB_COMMANDS } from '../lab/commands';
import type { Register } from '../lib/cli/command';
import { registerCheckoutOnly } from '../lib/cli/commands/checkout-only';

/** The lab's commands, from the build beside this one; the package on npm has no lab, and its commands say how to get it. */
export function labCommands(): readonly Register[] {
  const file = join(__dirname, '../lab/commands/index.js');
  if (!existsSync(file)) return ['lab', 'rehearse'].map(registerCheckoutOnly);
  const lab: { LAB_COMMANDS: typeof LAB_COMMANDS } = require(file);
  return lab.LAB_COMMANDS;
}
