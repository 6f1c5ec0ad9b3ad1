import data from './regions.json';

/** What CloudFormation and EC2 offer in each supported region, by cfn-lint's data. `npm run regions` writes it. */
export interface Regions {
  /** Program, version and date. */
  readonly source: string;
  /** The kit's resource types by the setting that needs them: `always`, or one such as `network.dns: firewall`. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** By name of the region. */
  readonly regions: Readonly<Record<string, Region>>;
}

export interface Region {
  /** The kit's types that CloudFormation lacks in the region. */
  readonly missing: readonly string[];
  /** EC2's arm64 instance families in the region, separated by spaces. */
  readonly arm64: string;
}

export const REGIONS: Regions = data;

/** Where CloudFormation lacks this type, the provider function makes the budget through the API. */
const BUDGET = 'AWS::Budgets::Budget';

/** Without a region the template takes CloudFormation's type. */
export function lacksBudgetType(region: string | undefined, { regions }: Regions = REGIONS): boolean {
  return region !== undefined && (regions[region]?.missing.includes(BUDGET) ?? false);
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
  { types, regions }: Regions = REGIONS,
): MissingType[] {
  const missing = regions[region]?.missing ?? [];
  return ['always', ...settings].flatMap((setting) =>
    (types[setting] ?? [])
      .filter((type) => type !== BUDGET && missing.includes(type))
      .map((type) => (setting === 'always' ? { type } : { type, setting })),
  );
}

/**
 * Whether EC2 lacks an instance type in the region. False for a family that the data doesn't know: it is newer than the
 * data.
 */
export function lacksInstanceType(region: string, instanceType: string, known: Regions = REGIONS): boolean {
  const family = instanceType.split('.')[0] as string;
  const has = ({ arm64 }: Region) => arm64.split(' ').includes(family);
  const there = known.regions[region];
  return there !== undefined && !has(there) && Object.values(known.regions).some(has);
}
