import type { Drafts } from '../finalize/draft-operations.ts';
import type { Notes } from '../finalize/notes.ts';
import { Target } from '../finalize/target.ts';
import type { Plan } from '../plan/plan.ts';
import { pathFromText, showPath } from '../tree/path.ts';
import type { ArchiveArguments, GlobalArguments, NormalizeArguments, RuleArguments } from './arguments.ts';
import { refuseBusyTree, rulesForLater } from './builder-at-work.ts';
import { builderPolicies } from './builder-policies.ts';
import { builderRoot } from './builder-root.ts';
import type { CacheArguments } from './cache-options.ts';
import { EXIT_OK } from './exit.ts';
import type { WrittenArchive } from './finalize-archive.ts';
import { finalizeDocument, finalizeSummary, operationLines } from './finalize-report.ts';
import {
  ARCHIVE_OPTIONS,
  CACHE_OPTIONS,
  MANIFEST_OPTIONS,
  NORMALIZE_OPTIONS,
  RULE_OPTIONS,
} from './options.ts';
import { preparePlan, refuseWarnings } from './prepare.ts';
import { printSecrets } from './report.ts';
import { makePaint, type Terminal } from './terminal.ts';
import { plural, showText } from './text.ts';
import type { VerbModule } from './verb.ts';

export type FinalizeArguments = GlobalArguments &
  RuleArguments &
  NormalizeArguments &
  Pick<ArchiveArguments, 'level' | 'jobs'> &
  CacheArguments & {
    readonly root?: string;
    readonly 'dry-run': boolean;
    readonly archive?: string;
    /** Whether the archive gets one. */
    readonly manifest: boolean;
    readonly 'manifest-entries': boolean;
  };

export interface Finalized {
  readonly plan: Plan;
  readonly distro: string;
  readonly drafts: Drafts;
  /** Undefined in a dry run. */
  readonly notes: Notes | undefined;
  /** Operations of an interrupted run that were completed first; undefined where there was none. */
  readonly recovered: number | undefined;
  readonly entries: number;
  readonly seconds: number;
}

const { level, jobs } = ARCHIVE_OPTIONS;

export const finalize: VerbModule = {
  positionals: {
    root: {
      type: 'string',
      describe:
        'Directory of a root filesystem (default: what an image builder names in $BUILDROOT and the like)',
    },
  },
  options: {
    'dry-run': { type: 'boolean', default: false, describe: 'List what would be done, and do nothing' },
    archive: {
      type: 'string',
      requiresArg: true,
      describe: 'Also pack the result into this file in $OUTPUTDIR: NAME.cpio or NAME.cpio.xz',
    },
    manifest: {
      type: 'boolean',
      default: true,
      describe: 'Write a manifest beside the archive; --no-manifest writes none',
    },
    'manifest-entries': MANIFEST_OPTIONS['manifest-entries']!,
    level: level!,
    jobs: jobs!,
    ...CACHE_OPTIONS,
    ...RULE_OPTIONS,
    ...NORMALIZE_OPTIONS,
  },
  examples: [
    ['finalize rootfs', 'normalize the directory itself'],
    ['finalize rootfs --dry-run', 'list what would be done'],
    ['finalize', 'as the finalize script of an image builder'],
  ],
  run: (args, terminal, given) => runFinalize(args as unknown as FinalizeArguments, terminal, given),
};

async function runFinalize(
  options: FinalizeArguments,
  terminal: Terminal,
  given: ReadonlySet<string>,
): Promise<number> {
  const root = builderRoot(options.root, terminal.env);
  if ('skip' in root) {
    if (!options.quiet) terminal.err(`stillroot: nothing to do: ${root.skip}.\n`);
    return EXIT_OK;
  }
  const args = { ...options, builderPolicies: builderPolicies(root.variable) };
  if (args.archive !== undefined)
    await (await import('./finalize-archive.ts')).checkArchive(root.path, args, terminal);
  const done = await finalizeTree(root.path, args, terminal);
  const archive = await archiveOf(root.path, args, terminal, done, given);
  const paint = makePaint(args.color, terminal, terminal.isOutTerminal);
  if (args.json) {
    terminal.out(`${JSON.stringify(finalizeDocument(done, archive, args['dry-run']), null, 2)}\n`);
  } else if (args.quiet) {
    printSecrets(args, terminal, done.plan);
  } else {
    if (args['dry-run'])
      terminal.out(
        operationLines(done.drafts.drafts)
          .map((line) => `${line}\n`)
          .join(''),
      );
    terminal.out(finalizeSummary(root.path, done, archive, args, paint));
  }
  return EXIT_OK;
}

async function archiveOf(
  root: string,
  args: FinalizeArguments,
  terminal: Terminal,
  done: Finalized,
  given: ReadonlySet<string>,
): Promise<WrittenArchive | undefined> {
  if (args.archive === undefined || args['dry-run']) return undefined;
  const { writeArchive } = await import('./finalize-archive.ts');
  return writeArchive(root, args, terminal, done.plan.tally.list(), given);
}

async function finalizeTree(path: string, args: FinalizeArguments, terminal: Terminal): Promise<Finalized> {
  const started = performance.now();
  const target = new Target(path);
  try {
    const recovered = args['dry-run'] ? undefined : target.recover();
    if (recovered !== undefined && !args.quiet) {
      const what = `completed an interrupted run (${plural(recovered, 'operation')})`;
      terminal.err(`stillroot: ${showText(path)}: ${what}.\n`);
    }
    // Nothing on disk has a number of its own in the archive.
    let number = 0;
    const inodeHash = (): number => (number += 1);
    const skip = [...(args.skip ?? []), ...rulesForLater(terminal.env)];
    const prepared = { ...args, skip, source: path };
    const { plan, distro } = await preparePlan(prepared, terminal, inodeHash, (_, options) =>
      target.scan(options),
    );
    try {
      refuseBusyTree(plan.source, terminal.env);
      leaveOnDisk(plan);
      let entries = 0;
      for (const _ of plan.counted()) entries += 1;
      const drafts = target.draft(plan);
      plan.warnings.push(...draftWarnings(drafts));
      refuseWarnings(plan, args.strict);
      const notes = args['dry-run'] ? undefined : target.apply(drafts, plan.source);
      if (notes !== undefined) plan.warnings.push(...noteWarnings(notes));
      const seconds = (performance.now() - started) / 1000;
      return { plan, distro, drafts, notes, recovered, entries, seconds };
    } finally {
      plan.source.close();
    }
  } finally {
    target.close();
  }
}

/** Extended attributes are lost in an archive only, and sockets go. */
function leaveOnDisk(plan: Plan): void {
  const isAbout = (code: string): boolean => code.startsWith('xattr');
  const kept = plan.warnings.filter(({ code }) => !isAbout(code) && code !== 'socket');
  plan.warnings.splice(0, plan.warnings.length, ...kept);
}

/** Known before anything is done. */
function draftWarnings({ shared, joined, notGiven, isFaked }: Drafts): Plan['warnings'] {
  return [
    ...notGiven.map(ownerWarning),
    ...shared.map((path) => ({
      code: 'outside-name',
      path,
      message: 'has a name outside the tree, which would change with it; it is left as it is',
    })),
    ...joined.map((path) => ({
      code: 'shared-name',
      path,
      message: `is one file with a name for which something else is decided, and cannot be split from it here; it is left as it is`,
    })),
    ...(isFaked ? [FAKED_ROOT] : []),
  ];
}

/** Only the attempt showed it. */
export function noteWarnings({ owners, mounts, attributes }: Notes): Plan['warnings'] {
  return [
    ...[...owners].map(ownerWarning),
    ...[...mounts].map((path) => ({
      code: 'mount-point',
      path,
      message: 'should go, and something is mounted on or below it; it stays until that is unmounted',
    })),
    ...[...attributes].map(([path, names]) => ({
      code: 'xattr-lost',
      path,
      message: `was rewritten, and the extended ${names.length === 1 ? 'attribute' : 'attributes'} ${names.map((name) => showPath(pathFromText(name))).join(', ')} could not be set again`,
    })),
  ];
}

function ownerWarning(path: string): Plan['warnings'][number] {
  const message = 'belongs to another user in an archive made by pack; only root can set that on disk';
  return { code: 'owner-not-set', path, message };
}

const FAKED_ROOT: Plan['warnings'][number] = {
  code: 'faked-root',
  path: '',
  message:
    'root is faked (fakeroot, pseudo): owners and devices cannot be seen, and stay as they are but where a rule sets an owner',
};
