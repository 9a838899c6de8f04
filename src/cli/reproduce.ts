import { statSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { checkOutput } from '../pack/sink.ts';
import type { OutputFile } from '../pack/sink-pair.ts';
import type { Comparison } from '../reproduce/compare-images.ts';
import type { GlobalArguments } from './arguments.ts';
import { BOOTSTRAP_OPTIONS, type BootstrapArguments } from './bootstrap.ts';
import { EXIT_DIFFERS, EXIT_OK } from './exit.ts';
import { readManifestFile } from './manifest-file.ts';
import { ARCHIVE_OPTIONS } from './options.ts';
import { READ_OPTIONS, type ReadArguments, SOURCE_TEXT } from './read-options.ts';
import { checkSegment } from './reproduce-arguments.ts';
import {
  ATTEST_OPTION,
  type AttestArguments,
  attestationFiles,
  checkAttestations,
  reportNoLink,
} from './reproduce-attest.ts';
import { type Rebuild, rebuildOf } from './reproduce-command.ts';
import type { Explanation } from './reproduce-explain.ts';
import { rebuildImage } from './reproduce-image.ts';
import { findOriginal } from './reproduce-original.ts';
import { reproduceDocument, reproduceReport } from './reproduce-report.ts';
import { makePaint, type Terminal } from './terminal.ts';
import { showText } from './text.ts';
import type { VerbModule } from './verb.ts';

export type ReproduceArguments = GlobalArguments &
  ReadArguments &
  BootstrapArguments &
  AttestArguments & {
    readonly manifest: string;
    readonly source?: string;
    readonly run: boolean;
    readonly pin: boolean;
    readonly 'package-archive'?: string;
    readonly output?: string;
    readonly force: boolean;
    readonly jobs?: string;
    readonly segment?: string;
    readonly against?: string;
  };

const { output, force, jobs, segment } = ARCHIVE_OPTIONS;

export const reproduce: VerbModule = {
  positionals: {
    manifest: { type: 'string', describe: 'Manifest that pack wrote beside an image', demandOption: true },
    source: { type: 'string', describe: `${SOURCE_TEXT}; without one the recorded command makes it` },
  },
  options: {
    run: {
      type: 'boolean',
      default: false,
      describe: 'Run the command of the manifest: only if you trust it',
    },
    bootstrap: {
      ...BOOTSTRAP_OPTIONS.bootstrap,
      describe: 'A command or builder instead of the recorded one',
    },
    'bootstrap-env': {
      ...BOOTSTRAP_OPTIONS['bootstrap-env'],
      describe: 'NAME: allow this variable of the manifest, or pass yours on; or NAME=VALUE',
    },
    pin: {
      type: 'boolean',
      default: true,
      describe:
        'Hold packages at the recorded versions where the builder allows it; --no-pin takes what is newest',
    },
    'package-archive': {
      type: 'string',
      requiresArg: true,
      describe: 'Address of an archive with older packages of pacman',
    },
    output: { ...output, demandOption: false, describe: 'Keep the rebuilt image in this file' },
    force: { ...force, describe: 'Overwrite existing outputs' },
    jobs: jobs!,
    segment: { ...segment, describe: 'The early cpio that stands in front of the image' },
    against: {
      type: 'string',
      requiresArg: true,
      describe: 'The original image, to explain differences (default: beside the manifest)',
    },
    ...ATTEST_OPTION,
    ...READ_OPTIONS,
  },
  examples: [
    [
      'reproduce r.cpio.xz.manifest.json rootfs',
      'pack this tree again; exit status 1 if it is another image',
    ],
    ['reproduce m.json', 'show the command that made the tree'],
    ['reproduce m.json --run', 'and run it, with the recorded versions of packages'],
  ],
  run: (args, terminal) => runReproduce(args as unknown as ReproduceArguments, terminal),
};

export interface Reproduced {
  readonly args: ReproduceArguments;
  readonly comparison: Comparison;
  readonly rebuild: Rebuild | undefined;
  readonly explanation: Explanation | undefined;
  readonly attestations: readonly string[];
  readonly seconds: number;
}

async function runReproduce(args: ReproduceArguments, terminal: Terminal): Promise<number> {
  const started = performance.now();
  const file = readManifestFile(args.manifest);
  checkArguments(file.manifest, args);
  const rebuild = args.source === undefined ? rebuildOf(file.manifest, args, terminal) : undefined;
  const original = findOriginal(file.manifest, args);
  let attestations: readonly string[] = [];
  const attested = (found: Manifest, comparison: Comparison): OutputFile[] => {
    const files = attestationFiles(file, found, comparison, args);
    attestations = files.map(({ path }) => showText(path));
    return files;
  };
  const done = await rebuildImage(file.manifest, args, terminal, { rebuild, original, attested });
  reportNoLink(args, done.comparison.file.same, terminal);
  const seconds = (performance.now() - started) / 1000;
  const reproduced = { args, rebuild, attestations, seconds, ...done };
  if (args.json) {
    terminal.out(`${JSON.stringify(reproduceDocument(reproduced), null, 2)}\n`);
  } else if (!args.quiet) {
    const paint = makePaint(args.color, terminal, terminal.isOutTerminal);
    terminal.out(reproduceReport(file.manifest, reproduced, paint));
  }
  return done.comparison.level === 'file' ? EXIT_OK : EXIT_DIFFERS;
}

/** Whatever can be known to be wrong is said before anything is run. */
function checkArguments(manifest: Manifest, args: ReproduceArguments): void {
  const refuse = (where: string, what: string): StillrootError =>
    new StillrootError('usage', what, { where });
  if (args.source !== undefined) {
    for (const name of ['run', 'bootstrap', 'bootstrap-env', 'package-archive'] as const) {
      if (args[name] !== undefined && args[name] !== false) {
        throw refuse(`--${name}`, 'is for a tree that has to be made, and a source was given');
      }
    }
  }
  if (args.output === '-')
    throw refuse('--output', 'is -, wanted a file: the report goes to standard output');
  if (args.against !== undefined && !statSync(args.against, { throwIfNoEntry: false })?.isFile()) {
    throw new StillrootError('source-missing', 'no such file', { where: `--against ${args.against}` });
  }
  if (args.output !== undefined) checkOutput(args.output, args.force);
  checkAttestations(manifest, args);
  checkSegment(manifest, args, args.source);
}
