import { isAlertTopic } from '../../../../constructs/names';
import { notApplicable, type Verdict } from '../../preflight/check';
import { isSameKey } from '../../secret-history';
import { differences, keyOf, resourcesOf, type Subject, verdictOf, verifyCheck } from '../check';
import type { Live } from '../live/live';
import { statementsOf } from '../policy-text';

export const alertTopic = verifyCheck({
  id: 'alert-topic',
  title: 'alarms reach somebody, the topic is encrypted, and its policy is the deployed one',
  invariants: ['KILL-1', 'VOL-1'],
  scope: 'stack',
  read: (live, subject) => read(live, subject, true),
  judge: (found, subject) =>
    found
      ? judgeTopic(found, subject, true, {
          nobody: 'nobody has confirmed a subscription, so no alarm reaches anybody',
          fix: 'confirm the mail that AWS sent to the addresses of notify, or deploy the stack',
        })
      : verdictOf(['the stack has no alert topic'], '', 'deploy the stack'),
});

/** Whoever may publish to it can stop agents; without its subscription nothing contains an agent by itself. */
export const containmentTopic = verifyCheck({
  id: 'containment-topic',
  title: 'the topic that contains agents reaches the function, is encrypted, and has the deployed policy',
  invariants: ['KILL-1', 'VOL-1'],
  scope: 'stack',
  read: (live, subject) => read(live, subject, false),
  judge: (found, subject) =>
    found
      ? judgeTopic(found, subject, false, {
          nobody:
            'the function that contains agents is not subscribed, so no agent is contained without a person',
          fix: 'find out in CloudTrail who changed it, and deploy the stack',
        })
      : notApplicable('no agent of this stack is contained without a person'),
});

async function read(live: Live, subject: Subject, isForAlerts: boolean) {
  const topic = topicOf(subject, isForAlerts);
  return topic === undefined ? undefined : live.topic(topic);
}

function judgeTopic(
  found: NonNullable<Awaited<ReturnType<typeof read>>>,
  subject: Subject,
  isForAlerts: boolean,
  { nobody, fix }: { readonly nobody: string; readonly fix: string },
): Verdict {
  const key = keyOf(subject);
  const topic = topicOf(subject, isForAlerts);
  const policy = resourcesOf(subject.deployed, 'AWS::SNS::TopicPolicy').find((each) =>
    (each.get('Topics') as readonly unknown[] | undefined)?.includes(topic),
  );
  const faults = [
    ...(isSameKey(found.key, key?.id) ? [] : [`its key is ${found.key ?? 'none'}, not ${key?.id}`]),
    ...(found.confirmed > 0 ? [] : [nobody]),
    ...differences('its policy', statementsOf(policy?.get('PolicyDocument')), statementsOf(found.policy)),
  ];
  return verdictOf(faults, `${found.confirmed} confirmed subscriptions`, fix);
}

function topicOf({ deployed }: Subject, isForAlerts: boolean): string | undefined {
  const topics = resourcesOf(deployed, 'AWS::SNS::Topic');
  return topics.find(({ logicalId }) => isAlertTopic(logicalId) === isForAlerts)?.id;
}
