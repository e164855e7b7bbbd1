/** The few words that are ours in an embedded draft: greeting, thanks, closing, and the labels of a summary. */
type Phrases = {
  hello: string;
  helloNobody: string;
  /** Strangers are greeted by their whole name. */
  formal?: boolean;
  thanks: string;
  bye: string;
  nothing: string;
  summary: { asked: string; done: string; open: string; bot: string };
};

const english: Phrases = {
  hello: "Hello {name},",
  helloNobody: "Hello,",
  thanks: "Thank you for your message.",
  bye: "Kind regards",
  nothing: "No article answers this.",
  summary: { asked: "Asked", done: "Done", open: "Open", bot: "The bot said" },
};

const phrases: Record<string, Phrases> = {
  en: english,
  de: {
    hello: "Guten Tag {name},",
    helloNobody: "Guten Tag,",
    formal: true,
    thanks: "vielen Dank für Ihre Nachricht.",
    bye: "Freundliche Grüße",
    nothing: "Kein Artikel beantwortet das.",
    summary: { asked: "Gefragt", done: "Getan", open: "Offen", bot: "Der Bot sagte" },
  },
  es: {
    hello: "Hola, {name}:",
    helloNobody: "Hola:",
    thanks: "Gracias por su mensaje.",
    bye: "Un saludo",
    nothing: "Ningún artículo responde a esto.",
    summary: { asked: "Pregunta", done: "Hecho", open: "Pendiente", bot: "El bot dijo" },
  },
  fr: {
    hello: "Bonjour {name},",
    helloNobody: "Bonjour,",
    formal: true,
    thanks: "Merci pour votre message.",
    bye: "Cordialement",
    nothing: "Aucun article ne répond à cette question.",
    summary: { asked: "Demandé", done: "Fait", open: "En attente", bot: "Le bot a dit" },
  },
  it: {
    hello: "Buongiorno {name},",
    helloNobody: "Buongiorno,",
    thanks: "grazie per il Suo messaggio.",
    bye: "Cordiali saluti",
    nothing: "Nessun articolo risponde a questa domanda.",
    summary: { asked: "Chiesto", done: "Fatto", open: "Aperto", bot: "Il bot ha detto" },
  },
  nl: {
    hello: "Hallo {name},",
    helloNobody: "Hallo,",
    thanks: "Bedankt voor uw bericht.",
    bye: "Met vriendelijke groet",
    nothing: "Geen artikel beantwoordt dit.",
    summary: { asked: "Gevraagd", done: "Gedaan", open: "Open", bot: "De bot zei" },
  },
  pt: {
    hello: "Olá, {name}:",
    helloNobody: "Olá:",
    thanks: "Obrigado pela sua mensagem.",
    bye: "Atenciosamente",
    nothing: "Nenhum artigo responde a isto.",
    summary: { asked: "Perguntou", done: "Feito", open: "Em aberto", bot: "O bot disse" },
  },
  pl: {
    hello: "Dzień dobry, {name},",
    helloNobody: "Dzień dobry,",
    formal: true,
    thanks: "dziękujemy za wiadomość.",
    bye: "Z poważaniem",
    nothing: "Żaden artykuł na to nie odpowiada.",
    summary: { asked: "Pytanie", done: "Zrobiono", open: "Otwarte", bot: "Bot napisał" },
  },
  tr: {
    hello: "Merhaba {name},",
    helloNobody: "Merhaba,",
    thanks: "Mesajınız için teşekkür ederiz.",
    bye: "Saygılarımızla",
    nothing: "Bunu yanıtlayan bir makale yok.",
    summary: { asked: "Soruldu", done: "Yapıldı", open: "Açık", bot: "Bot dedi ki" },
  },
  ar: {
    hello: "مرحبًا {name}،",
    helloNobody: "مرحبًا،",
    thanks: "شكرًا على رسالتك.",
    bye: "مع أطيب التحيات",
    nothing: "لا توجد مقالة تجيب عن هذا.",
    summary: { asked: "السؤال", done: "تم", open: "مفتوح", bot: "قال الروبوت" },
  },
};

/** English where we have no words of the language. */
export const phrasesFor = (language: string | undefined): Phrases =>
  phrases[language?.split("-")[0] ?? "en"] ?? english;
