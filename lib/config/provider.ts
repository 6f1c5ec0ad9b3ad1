import { PROVIDERS } from '../../constructs/agent-host/runtimes/providers';
import type { Provider } from '../../constructs/agent-host/runtimes/runtime';
import type { Agent, EgressRule } from './model';

/** The model preset that the agent's runtime uses. */
export interface UsedProvider {
  readonly preset: string;
  /** The region its rules are signed for; only where they are signed. */
  readonly region?: string;
  readonly provider: Provider;
}

interface Uses extends Pick<Agent, 'runtime'> {
  readonly egress: readonly Pick<EgressRule, 'preset' | 'awsAuth'>[];
}

/** The first preset of the agent's file that its runtime can call a model by; nothing when there is none. */
export function providerOf({ runtime, egress }: Uses): UsedProvider | undefined {
  const providers: Readonly<Record<string, Provider>> = PROVIDERS[runtime];
  for (const { preset, awsAuth } of egress) {
    if (preset !== undefined && Object.hasOwn(providers, preset)) {
      return { preset, region: awsAuth?.region, provider: providers[preset] as Provider };
    }
  }
  return undefined;
}
