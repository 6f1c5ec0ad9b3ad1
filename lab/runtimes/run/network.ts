import { execFileSync } from 'node:child_process';
import { AGENT, PROXY } from './settings';

/** Two network namespaces with one link and no other way out: the agent's machine and its proxy box. */
export class Network {
  readonly agent = `airlock-rt-${process.pid}-agent`;
  readonly proxy = `airlock-rt-${process.pid}-proxy`;

  open(): void {
    const link = (words: string) => ip(`-n ${this.proxy} ${words}`);
    for (const name of [this.agent, this.proxy]) ip(`netns add ${name}`);
    link(`link add proxy0 type veth peer name eth0 netns ${this.agent}`);
    link(`addr add ${PROXY}/20 dev proxy0`);
    for (const name of ['proxy0', 'lo']) link(`link set ${name} up`);
    ip(`-n ${this.agent} addr add ${AGENT}/20 dev eth0`);
    for (const name of ['eth0', 'lo']) ip(`-n ${this.agent} link set ${name} up`);
  }

  close(): void {
    for (const name of [this.agent, this.proxy]) {
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
