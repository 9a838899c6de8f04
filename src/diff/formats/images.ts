import type { Format } from './format.ts';
import { hasAt, readField, textUpToNul, u16LE, u32LE } from './format.ts';

/** In an `MZ` file, where the offset of the PE header is stored. */
const PE_AT = 0x3c;

function isPe(bytes: Buffer): boolean {
  return hasAt(bytes, 0, 'MZ') && hasAt(bytes, u32LE(bytes, PE_AT), 'PE\0\0');
}

/** Filesystems, boot programs and whatever else a machine boots from. */
export const IMAGES: readonly Format[] = [
  {
    // Documentation/arch/x86/boot.rst: 0x20e says where the version is, which contains host, user and date.
    name: 'a Linux kernel (x86)',
    magic: [[0x202, 'HdrS']],
    facts: (bytes) => {
      const at = u16LE(bytes, 0x20e) + 0x200;
      return at === 0x200 ? [] : [`version ${textUpToNul(bytes, at, 200)}`];
    },
  },
  { name: 'a Linux kernel (arm64)', magic: [[0x38, 'ARM\x64']] },
  { name: 'a Linux kernel (arm)', magic: [[0x24, '\x18\x28\x6f\x01']] },
  {
    name: 'a U-Boot image',
    magic: [[0, '\x27\x05\x19\x56']],
    fields: [
      [4, 'hex4', 'checksum of the header'],
      [8, 'time32BE', 'made'],
      [12, 'u32BE', 'size'],
      [24, 'hex4', 'checksum'],
      [32, 'text32', 'name'],
    ],
  },
  {
    // Microsoft, PE format: COFF header after the signature, checksum in the optional header.
    name: 'a PE program (EFI)',
    suits: isPe,
    facts: (bytes) => {
      const at = u32LE(bytes, PE_AT);
      const fact = (name: string, value: string | undefined): string[] =>
        value === undefined ? [] : [`${name} ${value}`];
      return [
        ...fact('machine', readField(bytes, at + 4, 'u16LE')),
        ...fact('linked', readField(bytes, at + 8, 'time32LE')),
        ...fact('checksum', readField(bytes, at + 88, 'u32LE')),
        ...(u32LE(bytes, at + 24 + (u16LE(bytes, at + 24) === 0x20b ? 144 : 128)) > 0
          ? ['with a signature']
          : []),
      ];
    },
  },
  {
    name: 'a device tree',
    magic: [[0, '\xd0\x0d\xfe\xed']],
    fields: [
      [4, 'u32BE', 'size'],
      [20, 'u32BE', 'version'],
    ],
  },
  {
    // fs/squashfs/squashfs_fs.h
    name: 'a squashfs filesystem',
    magic: [[0, 'hsqs']],
    fields: [
      [4, 'u32LE', 'inodes'],
      [8, 'time32LE', 'made'],
      [12, 'u32LE', 'block size'],
      [16, 'u32LE', 'fragments'],
      [20, 'u16LE', 'compression'],
      [24, 'u16LE', 'flags'],
      [40, 'u64LE', 'bytes used'],
    ],
  },
  {
    // fs/erofs/erofs_fs.h
    name: 'an EROFS filesystem',
    magic: [[1024, '\xe2\xe1\xf5\xe0']],
    fields: [
      [1028, 'hex4', 'checksum'],
      [1040, 'u64LE', 'inodes'],
      [1048, 'time64LE', 'made'],
      [1060, 'u32LE', 'blocks'],
      [1072, 'hex16', 'UUID'],
      [1088, 'text16', 'label'],
    ],
  },
  {
    // fs/ext4/ext4.h
    name: 'an ext4 filesystem',
    magic: [[1080, '\x53\xef']],
    suits: (bytes) => u32LE(bytes, 1024 + 0x18) <= 6 && u32LE(bytes, 1024) > 0,
    fields: [
      [1024, 'u32LE', 'inodes'],
      [1028, 'u32LE', 'blocks'],
      [1024 + 0x2c, 'time32LE', 'mounted'],
      [1024 + 0x30, 'time32LE', 'written'],
      [1024 + 0x34, 'u16LE', 'mounts'],
      [1024 + 0x40, 'time32LE', 'checked'],
      [1024 + 0x68, 'hex16', 'UUID'],
      [1024 + 0x78, 'text16', 'label'],
      [1024 + 0xec, 'hex16', 'random seed of directory hashes'],
      [1024 + 0x108, 'time32LE', 'made'],
    ],
  },
  {
    name: 'a btrfs filesystem',
    magic: [[65600, '_BHRfS_M']],
    fields: [
      [65568, 'hex16', 'UUID'],
      [65608, 'u64LE', 'generation'],
    ],
  },
  { name: 'an XFS filesystem', magic: [[0, 'XFSB']], fields: [[32, 'hex16', 'UUID']] },
  {
    name: 'an ISO 9660 filesystem',
    magic: [[32769, 'CD001']],
    fields: [
      [32808, 'text32', 'label'],
      [33581, 'text16', 'made'],
      [33598, 'text16', 'modified'],
    ],
  },
  {
    name: 'a FAT filesystem',
    magic: [
      [54, 'FAT1'],
      [82, 'FAT32'],
    ],
    suits: (bytes) => hasAt(bytes, 510, '\x55\xaa'),
    facts: (bytes) => {
      const serial = readField(bytes, hasAt(bytes, 82, 'FAT32') ? 67 : 39, 'hex4');
      return serial === undefined ? [] : [`serial number ${serial}`];
    },
  },
  {
    name: 'a disk with a GUID partition table',
    magic: [[512, 'EFI PART']],
    fields: [[568, 'hex16', 'GUID of the disk']],
  },
  { name: 'swap space', magic: [[4086, 'SWAPSPACE2']], fields: [[1036, 'hex16', 'UUID']] },
];
