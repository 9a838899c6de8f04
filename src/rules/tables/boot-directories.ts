/** Where a partition that firmware or a boot loader reads is mounted. */
export const BOOT: string = '{boot,efi,boot/efi,boot/firmware,esp}';
