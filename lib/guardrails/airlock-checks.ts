import { readFileSync } from 'node:fs';
import {
  CfnElement,
  type CfnResource,
  type IPolicyValidationContext,
  type PolicyValidationPluginReport,
  type PolicyViolation,
  Stack,
} from 'aws-cdk-lib';
import { NagPack } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { type Examination, examine, type Judgement, RULE_IDS } from './judge';
import { whyOff } from './opt-out';

/** The pack that judges each app: a second one, which the app itself registered, stays silent. */
const judges = new WeakMap<IConstruct, AirlockChecks>();

/**
 * The invariants of SECURITY.md as a rule pack that fails the synth: `Airlock::Airlock-NET-1` and so on. A finding of
 * severity `info` says what the pack examined, because CDK leaves a pack without findings out of its report.
 *
 * Unlike those of cdk-nag its findings can't be acknowledged (CDK lets nobody suppress the severity `fatal`): an
 * invariant that one line of code excuses would be none. SEC-1's suspicion, that a text is a secret because it
 * looks random, is the exception.
 */
export class AirlockChecks extends NagPack {
  readonly name = 'Airlock';
  override readonly ruleIds = RULE_IDS.map((id) => `Airlock-${id}`);

  private templateFiles: ReadonlyMap<string, string> = new Map();
  private judged = new WeakSet<Stack>();
  private found: PolicyViolation[] = [];

  constructor(scope?: IConstruct) {
    super(scope);
    this.packName = 'Airlock';
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const { appConstruct: app } = context;
    if (!judges.has(app)) judges.set(app, this);
    if (judges.get(app) !== this) return { success: true, violations: [] };
    this.templateFiles = new Map(
      context.stackTemplates.map(({ stackConstructPath, templatePath }) => [
        stackConstructPath,
        templatePath,
      ]),
    );
    return super.validate(context);
  }

  override validateScope(scope: IConstruct): PolicyValidationPluginReport {
    this.found = [];
    this.judged = new WeakSet();
    super.validateScope(scope);
    if (this.found.length === 0) {
      this.found.push(note('Airlock-examined', 'no stack of this app has an agent to examine', scope));
    }
    return { success: this.found.every(({ severity }) => !isFailure(severity)), violations: this.found };
  }

  /** The rules look at a whole stack, because most laws are about how resources fit together: once for each. */
  protected checkResource(node: CfnResource): void {
    const stack = Stack.of(node);
    if (this.judged.has(stack)) return;
    this.judged.add(stack);
    const off = whyOff(stack);
    if (off !== undefined) {
      const message = `the guardrails are off for this stack, so no invariant was examined: ${off}`;
      this.found.push({ ...note('Airlock-off', message, stack), severity: 'warning' });
      return;
    }
    const examined = examine(this.templateOf(stack));
    if (examined.agents === 0) return;
    const paths = constructPaths(stack);
    this.found.push(
      coverage(examined, stack),
      ...examined.judgements.map((judgement) =>
        violation(judgement, paths.get(judgement.resource) ?? stack.node.path),
      ),
    );
  }

  /** As it was written to the disk, because that is what gets deployed. */
  private templateOf(stack: Stack): unknown {
    const file = this.templateFiles.get(stack.node.path);
    return file === undefined
      ? stack.resolve((stack as unknown as { _toCloudFormation(): unknown })._toCloudFormation())
      : JSON.parse(readFileSync(file, 'utf8'));
  }
}

function isFailure(severity: string | undefined): boolean {
  return severity !== 'info' && severity !== 'warning';
}

/** Construct path by logical id: outputs and parameters too. */
function constructPaths(stack: Stack): ReadonlyMap<string, string> {
  const elements = stack.node.findAll().filter(CfnElement.isCfnElement);
  return new Map(elements.map((element) => [String(stack.resolve(element.logicalId)), element.node.path]));
}

function coverage({ rules, resources, agents, judgements }: Examination, stack: Stack): PolicyViolation {
  const broken = new Set(judgements.map(({ invariant }) => invariant)).size;
  const verdict =
    broken === 0 ? `all ${rules} invariants hold` : `${broken} of ${rules} invariants are broken`;
  return {
    ...note('Airlock-examined', `${verdict} (examined: resources ${resources}, agents ${agents})`, stack),
    ruleMetadata: { rules: String(rules), resources: String(resources), agents: String(agents) },
  };
}

function note(ruleName: string, description: string, at: IConstruct): PolicyViolation {
  const violatingResources = [{ constructPath: at.node.path, locations: [] }];
  return { ruleName, description, severity: 'info', violatingResources };
}

function violation(
  { invariant, message, fix, law, isSuspicion }: Judgement,
  constructPath: string,
): PolicyViolation {
  return {
    ruleName: `Airlock-${invariant}`,
    description: `${message} (${invariant}: ${law})`,
    fix,
    severity: isSuspicion ? 'error' : 'fatal',
    violatingResources: [{ constructPath, locations: ['Properties'] }],
  };
}
