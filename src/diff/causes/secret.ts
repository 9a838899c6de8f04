import { SECRET_NAMES, type SecretKind, secretKind } from '../../secrets/secret-kind.ts';
import { nameOf, parentOf } from '../../tree/path.ts';
import type { Knowledge, Recognition, Recognizer } from '../cause.ts';
import type { Evidence } from '../evidence.ts';
import { type Finding, keyOf } from '../finding.ts';
import { differInSecret } from '../hide-secrets.ts';
import { proposedRule, proposeRules } from '../proposal.ts';

/** Names of files that hold only secrets, for trees whose rules do not know them. */
const NAMES =
  /(?:^|\/)(?:ssh_host_[^/]*_key|dropbear_[^/]*_host_key|id_(?:rsa|dsa|ecdsa|ed25519)|[^/]*random-seed|credential\.secret|secring\.gpg)$|\/private-keys-v1\.d\//;

/** Kinds that occur within a text of settings. */
const WRITTEN: ReadonlySet<SecretKind> = new Set(['password', 'password-hash', 'token']);

const KEY_TITLE = 'a private key or random seed is in the image';
const WHY = 'Everyone who has the image knows a private key in it; keys must be generated at first boot.';

/** Whether files of this name usually hold a secret. */
export function hasSecretName(path: string): boolean {
  return NAMES.test(path);
}

/** The kind of secret, for contents that are a key as a whole. */
export function keyKind(bytes: Buffer | undefined, path: string): SecretKind | undefined {
  const kind = bytes === undefined ? undefined : secretKind(bytes, path);
  return kind === undefined || WRITTEN.has(kind) ? undefined : kind;
}

/** Keys, seeds and passwords that the rules keep. Their content is never shown. */
export const secret: Recognizer = (evidence, knowledge) => {
  const { finding, path } = evidence;
  if (finding.field !== 'content' && finding.field !== 'presence') return undefined;
  const contents = [evidence.bytes('a'), evidence.bytes('b')];
  const kind = contents.map((bytes) => keyKind(bytes, path)).find((each) => each !== undefined);
  const written = contents
    .map((bytes) => (bytes === undefined ? undefined : secretKind(bytes, path)))
    .find((each) => each !== undefined);
  if (knowledge.secrets.has(path) || hasSecretName(path) || kind !== undefined) {
    // What no policy drops has to stay: its program reads more from it than the secret.
    const isNeeded = knowledge.undecided.has(path) && !knowledge.unapplied.has(keyOf(finding));
    const isKey = !isNeeded && !contents.some((bytes) => bytes !== undefined && hasSettings(bytes));
    return isKey ? keyFile(evidence, knowledge, kind) : setting(evidence, written);
  }
  if (written === undefined) return undefined;
  // If the password is the same in both, another recognizer finds out what differs.
  const isDifferent = evidence.texts === undefined || differInSecret(...evidence.texts);
  return isDifferent ? setting(evidence, written) : undefined;
};

/** A file that is a key and nothing else. */
function keyFile(
  { finding, owners }: Evidence,
  { unapplied, differing }: Knowledge,
  kind: SecretKind | undefined,
): Recognition {
  const known = unapplied.get(keyOf(finding));
  const how =
    known === undefined
      ? 'The proposed rule drops the private key'
      : known.policy === undefined
        ? `Rule ${known.rule.id} drops the private key, but is not applied`
        : `--policy ${known.policy.name}=${known.policy.value} drops the private key`;
  const owned = owners.length === 0 ? '' : ` The package ${owners.join(', ')} owns the file.`;
  return {
    cause: 'secret',
    key: known?.rule.id ?? kind ?? '',
    title: titleOf(kind),
    remedy: known?.policy === undefined ? 'rule' : 'option',
    advice: `${how}: everyone who has the image has the key. Let the system generate its own at first boot; until then, a service that needs it does not start.${owned}`,
    ...(known === undefined ? {} : { rule: known.rule.id }),
    propose: (findings: readonly Finding[]) =>
      known?.proposal ??
      proposeRules(
        proposedRule(
          'private-key',
          withPublicHalves(findings, differing),
          { do: 'drop' },
          `PRIVATE KEY: ${WHY}`,
        ),
      ),
  };
}

/** A secret in a file that also holds settings its program needs to run. */
function setting({ owners }: Evidence, kind: SecretKind | undefined): Recognition {
  const owned = owners.length === 0 ? '' : ` The package ${owners.join(', ')} owns the file.`;
  return {
    cause: 'secret',
    key: `setting ${kind ?? ''} ${owners.join(',')}`,
    title: `${kind === undefined ? 'a secret' : SECRET_NAMES[kind]} is written into settings`,
    remedy: 'look',
    advice: `Everyone who has the image has it, and every build creates a different one. Preseed it as empty or disabled, or let the first boot write it; the file itself is needed.${owned}`,
  };
}

function titleOf(kind: SecretKind | undefined): string {
  return kind === undefined || kind === 'private-key' ? KEY_TITLE : `${SECRET_NAMES[kind]} is in the image`;
}

/** A certificate or public key of the same name is useless without its key, and differs with it. */
function withPublicHalves(findings: readonly Finding[], differing: ReadonlySet<string>): string[] {
  const paths = findings.map(({ path }) => path);
  const stems = new Set(paths.map(stemOf));
  const halves = [...differing].filter(
    (path) => /\.(?:pem|crt|cer|cert|csr|pub)$/.test(path) && stems.has(stemOf(path)),
  );
  return [...new Set([...paths, ...halves])].sort();
}

function stemOf(path: string): string {
  return `${parentOf(path)}/${nameOf(path).replace(/\.(?:key|pem|crt|cer|cert|csr|pub)$/, '')}`;
}

/** Whether a text has lines other than keys, certificates and comments, such as the interfaces of WireGuard. */
function hasSettings(bytes: Buffer): boolean {
  const text = bytes.toString('latin1');
  if (
    text.includes('\0') ||
    !/PRIVATE KEY|PrivateKey|PresharedKey|private_key|preshared_key|secret/i.test(text)
  )
    return false;
  const rest = text
    .replace(/-----BEGIN [^-]{1,60}-----[\s\S]*?(?:-----END [^-]{1,60}-----|$)/g, '')
    .replace(/^[ \t]*(?:[#;!]|\/\/).*$/gm, '');
  return (
    /^[ \t]*(?:[\w-]{1,60}[ \t]*[=:]|\[|<|option |config )/m.test(rest) && !/^PuTTY-User-Key-File/.test(text)
  );
}
