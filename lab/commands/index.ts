import type { Register } from '../../lib/cli/command';
import { registerLab } from './lab';
import { registerRehearse } from './rehearse';

/** The lab's commands, for `bin` to register. */
export const LAB_COMMANDS: readonly Register[] = [registerLab, registerRehearse];
