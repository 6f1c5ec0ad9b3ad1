import { type Provider, RUNTIMES } from '../../constructs/agent-host/runtimes';
import type { Agent } from '../config/model';

/** The model preset that the agent's runtime uses. */
export interface UsedProvider {
  readonly preset: string;
  /** The region its rules are signed for; only where they are signed. */
  readonly region?: string;
  readonly provider: Provider;
}

/** The first preset of the agent's file that its runtime can call a model by; nothing when there is none. */
export function providerOf({ runtime, egress }: Pick<Agent, 'runtime' | 'egress'>): UsedProvider | undefined {
  const providers: Readonly<Record<string, Provider>> = RUNTIMES[runtime].providers;
  for (const { preset, awsAuth } of egress) {
    if (preset !== undefined && Object.hasOwn(providers, preset)) {
      return { preset, region: awsAuth?.region, provider: providers[preset] as Provider };
    }
  }
  return undefined;
}
