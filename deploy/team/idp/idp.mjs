// A real OpenID provider (certified: https://github.com/panva/node-oidc-provider) for the
// demonstration and the tests: three people, one password for all of them, everything in memory.
//
//   PCW_IDP_PORT           where it listens
//   PCW_IDP_BIND           the address it listens on (127.0.0.1)
//   PCW_IDP_SITE           the site's address, https://host:port, without a slash at its end
//   PCW_IDP_SECRET_FILE    the client secret of the site's Envoy
//   PCW_IDP_PASSWORD_FILE  what everybody signs in with
//   PCW_IDP_KEYS_FILE      the private JWKS that tokens are signed with
//   PCW_IDP_LIFETIME       seconds that ID and access tokens live (600)
//   PCW_IDP_AUDIENCE       of access tokens (pyspark-connect-web)
//   PCW_IDP_GROUPS         groups with a Spark of their own: alice is in the first, bob in the second

import { timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";

import { Provider } from "oidc-provider";

import { loginPage, signedOutPage, signOutPage } from "./page.mjs";

const GROUPS = (process.env.PCW_IDP_GROUPS ?? "").split(" ").filter(Boolean);
const PEOPLE = new Map([
  ["alice", ["staff", ...GROUPS.slice(0, 1)]],
  ["bob", ["staff", ...GROUPS.slice(1, 2)]],
  ["carol", ["staff"]],
]);
const HOUR_S = 3600;
const MOST_FORM_BYTES = 4096;

const env = process.env;
const issuer = `http://127.0.0.1:${env.PCW_IDP_PORT}`;
const text = (/** @type {string} */ name) => readFileSync(String(env[name]), "utf-8").trim();
const password = Buffer.from(text("PCW_IDP_PASSWORD_FILE"));
const lifetime = Number(env.PCW_IDP_LIFETIME || 600);

const provider = new Provider(issuer, {
  jwks: JSON.parse(text("PCW_IDP_KEYS_FILE")),
  clients: [
    {
      client_id: "pcw",
      client_secret: text("PCW_IDP_SECRET_FILE"),
      token_endpoint_auth_method: "client_secret_post",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      redirect_uris: [`${env.PCW_IDP_SITE}/pcw/callback`],
      post_logout_redirect_uris: [`${env.PCW_IDP_SITE}/`],
    },
    {
      // Programs on a person's machine: no secret, PKCE, and any port of loopback (RFC 8252).
      client_id: "native",
      token_endpoint_auth_method: "none",
      application_type: "native",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      redirect_uris: ["http://127.0.0.1/callback"],
    },
  ],
  pkce: { required: () => true },
  scopes: ["openid", "offline_access"],
  claims: { openid: ["sub", "groups"] },
  conformIdTokenClaims: false,
  findAccount: (_context, id) =>
    PEOPLE.has(id)
      ? { accountId: id, claims: async () => ({ sub: id, groups: PEOPLE.get(id) }) }
      : undefined,
  extraTokenClaims: (_context, token) => ({
    groups: PEOPLE.get(String("accountId" in token && token.accountId)) ?? [],
  }),
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (context, form) => void (context.body = signOutPage(form)),
      postLogoutSuccessSource: (context) => void (context.body = signedOutPage()),
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => `${env.PCW_IDP_SITE}/spark`,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: "spark",
        audience: env.PCW_IDP_AUDIENCE || "pyspark-connect-web",
        accessTokenFormat: "jwt",
        accessTokenTTL: lifetime,
        jwt: { sign: { alg: "RS256" } },
      }),
    },
  },
  interactions: { url: (_context, interaction) => `/sign-in/${interaction.uid}` },
  loadExistingGrant: grantOfTheirOwnSite,
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  ttl: {
    AccessToken: lifetime,
    IdToken: lifetime,
    AuthorizationCode: 60,
    Grant: 8 * HOUR_S,
    Interaction: HOUR_S,
    RefreshToken: 8 * HOUR_S,
    Session: 8 * HOUR_S,
  },
  cookies: { keys: [text("PCW_IDP_SECRET_FILE")] },
});

/** Nobody is asked for consent: the site is the company's own. */
async function grantOfTheirOwnSite(/** @type {any} */ context) {
  const { client, session, params } = context.oidc;
  const known = session.grantIdFor(client.clientId);
  const found = known && (await provider.Grant.find(known));
  if (found) return found;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope("openid offline_access");
  grant.addResourceScope(String(params?.resource ?? `${env.PCW_IDP_SITE}/spark`), "spark");
  await grant.save();
  return grant;
}

provider.use(async (context, next) => {
  const [, uid] = /^\/sign-in\/([\w-]+)$/.exec(context.path) ?? [];
  if (!uid) return next();
  context.set("cache-control", "no-store");
  context.type = "html";
  if (context.method !== "POST") {
    context.body = loginPage([...PEOPLE.keys()], "");
    return undefined;
  }
  const form = new URLSearchParams(await bodyOf(context.req));
  const login = String(form.get("login"));
  if (!PEOPLE.has(login) || !isThePassword(String(form.get("password")))) {
    context.status = 403;
    context.body = loginPage([...PEOPLE.keys()], "Name or password is wrong.");
    return undefined;
  }
  context.respond = false;
  const result = { login: { accountId: login }, consent: {} };
  await provider.interactionFinished(context.req, context.res, result);
  return undefined;
});

async function bodyOf(/** @type {import('node:http').IncomingMessage} */ request) {
  let body = "";
  for await (const chunk of request) {
    body += chunk;
    if (body.length > MOST_FORM_BYTES) throw new Error("The form is too long.");
  }
  return body;
}

function isThePassword(/** @type {string} */ given) {
  const bytes = Buffer.from(given);
  return bytes.length === password.length && timingSafeEqual(bytes, password);
}

provider.on("server_error", (_context, error) => console.error("server_error", error));
for (const event of ["grant.error", "authorization.error"]) {
  provider.on(event, (_context, error) =>
    console.error(event, error.message, error.error_description ?? ""),
  );
}

const server = provider.listen(Number(env.PCW_IDP_PORT), env.PCW_IDP_BIND || "127.0.0.1");
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
