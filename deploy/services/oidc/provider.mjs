// An OpenID provider for tests on 127.0.0.1: node provider.mjs PORT SECRET_FILE. Whoever asks is whom they say
// they are: the form takes a subject (`login` if none), the login, and what the person is said to have shown (amr).
import { readFileSync } from 'node:fs';
import { Provider } from 'oidc-provider';

const [port, secretFile] = process.argv.slice(2);
const logins = new Map(); // subject -> login, which may change

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'khoso',
    client_secret: readFileSync(secretFile, 'utf8').trim(),
    redirect_uris: ['http://localhost/api/v1/session/oidc/callback'],
    response_types: ['code'],
    grant_types: ['authorization_code'],
  }],
  pkce: { required: () => true, methods: ['S256'] },
  claims: { openid: ['sub', 'amr'], profile: ['preferred_username'] },
  conformIdTokenClaims: false, // the profile stands in the ID token
  features: { devInteractions: { enabled: false } },
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (context, subject) => ({
    accountId: subject,
    claims: () => ({ sub: subject, preferred_username: logins.get(subject) }),
  }),
  async loadExistingGrant(context) { // nobody is asked for consent
    const { client, session } = context.oidc;
    const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
});

provider.use(async (context, next) => {
  if (!context.path.startsWith('/interaction/')) return next();
  if (context.method === 'GET') {
    context.body = '<form method="post"><input name="subject"><input name="login"><input name="amr"></form>';
    return undefined;
  }
  const chunks = [];
  for await (const chunk of context.req) chunks.push(chunk);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  if (form.has('cancel')) {
    return provider.interactionFinished(context.req, context.res, { error: 'access_denied' });
  }
  const subject = form.get('subject') || form.get('login');
  logins.set(subject, form.get('login'));
  const amr = (form.get('amr') || 'pwd').split(' ');
  return provider.interactionFinished(context.req, context.res, { login: { accountId: subject, amr } });
});

provider.listen(Number(port), '127.0.0.1');
