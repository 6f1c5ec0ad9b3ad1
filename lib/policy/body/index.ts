export { type BodyDecision, type BodyHead, judgeBody, judgeHead } from './judge';
export { type BodyRule, bodyRule, featuresOf } from './rule';
