/** How long ago something was, for developers: `1 second ago`. Clocks of replicas may differ, so it is never in the future. */
export function timeAgo(seconds: number): string {
  const count = Math.max(0, seconds);
  return `${count} ${count === 1 ? 'second' : 'seconds'} ago`;
}
