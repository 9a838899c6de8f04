import type { Condition, Rule } from '../rule.ts';

/**
 * Random keys that packages make for their services while they are installed, so that no two bootstraps are equal.
 * Only what is made by itself is here, and what makes it again: `--policy service-keys=drop` takes all of a
 * service, its certificates too, since half of a pair keeps the service from starting.
 */
interface ServiceRow {
  /** Part of the ids. */
  readonly id: string;
  /** What it is, as the beginning of a sentence. */
  readonly key: string;
  /** What is private. */
  readonly keys: readonly string[];
  /** What goes with it. */
  readonly others?: readonly string[];
  /** What makes it again, as the end of a sentence. */
  readonly remake: string;
  readonly source: string;
}

const SERVICES: readonly ServiceRow[] = [
  {
    id: 'bind',
    key: 'The key that controls the name server BIND',
    keys: ['etc/{,bind/,named/}rndc.key'],
    remake: '`rndc-confgen -a` generates one',
    source: 'Debian bind9, Fedora bind: postinst, named-setup-rndc; tried without',
  },
  {
    id: 'nsd',
    key: 'The keys that control the name server NSD',
    keys: ['etc/nsd/nsd_{server,control}.key'],
    others: ['etc/nsd/nsd_{server,control}.pem'],
    remake: '`nsd-control-setup` generates new ones',
    source: 'Debian nsd: postinst',
  },
  {
    id: 'unbound',
    key: 'The keys that control the name server Unbound',
    keys: ['{etc,var/lib}/unbound/unbound_{server,control}.key'],
    others: ['{etc,var/lib}/unbound/unbound_{server,control}.pem'],
    remake: '`unbound-control-setup` generates new ones',
    source: 'Debian unbound: postinst',
  },
  {
    id: 'erlang',
    key: 'The cookie that opens an Erlang node',
    keys: ['{root,home/*,var/lib/*}/.erlang.cookie'],
    remake: 'Erlang generates one when it starts',
    source: 'Debian rabbitmq-server, ejabberd; Erlang: auth module; tried without',
  },
  {
    id: 'ejabberd',
    key: 'The key and certificate of the chat server ejabberd',
    keys: ['etc/ejabberd/*.pem'],
    remake: 'it starts without them',
    source: 'Debian ejabberd: preinst; tried without',
  },
  {
    id: 'cluster',
    key: 'The secret that nodes of a cluster share',
    keys: ['etc/{pacemaker,corosync}/authkey'],
    remake: '`corosync-keygen` generates one for all nodes',
    source: 'Debian pacemaker-common: postinst; corosync',
  },
  {
    id: 'munge',
    key: 'The secret that nodes share for MUNGE authentication',
    keys: ['etc/munge/munge.key'],
    remake: '`mungekey --create` generates one before munged starts',
    source: 'Debian munge: postinst',
  },
  {
    id: 'brltty',
    key: 'The key of the braille service BrlAPI',
    keys: ['etc/brlapi.key'],
    remake: '`mcookie >/etc/brlapi.key` generates one',
    source: 'Debian brltty: postinst',
  },
  {
    id: 'tripwire',
    key: 'The keys that sign the settings of Tripwire',
    keys: ['etc/tripwire/*.key'],
    others: ['etc/tripwire/tw.{cfg,pol}'],
    remake: '`dpkg-reconfigure tripwire` generates new ones',
    source: 'Debian tripwire: postinst',
  },
];

function rulesOf({ id, key, keys, others = [], remake, source }: ServiceRow): Rule[] {
  const when = (value: string): Condition => ({ type: 'file', policy: { name: 'service-keys', value } });
  return [
    {
      id: `common/secret-${id}-keys`,
      match: keys,
      when: when('report'),
      action: { do: 'report' },
      why: `${key}; ${remake}.`,
      source,
    },
    {
      id: `common/${id}-keys`,
      match: [...keys, ...others],
      when: when('drop'),
      action: { do: 'drop' },
      why: `${key}; ${remake}.`,
      source,
    },
  ];
}

export const SERVICE_KEYS: readonly Rule[] = SERVICES.flatMap(rulesOf);
