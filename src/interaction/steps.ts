import { endpoints } from '../config/endpoints.js';

/** Where a browser goes next with an interaction: one of our pages, or back to the authorization endpoint. */
export const steps = {
  'sign-in': endpoints.signIn,
  'sign-up': endpoints.signUp,
  'select-account': endpoints.selectAccount,
  'select-organization': endpoints.selectOrganization,
  consent: endpoints.consent,
  'confirm-device': endpoints.deviceConfirm,
  'confirm-approval': endpoints.approvalConfirm,
  resume: endpoints.resume,
  restart: endpoints.restart,
} as const;

export type Step = keyof typeof steps;

/** What goes on once somebody has signed in, by the kind of the interaction. */
export const afterSignIn = {
  authorization: 'resume',
  device: 'confirm-device',
  approval: 'confirm-approval',
} as const satisfies Readonly<Record<string, Step>>;

/** What an interaction is about. */
export type InteractionKind = keyof typeof afterSignIn;

/** The URL of a step with a sealed interaction. */
export const stepUrl = (step: Step, sealed: string): string => `${steps[step]}?interaction=${sealed}`;
