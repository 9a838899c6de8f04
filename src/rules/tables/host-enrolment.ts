/** What a machine gets when it joins a domain or a subscription: dropped, or reported as a secret. */
export const HOST_ENROLMENT: readonly string[] = [
  'etc/krb5.keytab',
  'etc/pki/{consumer,entitlement}/**',
  'etc/sysconfig/rhn/systemid',
  'etc/ipa/**',
  'etc/chef/{client,validation}.pem',
  'etc/rancher/node/password',
  'var/lib/rancher/k3s/{agent,server}/{cred,tls}/**',
  'var/lib/rancher/k3s/server/{,agent-,node-}token',
  'var/lib/kubelet/{pki/**,kubeconfig,bootstrap-kubeconfig}',
  'etc/kubernetes/{admin,kubelet,controller-manager,scheduler}.conf',
  'var/lib/zerotier-one/identity.secret',
  'var/lib/sss/db/**',
  'var/lib/samba/private/**',
];
