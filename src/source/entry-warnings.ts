/** What the user should know about entries of archives, or of layers of container images, as they become a tree. */
import type { Attributes } from '../tree/attributes.ts';
import type { EntryType } from '../tree/entry.ts';
import { showName } from './archive-entry.ts';
import { attributesLost } from './extended-attributes.ts';
import type { Warning } from './source.ts';

export class EntryWarnings {
  readonly #warnings: Warning[] = [];
  #absolute = 0;
  /** Number of names that led through a symlink, and the first of them with its destination. */
  #linked = 0;
  #firstLinked = '';

  /** @param name as it is in the archive */
  see(name: string): void {
    if (name.startsWith('/')) this.#absolute += 1;
  }

  /** @param place where symlinks among the directories of `path` lead */
  throughLink(path: string, place: string): void {
    this.#linked += 1;
    if (this.#linked === 1) this.#firstLinked = `${showName(path)} is ${showName(place)}`;
  }

  socket(path: string): void {
    this.#add('socket', path, 'is a socket, which exists only as long as its process; left out');
  }

  impliedDirectory(path: string): void {
    const message =
      'is not in the archive; a directory with mode 0755 and owner root is added for the entries below it';
    this.#add('implied-directory', path, message);
  }

  duplicate(path: string): void {
    this.#add('duplicate-entry', path, 'is in the archive more than once; the last one is used');
  }

  /** A directory that is there again, with another mode or owner. */
  duplicateDirectory(path: string): void {
    const message = 'is in the archive more than once; the last entry decides mode and owner';
    this.#add('duplicate-entry', path, message);
  }

  /** Content of what is neither a file nor a symlink. */
  ignoredData(path: string, type: EntryType, size: number): void {
    const message = `is a ${type} with ${size} bytes of content, which only files can have; the content is ignored`;
    this.#add('ignored-data', path, message);
  }

  /** For archives that hold none; see Plan for those that do. */
  attributes(path: string, attributes: Attributes): void {
    this.#add('xattr', path, attributesLost([...attributes.keys()].sort()));
  }

  /** All of them, those about the whole archive last. */
  list(): Warning[] {
    const [absolute, linked] = [this.#absolute, this.#linked];
    const whole: Warning[] = [];
    if (absolute > 0) {
      const names = absolute === 1 ? '1 name begins' : `${absolute} names begin`;
      const message = `${names} with a slash in the archive, which is removed`;
      whole.push({ code: 'absolute-name', path: '', message });
    }
    if (linked > 0) {
      const names = linked === 1 ? '1 name leads' : `${linked} names lead`;
      const message = `${names} through a symlink of the archive, which is followed as the kernel would: ${this.#firstLinked}`;
      whole.push({ code: 'through-link', path: '', message });
    }
    return [...this.#warnings, ...whole];
  }

  #add(code: string, path: string, message: string): void {
    this.#warnings.push({ code, path, message });
  }
}
