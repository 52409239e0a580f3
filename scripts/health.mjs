// The container's health check: exits with 0 if the service in this container responds.
const { PORT, EYRIE_TLS_CERT } = process.env;

// The certificate is for the public name, so it cannot be verified over loopback.
if (EYRIE_TLS_CERT) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';

try {
  const origin = `${EYRIE_TLS_CERT ? 'https' : 'http'}://127.0.0.1:${PORT || 3000}`;
  const answer = await fetch(`${origin}/health/live`, { signal: AbortSignal.timeout(3000) });
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.error(error.cause?.message ?? error.message);
  process.exitCode = 1;
}
