/**
 * Who does something: `user:<id>`, `client:<client_id>`, or a part of the service; with the network address if a request asks for it.
 */
export type Originator = string | { readonly name: string; readonly address: string };

/** Who it is, without the address. */
export const nameOf = (originator: Originator): string =>
  typeof originator === 'string' ? originator : originator.name;
