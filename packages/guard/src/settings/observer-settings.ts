import { Observer, type ObserverOptions } from '../telemetry/observer.js';
import { check } from './checks.js';

/**
 * What wants to know of the guard's work; `undefined` if nothing does, so that it costs nothing.
 *
 * @throws {TypeError} naming the wrong option
 */
export function observerOf({
  onVerified,
  onRefused,
  metrics = false,
}: ObserverOptions): Observer | undefined {
  for (const [name, callback] of Object.entries({ onVerified, onRefused })) {
    check(callback === undefined || typeof callback === 'function', name, 'must be a function');
  }
  const isRegistry = typeof metrics === 'object' && metrics !== null && 'registerMetric' in metrics;
  check(
    typeof metrics === 'boolean' || isRegistry,
    'metrics',
    'must be true, false or a Registry of prom-client',
  );
  if (onVerified === undefined && onRefused === undefined && metrics === false) return undefined;
  return new Observer({ onVerified, onRefused, metrics });
}
