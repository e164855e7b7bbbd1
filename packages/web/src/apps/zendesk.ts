/**
 * Zendesk's private app, ZAF v2: manifest, translations, logos. The page itself is Cuecard's, since only a server can read the
 * token that `signedUrls` posts. https://developer.zendesk.com/documentation/apps/app-developer-guide/manifest/
 */
import { type Files, json, pageOf, type Target, words } from "./app.ts";
import { logo } from "./logo.ts";

const translation = (long: string, short: string, instructions: string) =>
  json({
    app: {
      name: words.name,
      short_description: short,
      long_description: long,
      installation_instructions: instructions,
    },
  });

export const zendesk = (target: Target): Files => ({
  "manifest.json": json({
    name: words.name,
    author: { name: "Cuecard", email: "support@example.com", url: target.origin },
    defaultLocale: "en",
    private: true,
    singleInstall: true,
    signedUrls: true,
    location: { support: { ticket_sidebar: { url: pageOf(target, "zendesk"), flexible: true } } },
    version: target.version,
    frameworkVersion: "2.0",
  }),
  "translations/en.json": translation(
    words.long,
    words.short,
    "After the upload give Cuecard the app's public key and its installation id.",
  ),
  "translations/de.json": translation(
    "Cuecard zeigt die Regel, die gilt, einen Entwurf zum Senden, Ändern oder Ablehnen und eine Zusammenfassung. Es sendet nie.",
    "Regeln, ein Entwurf und eine Zusammenfassung neben dem Ticket",
    "Geben Sie Cuecard nach dem Hochladen den öffentlichen Schlüssel der App und ihre Installations-ID.",
  ),
  "assets/logo.png": logo(320),
  "assets/logo-small.png": logo(128),
});
