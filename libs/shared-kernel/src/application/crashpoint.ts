/**
 * Where a process may be told to die. Names are `<area>.<moment>`; reliability tests hit each of them, so a mechanism that gains a moment
 * at which a crash could hurt gains a name here.
 */
export const CRASH_POINTS = [
  'cmd.begin',
  'cmd.after-state',
  'cmd.after-log',
  'cmd.after-commit',
  'idem.after-claim',
  'idem.after-result',
  'ddb.before-put',
  'ddb.after-put',
  'relay.after-copy',
  'relay.after-mark',
  'feed.after-sequence',
  'feed.after-read',
  'feed.before-ckpt',
  'proj.mid-batch',
  'proj.before-ckpt',
  'rebuild.before-swap',
  'rebuild.mid-feed',
  'rebuild.before-commit',
  'publish.after-claim',
  'publish.after-put',
  'publish.partial',
  'publish.mid-mark',
  'in.after-receive',
  'in.after-inbox',
  'in.after-effect',
  'in.after-commit',
  'in.mid-batch',
  'saga.after-claim',
  'saga.after-cmd',
  'saga.after-commit',
  'saga.mid-compensate',
  'dlq.after-copy',
  'dlq.mid-redrive',
] as const;

let armed: { readonly point: string; passesLeft: number } | undefined;

/** `at` is `<point>:<n>`: the process dies at the n-th pass. Undefined disarms. The configuration refuses it in production. */
export function armCrashpoint(at: string | undefined): void {
  const [point = '', passes = '1'] = at?.split(':') ?? [];
  armed = at === undefined ? undefined : { point, passesLeft: Number(passes) };
}

/** Ends the process by SIGKILL if it is armed for this pass of this point; else does nothing. Nothing after it runs, no handler, no flush. */
export function crashpoint(point: string): void {
  if (armed === undefined || armed.point !== point || --armed.passesLeft > 0) return;
  process.kill(process.pid, 'SIGKILL');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
