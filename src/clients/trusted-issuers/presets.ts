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
  /**
   * At least one of these claims must be required, with values that begin like this before the first `*`: otherwise workloads of
   * strangers would be meant. Names that go on behind a prefix are other names: `acme*` is also acme-evil.
   */
  readonly narrowedBy: Readonly<Record<string, RegExp>>;
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
    // The namespace.
    narrowedBy: { sub: /^system:serviceaccount:[^:*]+:/ },
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
    narrowedBy: {
      // The owner of the repository. A subject of another form is the choice of the repository that sends it.
      sub: /^repo:[^/:*]+\//,
      repository: /^[^/*]+\//,
      repository_id: /^\d+$/,
      repository_owner: /^[^*]+$/,
      repository_owner_id: /^\d+$/,
    },
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
    narrowedBy: {
      sub: /^project_path:[^/:*]+\//,
      project_path: /^[^/*]+\//,
      project_id: /^\d+$/,
      namespace_path: /^([^*]+|[^*]+\/\*)$/,
      namespace_id: /^\d+$/,
    },
  },
  spiffe: {
    means:
      'JWT-SVIDs of a trust domain. `issuer` is what its server puts into iss (jwt_issuer of SPIRE), `sub` the SPIFFE ID',
    members: { max_lifetime: 3_600, require_jti: false },
    // The trust domain.
    narrowedBy: { sub: /^spiffe:\/\/[^/*]+\// },
    subjectPrefix: 'spiffe://',
  },
} as const satisfies Record<string, IssuerPreset>;

export type IssuerPresetName = keyof typeof issuerPresets;
export const issuerPresetNames = Object.keys(issuerPresets) as IssuerPresetName[];

/** A preset, as the rules read it. */
export const issuerPreset = (name: IssuerPresetName): IssuerPreset => issuerPresets[name];
