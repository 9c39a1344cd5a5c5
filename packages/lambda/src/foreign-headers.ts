export { type ForeignVendor, foreignHeaders } from '@tracelet/sdk/foreign-headers';
