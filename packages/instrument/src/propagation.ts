/** Which hosts get which of our headers. */
export interface PropagationOptions {
  /**
   * Hosts that get the trace context: names (`example.com` stands for `api.example.com` as well) or patterns, matched
   * without regard to case. Default: every host. Baggage goes to AWS and to the hosts listed here only.
   */
  readonly propagateTo?: readonly (string | RegExp)[] | undefined;
}

/** What a host may be sent. */
export interface Permission {
  readonly context: boolean;
  readonly baggage: boolean;
  /** Whether it is one of AWS's own. */
  readonly isAws: boolean;
}

// Domains of AWS's own services: https://docs.aws.amazon.com/general/latest/gr/rande.html
const AWS_HOST = /\.(amazonaws\.com(\.cn)?|api\.aws)$/;

// A function calls few hosts.
const MAX_JUDGED = 100;

// An entry of a package is a file of its own, with modules of its own.
const SHARED = Symbol.for('tracelet.propagation.v1');

interface SharedScope {
  [SHARED]?: (host: string) => Permission;
}

function isAwsHost(host: string): boolean {
  return AWS_HOST.test(host);
}

/** Makes the rule that tells what a host, in lower case and without port, may be sent. */
export function permissionFor({ propagateTo }: PropagationOptions): (host: string) => Permission {
  const rules = propagateTo?.map(hostRule);
  const judged = new Map<string, Permission>();
  return (host) => {
    let permission = judged.get(host);
    if (permission === undefined) {
      const listed = rules?.some((matches) => matches(host));
      const isAws = isAwsHost(host);
      permission = { context: listed ?? true, baggage: listed || (listed === undefined && isAws), isAws };
      if (judged.size >= MAX_JUDGED) judged.clear();
      judged.set(host, permission);
    }
    return permission;
  };
}

/** Tells the other entries of this package what the process's integrations were told. */
export function sharePermission(permission: (host: string) => Permission): void {
  (globalThis as SharedScope)[SHARED] = permission;
}

/** Whether a host may be sent a trace context, by the rule that was shared; without one, every host may. */
export function mayReceive(host: string): boolean {
  return (globalThis as SharedScope)[SHARED]?.(host).context ?? true;
}

function hostRule(entry: string | RegExp): (host: string) => boolean {
  // `search` heeds neither `lastIndex` nor the flag `g`, which make `test` forget every other host.
  if (typeof entry !== 'string') return (host) => host.search(entry) >= 0;
  const name = entry.toLowerCase().replace(/^\.+/, '');
  return (host) => host === name || host.endsWith(`.${name}`);
}
