import { digestOf } from '../audit/chain';

/** Names the disk: systemd makes another id for each new one, and asks programs to show no more than a digest of it. */
export function boxName(machineId = ''): string {
  return digestOf(`airlock ${machineId.trim()}`).slice(0, 12);
}
