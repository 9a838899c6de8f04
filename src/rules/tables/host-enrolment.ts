/** What a machine gets when it joins a domain or a subscription: dropped, or reported as a secret. */
export const HOST_ENROLMENT: readonly string[] = [
  'etc/krb5.keytab',
  'etc/pki/{consumer,entitlement}/**',
  'etc/sysconfig/rhn/systemid',
  'etc/ipa/**',
  'var/lib/sss/db/**',
  'var/lib/samba/private/**',
];
