import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A local stand-in for Kinesis Data Streams. */
export interface KinesisPeer {
  /**
   * `http:`. Give the client a `NodeHttpHandler`, which speaks HTTP/1.1: over plain HTTP/2, the client's default, every
   * other connection fails with a protocol error.
   */
  readonly endpoint: string;
  /** `https:` with HTTP/2, for the client's default handler. The certificate is the peer's own. */
  readonly tlsEndpoint: string;
  /** Ends it. */
  stop(): Promise<void>;
}

/**
 * Starts the package `kinesis-local` in a process of its own, on the loopback interface.
 *
 * @param caller `import.meta.url` of a module whose package depends on it.
 */
export async function startKinesis(caller: string): Promise<KinesisPeer> {
  const main = createRequire(caller).resolve('kinesis-local');
  const peer = fork(main, {
    // It reads its certificate from there.
    cwd: dirname(main),
    env: {
      KINESIS_MOCK_PLAIN_PORT: String(PLAIN),
      KINESIS_MOCK_TLS_PORT: String(TLS),
      CREATE_STREAM_DURATION: '10ms',
      LOG_LEVEL: 'ERROR',
    },
    execArgv: ['--import', pathToFileURL(`${import.meta.dirname}/loopback.ts`).href],
  });
  const ports = await portsOf(peer);
  const exited = new Promise((resolve) => peer.once('exit', resolve));
  return {
    endpoint: `http://127.0.0.1:${ports.get(PLAIN)}`,
    tlsEndpoint: `https://127.0.0.1:${ports.get(TLS)}`,
    async stop() {
      // It takes two seconds to end by itself, and has nothing to keep.
      peer.kill('SIGKILL');
      await exited;
    },
  };
}

// Whatever ports are asked for, it gets free ones; these tell its two servers apart.
const PLAIN = 1;
const TLS = 2;

/** The ports that it got, by those it asked for. */
function portsOf(peer: ChildProcess): Promise<ReadonlyMap<number, number>> {
  const ports = new Map<number, number>();
  return new Promise((resolve, reject) => {
    peer.on('message', ({ port, wanted }: { port: number; wanted: number }) => {
      if (ports.set(wanted, port).size === 2) resolve(ports);
    });
    peer.once('exit', (code) => reject(new Error(`kinesis-local ended with code ${code} before it listened.`)));
  });
}
