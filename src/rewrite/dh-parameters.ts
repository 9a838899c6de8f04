/** Diffie-Hellman parameters that maintainer scripts generate. */
import { ifTextChanged, type Rewrite, UNCHANGED } from './rewrite.ts';

/** What certtool(1) of GnuTLS prints in front of parameters: the same numbers in hexadecimal digits. */
const NUMBERS = /^(?:(?:Recommended key length: \d+ bits|generator:|prime:|\t(?:[0-9a-f]{2}:?)*|)\n){1,200}/;
/** A file of nothing but Diffie-Hellman parameters, in PEM. */
const PARAMETERS =
  /^-----BEGIN DH PARAMETERS-----\n([A-Za-z0-9+/=\n]{1,2000})-----END DH PARAMETERS-----\n*$/;

interface Group {
  /** Bytes of the prime. */
  readonly size: number;
  /** RFC 7919, appendix A, as `openssl genpkey -genparam` writes it (PKCS #3). */
  readonly text: string;
}

const GROUPS: readonly Group[] = [
  {
    size: 256,
    text: [
      'MIIBCAKCAQEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz',
      '+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a',
      '87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7',
      'YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi',
      '7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD',
      'ssbzSibBsu/6iGtCOGEoXJf//////////wIBAg==',
    ].join('\n'),
  },
  {
    size: 384,
    text: [
      'MIIBiAKCAYEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz',
      '+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a',
      '87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7',
      'YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi',
      '7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD',
      'ssbzSibBsu/6iGtCOGEfz9zeNVs7ZRkDW7w09N75nAI4YbRvydbmyQd62R0mkff3',
      '7lmMsPrBhtkcrv4TCYUTknC0EwyTvEN5RPT9RFLi103TZPLiHnH1S/9croKrnJ32',
      'nuhtK8UiNjoNq8Uhl5sN6todv5pC1cRITgq80Gv6U93vPBsg7j/VnXwl5B0rZsYu',
      'N///////////AgEC',
    ].join('\n'),
  },
];

/**
 * Parameters that a maintainer script has generated. They are public, and any of a good group will do: those of a standard
 * are at least as good as random ones of the same size.
 */
export const dhParameters: Rewrite = {
  what: 'Random Diffie-Hellman parameters of up to 3,072 bits become the group of RFC 7919 that is no smaller, of 2,048 or 3,072 bits.',
  maximumSize: 64 * 1024,
  apply(bytes) {
    const body = PARAMETERS.exec(bytes.toString('latin1').replace(NUMBERS, ''))?.[1];
    const size = body === undefined ? undefined : sizeOfPrime(Buffer.from(body, 'base64'));
    const group = size === undefined ? undefined : GROUPS.find((one) => one.size >= size);
    if (group === undefined) return UNCHANGED;
    return ifTextChanged(
      bytes,
      `-----BEGIN DH PARAMETERS-----\n${group.text}\n-----END DH PARAMETERS-----\n`,
    );
  },
};

const SEQUENCE = 0x30;
const INTEGER = 0x02;
/** A length that DER does not allow. */
const INDEFINITE = 0x80;

/** Bytes of the prime, the first number in the sequence of PKCS #3; undefined for anything else. */
function sizeOfPrime(der: Buffer): number | undefined {
  const all = contentOf(der, SEQUENCE);
  const prime = all && contentOf(all, INTEGER);
  // A sign precedes a number whose first bit is set.
  return prime && (prime[0] === 0 ? prime.length - 1 : prime.length);
}

/** The content of the value at the beginning of DER bytes, if it has this tag and is whole. */
function contentOf(der: Buffer, tag: number): Buffer | undefined {
  const short = der[1];
  if (der[0] !== tag || short === undefined || short === INDEFINITE) return undefined;
  const digits = short < 0x80 ? 0 : short - 0x80;
  if (digits > 2 || der.length < 2 + digits) return undefined;
  const start = 2 + digits;
  const size = digits === 0 ? short : der.readUIntBE(2, digits);
  return start + size <= der.length ? der.subarray(start, start + size) : undefined;
}
