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
  readonly violatingConstructs?: readonly unknown[];
}

/** `validation-report.json` as aws-cdk-lib writes it, as far as it is read here. */
export interface ValidationReport {
  readonly pluginReports?: readonly {
    readonly pluginName?: string;
    readonly violations?: readonly Violation[];
    readonly suppressedViolations?: readonly Violation[];
  }[];
}

const ANNOTATIONS = 'Construct Annotations';

/** Counts findings by pack: one rule broken by three resources is three findings. */
export function findingsOf(report: ValidationReport): Findings {
  const packs: PackFindings[] = [];
  const annotations: string[] = [];
  for (const { pluginName = 'unnamed', violations = [], suppressedViolations = [] } of report.pluginReports ??
    []) {
    const errors = violations.filter(isError);
    const warnings = violations.filter((violation) => !isError(violation));
    if (pluginName === ANNOTATIONS) annotations.push(...collapse(warnings));
    else {
      packs.push({
        pack: pluginName,
        errors: total(errors),
        warnings: total(warnings),
        acknowledged: total(suppressedViolations),
      });
    }
  }
  return { packs, annotations };
}

/** Warnings whose rules differ only after a slash are about the same thing in several places: one of them is enough. */
function collapse(warnings: readonly Violation[]): string[] {
  const alike = new Map<string, Violation[]>();
  for (const warning of warnings) {
    const kind = warning.ruleName?.split('/')[0] ?? '';
    alike.set(kind, [...(alike.get(kind) ?? []), warning]);
  }
  return [...alike.values()].map(([first, ...more]) => {
    const others = more.length > 0 ? ` (and ${more.length} more like it)` : '';
    return `${first?.description ?? ''}${others}`;
  });
}

/** Only what says that it is advice is taken for advice. */
function isError({ severity }: Violation): boolean {
  return severity !== 'warning' && severity !== 'info';
}

function total(violations: readonly Violation[]): number {
  return violations.reduce((sum, violation) => sum + (violation.violatingConstructs?.length ?? 1), 0);
}
