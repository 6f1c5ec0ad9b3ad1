import { Counters } from '../../../lib/policy/gate/caps';
import { SpendReserve } from '../../../lib/policy/gate/spend/reserve';
import { SpendSums } from '../../../lib/policy/gate/spend/sums';
import { GateCanaries } from '../../../lib/warden/gate/canaries';
import { Connections } from '../../../lib/warden/gate/connections';
import { GateGrants } from '../../../lib/warden/gate/grants';
import { ModelSpend } from '../../../lib/warden/gate/model-spend';
import type { GateNeeds } from '../../../lib/warden/gate/service';

/** What a gate needs beside its records and its policy, with nothing counted yet. */
export function gateNeeds(given: Partial<GateNeeds> & Pick<GateNeeds, 'records' | 'policy'>): GateNeeds {
  const grants = given.grants ?? new GateGrants(new Map(), () => 0);
  const sums = SpendSums.restore(undefined, new Map(), '', given.now?.() ?? Date.now());
  return {
    counters: new Counters(),
    connections: new Connections(),
    grants,
    spend: new ModelSpend({
      sums,
      reserve: new SpendReserve('box', sums),
      grants,
      save: async () => undefined,
    }),
    canaries: new GateCanaries(() => undefined, Date.now),
    now: Date.now,
    run: 'run',
    ...given,
  };
}
