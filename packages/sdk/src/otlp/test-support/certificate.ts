/**
 * A certificate for 127.0.0.1 that is its own authority, valid for a hundred years, and its key. It guards nothing: tests
 * serve https on the loopback with it, and a machine that has only Node cannot make one.
 */
export const certificate: { readonly cert: string; readonly key: string } = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBjTCCATSgAwIBAgIUJXn54t+tEEVMZOGeF225QKGe37swCgYIKoZIzj0EAwIw
EzERMA8GA1UEAwwIdHJhY2VsZXQwIBcNMjYxMTIxMDcwOTUwWhgPMjEyNjEwMjgw
NzA5NTBaMBMxETAPBgNVBAMMCHRyYWNlbGV0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEhwMInVB3+E1rcr5GBQmxVZEezHrmPUX5i/d+AZCtI54i8YEz+follO5t
VlnnXWKipYDieNww3qcyKd6+9WpO56NkMGIwHQYDVR0OBBYEFEm4nQE8UjhVYCfi
4MeAXIOSm1lyMB8GA1UdIwQYMBaAFEm4nQE8UjhVYCfi4MeAXIOSm1lyMA8GA1Ud
EwEB/wQFMAMBAf8wDwYDVR0RBAgwBocEfwAAATAKBggqhkjOPQQDAgNHADBEAiAi
TAp3SepdlRmnjnQ+ULXiUNZjtg4sagSmhojHntvytAIgSAWolwo8TdgvLMxW4Goo
qHNvNf0VlwqJNBvYI7g6koI=
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgpZBUc0/x7A+tEhwg
szCXMqZRVSdxsbv3hD4zR+WXYJChRANCAASHAwidUHf4TWtyvkYFCbFVkR7MeuY9
RfmL934BkK0jniLxgTP5+iWU7m1WWeddYqKlgOJ43DDepzIp3r71ak7n
-----END PRIVATE KEY-----
`,
};
