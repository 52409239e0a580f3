/** Text that is inserted into a file of the source. */
export interface Edit {
  readonly file: string;
  /** Directly before or after which text it stands. The file holds that text once. */
  readonly place: readonly ['before' | 'after', string];
  readonly entry: string;
  /** The import of what the entry names. */
  readonly imports?: string;
}

/** A recipe of DEVELOPERS.md as it is carried out here. */
export interface Recipe {
  /** Its heading in DEVELOPERS.md. */
  readonly title: string;
  /** The folder beside this file that holds what it adds, in the folders of the source. */
  readonly folder?: string;
  /** What it changes, in the order in which DEVELOPERS.md names the files. */
  readonly edits: readonly Edit[];
}

const listedMigration = (file: string, name: string): Edit => ({
  file: 'src/persistence/migrations/migrations.ts',
  place: ['before', '] as const;'],
  entry: `  ${name},\n`,
  imports: `import { ${name} } from './${file}.js';`,
});

/** Each recipe, once. They are applied together, in this order. */
export const recipes: readonly Recipe[] = [
  {
    title: 'A setting',
    edits: [
      {
        file: 'src/config/lifetime-settings.ts',
        place: ['after', 'export const lifetimeSettings = {'],
        entry: `
  voucher: {
    name: 'EYRIE_VOUCHER_TTL',
    default: '4321',
    meaning: 'Lifetime of a voucher in seconds',
    parse: seconds(),
  },`,
      },
    ],
  },
  {
    title: 'A migration',
    folder: 'migration',
    edits: [listedMigration('9000000000000-users-by-time', 'UsersByTime9000000000000')],
  },
  {
    title: 'A client metadata member',
    folder: 'client-metadata-member',
    edits: [
      {
        file: 'src/protocol/client-metadata/presentation.ts',
        place: ['after', 'export const presentationMembers = {'],
        entry: `
  support_uri: {
    kind: 'webAddress',
    default: null,
    meaning: 'Where its users find help',
  },`,
      },
      {
        file: 'src/persistence/entities/client.entity.ts',
        place: ['after', '@OptionalText(2048) tosUri: string | null;'],
        entry: '\n  @OptionalText(2048) supportUri: string | null;',
      },
      listedMigration('9000000001000-support-uri', 'SupportUri9000000001000'),
    ],
  },
  {
    title: 'A grant type',
    folder: 'grant-type',
    edits: [
      {
        file: 'src/token/grant-types/grant-types.ts',
        place: ['after', 'const grantTypes: GrantTypeClasses = {'],
        entry: "\n  'urn:example:grant-type:voucher': VoucherGrant,",
        imports: "import { VoucherGrant } from './voucher.js';",
      },
      {
        file: 'src/protocol/client-metadata.ts',
        place: ['after', 'export const grantTypes = ['],
        entry: "\n  'urn:example:grant-type:voucher',",
      },
    ],
  },
  {
    title: 'A client authentication method',
    folder: 'client-authentication-method',
    edits: [
      {
        file: 'src/clients/authentication/methods.ts',
        place: ['after', 'const methods: MethodClasses = {'],
        entry: '\n  client_secret_header: ClientSecretHeader,',
        imports: "import { ClientSecretHeader } from './client-secret-header.js';",
      },
      {
        file: 'src/protocol/client-metadata.ts',
        place: ['after', 'export const clientAuthMethods = ['],
        entry: "\n  'client_secret_header',",
      },
    ],
  },
  {
    title: 'A column of grants',
    folder: 'grant-column',
    edits: [
      {
        file: 'src/persistence/entities/grant.entity.ts',
        place: ['after', '@OptionalText(255) acr: string | null;'],
        entry: '\n  @OptionalText(64) purpose: string | null;',
      },
      listedMigration('9000000002000-grant-purpose', 'GrantPurpose9000000002000'),
      {
        file: 'src/persistence/entities/grant-columns.ts',
        place: ['after', '  acr: { initial: null, minted: true },'],
        entry: '\n  purpose: { initial: null, minted: true },',
      },
      {
        file: 'src/persistence/entities/grant-claims.ts',
        place: ['after', "const columns = ['authTime', 'acr'"],
        entry: ", 'purpose'",
      },
    ],
  },
  {
    title: 'A page',
    folder: 'page',
    edits: [
      {
        file: 'src/config/endpoints.ts',
        place: ['after', "  account: '/account',"],
        entry: "\n  about: '/about',",
      },
      {
        file: 'src/views/account-page-models.ts',
        place: ['after', 'export interface AccountPages {'],
        entry: '\n  /** Says what this server is. */\n  readonly about: { readonly name: string };',
      },
      {
        file: 'src/locales/en.ts',
        place: ['after', '  texts: {'],
        entry:
          "\n    'about.title': 'About',\n    'about.heading': 'About {{name}}',\n    'about.lead': 'This server signs you in.',",
      },
      {
        file: 'src/account/account.module.ts',
        place: ['after', 'controllers: ['],
        entry: 'AboutController, ',
        imports: "import { AboutController } from './about.controller.js';",
      },
    ],
  },
  {
    title: 'A language',
    folder: 'language',
    edits: [
      {
        file: 'src/locales/languages.ts',
        place: ['after', 'export const languages: readonly Language[] = ['],
        entry: '\n  dutch,',
        imports: "import { dutch } from './nl.js';",
      },
    ],
  },
  {
    title: 'A sign-in factor',
    folder: 'sign-in-factor',
    edits: [
      {
        file: 'src/protocol/factors.ts',
        place: ['after', 'export const factorMethods = {'],
        entry: "\n  'spoken-code': ['tel'],",
      },
      {
        file: 'src/config/sign-in-settings.ts',
        place: ['after', "parse: namesOrNone('passkey'"],
        entry: ", 'spoken-code'",
      },
      {
        file: 'src/sign-in/factors/factors.ts',
        place: ['after', 'const classes: readonly Type<Factor>[] = ['],
        entry: '\n  SpokenCodeFactor,',
        imports: "import { SpokenCodeFactor } from './spoken-code.js';",
      },
      {
        file: 'src/sign-in/people.ts',
        place: ['after', 'const own: readonly (OwnFactor & { readonly count: number })[] = ['],
        entry: "\n    { name: 'spoken-code', amr: ['tel'], count: 0 },",
      },
      {
        file: 'src/views/templates/further-factor.eta',
        place: ['after', 'const names = {'],
        entry: "\n    'spoken-code': 'Be called',",
      },
    ],
  },
  {
    title: 'An audit event',
    edits: [
      {
        file: 'src/audit/events.ts',
        place: ['after', 'export const auditEvents = {'],
        entry: `
  'announcement.created': {
    means: 'Something was announced',
    about: [],
    detail: { id: 'string' },
  },`,
      },
    ],
  },
  {
    title: 'A command',
    folder: 'command',
    edits: [
      {
        file: 'src/commands/program.ts',
        place: ['after', 'const commands = ['],
        entry: '\n  addVoucherCommands,',
        imports: "import { addVoucherCommands } from './voucher.js';",
      },
      {
        file: 'src/commands/examples.ts',
        place: ['after', 'export const examples: Readonly<Record<string, readonly string[]>> = {'],
        entry: "\n  'voucher lifetime': ['eyrie voucher lifetime'],",
      },
    ],
  },
  {
    title: 'An admin resource with a table',
    folder: 'admin-resource',
    edits: [
      listedMigration('9000000003000-announcements', 'Announcements9000000003000'),
      {
        file: 'src/persistence/tables.ts',
        place: ['after', 'const tables = ['],
        entry: '\n  { store: AnnouncementsStore, entities: [Announcement] },',
        imports: `import { Announcement } from './entities/announcement.entity.js';
import { AnnouncementsStore } from './stores/announcements.store.js';`,
      },
      {
        file: 'src/admin/admin.module.ts',
        place: ['after', 'controllers: ['],
        entry: 'AnnouncementsAdminController, ',
        imports: "import { AnnouncementsAdminController } from './announcements.admin.controller.js';",
      },
      {
        file: 'src/swagger.ts',
        place: ['after', 'const tags = {'],
        entry: "\n  Announcements: 'What administrators announce to each other',",
      },
    ],
  },
];
