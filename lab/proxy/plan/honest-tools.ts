import { TOKEN } from './attempt';
import type { Honest, HonestAgent } from './honest';
import { parsePolicy } from './policy';

/** A repository that its policy lets it have. */
export function clones(number: () => string, agent: HonestAgent): Honest[] {
  const paths = parsePolicy(agent.policy).allow.flatMap(({ host, paths: all = [] }) =>
    host === 'github.com' ? all : [],
  );
  const repository = paths.flatMap(
    (path) => /^\/([\w.-]+\/[\w.-]+\.git)\/git-upload-pack$/.exec(path)?.[1] ?? [],
  )[0];
  if (repository === undefined) return [];
  const url = `https://github.com/${repository}`;
  return [
    command(
      number(),
      agent,
      'git clone',
      [
        'sh',
        '-c',
        `d=$(mktemp -d) && git -c http.extraHeader="X-Lab: ${TOKEN}" clone -q ${url} "$d/x" && cat "$d/x/README.md"; s=$?; rm -rf "$d"; exit $s`,
      ],
      'A repository of the lab',
    ),
  ];
}

/** A package of its mirror. */
export function installs(number: () => string, agent: HonestAgent): Honest[] {
  const mirror = parsePolicy(agent.policy).allow.find(({ host }) => host.startsWith('npm.'));
  if (mirror === undefined) return [];
  const base = `https://${mirror.host}${(mirror.paths?.[0] ?? '/*').slice(0, -1)}`;
  const install = `npm install --registry ${base} --no-audit --no-fund --no-update-notifier --fetch-retries 0 --user-agent ${TOKEN} --cache "$d/c" --prefix "$d" lab-package`;
  return [
    command(
      number(),
      agent,
      'npm install',
      [
        'sh',
        '-c',
        `d=$(mktemp -d) && ${install} && ls "$d/node_modules/lab-package"; s=$?; rm -rf "$d"; exit $s`,
      ],
      'package.json',
    ),
  ];
}

function command(
  id: string,
  agent: HonestAgent,
  title: string,
  words: readonly string[],
  says: string,
): Honest {
  return {
    id,
    title: `${agent.agent}: ${title}`,
    agent: agent.agent,
    steps: [{ command: words }],
    fault: ({ commands: [done] }) =>
      done?.status === 0 && done.output.includes(says)
        ? undefined
        : `exit status ${done?.status}: ${done?.output.trim().split('\n').at(-1)?.slice(0, 120)}`,
  };
}
