import { checkPrimeSync } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { dhParameters } from '../../src/rewrite/dh-parameters.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('dh-parameters');

/** What `openssl dhparam 1024` of freeradius' postinst wrote in two bootstraps. */
const PARAMETERS = [
  [
    'MIGHAoGBANa+uo0nOia504zKZZkyQKoXhr2PbDOetOF0Qc+g+WBi/2aDwkb+9QnH',
    'OP1eR/p9HdUvY1tj4vAK0x9iYoufy3HGu8V/mcJcrWEwJd4DkyAzxwbQZJslPJeC',
    'SNTQjGofzMuHX7V1jUd2Hiyj7Vw/BJs4tgJQ8AcPU01+XuYaOyy3AgEC',
  ],
  [
    'MIGHAoGBANft43fx5dI8Fb/J5e7R8sWTn3Mc9fpX5L1dW55GZxqS//J6oDl+LfLx',
    '38D0XPZ3LFRLHMnP5J1tsZr5DMwPxKzM42YaXqaJzsdXF+DxNz9L/uiDP9O9vjm1',
    '/dct59jk1hGpnvbuGIh5GOUx738SRhltilaVUR+aWkYd+csxrmiHAgEC',
  ],
].map(pem);

function pem(lines: readonly string[]): string {
  return ['-----BEGIN DH PARAMETERS-----', ...lines, '-----END DH PARAMETERS-----', ''].join('\n');
}

/** The prime of parameters in PKCS #3: SEQUENCE { prime INTEGER, base INTEGER }. */
function primeOf(text: string): bigint {
  const der = Buffer.from(text.replace(/-----.*\n/g, ''), 'base64');
  assert.equal([...der.subarray(0, 2)], [0x30, 0x82]);
  assert.equal([...der.subarray(4, 6)], [0x02, 0x82]);
  const size = der.readUInt16BE(6);
  assert.equal([...der.subarray(8 + size)], [0x02, 0x01, 0x02]);
  return BigInt(`0x${der.toString('hex', 8, 8 + size)}`);
}

test('dh-parameters: two random ones become those of RFC 7919', () => {
  const [first = '', second = ''] = PARAMETERS;
  assert.is.not(first, second);
  const result = textAfter(dhParameters, first);
  assert.is(textAfter(dhParameters, second), result);
  // RFC 7919, A.1: 2^2048 - 2^1984 + ([2^1918 * e] + 560316) * 2^64 - 1; a safe prime.
  const prime = primeOf(result);
  assert.is(prime.toString(2).length, 2048);
  const hex = prime.toString(16);
  assert.match(hex, /^f{16}adf85458a2bb4a9aafdc5620273d3cf1.*886b423861285c97f{16}$/);
  assert.ok(checkPrimeSync(prime) && checkPrimeSync((prime - 1n) / 2n));
});

/** What `certtool --generate-dh-params` of GnuTLS 3.7 prints, as in Courier's file. */
const WITH_NUMBERS = [
  '',
  'Recommended key length: 160 bits',
  '',
  'generator:',
  '\t85:f5:88:15:60:f7:b7:cc:d6:73:a7:bf:92:f9:a5:e4',
  '\t8e:65:97:c9:bf:ab:86:50:33:b3:fd:7d:c2:1c:8f:71',
  '\t36:7c:c6:50:06:60:9b:fd:46:78:2e:45:6f:26:76:c4',
  '\tf3:fa:42:e0:a7:2b:26:51:7c:10:f0:0b:02:79:a0:5c',
  '\tc5:b2:20:9c:cf:5a:bb:b1:c4:c7:3e:01:77:d9:0b:12',
  '\tbe:9c:51:71:3e:96:71:d7:11:7c:dd:c0:c6:60:a8:f9',
  '\t',
  '',
  'prime:',
  '\tbd:17:2a:19:cf:cb:23:a8:ba:a7:a4:60:ba:fd:46:7f',
  '\tb5:77:df:f9:4d:e7:90:7d:35:ca:42:cc:87:09:5b:c3',
  '\tab:c8:2d:ef:01:db:dd:f9:6a:3c:1b:04:67:31:b7:d5',
  '\t46:63:0c:11:aa:f2:c0:f6:32:c1:36:ec:f6:73:88:00',
  '\t0b:c2:70:78:52:f8:05:a6:ad:86:bb:17:00:18:92:bd',
  '\t35:c5:07:db:b3:87:56:0a:39:9b:13:fd:ae:7d:ee:a9',
  '\t',
  '',
  '',
  '-----BEGIN DH PARAMETERS-----',
  'MIHKAmEAvRcqGc/LI6i6p6Rguv1Gf7V33/lN55B9NcpCzIcJW8OryC3vAdvd+Wo8',
  'GwRnMbfVRmMMEarywPYywTbs9nOIAAvCcHhS+AWmrYa7FwAYkr01xQfbs4dWCjmb',
  'E/2ufe6pAmEAhfWIFWD3t8zWc6e/kvml5I5ll8m/q4ZQM7P9fcIcj3E2fMZQBmCb',
  '/UZ4LkVvJnbE8/pC4KcrJlF8EPALAnmgXMWyIJzPWruxxMc+AXfZCxK+nFFxPpZx',
  '1xF83cDGYKj5AgIAoA==',
  '-----END DH PARAMETERS-----',
  '',
].join('\n');

/** By `certtool --sec-param high`, as Mandos does: a prime of 3,072 bits, and a base of the same size. */
const LARGE = pem([
  'MIIDDQKCAYEA7CiGjgTEtuI8jtg7JW9hiINeZf36k85eawNN6Df85PohKFH2Xsuw',
  'as0za8aljOh7kpz4CB81l9PHtuVV2BtPBWAb6AJSLRs2d9px3lNiPi0Lp3nGc3vt',
  'ox0V1iHBK3PR2yowN5SpGRZWU9LLIH/eBiOy0TDRnqtqaBH6QK0TzxX7+AZ2TxN6',
  'GcuC+rpWWO0zF0NCFujGrp+AcFoXahmD1px9rbbFt1t/siXJttXn8WieRE8QIRMX',
  'VQWdqZJtjnjvlmsdBd6Czrzpc4L4nJ7F2n1hAr8MNxEdsSnrr5dWLuVuEBALHoy9',
  'HmpTpVStP9HEQd7BIiMAZbpQUx9g2AYjbUJgCqjQKuy+hUhxPRuiF1PyTWej6xAD',
  'hLd6ZpId06ZnkhwjMFjNQujJV0VNmYLegi/00ChIlvp2oaKdTFUoFjY6OSKIIB9G',
  'Aqb/42/PG36l338IZVc7pA+7pL85Pnyny6qZ98yJUmmWjLdOovUZR5M6+YCY98AF',
  'VAGCASq0nX7BAoIBgHA99fvYtUanxBVoU6o9JBYjE2/15uHNwMALIvTtz2j6AWLH',
  'M9p3Je3OUAfNq3JIj9/Pvz80K6JqYfUsnsu3quJ1hM5oEFJKxb1JUpA3DENHjzxv',
  'dRe/po9bdtenvneEzo9cjFC3kjoE1+/nfYV+QZ8gbboqMaM5zNTVneXSG+Iz/fY8',
  'qrixlT6rmGmoXnMdveF34bvb9Xs4ygG6wEsjQpw790N13WqabaNmp6lHe/W0Ajzb',
  'LbPf7yAh44X7FyirQ3LV1gZ4nLwNy9N/UHDxkRXBne25FTesDk94dNUvOo0jlNU7',
  'G6LFRi29LeKqn/2Wtivn8Pqk0PxVIoHN2uJNNLpmbDTxwmXoh6FoUB73CYaTSqQK',
  'GhIhZOU9klWgg6icrQ+2EEgQzPIhTJBVY2EUHODb1axs26h9yFmuGkf5xRd+0C27',
  'yoPw0BsZkXDxgjVrIYe2RgLUfuIttF8OSuxhW0zlErbFeWoK+/wWU0BsnKPKYFQv',
  '+rhiIHV+LbRgOIdtDwICAQA=',
]);

test('dh-parameters: the numbers that certtool prints go as well', () => {
  const result = textAfter(dhParameters, WITH_NUMBERS);
  assert.is(result, textAfter(dhParameters, PARAMETERS[0] as string));
  assert.is(apply(dhParameters, result).outcome, 'unchanged');
});

test('dh-parameters: 3,072 bits stay 3,072 bits', () => {
  const result = textAfter(dhParameters, LARGE);
  const prime = primeOf(result);
  assert.is(prime.toString(2).length, 3072);
  // RFC 7919, A.2: 2^3072 - 2^3008 + ([2^2942 * e] + 2625351) * 2^64 - 1; a safe prime.
  assert.match(prime.toString(16), /^f{16}adf85458a2bb4a9aafdc5620273d3cf1.*25e41d2b66c62e37f{16}$/);
  assert.ok(checkPrimeSync(prime) && checkPrimeSync((prime - 1n) / 2n));
  assert.is(apply(dhParameters, result).outcome, 'unchanged');
});

test('dh-parameters: larger ones, keys beside them and other files stay', () => {
  const [first = ''] = PARAMETERS;
  // A prime of 3,080 bits.
  const large = pem(
    Buffer.from(`30820187028201810${'1'.repeat(769)}020102`, 'hex')
      .toString('base64')
      .match(/.{1,64}/g) as string[],
  );
  for (const text of [
    large,
    `${first}${first}`,
    first.replaceAll('DH PARAMETERS', 'CERTIFICATE'),
    `# ours\n${first}`,
    '',
  ]) {
    assert.is(apply(dhParameters, text).outcome, 'unchanged', text);
  }
});

test('dh-parameters: damage', () => {
  survivesDamage(dhParameters, Buffer.from(PARAMETERS[0] as string), { sameSize: false, step: 3 });
});

test.run();
