/**
 * Runs the shared decision cases against a proxy box:
 *
 * 1. `parseDecisions` reads the cases.
 * 2. The box runs the compiled policy of `decisionAgent`, with `replayValue` in its parameters.
 * 3. `exchangeOf` says what to send.
 * 4. `observeDecision` compares what left the box with what the case expects.
 */
export { decisionAgent } from './decision-agent';
export { casesOf, type DecisionCase, type Decisions, parseDecisions } from './decisions-file';
export { exchangeOf } from './exchange';
export { type Arrival, observeDecision, type Seen } from './observe';
export { replayValue } from './replay-value';
