/**
 * The shared decision cases as bytes on a wire: parse the file, ask `exchangeOf` what to send, send it through a door
 * of a box that runs the compiled policy of `decisionAgent` with `replayValue` in its parameters, note what left the
 * box, and ask `verdictOf`. Nothing here knows which iron-proxy answers, or where.
 */
export { type DecisionAgent, decisionAgent } from './decision-agent';
export { casesOf, type DecisionCase, type Decisions, parseDecisions } from './decisions-file';
export { type Exchange, exchangeOf } from './exchange';
export { replayValue, secretsIn } from './replay-value';
export { type Arrival, type DecisionVerdict, type Seen, type Surroundings, verdictOf } from './verdict';
