/** c_chksum of the crc format: the sum of the bytes of the data modulo 2^32. The kernel's buffer-format.rst. */
export function addToSum(sum: number, bytes: Uint8Array): number {
  let total = sum;
  // Exact: a piece would need 2^45 bytes to reach 2^53.
  for (let at = 0; at < bytes.length; at += 1) total += bytes[at] as number;
  return total % 0x1_0000_0000;
}
