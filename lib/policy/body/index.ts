export { type BodyRule, bodyRule, featuresOf } from '../../config/values/body-rule';
export { type BodyDecision, type BodyHead, judgeBody, judgeHead } from './judge';
