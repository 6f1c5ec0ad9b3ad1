import type { Finding } from '../finding';

const REGION =
  /^[a-z]{2,4}(?:-[a-z]{2,5})?-(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d{1,2}$/;

export function checkRegion(region: string): Finding | undefined {
  return REGION.test(region)
    ? undefined
    : { message: 'is not an AWS region', fix: 'write its code, such as "us-east-1"' };
}

export function checkAccount(account: string): Finding | undefined {
  return /^\d{12}$/.test(account)
    ? undefined
    : { message: 'must be 12 digits', fix: 'write the account number in quotes, without hyphens' };
}

/** A plain availability zone of the region: local and wavelength zones lack what the stack needs. */
export function checkZone(zone: string, region: string): Finding | undefined {
  return zone.length === region.length + 1 && zone.startsWith(region) && /[a-z]$/.test(zone)
    ? undefined
    : { message: `is not an availability zone of ${region}`, fix: `write one such as "${region}a"` };
}
