/** Characters of a text that are kept. */
const maxTextLength = 1_000;

/** The text with a bounded length, without credentials in URLs and without anything that looks like a token, code or secret of ours. */
export function withoutSecrets(text: string): string {
  return (
    text
      .slice(0, maxTextLength)
      // Of a URL, the names of its parameters are enough.
      .replace(/[?#]\S+/g, withoutValues)
      // Finds whole runs first and looks into each once: one expression for both would try every part of a run again and again.
      .replace(/[\w.~+/-]+=*/g, (run) => (/[\w-]{40}/.test(run) ? '[left out]' : run))
      .replace(/\/\/[^/@\s]*@/g, '//[left out]@')
  );
}

/** A query and fragment (`?code=…&state=…#…`) without their values. */
const withoutValues = (query: string): string =>
  query.replace(/[^?#&]+/g, (part) => (part.includes('=') ? `${part.slice(0, part.indexOf('='))}=…` : '…'));
