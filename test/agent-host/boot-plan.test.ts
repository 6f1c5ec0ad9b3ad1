import { agentFiles } from '../../constructs/agent-host/boot/agent-files';
import { bootPlan } from '../../constructs/agent-host/boot/boot-plan';
import { settingsFor, sound } from './machine';

const planOf = (runtime: 'hermes' | 'openclaw' | 'custom', channels: string[] = []) =>
  bootPlan(sound({ runtime, runtimeSettings: { ...settingsFor(runtime), channels } }));

test('mounts, transcripts and environment of a runtime are data until the files are written', () => {
  expect(planOf('hermes').runtime).toMatchObject({
    mounts: [
      { source: '/etc/hermes/.env', target: '.hermes/.env' },
      { source: '/etc/hermes/config.yaml', target: '.hermes/config.yaml' },
      { source: '/etc/hermes/SOUL.md', target: '.hermes/SOUL.md' },
    ],
    transcripts: {
      globs: ['.hermes/sessions/*', '.hermes/logs/*'],
      prune: 'sessions prune --older-than 14 --yes',
    },
  });
  const { environment, mounts } = planOf('openclaw', ['telegram', 'unknown']).runtime;
  expect(mounts).toEqual([]);
  expect(environment).toEqual({
    ANTHROPIC_API_KEY: 'sk-ant-api03-placeholder',
    TELEGRAM_BOT_TOKEN: '123456:place;holder',
    CHANNEL: 'telegram',
    DAYS: '14',
    MODEL: 'anthropic/claude-sonnet-5',
    TOOLS: 'messaging',
  });
});

test('a runtime without transcripts has no unit that deletes them, and an earlier one is removed', () => {
  const plan = planOf('custom');
  expect(plan.runtime.transcripts).toBeUndefined();
  const { rest, absent } = agentFiles(plan);
  expect(rest.filter(({ path }) => path.includes('transcripts'))).toEqual([]);
  expect(absent).toEqual(
    expect.arrayContaining(['$U/airlock-transcripts.service', '$U/airlock-transcripts.timer']),
  );
});

test('each of several places of one text is a path of its own', () => {
  const { packed } = agentFiles(planOf('custom'));
  expect(packed.find(({ path }) => path === '$U/airlock-wait.service')?.copies).toEqual([
    '$U/airlock-state.service',
    '$U/airlock-runtime.service',
  ]);
  expect(packed.filter(({ path }) => /\s/.test(path))).toEqual([]);
});
