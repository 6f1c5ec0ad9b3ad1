import { isAlertTopic } from '../../../../constructs/names';
import { isSameKey } from '../../secret-history';
import { differences, resourcesOf, type Subject, verdictOf, verifyCheck } from '../check';
import { keyOf } from '../key-verdict';
import { statementsOf } from '../policy-text';

export const alertTopic = verifyCheck({
  id: 'alert-topic',
  title: 'alarms reach somebody, the topic is encrypted, and its policy is the deployed one',
  invariants: ['KILL-1', 'VOL-1'],
  scope: 'stack',
  read: async (live, subject) => {
    const topic = topicOf(subject);
    return topic === undefined ? undefined : live.topic(topic);
  },
  judge: (found, subject) => {
    const key = keyOf(subject);
    const topic = topicOf(subject);
    const policy = resourcesOf(subject.deployed, 'AWS::SNS::TopicPolicy').find((each) =>
      (each.get('Topics') as readonly unknown[] | undefined)?.includes(topic),
    );
    const faults = found
      ? [
          ...(key && found.key !== undefined && isSameKey(found.key, key.id)
            ? []
            : [`its key is ${found.key ?? 'none'}, not ${key?.id}`]),
          ...(found.confirmed > 0
            ? []
            : ['nobody has confirmed a subscription, so no alarm reaches anybody']),
          ...differences(
            'its policy',
            statementsOf(policy?.get('PolicyDocument')),
            statementsOf(found.policy),
          ),
        ]
      : ['the stack has no alert topic'];
    return verdictOf(
      faults,
      `${found?.confirmed} confirmed subscriptions`,
      'confirm the mail that AWS sent to the addresses of notify, or deploy the stack',
    );
  },
});

function topicOf({ deployed }: Subject): string | undefined {
  const topics = resourcesOf(deployed, 'AWS::SNS::Topic');
  return topics.find(({ logicalId }) => isAlertTopic(logicalId))?.id;
}
