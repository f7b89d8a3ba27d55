/**
 * Ends what a process started, even when that process is killed and cannot do it itself.
 *
 * A shell waits for its standard input to end, which happens when whoever holds the other end of the pipe dies, however it dies.
 * Then it kills every process it was told of and removes the folder.
 */
const SCRIPT = `
trap "" INT TERM HUP
alive=" "
while read -r sign pid; do
  case $sign in
    +) alive="$alive$pid " ;;
    -) alive="\${alive%% $pid *} \${alive#* $pid }" ;;
  esac
done
[ "$alive" = " " ] || kill -9 $alive 2>/dev/null
rm -rf "$1"
`;

/** Watches over processes and a folder from outside. */
export interface Reaper {
  /** To be ended when this process ends. */
  watch(pid: number): Promise<void>;
  /** Has ended: its number may be somebody else's by now. */
  forget(pid: number): Promise<void>;
  /** Kills and removes now. */
  reap(): Promise<void>;
}

/** @param folder removed with everything in it when this process ends. */
export function startReaper(folder: string): Reaper {
  const shell = new Deno.Command("sh", {
    args: ["-c", SCRIPT, "reaper", folder],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  // A test process may end without disposing of anything; the shell must not keep it alive.
  shell.unref();
  const writer = shell.stdin.getWriter();
  let reaping = false;
  const say = async (line: string) => {
    // Whom the shell kills is reported as ended too, when there is nobody left to tell.
    if (!reaping) await writer.write(new TextEncoder().encode(`${line}\n`));
  };
  return {
    watch: (pid) => say(`+ ${pid}`),
    forget: (pid) => say(`- ${pid}`),
    async reap() {
      if (reaping) return;
      reaping = true;
      shell.ref();
      await writer.close();
      await shell.status;
    },
  };
}
