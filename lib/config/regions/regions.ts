import data from './regions.json';

/** What `npm run regions` writes: what CloudFormation and EC2 have in each supported region, as cfn-lint knows it. */
export interface Regions {
  /** Program, version and date. */
  readonly source: string;
  /** The kit's resource types by what makes a template hold them: `always`, or a setting such as `network.dns: firewall`. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  /** By name of the region. */
  readonly regions: Readonly<Record<string, Region>>;
}

export interface Region {
  /** Those of the kit's types that CloudFormation lacks there. */
  readonly missing: readonly string[];
  /** EC2's arm64 instance families there, with a space between them. */
  readonly arm64: string;
}

export const REGIONS: Regions = data;

/** The provider function makes a budget through its API where CloudFormation has no type for it. */
const BUDGET = 'AWS::Budgets::Budget';

/** Without a region the template takes CloudFormation's type. */
export function lacksBudgetType(region: string | undefined, { regions }: Regions = REGIONS): boolean {
  return region !== undefined && (regions[region]?.missing.includes(BUDGET) ?? false);
}

export interface MissingType {
  readonly type: string;
  /** The setting that needs it; absent when every stack does. */
  readonly setting?: string;
}

/** Types that a stack with these settings needs and the region lacks. */
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
 * Whether EC2 lacks an instance type there. A family that is in no region is newer than the data, and nothing is known
 * of it.
 */
export function lacksInstanceType(region: string, instanceType: string, known: Regions = REGIONS): boolean {
  const family = instanceType.split('.')[0] as string;
  const has = ({ arm64 }: Region) => arm64.split(' ').includes(family);
  const there = known.regions[region];
  return there !== undefined && !has(there) && Object.values(known.regions).some(has);
}
