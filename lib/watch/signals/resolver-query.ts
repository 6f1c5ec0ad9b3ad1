import type { Signal } from '../signal';

export const resolverQuery: Signal = {
  id: 'resolver-query',
  title: 'asked the VPC resolver, which no machine has reason to do',
  mode: 'notify',
  from: 'function',
  command: 'airlock verify AGENT',
};
