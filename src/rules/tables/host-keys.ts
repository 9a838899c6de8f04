/** Where systems keep `etc`: in place, as image-based ones ship it, and as it comes from the factory. */
const ETC = '{etc,usr/etc,usr/local/etc,usr/share/factory/etc}';

/** The private keys by which an ssh server proves who it is: OpenSSH, dropbear (its initramfs too), TinySSH. */
export const HOST_KEYS: readonly string[] = [
  `${ETC}/{ssh,openssh}/{,**/}ssh_host_*_key`,
  `${ETC}/{dropbear,dropbear-initramfs}/{,**/}dropbear_*_host_key`,
  'var/lib/dropbear/{,**/}dropbear_*_host_key',
  `${ETC}/{tinyssh,tinyssh-initramfs}/{,**/}{,.}ed25519.sk`,
];

/** Their public halves, which are as random. */
export const HOST_KEYS_PUBLIC: readonly string[] = [
  `${ETC}/{ssh,openssh}/{,**/}ssh_host_*_key.pub`,
  `${ETC}/{dropbear,dropbear-initramfs}/{,**/}dropbear_*_host_key.pub`,
  'var/lib/dropbear/{,**/}dropbear_*_host_key.pub',
  `${ETC}/{tinyssh,tinyssh-initramfs}/{,**/}ed25519.pk`,
];
