import type { Rule } from '../rule.ts';

/** What a machine receives when it joins a domain or a subscription: dropped, or reported as a secret. */
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

/**
 * Keys and credentials that a user put into the tree. Their names do not reveal whether they are
 * meant to be there, so each is reported and none is touched.
 */
export const COMMON_CREDENTIALS: readonly Rule[] = [
  {
    id: 'common/secret-contents',
    match: [
      '*',
      '{boot,efi,etc,home,opt,root,srv,usr/etc,usr/local}/**',
      'usr/share/factory/{etc,var}/**',
      'var/{backups,lib,local,opt,spool,www}/**',
    ],
    except: [
      // Package databases are large, and their contents are known.
      'var/lib/{dpkg,rpm,pacman,apt,apk}/**',
      // Sample keys that libraries ship for their tests.
      '{home,opt,root,srv,usr/local,var/www}/**/{test,tests,testing,testdata,fixtures,example,examples,node_modules}/**',
    ],
    when: { type: 'file', unclaimed: true },
    action: { do: 'search' },
    why: 'Everyone who has the image has it too.',
    source: 'formats: see src/secrets',
  },
  {
    // Where programs are, nearly everything belongs to a package: the rest was put there for this image.
    id: 'common/secret-contents-unowned',
    match: ['usr/**', '{bin,lib,lib32,lib64,libexec,libx32,sbin,nix,var}/**'],
    except: [
      '{etc,home,opt,root,srv,usr/etc,usr/local,usr/share/factory}/**',
      'var/{backups,cache,lib,local,log,opt,spool,www}/**',
      'nix/store/**',
      '**/{__pycache__,test,tests,testing,testdata,fixtures,example,examples,node_modules}/**',
    ],
    when: { type: 'file', owned: false },
    action: { do: 'search' },
    why: 'Everyone who has the image has it too.',
    source: 'formats: see src/secrets',
  },
  {
    // Without a package database everything is unowned, and reading all of it takes too long: only typical names of keys.
    id: 'common/secret-contents-named',
    match: [
      '{usr,bin,lib,libexec,sbin,app,data,config,persist,mnt,media}/**/*.{key,keyfile,pem,p12,pfx,jks,keystore,ppk,der,psk,secret}',
      '{usr,bin,lib,libexec,sbin,app,data,config,persist,mnt,media}/**/{id_rsa,id_dsa,id_ecdsa,id_ed25519,identity,*_host_*key,*_host_key}',
    ],
    except: [
      'usr/{etc,local,share/factory}/**',
      '**/{test,tests,testing,testdata,fixtures,example,examples,node_modules}/**',
    ],
    when: { type: 'file', unclaimed: true },
    action: { do: 'search' },
    why: 'Everyone who has the image has it too.',
    source: 'formats: see src/secrets',
  },
  {
    id: 'common/secret-ssh-user-files',
    match: ['{root,home/*}/.ssh/{authorized_keys,known_hosts,id_*}'],
    except: ['{root,home/*}/.ssh/id_*.pub'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'Login keys or known hosts of a user are in the image.',
    source: 'virt-sysprep',
  },
  {
    id: 'common/secret-gnupg-keys',
    match: ['{root,home/*}/.gnupg/private-keys-v1.d/**', '{root,home/*}/.gnupg/secring.gpg'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'A private OpenPGP key of a user is in the image.',
    source: 'GnuPG: private-keys-v1.d; Kicksecure',
  },
  {
    id: 'common/secret-user-credentials',
    match: [
      '{root,home/*}/.{netrc,git-credentials,pgpass,my.cnf,npmrc,pypirc,vault-token}',
      '{root,home/*}/.aws/credentials',
      '{root,home/*}/.azure/{accessTokens.json,msal_token_cache.*}',
      '{root,home/*}/.cargo/credentials{,.toml}',
      '{root,home/*}/.config/{gh/hosts.yml,containers/auth.json,rclone/rclone.conf}',
      '{root,home/*}/.config/gcloud/{credentials.db,application_default_credentials.json}',
      '{root,home/*}/.docker/config.json',
      '{root,home/*}/.{composer,config/composer}/auth.json',
      '{root,home/*}/.aspnet/DataProtection-Keys/*.xml',
      '{root,home/*}/.dotnet/corefx/cryptography/x509stores/my/*.pfx',
      '{root,home/*}/.{gem,local/share/gem}/credentials',
      '{root,home/*}/.m2/settings-security.xml',
      '{root,home/*}/.kube/config',
      '{root,home/*}/.terraform.d/credentials.tfrc.json',
    ],
    when: { type: 'file' },
    action: { do: 'report' },
    why: "A file in which programs store a user's passwords or tokens is in the image.",
    source: 'manuals of the programs that keep them',
  },
  {
    id: 'common/secret-networkmanager-connections',
    match: ['etc/NetworkManager/system-connections/*.nmconnection'],
    when: { type: 'file' },
    action: { do: 'report' },
    toDecide: true,
    why: 'A connection profile has a random UUID and may hold a password.',
    source: 'virt-sysprep',
  },
  {
    id: 'common/secret-networks',
    match: [
      'etc/wireguard/*.{conf,key}',
      'etc/openvpn/**/*.key',
      'etc/ipsec.d/private/**',
      'etc/swanctl/private/**',
      'etc/wpa_supplicant/*.conf',
      'var/lib/iwd/*.{psk,8021x}',
    ],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'A key or password for a network is in the image.',
    source: 'virt-sysprep; manuals of WireGuard, OpenVPN, strongSwan, wpa_supplicant and iwd',
  },
  {
    // Packages ship and copy these as templates without secrets.
    id: 'common/secret-network-passwords',
    match: ['etc/ppp/{chap,pap}-secrets', 'etc/ipsec.secrets', 'etc/wpa_supplicant.conf'],
    when: { type: 'file' },
    action: { do: 'search' },
    why: 'It gives everyone who has the image access to a network.',
    source: 'manuals of pppd, strongSwan and wpa_supplicant',
  },
  {
    id: 'common/secret-tls-keys',
    match: [
      'etc/pki/tls/private/*.key',
      'etc/ssl/private/**',
      'etc/letsencrypt/{archive,live}/**/privkey*.pem',
      'etc/letsencrypt/{keys,accounts}/**',
      'etc/{apache2,nginx,httpd}/**/*.key',
      'etc/kubernetes/**/*.key',
    ],
    except: ['etc/pki/tls/private/localhost.key', 'etc/ssl/private/ssl-cert-snakeoil.key'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'A private TLS key is in the image.',
    source: 'virt-sysprep; manuals of certbot and kubeadm',
  },
  {
    id: 'common/secret-service-keys',
    match: [
      'etc/docker/key.json',
      'etc/salt/pki/**/*.pem',
      '{etc/puppetlabs/puppet,etc/puppet,var/lib/puppet}/ssl/private_keys/**',
      'var/lib/tor/**/{hs_ed25519_secret_key,private_key}',
      'var/lib/tailscale/tailscaled.state',
    ],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'A key of a service is in the image; generate it at first start instead.',
    source: 'virt-sysprep; manuals of the services',
  },
  {
    id: 'common/secret-repository-logins',
    match: ['etc/apt/auth.conf', 'etc/apt/auth.conf.d/**', 'etc/zypp/credentials.d/**'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'Credentials for package repositories are in the image; mount them during the bootstrap instead.',
    source: 'apt: apt_auth.conf(5); SUSEConnect, libzypp',
  },
  {
    id: 'common/secret-host-enrolment',
    match: HOST_ENROLMENT,
    when: { type: 'file', policy: { name: 'host-enrolment', value: 'report' } },
    action: { do: 'report' },
    why: 'Credentials of one enrolled machine are in the image.',
    source: 'virt-sysprep',
  },
  {
    id: 'common/secret-host-keys-in-initramfs',
    match: ['{boot,efi,boot/efi}/{,**/}init{rd,ramfs}*', 'usr/lib/modules/*/init{rd,ramfs}*'],
    when: {
      type: 'file',
      exists: [
        'usr/share/initramfs-tools/hooks/{dropbear,tinyssh}',
        'usr/lib/initcpio/install/{dropbear,tinyssh}',
        'usr/lib/dracut/modules.d/*{sshd,crypt-ssh,dropbear}*',
      ],
      policy: { name: 'ssh-host-keys', value: ['drop', 'report'] },
    },
    action: { do: 'report' },
    toDecide: true,
    why: 'Contains the ssh host keys of the initramfs, so SOURCE_DATE_EPOCH alone does not make it reproducible.',
    source: 'Debian dropbear-initramfs: hooks/dropbear; mkinitcpio-dropbear, dracut-sshd',
  },
  {
    id: 'common/secret-etc-history',
    match: ['etc/{.git,.hg,.bzr,_darcs}'],
    when: { type: 'directory', policy: { name: 'etc-history', value: ['drop', 'report'] } },
    action: { do: 'report' },
    why: 'It contains old versions of etc, with shadow, keys and everything else that rules remove from etc itself.',
    source: 'etckeeper',
  },
];
