import { execFileSync } from 'node:child_process';
import { AGENT, DOOR } from './settings';

/** Two network namespaces and one link, with no way to anything else: the agent's machine and its proxy box. */
export class Network {
  readonly agent = `airlock-rt-${process.pid}-agent`;
  readonly door = `airlock-rt-${process.pid}-door`;

  open(): void {
    const link = (words: string) => ip(`-n ${this.door} ${words}`);
    for (const name of [this.agent, this.door]) ip(`netns add ${name}`);
    link(`link add door0 type veth peer name eth0 netns ${this.agent}`);
    link(`addr add ${DOOR}/20 dev door0`);
    for (const name of ['door0', 'lo']) link(`link set ${name} up`);
    ip(`-n ${this.agent} addr add ${AGENT}/20 dev eth0`);
    for (const name of ['eth0', 'lo']) ip(`-n ${this.agent} link set ${name} up`);
  }

  close(): void {
    for (const name of [this.agent, this.door]) {
      try {
        ip(`netns delete ${name}`);
      } catch {
        // It was never made.
      }
    }
  }
}

function ip(words: string): void {
  execFileSync('ip', words.split(' '), { stdio: ['ignore', 'ignore', 'pipe'] });
}
