import type { Recognizer } from '../cause.ts';
import { entryOf, type Finding } from '../finding.ts';
import { proposeRules } from '../proposal.ts';
import { proposedRule } from '../proposed-rules.ts';

/** Names that hold nothing else, for trees whose rules do not know them. */
const NAMES =
  /(?:^|\/)(?:ssh_host_[^/]*_key|id_(?:rsa|dsa|ecdsa|ed25519)|[^/]*random-seed|credential\.secret|secring\.gpg)$|\/private-keys-v1\.d\//;
/** PEM of any private key, in a file small enough to be one. */
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const KEY_BYTES_MAX = 64 * 1024;

const WHY =
  'A private key in an image is known to everybody who has the image; it has to be made at first boot.';

export function hasSecretName(path: string): boolean {
  return NAMES.test(path);
}

/** @param bytes of a whole file, or undefined where there is none */
export function holdsPrivateKey(bytes: Buffer | undefined): boolean {
  return bytes !== undefined && bytes.length <= KEY_BYTES_MAX && PEM.test(bytes.toString('latin1'));
}

/** Keys and seeds that the rules leave in. Its content is shown nowhere. */
export const secret: Recognizer = (evidence, { secrets, unapplied }) => {
  const { finding, path, owners } = evidence;
  if (finding.field !== 'content' && finding.field !== 'presence') return undefined;
  const isSmall = entryOf(finding).type === 'file' && entryOf(finding).size <= KEY_BYTES_MAX;
  const isKey = isSmall && (holdsPrivateKey(evidence.bytes('a')) || holdsPrivateKey(evidence.bytes('b')));
  if (!secrets.has(path) && !hasSecretName(path) && !isKey) return undefined;
  const known = unapplied.get(`${finding.field}\0${path}`);
  const how =
    known === undefined
      ? 'The proposed rule drops the private key'
      : known.policy === undefined
        ? `Rule ${known.rule.id} drops the private key and does not take part`
        : `--policy ${known.policy.name}=${known.policy.value} drops the private key`;
  const owned = owners.length === 0 ? '' : ` The package ${owners.join(', ')} claims the file.`;
  return {
    cause: 'secret',
    key: known?.rule.id ?? '',
    title: 'a private key or random seed is in the image',
    remedy: known?.policy === undefined ? 'rule' : 'option',
    advice: `${how}: whoever has the image has the key. Let the system make its own at first boot.${owned}`,
    ...(known === undefined ? {} : { rule: known.rule.id }),
    propose: (findings: readonly Finding[]) =>
      known?.proposal ??
      proposeRules(
        proposedRule(
          'private-key',
          findings.map((each) => each.path),
          { do: 'drop' },
          `PRIVATE KEY: ${WHY}`,
        ),
      ),
  };
};
