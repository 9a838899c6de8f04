import type { PackagesDocument } from '../documents/packages.ts';
import { StillrootError } from '../errors.ts';
import { documentText } from '../json/document.ts';
import { aptPins } from '../manifest/apt-pins.ts';
import type { Bill } from '../manifest/bill.ts';
import { cyclonedxDocument } from '../manifest/cyclonedx.ts';
import { type InstalledPackage, installedPackages } from '../manifest/installed.ts';
import { spdxDocument } from '../manifest/spdx.ts';
import { unreadDatabases } from '../packages/unread-databases.ts';
import { type Inspection, inspect } from '../plan/inspect.ts';
import { alignColumns } from '../report/text.ts';
import { optionalChoice } from '../settings/option.ts';
import { epochOf } from '../settings/parse-values.ts';
import { TREE_OPTIONS } from '../settings/resolve.ts';
import { openSource } from '../source/open-source.ts';
import type { Source, Warning } from '../source/source.ts';
import { pathFromText, showPath } from '../tree/path.ts';
import type { Tree } from '../tree/tree.ts';
import { toolVersion } from '../versions.ts';
import { EXIT_OK } from './exit.ts';
import { makePaint, type Paint, type Terminal } from './terminal.ts';
import { type Arguments, defineVerb, requiredWord, type VerbModule } from './verb.ts';

const FORMATS = ['table', 'json', 'purl', 'spdx', 'cyclonedx', 'apt-pins'] as const;
type Format = (typeof FORMATS)[number];

const POSITIONALS = { source: requiredWord('Root filesystem: a directory or an archive') };
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
  epoch: { ...TREE_OPTIONS.epoch, text: 'Time in a bill of materials, in seconds since 1970' },
  crossMounts: TREE_OPTIONS.crossMounts,
};
type PackagesArguments = Arguments<typeof POSITIONALS, typeof OPTIONS>;

/** A list of apt has fifty megabytes. */
const MAX_LIST = 256 * 1024 * 1024;

/** Managers whose databases stillroot reads; of the others it only knows that they are there. */
const READ: ReadonlySet<string> = new Set(['dpkg', 'rpm', 'pacman', 'apk']);

export const packages: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['packages rootfs', 'what is installed, by its package databases'],
    ['packages rootfs.cpio.xz --format spdx', 'the same bytes wherever and whenever it runs'],
    ['packages rootfs --format apt-pins', 'holds apt to these versions'],
  ],
  run: runPackages,
});

interface Installed {
  readonly source: string;
  readonly inspection: Inspection;
  readonly bill: Bill;
  readonly warnings: readonly Warning[];
}

async function runPackages(args: PackagesArguments, terminal: Terminal): Promise<number> {
  const format = formatOf(args);
  const epoch = args.epoch ?? epochOf(terminal.env.SOURCE_DATE_EPOCH);
  const source = await openSource(args.source, { crossMounts: args.crossMounts });
  try {
    const installed = readInstalled(source, epoch);
    const paint = makePaint(args.color, terminal, terminal.isOutTerminal);
    terminal.out(render(format, installed, paint));
    if (!args.quiet && format !== 'json') {
      for (const { message } of installed.warnings) terminal.err(`stillroot: warning: ${message}\n`);
    }
    return EXIT_OK;
  } finally {
    source.close();
  }
}

function formatOf({ format, json }: PackagesArguments): Format {
  if (!json || format === undefined || format === 'json') return format ?? (json ? 'json' : 'table');
  throw new StillrootError('usage', `cannot go with --json, which is a format itself`, {
    where: `--format ${format}`,
    hint: 'Give one of them.',
  });
}

function readInstalled(source: Source, epoch: number): Installed {
  const inspection = inspect(source);
  const damage = inspection.warnings.find(({ code }) => code === 'package-database');
  // A list that lacks what a damaged database holds would pass for complete.
  if (damage !== undefined) throw new StillrootError('source-unreadable', damage.message);
  const { detection, ownership } = inspection;
  const isKnown = detection.distro !== 'unknown';
  const distribution = {
    id: isKnown ? pathFromText(detection.distro) : undefined,
    version: detection.version === undefined ? undefined : pathFromText(detection.version),
  };
  const found = installedPackages(ownership?.databases ?? [], distribution, source.tree, (path) => {
    const entry = source.tree.get(path);
    return entry?.type === 'file' ? source.readFile(entry, MAX_LIST) : undefined;
  });
  return {
    source: source.name,
    inspection,
    bill: { distribution, packages: found, epoch, toolVersion: toolVersion() },
    warnings: warningsOf(inspection, source.tree),
  };
}

function warningsOf({ detection, ownership }: Inspection, tree: Tree): Warning[] {
  const known = detection.managers.filter((manager) => !READ.has(manager));
  const unread = [...known, ...unreadDatabases(tree).map(({ name, path }) => `${name} (${path})`)];
  const warnings = unread.map((manager) => ({
    code: 'package-database-not-read',
    path: '',
    message: `the packages of ${manager} are not listed: stillroot does not read its database`,
  }));
  if (unread.length === 0 && ownership === undefined) {
    const message = 'the tree has no package database, so what was installed into it is not known';
    warnings.push({ code: 'package-database-missing', path: '', message });
  }
  return warnings;
}

function render(format: Format, installed: Installed, paint: Paint): string {
  const { bill, source } = installed;
  switch (format) {
    case 'table':
      return table(bill.packages, paint);
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
      throw new StillrootError(
        'source-not-supported',
        'has no packages of dpkg, which are what apt can pin',
        {
          where: source,
        },
      );
  }
}

function packagesDocument({ source, inspection, bill, warnings }: Installed): PackagesDocument {
  const { detection, ownership } = inspection;
  return {
    schema: 'stillroot/packages/1',
    source,
    distro: detection.distro,
    ...(detection.version === undefined ? {} : { distroVersion: detection.version }),
    databases: (ownership?.databases ?? []).map(({ manager }) => manager),
    packages: bill.packages.map(packageRow),
    warnings: warnings.map(({ code, path, message }) => ({ code, path, message })),
  };
}

/** A column for the type only where there is more than one. */
function table(found: readonly InstalledPackage[], paint: Paint): string {
  const isMixed = new Set(found.map(({ type }) => type)).size > 1;
  const row = (type: string, ...cells: string[]): string[] => (isMixed ? [type, ...cells] : cells);
  const rows = found.map(({ type, name, version, architecture, source = '' }) =>
    row(type, ...[name, version, architecture, source].map(showPath)),
  );
  const [head = '', ...lines] = alignColumns([
    row('type', 'name', 'version', 'architecture', 'source'),
    ...rows,
  ]);
  return [paint('bold', head), ...lines, ''].join('\n');
}

/** Byte strings become text. */
function packageRow(found: InstalledPackage): PackagesDocument['packages'][number] {
  const { type, name, version, architecture, purl, source, sourceVersion, size } = found;
  const { license, digest, fileSha256 } = found;
  return {
    type,
    name: showPath(name),
    version: showPath(version),
    architecture: showPath(architecture),
    purl,
    ...(source === undefined ? {} : { source: showPath(source) }),
    ...(sourceVersion === undefined ? {} : { sourceVersion: showPath(sourceVersion) }),
    ...(size === undefined ? {} : { size }),
    ...(license === undefined ? {} : { license: showPath(license) }),
    ...(digest === undefined ? {} : { digest }),
    ...(fileSha256 === undefined ? {} : { fileDigest: `sha256:${fileSha256}` }),
  };
}
