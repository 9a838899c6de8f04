import { isManifest } from '../app/is-manifest.ts';
import { outside } from '../app/outside.ts';
import { NO_IMAGE, resolveTreeSettings } from '../settings/resolve.ts';
import { type DiffArguments, OPTIONS, POSITIONALS } from './diff-arguments.ts';
import type { Terminal } from './terminal.ts';
import type { Outcome } from './verb.ts';
import { defineVerb, type VerbModule, type Words } from './verb.ts';

export const diff: VerbModule = defineVerb({
  positionals: POSITIONALS,
  options: OPTIONS,
  examples: [
    ['diff first second', 'explain why two trees differ; exit status 1 if they do'],
    ['diff a.cpio.xz b.cpio.xz --propose more.toml', 'also write rules that make them equal'],
    ['diff a.manifest.json b.manifest.json', 'packages, settings and entries of two images'],
    ['diff first second --report html=diff.html', 'one page with all findings'],
    [
      'diff a.oci.tar b.oci.tar --image app:1 --image app:2',
      'one image of each file; the files may be the same',
    ],
  ],
  run: runDiff,
});

async function runDiff(args: DiffArguments, terminal: Terminal, words: Words): Promise<Outcome> {
  const started = performance.now();
  if (isManifest(args.a) || isManifest(args.b)) {
    // Manifests hold no contents, so nothing that reads trees is loaded for two of them.
    const { diffManifests } = await import('./diff-manifests.ts');
    return diffManifests(args, terminal, words);
  }
  const settings = await resolveTreeSettings({ ...args, ...NO_IMAGE }, outside(terminal));
  const { diffTrees } = await import('./diff-trees.ts');
  return diffTrees(args, settings, terminal, started);
}
