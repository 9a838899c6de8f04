// Runs the commands of src/attest/README.md verbatim; their output is checked without the tools that made it.
import { createPublicKey, verify } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { rebuildLink } from '../../src/attest/reproduction.ts';
import { digestSet, type Statement } from '../../src/attest/statement.ts';
import { canonicalJson } from '../../src/manifest/canonical-json.ts';
import { missing, testWhere } from '../support/requires.ts';
import { type CommandResult, runCommand } from '../support/run-command.ts';
import { stillrootOnPath } from '../support/stillroot-on-path.ts';
import { Scratch } from '../support/temporary.ts';
import { digest } from './sample-manifest.ts';
import { validateLink, validateProvenance } from './statement-schemas.ts';

const test = suite('attest/signing');
const scratch = new Scratch('signing');
const README = new URL('../../src/attest/README.md', import.meta.url);

test.after(() => scratch.remove());

/** The shell blocks of a section, in order. */
function blocksOf(title: string): string[] {
  const text = readFileSync(README, 'utf8');
  const section = text.split(/^## /m).find((each) => each.startsWith(`${title}\n`));
  assert.ok(section, title);
  return [...(section as string).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

const env = { ...process.env, PATH: `${stillrootOnPath(scratch)}:${process.env.PATH}` };

function sh(script: string): Promise<CommandResult> {
  return runCommand(['bash', '-euo', 'pipefail', '-c', script], { cwd: scratch.path, env });
}

async function succeed(script: string): Promise<void> {
  const { status, stderr } = await sh(script);
  assert.is(status, 0, `${script}\n${stderr}`);
}

interface Envelope {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: ReadonlyArray<{ readonly sig: string }>;
}

testWhere(
  test,
  missing({ tools: ['openssl', 'base64', 'sed'] }),
  'provenance, signed and checked',
  async () => {
    mkdirSync(scratch.in('rootfs/etc'), { recursive: true });
    writeFileSync(scratch.in('rootfs/etc/hostname'), 'host\n');
    const blocks = blocksOf('Sign provenance with openssl, and check it');
    assert.is(blocks.length, 4);
    for (const block of blocks) await succeed(block);

    // As the specification of DSSE has it, by Node: PAE(type, body) is what is signed.
    const { payload, payloadType, signatures } = JSON.parse(
      readFileSync(scratch.in('rootfs.cpio.xz.intoto.jsonl'), 'utf8'),
    ) as Envelope;
    const body = Buffer.from(payload, 'base64');
    const front = `DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `;
    const key = createPublicKey(readFileSync(scratch.in('builder.pub')));
    const signature = Buffer.from(signatures[0]?.sig ?? '', 'base64');
    assert.ok(verify(null, Buffer.concat([Buffer.from(front), body]), key, signature));
    const statement = JSON.parse(body.toString('utf8')) as Statement;
    assert.ok(validateProvenance(statement));
    assert.equal(body, readFileSync(scratch.in('rootfs.cpio.xz.slsa.intoto.json')));

    // The lines that check must be able to fail: on another statement, and on another image.
    const check = blocks.at(-1) as string;
    const line = readFileSync(scratch.in('rootfs.cpio.xz.intoto.jsonl'), 'utf8');
    const other = Buffer.from(body.toString('utf8').replace('"level": 5', '"level": 6')).toString('base64');
    assert.is.not(other, payload);
    writeFileSync(scratch.in('rootfs.cpio.xz.intoto.jsonl'), line.replace(payload, other));
    assert.is.not((await sh(check)).status, 0);
    writeFileSync(scratch.in('rootfs.cpio.xz.intoto.jsonl'), line);
    await succeed(check);
    writeFileSync(scratch.in('rootfs.cpio.xz'), 'another image');
    assert.is.not((await sh(check)).status, 0);
  },
);

testWhere(test, missing({ tools: ['in-toto-sign', 'in-toto-keygen'] }), 'a link, by in-toto', async () => {
  const file = (name: string, digit: string) => ({ name, digest: digestSet(digest(digit)) });
  const link = rebuildLink({
    manifest: file('rootfs.cpio.xz.manifest.json', '1'),
    wanted: file('rootfs.cpio.xz', '2'),
    rebuilt: file('rootfs.cpio.xz', '2'),
    matched: { tree: true, payload: true, file: true },
  });
  writeFileSync(scratch.in('rootfs.cpio.xz.link'), canonicalJson(link));
  for (const block of blocksOf('Sign the link of a rebuild')) await succeed(block);
  const signed = JSON.parse(readFileSync(scratch.in('signed.link'), 'utf8')) as typeof link;
  assert.ok(validateLink(signed), JSON.stringify(validateLink.errors));
  assert.equal(signed.signed, link.signed);
  assert.is(signed.signatures.length, 1);
  const changed = readFileSync(scratch.in('signed.link'), 'utf8').replaceAll('2222', '3333');
  writeFileSync(scratch.in('signed.link'), changed);
  const check = 'in-toto-sign --verify -f signed.link -t ed25519 -k rebuilder.pub';
  assert.is.not((await sh(check)).status, 0);
});

test.run();
