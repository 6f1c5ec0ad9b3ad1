import { fieldOf } from '../../json';
import type { Signal } from '../signal';
import { quoted } from '../words';

export const canarySeen: Signal = {
  id: 'canary-seen',
  title: 'sent a made-up credential from its host, or tried to',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock audit AGENT --since 1d',
  detector: () => ({
    see: ({ record, event, detail }) => {
      if (record !== 'event' || event !== 'canary-seen') return undefined;
      const [canary, where, request] = ['canary', 'where', 'record'].map((name) => fieldOf(detail, name));
      const which = request === undefined ? '' : `, request ${quoted(request)}`;
      return {
        saw: `the canary ${quoted(canary)} in its ${quoted(where)}${which}`,
        key: String(canary).slice(0, 40),
      };
    },
  }),
};
