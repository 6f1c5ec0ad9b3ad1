import type { Problem } from '../model';
import type { Parsed, ParsedAgent } from '../parsed';
import { account } from './account';
import { breadth } from './breadth';
import { budget } from './budget';
import { environment } from './environment';
import { agentFileName } from './file-names';
import { oneAddress } from './one-address';
import { overlap } from './overlap';
import { parameters } from './parameters';
import { roleBounds } from './role-bounds';
import { ruleValues } from './rule-values';
import { runtimeSettings } from './runtime-settings';
import { scan } from './scan';
import { secretUse } from './secret-use';
import { spend } from './spend';
import { stateSources } from './state-source';
import { uniqueIds } from './unique-ids';

/** Each check compares settings that belong together, as far as they parsed. */
const AGENT_CHECKS: readonly ((agent: ParsedAgent) => Problem[])[] = [
  agentFileName,
  uniqueIds,
  ruleValues,
  roleBounds,
  breadth,
  oneAddress,
  secretUse,
  overlap,
  budget,
  spend,
  runtimeSettings,
];

const AIRLOCK_CHECKS: readonly ((parsed: Parsed) => Problem[])[] = [
  environment,
  account,
  parameters,
  stateSources,
  scan,
];

export function check(parsed: Parsed): Problem[] {
  return [
    ...AIRLOCK_CHECKS.flatMap((each) => each(parsed)),
    ...parsed.agents.flatMap((agent) => AGENT_CHECKS.flatMap((each) => each(agent))),
  ];
}
