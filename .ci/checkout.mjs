/**
 * What `npm run` starts first in a checkout, on whatever Node there is: it says so where the set-up is missing. With a file it
 * then runs that, with paths taken from where the user stands: npm has changed to the checkout.
 *
 *     node .ci/checkout.mjs [FILE [ARGUMENTS...]]
 *
 * Plain JavaScript, as an old Node must get as far as the message.
 */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const CHECKOUT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Why nothing can run here; undefined where everything can. */
function whyNot() {
  const modules = join(CHECKOUT, 'node_modules');
  if (!existsSync(modules)) return 'Its dependencies are not installed.';
  // While npm installs, it is npm's own Node that matters, not the installed one.
  const [, installer = process.versions.node] =
    /node\/v(\S+)/.exec(process.env.npm_config_user_agent ?? '') ?? [];
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isSupported = (major === 22 && minor >= 20) || (major === 24 && minor >= 12) || major >= 25;
  const native = join(modules, '@napi-rs');
  // What npm leaves out with an old Node, in spite of which it reports success.
  const isWhole = existsSync(native) && readdirSync(native).some((name) => /^lzma-/.test(name));
  if (isSupported && isWhole) return undefined;
  return `Its dependencies are only installed in part: npm leaves some out with a Node.js that is too old (you have ${installer}).`;
}

const reason = whyNot();
if (reason !== undefined) {
  console.error(
    `\nThis checkout of stillroot is not set up. ${reason}\nRun "npm run setup", which works with Node.js 18 or newer: it installs them, and Node.js 24 for them.\n`,
  );
  process.exit(2);
}
const [, , file, ...args] = process.argv;
if (file !== undefined) {
  const path = join(CHECKOUT, file);
  process.argv = [process.execPath, path, ...args];
  if (process.env.INIT_CWD !== undefined) process.chdir(process.env.INIT_CWD);
  await import(pathToFileURL(path).href);
}
