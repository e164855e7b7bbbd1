/**
 * Set with `sst secret set NAME`. The empty placeholder lets a stage deploy before they are set;
 * a function that needs one refuses an empty value, so such a stage answers 401 rather than running unsigned.
 */
export const sessionKey = new sst.Secret("SessionKey", "");
export const vaultKey = new sst.Secret("VaultKey", "");
/** For identity providers that ask a web client for one. */
export const oidcClientSecret = new sst.Secret("OidcClientSecret", "");
export const modelKey = new sst.Secret("ModelKey", "");
