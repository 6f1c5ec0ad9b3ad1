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
import { type Judgement, judge } from './judge';
import { RULES } from './rules';

/**
 * The invariants of SECURITY.md as a rule pack that fails the synth: `Airlock::Airlock-NET-1` and so on.
 *
 * Unlike those of cdk-nag its findings can't be acknowledged (CDK lets nobody suppress the severity `fatal`): an
 * invariant that one line of code excuses would be none. A suspicion of SEC-1's, that a text is a secret because it
 * looks random, is the exception.
 */
export class AirlockChecks extends NagPack {
  readonly name = 'Airlock';
  override readonly ruleIds = [...new Set(RULES.map(({ id }) => `Airlock-${id}`))];

  private templateFiles: ReadonlyMap<string, string> = new Map();
  private judged = new WeakSet<Stack>();
  private found: PolicyViolation[] = [];

  constructor(scope?: IConstruct) {
    super(scope);
    this.packName = 'Airlock';
  }

  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
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
    return { success: this.found.length === 0, violations: this.found };
  }

  /** The rules look at a whole stack, because most laws are about how resources fit together: once for each. */
  protected checkResource(node: CfnResource): void {
    const stack = Stack.of(node);
    if (!this.judged.has(stack)) {
      this.judged.add(stack);
      const judgements = judge(this.templateOf(stack));
      if (judgements.length > 0) {
        const paths = constructPaths(stack);
        this.found.push(
          ...judgements.map((judgement) =>
            violation(judgement, paths.get(judgement.resource) ?? stack.node.path),
          ),
        );
      }
    }
  }

  /** As it was written to the disk, because that is what gets deployed. */
  private templateOf(stack: Stack): unknown {
    const file = this.templateFiles.get(stack.node.path);
    return file === undefined
      ? stack.resolve((stack as unknown as { _toCloudFormation(): unknown })._toCloudFormation())
      : JSON.parse(readFileSync(file, 'utf8'));
  }
}

/** By logical id: outputs and parameters too. */
function constructPaths(stack: Stack): ReadonlyMap<string, string> {
  const elements = stack.node.findAll().filter(CfnElement.isCfnElement);
  return new Map(elements.map((element) => [String(stack.resolve(element.logicalId)), element.node.path]));
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
