/** Options of {@link cognito}. */
export interface CognitoEventOptions {
  /** `PreSignUp_SignUp` by default. */
  triggerSource?: string | undefined;
  /** `eu-west-1_Example01` by default. */
  userPoolId?: string | undefined;
  /** `ada` by default. */
  userName?: string | undefined;
  /** Fields of the request beside `userAttributes` and `clientMetadata`, which differ from trigger to trigger. */
  request?: Readonly<Record<string, unknown>> | undefined;
  /** The response as Cognito sends it, for the function to fill in; `{}` by default. */
  response?: Readonly<Record<string, unknown>> | undefined;
  userAttributes?: Readonly<Record<string, string>> | undefined;
  /** What the app client sends along. */
  clientMetadata?: Readonly<Record<string, string>> | undefined;
  /** W3C trace context of the app client, put into `clientMetadata`. */
  traceparent?: string | undefined;
}

/** What the triggers of a user pool have in common; `request` and `response` are the trigger's own. */
export interface CognitoEvent {
  version: string;
  region: string;
  userPoolId: string;
  userName: string;
  callerContext: { awsSdkVersion: string; clientId: string };
  triggerSource: string;
  request: Record<string, unknown> & { userAttributes: Record<string, string> };
  response: Record<string, unknown>;
}

/**
 * An event of a Cognito user pool. For a handler of one trigger's own type, cast it: the types of the triggers have no
 * common form.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
 */
export function cognito(options: CognitoEventOptions = {}): CognitoEvent {
  const { userPoolId = 'eu-west-1_Example01', userName = 'ada', traceparent } = options;
  const clientMetadata = { ...(traceparent === undefined ? {} : { traceparent }), ...options.clientMetadata };
  return {
    version: '1',
    region: userPoolId.split('_')[0] as string,
    userPoolId,
    userName,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: '1example23456789' },
    triggerSource: options.triggerSource ?? 'PreSignUp_SignUp',
    request: {
      userAttributes: { email: 'ada@example.com', ...options.userAttributes },
      ...(Object.keys(clientMetadata).length === 0 ? {} : { clientMetadata }),
      ...options.request,
    },
    response: { ...options.response },
  };
}
