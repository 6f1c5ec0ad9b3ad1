export { type BodyRule, bodyRule, featuresOf } from '../../config/values/body-rule';
export { type ByRules, judgeByRules } from './by-rules';
export { type BodyDecision, type BodyHead, judgeBody, judgeHead } from './judge';
