import { listAttributes } from '../source/extended-attributes.ts';
import { loadXattrPackage } from '../source/xattr-package.ts';
import { pathFromText } from '../tree/path.ts';
import { isNotAllowed } from './file-calls.ts';

/** A name in an open directory. */
export interface Place {
  readonly directory: number;
  readonly name: string;
}

/** Copies extended attributes: labels, capabilities, access control lists. No link is followed. */
export interface AttributeCopier {
  /** The package takes names as text only. Of the directory it gets the descriptor. */
  takes(name: string): boolean;
  /** @returns names of those that the system did not let us set */
  copy(from: Place, to: Place): string[];
}

/** Undefined where the optional package is not installed, as in the single-file script. */
export function loadAttributeCopier(): AttributeCopier | undefined {
  const xattr = loadXattrPackage();
  if (xattr === undefined) return undefined;
  return {
    takes: (name) => pathFromText(asText(name)) === name,
    copy(from, to) {
      const refused: string[] = [];
      const [source, target] = [from, to].map(
        ({ directory, name }) => `/proc/self/fd/${directory}/${asText(name)}`,
      ) as [string, string];
      for (const name of listAttributes(xattr, source).sort()) {
        const value = xattr.getAttributeSync(source, name);
        if (value === null) continue;
        try {
          xattr.setAttributeSync(target, name, value);
        } catch (error) {
          if (!isRefusal(error)) throw error;
          refused.push(name);
        }
      }
      return refused;
    },
  };
}

function asText(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

/** The package gives only the system's text, with the number at its end: EPERM, EACCES, EINVAL, EOPNOTSUPP. */
function isRefusal(error: unknown): boolean {
  return isNotAllowed(error) || /\(os error (1|13|22|95)\)$/.test(String((error as Error).message));
}
