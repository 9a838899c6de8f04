/** What two archives differ in beside their trees, as clusters among the others. */
import type { Cluster } from './cluster.ts';
import type { LayerDifference, LayerPart } from './compare-layers.ts';
import type { Example } from './example.ts';

const ADVICE: Readonly<Partial<Record<LayerPart, string>>> = {
  segments:
    'stillroot pack keeps what stands in front as it is: use the same microcode and the same program to pack it.',
  root: 'stillroot pack writes no entry for the root unless --root-entry asks for it; stillroot finalize leaves it as it is.',
  sockets: 'stillroot pack leaves sockets out: end the programs of the build before the tree is packed.',
  'boot-config':
    'stillroot pack keeps the boot configuration as it is: append the same one with bootconfig -a, or take it off with bootconfig -d.',
  compression:
    'Use one compressor in one version, with the same level, number of threads and block size; stillroot pack writes the same bytes whatever the machine.',
};

const NORMALIZED = 'stillroot pack writes it the same for every packer: normalize the archive with it.';

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
