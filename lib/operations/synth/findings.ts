/** What one rule pack found in the template. */
export interface PackFindings {
  /** As the pack calls itself: `AwsSolutions`, `NIST.800.53.R5`. */
  readonly pack: string;
  /** Findings that nobody acknowledged and that fail the synth. */
  readonly errors: number;
  /** Findings that nobody acknowledged and that are only advice. */
  readonly warnings: number;
  /** Findings with a written reason beside their resource. */
  readonly acknowledged: number;
  /** Different reasons among those: one may excuse a rule at several resources, in several packs. */
  readonly reasons: readonly string[];
  /** What the kit's own pack says that it examined; the others don't say. */
  readonly examined?: Examined;
}

export interface Examined {
  readonly rules: number;
  readonly resources: number;
  readonly agents: number;
}

export interface Findings {
  readonly packs: readonly PackFindings[];
  /** Warnings that constructs attached to themselves, such as an image nobody pinned. */
  readonly annotations: readonly string[];
}

interface Violation {
  readonly ruleName?: string;
  readonly description?: string;
  readonly severity?: string;
  readonly reason?: string;
  readonly ruleMetadata?: Readonly<Record<string, string>>;
  readonly violatingConstructs?: readonly unknown[];
}

/** `validation-report.json` of aws-cdk-lib: the fields that are read here. */
export interface ValidationReport {
  readonly pluginReports?: readonly {
    readonly pluginName?: string;
    readonly violations?: readonly Violation[];
    readonly suppressedViolations?: readonly Violation[];
  }[];
}

const ANNOTATIONS = 'Construct Annotations';
/** What the kit's own pack examined in one stack, as a finding of severity `info`. */
const EXAMINED = 'Airlock-examined';

/**
 * Counts findings by pack: one rule broken by three resources is three findings.
 *
 * @param leftOut kinds of annotations
 */
export function findingsOf(report: ValidationReport, leftOut: readonly string[] = []): Findings {
  const packs: PackFindings[] = [];
  const annotations: string[] = [];
  for (const { pluginName = 'unnamed', violations = [], suppressedViolations = [] } of report.pluginReports ??
    []) {
    const examined = violations.filter(({ ruleName }) => ruleName === EXAMINED);
    const findings = violations.filter(({ ruleName }) => ruleName !== EXAMINED);
    const errors = findings.filter(isError);
    const warnings = findings.filter((violation) => !isError(violation));
    if (pluginName === ANNOTATIONS) annotations.push(...collapse(warnings, leftOut));
    else {
      packs.push({
        pack: pluginName,
        errors: total(errors),
        warnings: total(warnings),
        acknowledged: total(suppressedViolations),
        reasons: [...new Set(suppressedViolations.flatMap(({ reason }) => reason ?? []))],
        ...(examined.length > 0 && { examined: sumOf(examined) }),
      });
    }
  }
  return { packs, annotations };
}

/** Warnings whose rules differ only after a slash are about the same thing in several places: one of them is enough. */
function collapse(warnings: readonly Violation[], leftOut: readonly string[]): string[] {
  const alike = new Map<string, Violation[]>();
  for (const warning of warnings) {
    const kind = warning.ruleName?.split('/')[0] ?? '';
    if (leftOut.includes(kind)) continue;
    alike.set(kind, [...(alike.get(kind) ?? []), warning]);
  }
  return [...alike.values()].map(([first, ...more]) => {
    const others = more.length > 0 ? ` (and ${more.length} more like it)` : '';
    return `${first?.description ?? ''}${others}`;
  });
}

/** Anything but an explicit warning or note counts as an error. */
function isError({ severity }: Violation): boolean {
  return severity !== 'warning' && severity !== 'info';
}

function sumOf(examined: readonly Violation[]): Examined {
  const sum = (name: keyof Examined) =>
    examined.reduce((total, { ruleMetadata }) => total + Number(ruleMetadata?.[name] ?? 0), 0);
  return {
    rules: Math.max(...examined.map(({ ruleMetadata }) => Number(ruleMetadata?.rules ?? 0))),
    resources: sum('resources'),
    agents: sum('agents'),
  };
}

function total(violations: readonly Violation[]): number {
  return violations.reduce((sum, violation) => sum + (violation.violatingConstructs?.length ?? 1), 0);
}
