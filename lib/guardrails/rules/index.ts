import type { Rule } from '../rule';
import { cap1 } from './cap-1';
import { chg1 } from './chg-1';
import { cost1 } from './cost-1';
import { dep1 } from './dep-1';
import { iam2 } from './iam-2';
import { kill1 } from './kill-1';
import { log1 } from './log-1';
import { log2 } from './log-2';
import { mod1 } from './mod-1';
import { net1 } from './net-1';
import { net7 } from './net-7';
import { pol1 } from './pol-1';
import { REACH_BACKED_RULES } from './reach-backed';
import { sec1 } from './sec-1';
import { sec2 } from './sec-2';
import { sec3 } from './sec-3';
import { sec4 } from './sec-4';
import { vol1 } from './vol-1';

/** Every invariant of SECURITY.md that a template can show. */
export const RULES: readonly Rule[] = [
  ...REACH_BACKED_RULES,
  net1,
  net7,
  iam2,
  sec1,
  sec2,
  sec3,
  sec4,
  mod1,
  pol1,
  chg1,
  log1,
  log2,
  cap1,
  kill1,
  cost1,
  dep1,
  vol1,
];
