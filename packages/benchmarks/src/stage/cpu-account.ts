import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Counts the CPU time of one process tree, threads included, and holds it to a share of one CPU. */
export interface CpuAccount {
  /** Files that a shell writes its own id to, to be counted from then on; empty where there are no control groups. */
  readonly joinPaths: readonly string[];
  /** CPU time since the tree joined, in milliseconds. */
  usedMs(pid: number): number;
  /** Holds the tree to this share of one CPU; 1 lifts the limit. False where quotas cannot be set. */
  limit(share: number): boolean;
  /** Removes what was made; the tree must be gone. */
  close(): void;
}

/** How CPU time is counted on this machine, in words for the page. */
export type CpuAccounting = 'cgroup v1' | 'cgroup v2' | 'schedstat';

/** The period of quotas, in microseconds. */
const PERIOD_US = 20_000;

const ROOT = '/sys/fs/cgroup';

let found: CpuAccounting | undefined;

/** Finds out how CPU time can be counted: by control groups where they can be written, else by /proc. */
export function cpuAccounting(): CpuAccounting {
  found ??= detect();
  return found;
}

/** Opens an account for a process that is about to be started. */
export function openAccount(name: string): CpuAccount {
  const how = cpuAccounting();
  if (how === 'schedstat') return { joinPaths: [], usedMs: treeMs, limit: () => false, close: () => {} };
  const folders = how === 'cgroup v1' ? [join(ROOT, 'cpuacct', name), join(ROOT, 'cpu', name)] : [join(ROOT, name)];
  const [counting = '', limiting = counting] = folders;
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  return {
    joinPaths: folders.map((folder) => join(folder, 'cgroup.procs')),
    usedMs: () => (how === 'cgroup v1' ? usageV1(counting) : usageV2(counting)),
    limit: (share) => {
      const quotaUs = Math.round(share * PERIOD_US);
      if (how === 'cgroup v1') {
        writeFileSync(join(limiting, 'cpu.cfs_period_us'), String(PERIOD_US));
        writeFileSync(join(limiting, 'cpu.cfs_quota_us'), String(share >= 1 ? -1 : quotaUs));
      } else {
        writeFileSync(join(limiting, 'cpu.max'), `${share >= 1 ? 'max' : quotaUs} ${PERIOD_US}`);
      }
      return true;
    },
    close: () => {
      for (const folder of folders) rmdirSync(folder);
    },
  };
}

function detect(): CpuAccounting {
  const probe = `tracelet-bench-probe-${process.pid}`;
  try {
    if (existsSync(join(ROOT, 'cgroup.controllers'))) {
      const folder = join(ROOT, probe);
      mkdirSync(folder);
      const usable = ['cpu.max', 'cpu.stat', 'cgroup.procs'].every((file) => isWritable(join(folder, file)));
      rmdirSync(folder);
      return usable ? 'cgroup v2' : 'schedstat';
    }
    for (const controller of ['cpuacct', 'cpu']) {
      mkdirSync(join(ROOT, controller, probe));
      rmdirSync(join(ROOT, controller, probe));
    }
    return 'cgroup v1';
  } catch {
    return 'schedstat';
  }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, path.endsWith('.stat') ? constants.R_OK : constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function usageV1(folder: string): number {
  return Number(readFileSync(join(folder, 'cpuacct.usage'), 'utf8')) / 1e6;
}

function usageV2(folder: string): number {
  const stat = readFileSync(join(folder, 'cpu.stat'), 'utf8');
  return Number(/^usage_usec (\d+)/m.exec(stat)?.[1]) / 1e3;
}

/** The threads that live, and those of child processes; a thread that has ended is lost. */
function treeMs(pid: number): number {
  let sum = 0;
  for (const thread of safe(() => readdirSync(`/proc/${pid}/task`)) ?? []) {
    const folder = `/proc/${pid}/task/${thread}`;
    sum += Number(safe(() => readFileSync(`${folder}/schedstat`, 'utf8'))?.split(' ')[0] ?? 0) / 1e6;
    const children = safe(() => readFileSync(`${folder}/children`, 'utf8'))?.trim();
    for (const child of children ? children.split(' ') : []) sum += treeMs(Number(child));
  }
  return sum;
}

function safe<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
