import { type Installed, packagesDocument, readInstalled } from '../app/list-packages.ts';
import { READ_OPTIONS, SOURCE_TEXT } from '../app/work-options.ts';
import { StillrootError } from '../errors.ts';
import { documentText } from '../json/document.ts';
import { aptPins } from '../manifest/apt-pins.ts';
import { cyclonedxDocument, spdxDocument } from '../manifest/bill.ts';
import type { InstalledPackage } from '../manifest/installed.ts';
import { type Block, table } from '../report/document.ts';
import { optionalChoice } from '../settings/option.ts';
import { epochOf } from '../settings/parse-values.ts';
import { IMAGE_OPTIONS, TREE_OPTIONS } from '../settings/resolve.ts';
import { openSource } from '../source/open-source.ts';
import { showPath } from '../tree/path.ts';
import { EXIT_OK } from './exit.ts';
import { readOptions } from './reading.ts';
import type { Terminal } from './terminal.ts';
import {
  type Arguments,
  defineVerb,
  type Outcome,
  printWarnings,
  requiredWord,
  type VerbModule,
} from './verb.ts';

const FORMATS = ['table', 'json', 'purl', 'spdx', 'cyclonedx', 'apt-pins'] as const;
type Format = (typeof FORMATS)[number];

const POSITIONALS = { source: requiredWord(SOURCE_TEXT, { completes: 'input' }) };
const OPTIONS = {
  format: optionalChoice(
    {
      option: 'format',
      group: 'Output',
      metavar: 'FORMAT',
      text: 'A table (the default), JSON, package URLs, a bill of materials, or apt preferences',
    },
    FORMATS,
  ),
  epoch: { ...TREE_OPTIONS.epoch, text: 'Timestamp of a bill of materials, in seconds since 1970' },
  crossMounts: TREE_OPTIONS.crossMounts,
  ...IMAGE_OPTIONS,
  ...READ_OPTIONS,
};
type PackagesArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

export const packages: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['packages rootfs', 'what is installed, according to the package databases'],
    ['packages rootfs.cpio.xz --format spdx', 'an SBOM with the same bytes wherever and whenever it is made'],
    ['packages rootfs --format apt-pins', 'pins apt to these versions'],
  ],
  run: runPackages,
});

async function runPackages(args: PackagesArguments, terminal: Terminal): Promise<Outcome | number> {
  const format = formatOf(args);
  const epoch = args.epoch ?? epochOf(terminal.env.SOURCE_DATE_EPOCH);
  const { crossMounts } = args;
  const source = await openSource(args.source, { crossMounts, ...readOptions(args, terminal) });
  try {
    const installed = readInstalled(source, epoch);
    const warnings = installed.warnings.map(({ message }) => message);
    if (format === 'table') {
      return {
        ...{ status: EXIT_OK, isAnswer: true },
        document: () => packagesDocument(installed),
        report: () => packagesReport(installed.bill.packages),
        warnings,
      };
    }
    terminal.out(render(format, installed));
    if (!args.quiet && format !== 'json') printWarnings(warnings, terminal);
    return EXIT_OK;
  } finally {
    source.close();
  }
}

function formatOf({ format, json }: PackagesArguments): Format {
  if (!json || format === undefined || format === 'json') return format ?? (json ? 'json' : 'table');
  throw new StillrootError('usage', `cannot be combined with --json, which is a format itself`, {
    where: `--format ${format}`,
    hint: 'Give one of them.',
  });
}

function render(format: Exclude<Format, 'table'>, installed: Installed): string {
  const { bill, source } = installed;
  switch (format) {
    case 'json':
      return documentText(packagesDocument(installed));
    case 'purl':
      return bill.packages.map(({ purl }) => `${purl}\n`).join('');
    case 'spdx':
      return documentText(spdxDocument(bill));
    case 'cyclonedx':
      return documentText(cyclonedxDocument(bill));
    case 'apt-pins':
      if (bill.packages.some(({ type }) => type === 'deb')) return aptPins(bill.packages);
      throw new StillrootError('source-not-supported', 'has no dpkg packages, the only ones apt can pin', {
        where: source,
      });
  }
}

/** Shows a column for the type only if there is more than one. */
function packagesReport(found: readonly InstalledPackage[]): Block[] {
  const isMixed = new Set(found.map(({ type }) => type)).size > 1;
  const row = (type: string, ...cells: string[]): string[] => (isMixed ? [type, ...cells] : cells);
  const rows = found.map(({ type, name, version, architecture, source = '' }) =>
    row(type, ...[name, version, architecture, source].map(showPath)),
  );
  return [table(row('type', 'name', 'version', 'architecture', 'source'), rows)];
}
