import data from './regions.json';

/** What CloudFormation and EC2 offer in each supported region, by cfn-lint's data. `npm run regions` writes it. */
export interface Regions {
  /** Program, version and date. */
  readonly source: string;
  /** The kit's resource types by the setting that needs them: `always`, or one such as `network.dns: firewall`. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** The regions in which CloudFormation lacks one of the kit's types, by type, separated by spaces. */
  readonly missing: Readonly<Record<string, string>>;
  /** EC2's arm64 instance families in each supported region, separated by spaces. */
  readonly arm64: Readonly<Record<string, string>>;
}

export const REGIONS: Regions = data;

/** Where CloudFormation lacks this type, the provider function makes the budget through the API. */
const BUDGET = 'AWS::Budgets::Budget';

/** Without a region the template takes CloudFormation's type. */
export function lacksBudgetType(region: string | undefined, known: Regions = REGIONS): boolean {
  return region !== undefined && lacks(known, region, BUDGET);
}

function lacks({ missing }: Regions, region: string, type: string): boolean {
  return missing[type]?.split(' ').includes(region) ?? false;
}

export interface MissingType {
  readonly type: string;
  /** The setting that needs it; absent if every stack needs it. */
  readonly setting?: string;
}

/** The types that a stack with these settings needs and the region lacks. */
export function missingTypes(
  region: string,
  settings: readonly string[],
  known: Regions = REGIONS,
): MissingType[] {
  return ['always', ...settings].flatMap((setting) =>
    (known.types[setting] ?? [])
      .filter((type) => type !== BUDGET && lacks(known, region, type))
      .map((type) => (setting === 'always' ? { type } : { type, setting })),
  );
}

/**
 * Whether EC2 lacks an instance type in the region. False for a family that the data doesn't know: it is newer than the
 * data.
 */
export function lacksInstanceType(region: string, instanceType: string, known: Regions = REGIONS): boolean {
  const family = instanceType.split('.')[0] as string;
  const has = (families: string) => families.split(' ').includes(family);
  const there = known.arm64[region];
  return there !== undefined && !has(there) && Object.values(known.arm64).some(has);
}
