import { isRecord, own } from '../../json';
import { cidrBlocks } from './cidr-function';
import { evaluateCondition } from './conditions';
import type { Lookup } from './lookup';
import { integerOf, isList, isUnknown, Reference, textOf, Unknown, type Value } from './value';

/** Longest text an intrinsic function may build: more than any property holds. */
const TEXT_LIMIT = 65_536;

/** One intrinsic function. What can't be computed is Unknown and says why; nothing here throws. */
export function computeFunction(name: string, argument: unknown, lookup: Lookup): Value {
  switch (name) {
    case 'Ref':
      return typeof argument === 'string' ? lookup.reference(argument) : malformed(name);
    case 'Fn::GetAtt':
      return getAtt(argument, lookup);
    case 'Fn::Join':
      return join(argument, lookup);
    case 'Fn::Sub':
      return sub(argument, lookup);
    case 'Fn::Select':
      return select(lookup.resolve(argument));
    case 'Fn::Split':
      return split(lookup.resolve(argument));
    case 'Fn::Cidr':
      return cidrBlocks(lookup.resolve(argument));
    case 'Fn::GetAZs':
      // The number of zones is unknown, and a subnet's zone decides nothing here.
      return ['a', 'b', 'c', 'd', 'e', 'f'].map((zone) => `\${AWS::Region}${zone}`);
    case 'Fn::FindInMap':
      return findInMap(argument, lookup);
    case 'Fn::If':
      return choose(argument, lookup);
    case 'Fn::Base64':
      return lookup.resolve(argument);
    case 'Fn::ImportValue':
      return imported(lookup.resolve(argument));
    case 'Condition':
    case 'Fn::Equals':
    case 'Fn::And':
    case 'Fn::Or':
    case 'Fn::Not':
      return (
        evaluateCondition(name, argument, lookup) ?? new Unknown('its condition is decided at deployment')
      );
    default:
      return new Unknown(`${name.slice(0, 60)} is computed at deployment`);
  }
}

function malformed(name: string): Unknown {
  return new Unknown(`${name} is malformed`);
}

function getAtt(argument: unknown, lookup: Lookup): Value {
  const parts = typeof argument === 'string' ? argument.split('.') : argument;
  if (!Array.isArray(parts) || typeof parts[0] !== 'string') return malformed('Fn::GetAtt');
  const [id, ...path] = parts as [string, ...unknown[]];
  const attribute = path.map((part) => textOf(lookup.resolve(part))).join('.');
  return lookup.attribute(id, attribute);
}

/** The texts of these values in one, or why there is none. */
function concatenate(values: readonly Value[], separator: string): Value {
  const texts: string[] = [];
  let length = 0;
  for (const value of values) {
    if (isUnknown(value))
      return new Unknown(value.reason, undefined, value.source && `${separator}:${value.source}`);
    const text =
      value instanceof Reference
        ? value.placeholder
        : typeof value === 'boolean'
          ? String(value)
          : textOf(value);
    if (text === undefined) return malformed('a text');
    length += text.length + separator.length;
    if (length > TEXT_LIMIT) return new Unknown('the text is too long');
    texts.push(text);
  }
  return texts.join(separator);
}

function join(argument: unknown, lookup: Lookup): Value {
  const value = lookup.resolve(argument);
  if (!isList(value)) return isUnknown(value) ? value : malformed('Fn::Join');
  const [separator, list] = value;
  if (isUnknown(list)) return list;
  if (list instanceof Reference) return list;
  return typeof separator === 'string' && isList(list) ? concatenate(list, separator) : malformed('Fn::Join');
}

function sub(argument: unknown, lookup: Lookup): Value {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof text !== 'string' || !isRecord(variables ?? {})) return malformed('Fn::Sub');
  const parts = text.split(/(\$\{[^}]*\})/).filter((part) => part !== '');
  return concatenate(
    parts.map((part) => {
      const name = /^\$\{([^}]*)\}$/.exec(part)?.[1];
      if (name === undefined) return part;
      if (name.startsWith('!')) return `\${${name.slice(1)}}`;
      const given = own((variables ?? {}) as Record<string, unknown>, name.trim());
      if (given !== undefined) return lookup.resolve(given);
      return name.includes('.') ? getAtt(name.trim(), lookup) : lookup.reference(name.trim());
    }),
    '',
  );
}

function select(value: Value): Value {
  if (!isList(value)) return isUnknown(value) ? value : malformed('Fn::Select');
  const [which, list] = value;
  if (isUnknown(list)) return new Unknown(list.reason);
  if (list instanceof Reference)
    return new Unknown(`one of ${list.placeholder.slice(2, -1)} is known at deployment only`);
  const index = integerOf(which);
  if (isList(list) && isUnknown(which)) return new Unknown(which.reason, list);
  if (!isList(list) || index === undefined) return malformed('Fn::Select');
  return list[index] ?? new Unknown(`Fn::Select has no item ${index}`);
}

function split(value: Value): Value {
  if (!isList(value)) return isUnknown(value) ? value : malformed('Fn::Split');
  const [separator, text] = value;
  if (isUnknown(text)) return text;
  if (typeof separator !== 'string' || separator === '' || typeof text !== 'string')
    return malformed('Fn::Split');
  return text.split(separator);
}

function findInMap(argument: unknown, lookup: Lookup): Value {
  if (!Array.isArray(argument)) return malformed('Fn::FindInMap');
  const [map, first, second] = argument.slice(0, 3).map((part) => textOf(lookup.resolve(part)));
  const mappings = lookup.document.mappings;
  const table = isRecord(mappings) && map !== undefined ? own(mappings, map) : undefined;
  if (!isRecord(table)) return new Unknown('its mapping is not in the template');
  // A key that is known at deployment only (usually the region) may be any key of the map.
  const rows = first !== undefined && Object.hasOwn(table, first) ? [table[first]] : Object.values(table);
  const found = rows.flatMap((row) => {
    if (!isRecord(row)) return [];
    return second !== undefined && Object.hasOwn(row, second) ? [row[second]] : Object.values(row);
  });
  const values = found.map((value) => lookup.resolve(value));
  const fallback = isRecord(argument[3]) ? own(argument[3], 'DefaultValue') : undefined;
  if (fallback !== undefined) values.push(lookup.resolve(fallback));
  if (values.length === 1) return values[0];
  return new Unknown(`the mapping ${map} is looked up at deployment`, values.length > 0 ? values : undefined);
}

function choose(argument: unknown, lookup: Lookup): Value {
  if (!Array.isArray(argument) || argument.length !== 3) return malformed('Fn::If');
  const [name, whenTrue, whenFalse] = argument;
  const decision = typeof name === 'string' ? lookup.condition(name) : undefined;
  if (decision === true) return lookup.resolve(whenTrue);
  if (decision === false) return lookup.resolve(whenFalse);
  const options = [whenTrue, whenFalse].map((branch) => lookup.resolve(branch));
  return new Unknown(`condition ${String(name).slice(0, 100)} is decided at deployment`, options);
}

function imported(name: Value): Unknown {
  const text = textOf(name);
  return new Unknown(
    `it is imported from another stack${text === undefined ? '' : ` as ${text.slice(0, 100)}`}`,
    undefined,
    text === undefined ? undefined : `import:${text}`,
  );
}
