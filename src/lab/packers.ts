/** Every packer that the lab knows: stillroot's own, one for each format, and those of others. */
import { type ArchiveFormat, archiveFormats, isCompressed, rowOf } from '../pack/formats.ts';
import type { Packer } from './packer.ts';
import { PEER_PACKERS } from './peer-packers.ts';

/**
 * Rules are off: the lab compares how the same entries are packed. Also off are files that other packers do not write,
 * and cached blocks, which would hide differences and make slow runs fast.
 */
const OPTIONS = "--skip '**' --quiet --no-manifest --no-cache";

/** A fixed one, so that trees without any program can be packed as container images. */
const PLATFORM = '--platform linux/amd64';

/** The format of the packer that is called just `stillroot`. */
const OWN_USUAL: ArchiveFormat = 'cpio.xz';
/** Those of `--quick`: one of each kind. */
const OWN_QUICK: readonly ArchiveFormat[] = [OWN_USUAL, 'cpio.zst', 'oci.tar'];

/** Of formats that have an extension: the others are directories, or differ only in the compression of a layer. */
function ownPackers(format: ArchiveFormat): Packer[] {
  const { extension, container } = rowOf(format);
  if (extension === undefined) return [];
  const options = [
    OPTIONS,
    ...(container === undefined ? [] : [PLATFORM]),
    ...(isCompressed(format) ? ['--jobs {threads}'] : []),
  ];
  const compressed = isCompressed(format) ? 'compressed at the default level' : 'not compressed';
  return [
    {
      id: format === OWN_USUAL ? 'stillroot' : `stillroot-${format}`,
      about: `stillroot pack to ${format}, without rules, ${compressed}`,
      source: 'this program',
      command: `{stillroot} pack {root} -o {out} ${options.join(' ')}`,
      extension,
      programs: [],
      quick: OWN_QUICK.includes(format),
    },
  ];
}

const OWN: readonly Packer[] = [
  ...ownPackers(OWN_USUAL),
  ...archiveFormats()
    .filter((format) => format !== OWN_USUAL)
    .flatMap(ownPackers),
];

/** In the order of reports. */
export const PACKERS: readonly Packer[] = [...OWN, ...PEER_PACKERS];
