import type { Recognizer } from '../cause.ts';
import { differingAttributes } from '../compare-attributes.ts';

/** What is lost without one of these, by the beginning of its name. */
const MEANINGS: readonly (readonly [prefix: string, what: string])[] = [
  ['security.capability', 'file capabilities'],
  ['system.posix_acl_', 'access control lists'],
  ['security.selinux', 'SELinux labels'],
];

/** Extended attributes of what the rules leave in. A cpio archive holds none of them. */
export const attributes: Recognizer = (evidence, { sides: { a, b } }) => {
  const { finding } = evidence;
  if (finding.field !== 'attributes') return undefined;
  const left = finding.planned?.a?.origin ?? finding.a;
  const right = finding.planned?.b?.origin ?? finding.b;
  if (left === undefined || left === null || right === undefined || right === null) return undefined;
  const names = differingAttributes(a.source, left, b.source, right);
  const known = MEANINGS.filter(([prefix]) => names.some((name) => name.startsWith(prefix)));
  const isAll = names.every((name) => known.some(([prefix]) => name.startsWith(prefix)));
  const what = [...known.map(([, each]) => each), ...(isAll ? [] : ['extended attributes'])].join(', ');
  const lacks =
    a.source.attributesOf === undefined ? 'A' : b.source.attributesOf === undefined ? 'B' : undefined;
  return {
    cause: 'attributes',
    key: `${what} ${lacks ?? ''}`,
    title: lacks === undefined ? `${what} differ` : `${what}, which side ${lacks} cannot store`,
    remedy: 'look',
    advice:
      lacks === undefined
        ? 'Set the same ones on both sides. stillroot finalize keeps them; stillroot pack writes a cpio archive, which cannot store them, so neither archive has any.'
        : 'A cpio archive cannot store them: set them at boot (setcap, setfacl, restorecon), or deliver the tree in another format.',
  };
};
