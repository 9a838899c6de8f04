/**
 * Splits the 64-bit dev_t of glibc's stat(2) into major and minor (gnu_dev_major(3)): the low 8 bits
 * of the minor, 12 bits of the major, then the rest of both.
 */
export function splitDeviceNumber(device: bigint): { major: number; minor: number } {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return { major: Number(major), minor: Number(minor) };
}
