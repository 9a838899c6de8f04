import { X509Certificate } from 'node:crypto';
import type { Format } from './format.ts';
import { hasAt } from './format.ts';

/** How many bytes are searched for a certificate; if there are several, the first is read. */
const CERTIFICATE_BYTES_MAX = 64 * 1024;
const PEM = '-----BEGIN CERTIFICATE-----';

/** Certificates, pictures and documents. */
export const DOCUMENTS: readonly Format[] = [
  {
    name: 'a certificate (PEM)',
    suits: (bytes) => {
      const head = bytes.subarray(0, CERTIFICATE_BYTES_MAX);
      return head.includes(PEM, 0, 'latin1') && firstCertificate(head) !== undefined;
    },
    facts: (bytes) => {
      const count = bytes.toString('latin1').split(PEM).length - 1;
      return [
        ...(count === 1 ? [] : [`${count} certificates`]),
        ...certificateFacts(firstCertificate(bytes)),
      ];
    },
  },
  {
    name: 'a certificate (DER)',
    suits: (bytes) => hasAt(bytes, 0, '\x30\x82') && readCertificate(bytes) !== undefined,
    facts: (bytes) => certificateFacts(readCertificate(bytes)),
  },
  {
    // PNG specification, 11.3.6.1: tIME
    name: 'a PNG image',
    magic: [[0, '\x89PNG\r\n\x1a\n']],
    fields: [
      [16, 'u32BE', 'width'],
      [20, 'u32BE', 'height'],
    ],
    facts: pngFacts,
    placeOf: (bytes, at) => {
      const chunk = pngChunks(bytes).findLast((each) => each.at <= at);
      return chunk === undefined ? undefined : `chunk ${chunk.type}`;
    },
  },
  {
    name: 'a PDF document',
    magic: [[0, '%PDF-']],
    facts: (bytes) => {
      const text = bytes.toString('latin1');
      return ['CreationDate', 'ModDate', 'ID'].flatMap((name) => {
        const value = new RegExp(
          `/${name}\\s{0,4}(\\((?:[^()\\\\]){1,60}\\)|\\[[<>0-9a-fA-F\\s]{1,200}\\])`,
        ).exec(text)?.[1];
        return value === undefined ? [] : [`${name} ${value.replace(/\s+/g, ' ')}`];
      });
    },
  },
  {
    name: 'a GIF image',
    magic: [
      [0, 'GIF87a'],
      [0, 'GIF89a'],
    ],
  },
  { name: 'a JPEG image', magic: [[0, '\xff\xd8\xff']] },
];

function firstCertificate(bytes: Buffer): X509Certificate | undefined {
  return readCertificate(bytes.subarray(bytes.indexOf(PEM, 0, 'latin1')));
}

/** @returns undefined for anything that is not a certificate */
function readCertificate(bytes: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes.subarray(0, CERTIFICATE_BYTES_MAX));
  } catch {
    // OpenSSL has many errors for this; here it just means some other file.
    return undefined;
  }
}

function certificateFacts(certificate: X509Certificate | undefined): string[] {
  if (certificate === undefined) return [];
  const { serialNumber, validFrom, validTo, subject } = certificate;
  return [
    `of ${(subject ?? 'nobody').replaceAll('\n', ', ').slice(0, 120)}`,
    `serial number ${serialNumber}`,
    `valid from ${validFrom}`,
    `valid to ${validTo}`,
  ];
}

interface Chunk {
  readonly at: number;
  readonly type: string;
  readonly length: number;
}

const CHUNKS_MAX = 1000;

function pngChunks(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; chunks.length < CHUNKS_MAX && at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(type)) break;
    chunks.push({ at, type, length });
    at += 12 + length;
  }
  return chunks;
}

function pngFacts(bytes: Buffer): string[] {
  return pngChunks(bytes).flatMap(({ at, type, length }) => {
    const end = Math.min(at + 8 + length, bytes.length);
    if (type === 'tIME' && length === 7 && end === at + 15) {
      const pair = (offset: number): string => String(bytes.readUInt8(at + offset)).padStart(2, '0');
      const date = `${bytes.readUInt16BE(at + 8)}-${pair(10)}-${pair(11)}`;
      return [`modified ${date} ${pair(12)}:${pair(13)}:${pair(14)}`];
    }
    if (type !== 'tEXt') return [];
    const [key = '', value = ''] = bytes.toString('latin1', at + 8, Math.min(end, at + 128)).split('\0');
    return /date|time|software/i.test(key) ? [`${key} ${value}`] : [];
  });
}
