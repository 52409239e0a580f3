type Claims = Readonly<Record<string, unknown>>;

/**
 * The value of a claim; `undefined` if there is none. A dot in the path means a member of an object, unless a name itself contains the
 * dot: `realm_access.roles`, `https://example.com/roles`, `resource_access.https://contacts.example.com.roles`.
 */
export function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const name = path.slice(0, dot);
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (typeof value !== 'object' || value === null) continue;
    const found = claimAt(value as Claims, path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}
