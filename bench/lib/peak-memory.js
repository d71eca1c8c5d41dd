import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has had resident, in bytes. Linux counts it for each program (VmHWM), while
 * `maxRSS` there is at least that of the process that started this one.
 */
export function peakBytes() {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return 1024 * Number(kilobytes);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}
