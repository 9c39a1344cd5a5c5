// The declarations of every published package, read whole: `skipLibCheck` is off.
import type * as core from '@tracelet/core';
import type * as instrument from '@tracelet/instrument';
import type * as lambda from '@tracelet/lambda';
import type * as logger from '@tracelet/logger';
import type * as sdk from '@tracelet/sdk';
import type * as testing from '@tracelet/testing';

export type Packages = [typeof core, typeof instrument, typeof lambda, typeof logger, typeof sdk, typeof testing];
