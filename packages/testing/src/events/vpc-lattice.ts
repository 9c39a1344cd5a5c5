import { type HttpEventOptions, lowerCaseNames, makeRequest, REQUEST_TIME_MS } from './http-request.ts';

/** An event of {@link vpcLattice}. */
export interface VpcLatticeEvent {
  version: '2.0';
  path: string;
  method: string;
  headers: Record<string, string[]>;
  queryStringParameters?: Record<string, string[]>;
  body?: string;
  isBase64Encoded: boolean;
  requestContext: {
    serviceNetworkArn: string;
    serviceArn: string;
    targetGroupArn: string;
    identity: { sourceVpcArn: string };
    region: string;
    /** Microseconds since the epoch. */
    timeEpoch: string;
  };
}

const ARN = 'arn:aws:vpc-lattice:eu-west-1:123456789012';

/**
 * An event of a VPC Lattice service with a Lambda target (event structure 2). Header names are in lower case, each with
 * a list of values, and there is no route.
 *
 * @see https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html
 */
export function vpcLattice(options: HttpEventOptions = {}): VpcLatticeEvent {
  const request = makeRequest(options, 'pets-0a1b2c3d.7d67968.vpc-lattice-svcs.eu-west-1.on.aws');
  const headers = Object.entries(lowerCaseNames(request.headers));
  const query = Object.entries(request.query);
  return {
    version: '2.0',
    path: request.path,
    method: request.method,
    headers: Object.fromEntries(headers.map(([name, value]) => [name, [value]])),
    ...(query.length === 0
      ? {}
      : { queryStringParameters: Object.fromEntries(query.map(([name, values]) => [name, [...values]])) }),
    ...(request.body === undefined ? {} : { body: request.body }),
    isBase64Encoded: request.isBase64Encoded,
    requestContext: {
      serviceNetworkArn: `${ARN}:servicenetwork/sn-0bf3f2882e9cc805a`,
      serviceArn: `${ARN}:service/svc-0a40eebed65f8d69c`,
      targetGroupArn: `${ARN}:targetgroup/tg-6d0ecf831eec9f09`,
      identity: { sourceVpcArn: 'arn:aws:ec2:eu-west-1:123456789012:vpc/vpc-0b8276c84697e7339' },
      region: 'eu-west-1',
      timeEpoch: String(REQUEST_TIME_MS * 1000),
    },
  };
}
