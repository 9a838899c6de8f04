import type { Mkosi } from './mkosi.ts';
import { succeed } from './run-command.ts';

/**
 * mkosi/manifest.py, with its queries sent to a tree instead of its sandbox: the first argument is the method, the
 * second the tree.
 */
const PROGRAM = `
import json, pathlib, subprocess, sys, types
import mkosi.manifest as manifest

kind, root = sys.argv[1:]

def run(command, **_):
    words = [word.replace("--root=/buildroot", f"--dbpath={root}/usr/lib/sysimage/rpm") for word in command]
    words = [word.replace("/buildroot", root) for word in words]
    return subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)

manifest.run = run
config = types.SimpleNamespace(base_trees=[], manifest_format=[])
context = types.SimpleNamespace(config=config, root=pathlib.Path(root), sandbox=lambda **_: None)
made = manifest.Manifest(context)
getattr(made, f"record_{kind}_packages")()
print(json.dumps([package.as_dict() for package in made.packages]))
`;

/** What a manifest of mkosi has under `packages` for a tree, by mkosi's own code. */
export async function recordedByMkosi(
  { modules }: Mkosi,
  kind: 'deb' | 'rpm' | 'pkg',
  tree: string,
): Promise<unknown[]> {
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', PYTHONPATH: modules };
  return JSON.parse(await succeed(['python3', '-c', PROGRAM, kind, tree], { env })) as unknown[];
}
