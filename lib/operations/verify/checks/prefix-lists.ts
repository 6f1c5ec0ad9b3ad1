import { notApplicable } from '../../preflight/check';
import {
  differences,
  REDEPLOY,
  recordsOf,
  resourcesOf,
  type Subject,
  verdictOf,
  verifyCheck,
} from '../check';

/** Routes name a list by its id alone, so a changed list changes no route. */
export const prefixLists = verifyCheck({
  id: 'prefix-lists',
  title: 'each prefix list has the deployed entries and no other',
  invariants: ['NET-7'],
  scope: 'stack',
  read: (live, subject) =>
    Promise.all(
      listsOf(subject).map(async (list) => ({ list, entries: await live.prefixListEntries(list.id) })),
    ),
  judge: (found) =>
    found.length === 0
      ? notApplicable('the stack has no prefix list: network.egress is not transit-gateway')
      : verdictOf(
          found.flatMap(({ list, entries }) =>
            entries === undefined
              ? [`${list.id} is gone`]
              : differences(
                  `entries of ${list.id}`,
                  recordsOf(list, 'Entries').map(({ Cidr }) => String(Cidr)),
                  entries,
                ),
          ),
          found.map(({ list, entries }) => `${list.id} with ${entries?.length} entries`).join(', '),
          REDEPLOY,
        ),
});

function listsOf({ deployed }: Subject) {
  return resourcesOf(deployed, 'AWS::EC2::PrefixList');
}
