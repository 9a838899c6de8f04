/** Which content the x86 branch filter is meant for. The rule decides output bytes: it belongs to the profile. */

/** Bytes of a file that must be seen to tell. */
export const ELF_HEAD_SIZE = 20;

const ELF_MAGIC = 0x7f454c46;
const LITTLE_ENDIAN = 1;
/** e_machine, System V ABI: EM_386 and EM_X86_64. */
const X86_MACHINES: ReadonlySet<number> = new Set([3, 62]);

/** True for the first bytes of an ELF file with 32- or 64-bit x86 code. */
export function isX86Elf(head: Uint8Array): boolean {
  if (head.length < ELF_HEAD_SIZE) return false;
  const view = new DataView(head.buffer, head.byteOffset, ELF_HEAD_SIZE);
  if (view.getUint32(0) !== ELF_MAGIC) return false; // 0 e_ident: magic
  if (view.getUint8(5) !== LITTLE_ENDIAN) return false; // 5 EI_DATA
  return X86_MACHINES.has(view.getUint16(18, true)); // 18 e_machine
}

/** A block gets the filter where at least this share of its bytes lies in x86 ELF files. */
export const X86_SHARE = 0.25;

export function wantsX86Filter(x86Bytes: number, blockBytes: number): boolean {
  return x86Bytes > 0 && x86Bytes >= blockBytes * X86_SHARE;
}
