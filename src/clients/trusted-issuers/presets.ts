/** What is known of the tokens that a platform gives its workloads. */
interface IssuerPreset {
  /** What it is for. */
  readonly means: string;
  readonly members: {
    readonly issuer?: string;
    readonly jwks_uri?: string;
    readonly algorithms?: readonly string[];
    readonly max_lifetime: number;
    readonly require_jti: boolean;
  };
  /** At least one of these claims must be required: otherwise every workload of the platform would be meant. */
  readonly narrowedBy: readonly string[];
  /** How the claim `sub` begins. */
  readonly subjectPrefix?: string;
}

/** The platforms, by the name of their preset. */
export const issuerPresets = {
  kubernetes: {
    means:
      'Projected service account tokens. `issuer` and `jwks_uri` are those of the cluster; `sub` is system:serviceaccount:<namespace>:<name>. A token is used until it expires, so its jti is not counted',
    // The kubelet asks for an hour by default; the API server adds 7 s.
    members: { algorithms: ['RS256', 'ES256'], max_lifetime: 7_200, require_jti: false },
    narrowedBy: ['sub'],
    subjectPrefix: 'system:serviceaccount:',
  },
  github_actions: {
    means: 'OpenID Connect tokens of GitHub Actions (permission id-token: write), each used once',
    members: {
      issuer: 'https://token.actions.githubusercontent.com',
      jwks_uri: 'https://token.actions.githubusercontent.com/.well-known/jwks',
      algorithms: ['RS256'],
      max_lifetime: 3_600,
      require_jti: true,
    },
    narrowedBy: ['sub', 'repository', 'repository_id', 'repository_owner', 'repository_owner_id'],
  },
  gitlab: {
    means: '`id_tokens` of GitLab CI/CD jobs. `issuer` is that of the instance, each token is used once',
    members: {
      issuer: 'https://gitlab.com',
      jwks_uri: 'https://gitlab.com/oauth/discovery/keys',
      algorithms: ['RS256'],
      max_lifetime: 7_200,
      require_jti: true,
    },
    narrowedBy: ['sub', 'project_path', 'project_id', 'namespace_path', 'namespace_id'],
  },
  spiffe: {
    means:
      'JWT-SVIDs of a trust domain. `issuer` is what its server puts into iss (jwt_issuer of SPIRE), `sub` the SPIFFE ID',
    members: { max_lifetime: 3_600, require_jti: false },
    narrowedBy: ['sub'],
    subjectPrefix: 'spiffe://',
  },
} as const satisfies Record<string, IssuerPreset>;

export type IssuerPresetName = keyof typeof issuerPresets;
export const issuerPresetNames = Object.keys(issuerPresets) as IssuerPresetName[];

/** A preset, as the rules read it. */
export const issuerPreset = (name: IssuerPresetName): IssuerPreset => issuerPresets[name];
