const megabyte = 2 ** 20;

/** Reads /metrics of each replica, and adds what it says of memory and of the event loop. */
export async function sampleMetrics({ replicas }, samples) {
  const at = performance.now() / 1_000;
  await Promise.all(
    replicas.map(async ({ name, url }) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      samples.push({
        replica: name,
        at,
        residentMegabytes: valueOf(text, 'process_resident_memory_bytes') / megabyte,
        heapMegabytes: valueOf(text, 'nodejs_heap_size_used_bytes') / megabyte,
        lagP99: valueOf(text, 'nodejs_eventloop_lag_p99_seconds'),
      });
    }),
  );
}

/** The value of a gauge without labels. */
function valueOf(text, name) {
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
}
