import { lookUpNeighbour } from '../../plan/neighbours.ts';
import { REWRITES } from '../../rewrite/registry.ts';
import type { RewriteContext } from '../../rewrite/rewrite.ts';
import type { Recognizer } from '../cause.ts';
import type { Evidence } from '../evidence.ts';
import type { SideName } from '../finding.ts';
import { proposeRules } from '../proposal.ts';
import { patternsOf, proposedRule } from '../proposed-rules.ts';

/** Normalizers for files of any name, and how a file looks that they are for. */
const CANDIDATES: readonly (readonly [name: string, suits: (path: string, head: string) => boolean])[] = [
  ['gzip-header', (_path, head) => head.startsWith('\x1f\x8b')],
  ['zip-times', (_path, head) => head.startsWith('PK\x03\x04')],
  ['ar-header', (_path, head) => head.startsWith('!<arch>\n')],
  ['jks', (_path, head) => head.startsWith('\xfe\xed\xfe\xed')],
  ['pyc-mtime', (path) => /\.py[co]$/.test(path)],
  ['apk-scripts-tar', (_path, head) => head.startsWith('ustar', 257)],
  ['fontconfig-cache', (path) => /\.cache-\d+$/.test(path)],
  ['sort-debconf', (_path, head) => /^(?:Name|Template): /.test(head)],
  ['sort-stanzas', (_path, head) => /^[A-Za-z-]+: [^\n]*\n/.test(head)],
  ['sort-lines', (_path, head) => !head.includes('\0')],
];

const HEAD_BYTES = 512;

/** A normalizer of ours makes the two contents equal, and no rule applies it to this path. */
export const normalizer: Recognizer = (evidence) => {
  if (evidence.finding.field !== 'content') return undefined;
  const a = evidence.bytes('a');
  const b = evidence.bytes('b');
  if (a === undefined || b === undefined) return undefined;
  const { path } = evidence;
  const head = a.toString('latin1', 0, HEAD_BYTES);
  const found = CANDIDATES.find(
    ([name, suits]) => suits(path, head) && equalAfter(name, a, b, evidence),
  )?.[0];
  if (found === undefined) return undefined;
  const isOrder = found.startsWith('sort-');
  const what = REWRITES[found]?.what ?? '';
  const owners = evidence.owners;
  return {
    cause: isOrder ? 'order' : 'normalizer',
    key: `${found} ${owners.join(',')}`,
    title: isOrder ? 'the same lines in a different order' : `equal once normalized. ${what}`,
    remedy: 'rule',
    advice: `The normalizer ${found} makes the two equal, but no rule applies it here.${owners.length === 0 ? '' : ` The package ${owners.join(', ')} owns the file.`}`,
    propose: (findings) => {
      const paths = findings.map((each) => each.path);
      const match = patternsOf(paths);
      return proposeRules(
        proposedRule(found, paths, { do: 'rewrite', normalizer: found }, what, {
          match,
          when: { type: 'file' },
        }),
      );
    },
  };
};

function equalAfter(name: string, a: Buffer, b: Buffer, evidence: Evidence): boolean {
  const rewrite = REWRITES[name];
  if (rewrite === undefined || Math.max(a.length, b.length) > rewrite.maximumSize) return false;
  const apply = (bytes: Buffer, side: SideName): Buffer | undefined => {
    const result = rewrite.apply(bytes, contextOf(evidence, side));
    if (result.outcome === 'rewritten') return Buffer.from(result.bytes);
    return result.outcome === 'unchanged' ? bytes : undefined;
  };
  const left = apply(a, 'a');
  const right = apply(b, 'b');
  return left !== undefined && right !== undefined && left.equals(right);
}

/** As a plan would give it, except that other files are asked about as they are. */
function contextOf({ path, sides }: Evidence, side: SideName): RewriteContext {
  const { source, context, settings } = sides[side];
  const neighbours = {
    epoch: settings.epoch,
    mtime: settings.mtime,
    isDropped: () => false,
    finalContent: (entry: Parameters<typeof source.readFile>[0], limit: number) =>
      source.readFile(entry, limit),
  };
  return {
    path,
    epoch: settings.epoch,
    policy: context.policy,
    owned: context.owned,
    lookUp: (other) => lookUpNeighbour(source, neighbours, other),
    original: (other) => lookUpNeighbour(source, neighbours, other),
  };
}
