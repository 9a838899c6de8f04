import type { Recognizer } from '../cause.ts';
import { compression, normalizer, order, signature, timeInBinary } from './contents.ts';
import { accountIds, attributes, builderOwner, fileTimes, hardLinks, umask } from './metadata.ts';
import { dataDirectory, linkTarget, oneSideOnly, unknown } from './rest.ts';
import { derivedFromPackages, packageChanged, unappliedRule, unevenRule } from './rules-and-packages.ts';
import { secret } from './secret.ts';
import { renamed, variedText } from './varying-parts.ts';

/**
 * What the rules leave is passed to each of these in turn, and the first that recognizes it names the cause. Certain
 * causes come first, those inferred from contents later, and the catch-all last.
 */
export const RECOGNIZERS: readonly Recognizer[] = [
  secret,
  packageChanged,
  unappliedRule,
  derivedFromPackages,
  unevenRule,
  accountIds,
  builderOwner,
  attributes,
  umask,
  hardLinks,
  fileTimes,
  dataDirectory,
  renamed,
  signature,
  normalizer,
  order,
  variedText,
  timeInBinary,
  compression,
  linkTarget,
  oneSideOnly,
  unknown,
];
