import type { Recognizer } from '../cause.ts';
import { accountIds, builderOwner } from './accounts.ts';
import { attributes } from './attributes.ts';
import { signature, timeInBinary } from './binary.ts';
import { compression } from './compression.ts';
import { dataDirectory } from './data-directory.ts';
import { fileTimes, hardLinks, umask } from './metadata.ts';
import { normalizer } from './normalizers.ts';
import { order } from './order.ts';
import { derivedFromPackages, packageChanged } from './packages.ts';
import { renamed } from './renamed.ts';
import { linkTarget, oneSideOnly, unknown } from './rest.ts';
import { secret } from './secret.ts';
import { unappliedRule, unevenRule } from './unapplied-rule.ts';
import { variedText } from './varied-text.ts';

/**
 * What the rules leave is shown to each of these in turn, and the first that knows it names the cause. What is
 * certain comes first, what is read out of contents later, and what takes everything last.
 */
export const RECOGNIZERS: readonly Recognizer[] = [
  secret,
  packageChanged,
  unappliedRule,
  derivedFromPackages,
  unevenRule,
  accountIds,
  builderOwner,
  umask,
  hardLinks,
  fileTimes,
  attributes,
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
