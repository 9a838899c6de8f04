#!/usr/bin/env node
// Old Node versions must reach this message, so nothing is imported before the check.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const supported = (major === 22 && minor >= 20) || (major === 24 && minor >= 12) || major >= 25;
if (supported) {
  // Also if the program ends before setting it: Node's own status for that is 1, which has another meaning here.
  process.exitCode = 2;
  const { doWithoutMaglev } = await import('../system/compilers.ts');
  // Before the compiled code is looked up, which is kept apart by such settings.
  doWithoutMaglev();
  const argv = process.argv.slice(2);
  const { answerVersion } = await import('./version.ts');
  const { processTerminal } = await import('./terminal.ts');
  const status = await answerVersion(argv, false, processTerminal());
  if (status === undefined) {
    const { IS_SOURCE } = await import('../system/entry-points.ts');
    const { keepCompiledCode } = await import('../cache/code-cache.ts');
    // Sources are hundreds of files, and change.
    if (!IS_SOURCE) keepCompiledCode(process.env);
    process.exitCode = await (await import('./start.ts')).start(argv);
  } else process.exitCode = status;
} else {
  console.error(
    `stillroot needs Node.js 22.20+ or 24.12+ (you have ${process.versions.node}). ` +
      'Install one of them, or use the executable stillroot-VERSION-linux-ARCH, which contains its own.',
  );
  process.exitCode = 2;
}

export {};
