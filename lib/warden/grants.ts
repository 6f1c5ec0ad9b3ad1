import { grantParameter, MODEL_SPEND } from '../../constructs/names';
import type { OpenRule } from '../policy/document/opened';
import type { Bundle } from '../policy/document/read';
import type { GateRule } from '../policy/gate/policy';
import { readGrant } from '../policy/grant/grant';
import { type HighRiskRule, highRiskRules } from '../policy/grant/high-risk';
import type { Box } from './box';
import { type GrantInForce, grantsText, liveGrants, type SeenAt } from './gate/grants-file';
import { AwsError, type Host, type ParameterAnswer } from './host';
import { say } from './log';
import { sha256 } from './render';

/** GetParameters takes ten names a call (Systems Manager API reference). */
const BATCH = 10;

/**
 * The grants of this box's agent. They open in iron-proxy's document first and then at the gate, and close at the gate
 * first: a use of a grant is never spent on a request that iron-proxy still refuses.
 *
 * Time is AWS's: a grant begins at its parameter's date, and `now` is the date of AWS's last answer, and what the kernel's
 * monotonic clock counted since that question was asked. So the box's own clock has no part in it, and `now` is never late.
 */
export class Grants {
  private all: readonly GateRule[] | undefined;
  private rules: readonly HighRiskRule[] = [];
  private known: readonly GrantInForce[] = [];
  private seen: SeenAt | undefined;
  private asked: ReadonlySet<string> = new Set();
  private documented: ReadonlySet<string> = new Set();
  private written: string | undefined;
  private problem: string | undefined;

  constructor(
    private readonly host: Host,
    private readonly box: Box,
  ) {}

  /** The grants that belong in iron-proxy's document, of a policy that has just been read. */
  async of({ gate }: Bundle): Promise<readonly OpenRule[]> {
    if (gate.rules !== this.all) {
      this.all = gate.rules;
      this.rules = highRiskRules(gate, sha256);
      await this.poll();
    }
    const live = this.live();
    this.asked = idsOf(live);
    return live.flatMap(({ rule: id, paths, body }) => {
      const rule = this.rules.find((one) => one.id === id);
      const isJudged = (rule?.body ?? body) !== undefined;
      // The gate alone knows of it.
      return rule && id !== MODEL_SPEND
        ? [{ ...rule, paths: paths ? [...paths] : rule.paths, isJudged }]
        : [];
    });
  }

  /** Called when iron-proxy runs with what `of` answered last. */
  async inDocument(): Promise<void> {
    this.documented = this.asked;
    await this.write();
  }

  /** Whether other grants are live than those that `of` answered last. */
  get isDue(): boolean {
    const live = idsOf(this.live());
    return live.size !== this.asked.size || [...live].some((id) => !this.asked.has(id));
  }

  /** Reads the grants, and takes from the gate what ended. Without an answer of AWS nothing new opens. */
  async poll(): Promise<void> {
    const problem = await this.read();
    if (problem && problem !== this.problem) await say(this.host, 'error', 'grants', problem);
    this.problem = problem;
    await this.write();
  }

  private async read(): Promise<string | undefined> {
    const { stack, agent } = this.box;
    const names = this.rules.map(({ id }) => grantParameter(stack, agent, id));
    const asked = this.host.monotonic();
    let date: number | undefined;
    const found: GrantInForce[] = [];
    try {
      for (let start = 0; start < names.length; start += BATCH) {
        const answer = await this.host.getParameters(names.slice(start, start + BATCH), false);
        date ??= answer.date;
        for (const each of answer.parameters) {
          const grant = await this.grantIn(each, this.rules[names.indexOf(each.name)]);
          if (grant) found.push(grant);
        }
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return error.message;
    }
    if (names.length > 0 && date === undefined) return "AWS's answer has no date";
    // A later question may have been answered first.
    if (this.seen && asked < this.seen.monotonic) return undefined;
    this.known = found;
    // AWS's date has no fraction of its second.
    this.seen = date === undefined ? undefined : { aws: date + 1000, monotonic: asked };
    return undefined;
  }

  /** Without the name of whoever granted it there is no grant. */
  private async grantIn(
    { name, value, version, modified }: ParameterAnswer['parameters'][number],
    rule: HighRiskRule | undefined,
  ): Promise<GrantInForce | undefined> {
    if (rule === undefined || modified === undefined) return undefined;
    const read = readGrant(value, modified, rule);
    if (read.kind === 'none') return undefined;
    const known = this.known.find(({ id }) => id === read.grant.id)?.by;
    const by = known ?? (await this.authorOf(name, version));
    return by === undefined ? undefined : { ...read.grant, by };
  }

  private async authorOf(name: string, version: number): Promise<string | undefined> {
    return (await this.host.parameterHistory(name)).find((each) => each.version === version)?.author;
  }

  private live(): readonly GrantInForce[] {
    return liveGrants(this.seen && { seen: this.seen, grants: this.known }, this.host.monotonic());
  }

  /** The gate needs a fresh date while something is open. */
  private async write(): Promise<void> {
    const open = this.live().filter(({ id }) => this.documented.has(id));
    if (open.length === 0 && this.written === undefined) return;
    const text = grantsText(this.seen && open.length > 0 ? { seen: this.seen, grants: open } : undefined);
    if (text !== this.written)
      await this.host.write(this.host.paths.grants, text, { mode: 0o640, group: 'airlock-gate' });
    this.written = open.length === 0 ? undefined : text;
  }
}

function idsOf(grants: readonly GrantInForce[]): ReadonlySet<string> {
  return new Set(grants.map(({ id }) => id));
}
