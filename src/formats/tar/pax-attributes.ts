/** Which pax keywords stand for an extended attribute of Linux, for which, and with which value. */
import { accessListValue, attributeValue } from '../../tree/attributes.ts';

/** Keywords of GNU tar, star and libarchive that have the name of the attribute behind them. */
const SCHILY_PREFIX = 'SCHILY.xattr.';
/** libarchive writes each attribute twice, here with the name as in a URL and the value in base64. */
const LIBARCHIVE_PREFIX = 'LIBARCHIVE.xattr.';

const WHOLE_KEYWORDS: ReadonlyMap<string, string> = new Map([
  ['SCHILY.acl.access', 'system.posix_acl_access'],
  ['SCHILY.acl.default', 'system.posix_acl_default'],
  ['SCHILY.acl.ace', 'system.nfs4_acl'],
  ['RHT.security.selinux', 'security.selinux'],
]);

/** @returns the name of the attribute, bytes; undefined where the keyword stands for none */
export function attributeOf(keyword: string): string | undefined {
  if (keyword.startsWith(SCHILY_PREFIX)) return keyword.slice(SCHILY_PREFIX.length);
  if (keyword.startsWith(LIBARCHIVE_PREFIX)) {
    return keyword
      .slice(LIBARCHIVE_PREFIX.length)
      .replaceAll(/%([0-9A-Fa-f]{2})/g, (_, digits: string) =>
        String.fromCharCode(Number.parseInt(digits, 16)),
      );
  }
  return WHOLE_KEYWORDS.get(keyword);
}

/**
 * The value of a record that stands for an attribute, in the form of tree/attributes.ts.
 *
 * @param name of the attribute
 * @param value as in the record, a byte string
 * @returns undefined for one that says nothing beside the mode
 */
export function attributeValueOf(keyword: string, name: string, value: string): string | undefined {
  if (keyword.startsWith('SCHILY.acl.')) return accessListValue(name, value);
  const isBase64 = keyword.startsWith(LIBARCHIVE_PREFIX);
  return attributeValue(name, isBase64 ? Buffer.from(value, 'base64') : Buffer.from(value, 'latin1'));
}
