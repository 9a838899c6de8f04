/**
 * How many images an hour a rebuilder farm on this machine rebuilds, with one worker and with two, and where the time goes.
 *
 *     node bench/farm.ts [--images N]
 *
 * The farm is that of test/system/farm.system.ts: rebuilderd and its workers of Debian unstable, without privileges, with
 * packages and images on loopback. Needs root and what that test needs. Prints Markdown.
 */
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { formatBytes } from '../src/text/format.ts';
import {
  buildPackage,
  DebianRepository,
  debsIn,
  fetchMinimalDebian,
} from '../test/support/debian-repository.ts';
import { memoryScratch } from '../test/support/mounts.ts';
import { RebuilderFarm, serveFiles } from '../test/support/rebuilder-farm.ts';
import { runCli } from '../test/support/run-cli.ts';
import { succeed } from '../test/support/run-command.ts';
import { until } from '../test/support/until.ts';
import { machineLines } from './machine.ts';

const { values } = parseArgs({ options: { images: { type: 'string', default: '4' } } });
const IMAGES = Number(values.images);
const KEYRING = '/usr/share/keyrings/archive-of-the-test.gpg';
const WORKERS = [1, 2] as const;
/** How many workers the last table is about. */
const MANY = 100;
/** Seconds between two signs of life of a worker, and between two questions of an idle one, by default. */
const PING = 60;
const IDLE = 180;

const scratch = memoryScratch('rebuilders');
const published = scratch.in('published');
mkdirSync(published);
const farm = await RebuilderFarm.create(scratch);
const debs = debsIn(await fetchMinimalDebian(scratch)).filter((deb) => !deb.includes('/usr-is-merged_'));
const repository = await DebianRepository.create(scratch, 'archive');
await repository.publish([...debs, await buildPackage(scratch.path, 'usrmerge', '37')]);
farm.write(KEYRING, readFileSync(repository.keyring));
const { server, base } = await serveFiles({ archive: repository.path, images: published });
try {
  const request = `mmdebstrap:bookworm variant=apt keyring=${KEYRING} mirror=${base}/archive`;
  await farm.publish(published, 'first.cpio.zst', request);
  const size = statSync(`${published}/first.cpio.zst`).size;
  const script = (await runCli(['hook', 'rebuilderd'])).text;
  const drawn = (): string => randomBytes(16).toString('hex');
  farm.configure(script, `${base}/archive`, { cookie: drawn(), secret: drawn() });
  farm.startServer();
  await until(() => /Listening on/.test(readFileSync(farm.log('server'), 'utf8')), 'the server listens');
  const rates: string[] = [];
  const all: number[] = [];
  for (const workers of WORKERS) {
    const seconds = await timeFor(workers);
    all.push(...jobSeconds(workers));
    rates.push(
      `| ${workers} | ${((IMAGES * 3600) / seconds).toFixed(0)} | ${(seconds / IMAGES).toFixed(1)} |`,
    );
  }
  const parts = await partsOf(request);
  const job = median(jobSeconds(1));
  const answers = serverSeconds();
  console.log(
    [
      `${machineLines().join('; ')}; ${IMAGES} images of ${formatBytes(size)}, each bootstrapped from 81 packages.`,
      ...['', '| workers | images an hour | seconds an image |', '| --- | --- | --- |', ...rates],
      ...['', '| part of a rebuild | seconds |', '| --- | --- |'],
      ...parts.map(([name, seconds]) => `| ${name} | ${seconds.toFixed(1)} |`),
      `| all of a job, with download and comparison by the worker | ${job.toFixed(1)} |`,
      ...['', ...manyWorkers(job, size, answers)],
    ].join('\n'),
  );
} finally {
  await farm.stop();
  server.close();
  server.closeAllConnections();
  scratch.remove();
}

/** Queues the same image under new names for so many new workers. @returns seconds until the last result */
async function timeFor(workers: number): Promise<number> {
  const directory = published;
  const manifest = readFileSync(`${directory}/first.cpio.zst.manifest.json`, 'utf8');
  const names = Array.from({ length: IMAGES }, (_, i) => `image-${workers}-${i}.cpio.zst`);
  for (const name of names) {
    copyFileSync(`${directory}/first.cpio.zst`, `${directory}/${name}`);
    writeFileSync(`${directory}/${name}.manifest.json`, manifest.replace('"first.cpio.zst"', `"${name}"`));
  }
  const { status, stderr } = await runCli(['index', directory, '--base-url', `${base}/images`, '--force']);
  if (status !== 0) throw new Error(stderr);
  const list = JSON.parse(readFileSync(`${directory}/rebuilderd.amd64.json`, 'utf8'));
  list.packages = list.packages.filter(({ name }: { name: string }) => names.includes(name));
  await farm.rebuildctl(['pkgs', 'sync-stdin'], JSON.stringify(list));
  const started = performance.now();
  const running = Array.from({ length: workers }, (_, i) => farm.startWorker(workerName(workers, i)));
  for (;;) {
    const found = (await farm.packages()).filter(({ name }) => names.includes(name));
    const bad = found.find((each) => each.status === 'BAD');
    if (bad !== undefined)
      throw new Error(`${bad.name} was not rebuilt: ${farm.log(workerName(workers, 0))}`);
    if (found.every((each) => each.status === 'GOOD')) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const seconds = (performance.now() - started) / 1000;
  for (const worker of running) {
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.kill('SIGKILL');
    await ended;
  }
  return seconds;
}

function workerName(workers: number, index: number): string {
  return `worker-${workers}-${index}`;
}

/** Seconds of each job, by the log of the worker, which has whole seconds. */
function jobSeconds(workers: number): number[] {
  return Array.from({ length: workers }, (_, i) =>
    readFileSync(farm.log(workerName(workers, i)), 'utf8'),
  ).flatMap((log) => {
    const times = (what: string): number[] =>
      [...log.matchAll(new RegExp(`^\\[(\\S+) INFO .*${what}`, 'gm'))].map(
        ([, time = '']) => Date.parse(time) / 1000,
      );
    const ends = times('Sending build report');
    return times('Starting rebuild').flatMap((start, j) => (ends[j] === undefined ? [] : [ends[j] - start]));
  });
}

/** The steps of a rebuild by themselves, in the root of the farm. */
async function partsOf(request: string): Promise<ReadonlyArray<readonly [string, number]>> {
  const namespace = ['unshare', '--user', '--map-root-user', '--map-auto', '--mount', '--'];
  const timed = async (command: string): Promise<number> => {
    const started = performance.now();
    await succeed(farm.inside([...namespace, 'sh', '-c', command]), { timeout: 300_000 });
    return (performance.now() - started) / 1000;
  };
  const work = '/var/lib/worker';
  const keys = request
    .split(' ')
    .slice(1)
    .map((each) => each.split('='));
  const [, keyring] = keys.find(([key]) => key === 'keyring') ?? [];
  const builder = `TMPDIR=${work} mmdebstrap --variant=apt --keyring=${keyring} bookworm ${work}/tree.tar ${base}/archive`;
  const pack = `stillroot pack ${work}/tree.tar -o ${work}/part.cpio.zst --no-cache --level 1 --source-date-epoch 1700000000`;
  return [
    ['bootstrap (mmdebstrap)', await timed(builder)],
    ['pack', await timed(pack)],
    ['compare two images', await timed(`cmp ${work}/part.cpio.zst ${work}/part.cpio.zst`)],
  ];
}

/** Median seconds that the server took for a question for work, by its log. */
function serverSeconds(): number {
  const log = readFileSync(farm.log('server'), 'utf8');
  return median([...log.matchAll(/queue\/pop .* ([0-9.]+)$/gm)].map(([, seconds]) => Number(seconds)));
}

/** What so many workers, each on a machine like this one, would ask of the server: computed, not measured. */
function manyWorkers(job: number, size: number, answer: number): string[] {
  const jobs = MANY / job;
  const questions = jobs + MANY / PING;
  return [
    `Computed for ${MANY} workers that each have such a machine and one job of ${job.toFixed(1)} s after the other:`,
    '',
    `* ${(jobs * 3600).toFixed(0)} images an hour, as long as there are so many.`,
    `* Images are downloaded at ${formatBytes(jobs * size)} a second; every rebuild downloads the published image to compare it.`,
    `* The server answers ${questions.toFixed(1)} requests a second, ${(answer * 1000).toFixed(1)} ms each (measured, median): ${(100 * questions * answer).toFixed(1)} % of one processor. Idle workers ask every ${IDLE} s.`,
    `* A job of a worker that died is given away after ${PING * 9} s.`,
  ];
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
