/** What two archives differ in beside their trees, as clusters among the others. */
import type { Cluster } from './cluster.ts';
import type { LayerDifference, LayerPart } from './compare-layers.ts';
import type { Example } from './example.ts';

const ADVICE: Readonly<Partial<Record<LayerPart, string>>> = {
  segments:
    'stillroot pack keeps the archives in front unchanged: use the same microcode, packed with the same program.',
  root: 'stillroot pack writes an entry for the root only with --root-entry; stillroot finalize leaves the root unchanged.',
  sockets: 'stillroot pack leaves sockets out: stop the programs of the build before packing the tree.',
  'boot-config':
    'stillroot pack keeps the boot configuration unchanged: append the same one with bootconfig -a, or remove it with bootconfig -d.',
  compression:
    'Use the same compressor and version with the same level, number of threads and block size; stillroot pack writes the same bytes on every machine.',
};

const NORMALIZED =
  'stillroot pack makes it the same whichever packer wrote the archive: normalize the archive with it.';

export function layerClusters(differences: readonly LayerDifference[]): Cluster[] {
  return differences.map(({ cause, what, title, paths, lines }) => {
    const example: Example | undefined =
      lines.length === 0 ? undefined : { path: '', field: 'archive', lines };
    return {
      cause,
      title,
      remedy: what === 'segments' || what === 'boot-config' ? 'look' : 'built-in',
      advice: ADVICE[what] ?? NORMALIZED,
      rule: undefined,
      part: what,
      findings: [],
      paths,
      renames: [],
      bytes: 0,
      packages: [],
      proposal: undefined,
      example,
      examples: example === undefined ? [] : [example],
    };
  });
}
