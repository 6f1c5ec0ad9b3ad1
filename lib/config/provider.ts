import { PROVIDERS } from '../../constructs/agent-host/runtimes/providers';
import type { Provider } from '../../constructs/agent-host/runtimes/runtime';
import type { Agent, EgressRule } from './model';

/** The model preset that an agent's runtime uses. */
export interface UsedProvider {
  readonly preset: string;
  /** The region that its rules are signed for; absent if they aren't signed. */
  readonly region?: string;
  readonly provider: Provider;
}

interface Uses extends Pick<Agent, 'runtime'> {
  readonly egress: readonly Pick<EgressRule, 'preset' | 'awsAuth'>[];
}

/** The first preset in `egress` that the runtime can use to call a model; undefined if there is none. */
export function providerOf({ runtime, egress }: Uses): UsedProvider | undefined {
  const providers: Readonly<Record<string, Provider>> = PROVIDERS[runtime];
  for (const { preset, awsAuth } of egress) {
    if (preset !== undefined && Object.hasOwn(providers, preset)) {
      return { preset, region: awsAuth?.region, provider: providers[preset] as Provider };
    }
  }
  return undefined;
}
