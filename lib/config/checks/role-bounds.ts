import type { Problem, Role } from '../model';
import type { ParsedAgent, ParsedRule, ParsedSecret } from '../parsed';
import { problemAt } from '../source/source';
import { onlyReads } from '../values/http-method';

/** What the rules and secrets of a role may not contain. */
export function roleBounds(agent: ParsedAgent): Problem[] {
  const bounds: Record<Role, (agent: ParsedAgent) => Problem[]> = { reader, builder, operator };
  const { role } = agent.settings;
  return role === undefined ? [] : onceEach(bounds[role](agent));
}

function reader({ rules }: ParsedAgent): Problem[] {
  return rules
    .filter(({ methods, kind }) => !onlyReads(methods) && kind !== 'model')
    .map((rule) => {
      const fix = 'keep GET and HEAD only, or make the agent an operator';
      return at(rule, 'methods', "a reader may only GET and HEAD, besides its model's API", fix);
    });
}

const BUILDER_KINDS = ['model', 'registry', 'clone', 'updates'];

function builder({ rules, secrets }: ParsedAgent): Problem[] {
  const beyond = rules
    .filter(({ kind }) => kind === undefined || !BUILDER_KINDS.includes(kind))
    .map((rule) => {
      const message = 'a builder may only use presets for its model, registries, clones and updates';
      return at(rule, 'id', message, 'use such a preset, or make the agent a reader or an operator');
    });
  const keys = secrets.filter(({ kind }) => kind !== 'model').map(secretBeyond);
  return [...beyond, ...keys];
}

function secretBeyond({ place }: ParsedSecret): Problem {
  const isWritten = place.path[0] === 'secrets';
  return problemAt(
    isWritten ? place : { ...place, path: [...place.path, 'preset'] },
    {
      message: "is refused: a builder has no secret but its model's",
      fix: 'remove it, or make the agent a reader or an operator',
    },
    { part: isWritten ? 'key' : 'value' },
  );
}

function operator({ rules }: ParsedAgent): Problem[] {
  return rules
    .filter(({ methods, risk, preset }) => preset === undefined && risk === undefined && !onlyReads(methods))
    .map(({ place }) =>
      problemAt(
        { ...place, path: [...place.path, 'risk'] },
        {
          message: 'is missing: a rule that is not GET or HEAD only must state its risk',
          fix: 'add risk: low (pass), medium (pass, and count as an action) or high (refused without a grant)',
        },
      ),
    );
}

function at(rule: ParsedRule, part: string, message: string, fix: string): Problem {
  const { source, path } = rule.place;
  const refused = { message: `is refused: ${message}`, fix };
  return problemAt({ source, path: [...path, rule.preset === undefined ? part : 'preset'] }, refused);
}

/** A preset has several rules, but one entry: report a problem of it once. */
function onceEach(problems: Problem[]): Problem[] {
  return problems.filter(
    (problem, index) =>
      problems.findIndex(({ path, message }) => path === problem.path && message === problem.message) ===
      index,
  );
}
