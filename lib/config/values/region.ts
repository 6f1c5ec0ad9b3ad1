import { type Finding, matching, shaped } from '../finding';
import { nearest } from '../nearest';
import { REGIONS } from '../regions/regions';

const REGION =
  /^[a-z]{2,4}(?:-[a-z]{2,5})?-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d{1,2}$/;

/** AWS's other partitions, by how their regions begin. */
const OTHER_PARTITIONS: readonly (readonly [begins: RegExp, partition: string])[] = [
  [/^cn-/, 'AWS China'],
  [/^us-gov-/, 'AWS GovCloud'],
  [/^[a-z]+-iso[a-z]*-/, "AWS's isolated partitions"],
  [/^eusc-/, 'the AWS European Sovereign Cloud'],
];

/** Accepts any region of the partition `aws`. */
export const checkRegionName = shaped(REGION, (region) => {
  if (!REGION.test(region)) {
    const meant = nearest(region, Object.keys(REGIONS.arm64)) ?? 'us-east-1';
    return { message: 'is not an AWS region', fix: `write its code, such as ${JSON.stringify(meant)}` };
  }
  const partition = OTHER_PARTITIONS.find(([begins]) => begins.test(region))?.[1];
  return partition === undefined
    ? undefined
    : {
        message:
          `belongs to ${partition}, which Airlock does not support: its images, ARNs and endpoints are those of ` +
          'the partition aws, and nothing was checked elsewhere',
        fix: 'choose a region of the partition aws, such as "us-east-1"',
      };
});

/** Accepts a region in which the stack can be deployed. */
export const checkRegion = shaped(REGION, (region) => {
  const finding = checkRegionName(region);
  if (finding || Object.hasOwn(REGIONS.arm64, region)) return finding;
  return {
    message: `is not a region that this release supports: ${REGIONS.source} has no resource types for it`,
    fix: `choose one of ${Object.keys(REGIONS.arm64).join(', ')}`,
  };
});

export const checkAccount = matching(
  /^\d{12}$/,
  'must be 12 digits',
  'write the account number in quotes, without hyphens',
);

/** Accepts an availability zone of the region; local and wavelength zones lack services that the stack needs. */
export function checkZone(zone: string, region: string): Finding | undefined {
  return zone.length === region.length + 1 && zone.startsWith(region) && /[a-z]$/.test(zone)
    ? undefined
    : { message: `is not an availability zone of ${region}`, fix: `write one such as "${region}a"` };
}
