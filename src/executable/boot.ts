/**
 * What the executable starts with: it runs the files of the program, which are assets of the executable, as CommonJS. Node
 * itself can only run one script of an executable, and would have to parse all of it for a version, too.
 */
import { getAsset } from 'node:sea';
import { compileFunction } from 'node:vm';
import { doWithoutMaglev } from '../system/compilers.ts';
import { ENTRY_OPTION } from './entry-points.ts';

type Exports = Record<string, unknown>;

const loaded = new Map<string, { exports: Exports }>();

function load(name: string): Exports {
  const found = loaded.get(name);
  if (found !== undefined) return found.exports;
  const module: { exports: Exports } = { exports: {} };
  // Before it runs: two files may import each other.
  loaded.set(name, module);
  const run = compileFunction(getAsset(name, 'utf8'), ['module', 'exports', 'require'], {
    filename: `stillroot/${name}`,
  });
  run(module, module.exports, require);
  return module.exports;
}

/** What a file of the program requires: another one beside it, or a part of Node. */
function require(name: string): unknown {
  return name.startsWith('./') ? load(name.slice(2)) : process.getBuiltinModule(name);
}

doWithoutMaglev();
const [, , first = ''] = process.argv;
load(first.startsWith(ENTRY_OPTION) ? `${first.slice(ENTRY_OPTION.length)}.js` : 'bin.js');
