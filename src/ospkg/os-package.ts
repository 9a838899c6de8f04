/**
 * OS packages of System Transparency, as stboot boots them and `stmgr ospkg create` makes them: a zip archive with
 * kernel, initramfs and a manifest, and next to it a descriptor for signatures over the archive's SHA-256. stboot
 * passes the initramfs to the kernel as it is, so it may use any compression that the kernel supports.
 */
import { StillrootError } from '../errors.ts';

export interface OsPackage {
  /** For people; displayed by stboot. */
  readonly label: string;
  /** The kernel's command line. */
  readonly cmdline: string;
  /** URL from which stboot downloads the archive; '' if it finds it another way. */
  readonly url: string;
}

/** Version of both documents. */
const VERSION = 1;

export const BOOT_DIRECTORY = 'boot/';
/** Fixed, so that the archive does not depend on where the kernel came from. */
export const KERNEL_NAME = 'boot/kernel';
export const MANIFEST_NAME = 'manifest.json';

/** @param format extension of the archive inside */
export function initramfsName(format: string): string {
  return `boot/initramfs.${format}`;
}

/** `manifest.json` of the archive: ospkg/manifest.go of stboot. */
export function osPackageManifest({ label, cmdline }: OsPackage, format: string): string {
  return goJson({ version: VERSION, label, kernel: KERNEL_NAME, initramfs: initramfsName(format), cmdline });
}

/**
 * The descriptor before it is signed: ospkg/descriptor.go of stboot. `stmgr ospkg sign` adds to both lists, which Go
 * writes as null while there is nothing in them.
 */
export function osPackageDescriptor({ url }: OsPackage): string {
  return goJson({ version: VERSION, os_pkg_url: url, certificates: null, signatures: null });
}

/** @throws usage for texts that stboot or the kernel would not accept */
export function requireOsPackage({ label, cmdline, url }: OsPackage): void {
  const options = [
    ['--ospkg', label],
    ['--cmdline', cmdline],
    ['--ospkg-url', url],
  ] as const;
  for (const [option, text] of options) {
    if (/\p{Cc}/u.test(text)) throw refused(option, 'has a control character', 'Write it on one line.');
  }
  if (label === '') throw refused('--ospkg', 'is empty', 'Give the OS package a human-readable name.');
  if (url !== '' && !isWebAddress(url)) {
    throw refused('--ospkg-url', 'is not a URL that stboot can download from', 'Use an https:// URL.');
  }
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function refused(option: string, what: string, hint: string): StillrootError {
  return new StillrootError('usage', what, { where: option, hint });
}

/**
 * Path of the descriptor: stmgr and stboot look for it next to the archive.
 *
 * @param archive path that ends in .zip
 */
export function descriptorPath(archive: string): string {
  return archive.replace(/\.zip$/, '.json');
}

/**
 * JSON as Go's json.MarshalIndent writes it with two spaces, so that documents are byte for byte those of stmgr.
 * Differs from JSON.stringify in characters that are special in HTML or JavaScript.
 */
export function goJson(value: object): string {
  return JSON.stringify(value, null, 2).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
