/** Whether a message only closes the conversation: "Thanks, bye", "ok danke!", "No, that's all". Such a turn gets no draft. */
import { phrases, simple } from "./phrases.ts";

/** One of these must be there: thanks, goodbye, or "that was all". A bare "ok" may answer a question, and does not close. */
const core = phrases(
  [
    "thanks|thank you|thankyou|thank u|thanx|thx|thnx|tnx|ty|tysm|tyvm|many thanks|cheers|much appreciated|appreciate it|i appreciate it|i appreciate your help|bye|bye bye|goodbye|good bye|see you|see ya|take care|have a (?:nice|great|good|lovely|wonderful) (?:day|one|evening|weekend|night|time|week)|good night|that's all|that is all|that'll be all|that will be all|that's it|that's everything|that is everything|nothing else|no further questions|no more questions|all set|i'm all set|i'm good|all good|all sorted|that helps|that helped|that solved it|you've been very helpful|you have been very helpful|you've been great|problem solved|issue resolved|it works now|works now",
    "danke|danke schön|dankeschön|dankesehr|danke sehr|dank dir|dank ihnen|vielen dank|herzlichen dank|besten dank|tausend dank|merci|tschüss|tschüß|tschau|ciao|auf wiedersehen|wiedersehen|schönen tag(?: noch)?|schönen abend(?: noch)?|schönes wochenende|bis bald|das war's|das wars|das war alles|das ist alles|mehr brauche ich nicht|keine weiteren fragen|hat sich erledigt|erledigt|alles klar",
    "merci beaucoup|merci bien|mille mercis|au revoir|bonne journée|bonne soirée|bon week-?end|à bientôt|c'est tout|ce sera tout|salut|rien d'autre",
    "gracias|muchas gracias|mil gracias|muchísimas gracias|adiós|adios|hasta luego|hasta pronto|chao|que tenga (?:un )?buen día|buen día|buenas noches|eso es todo|es todo|nada más|nada mas",
    "obrigad[oa]|muito obrigad[oa]|brigad[oa]|valeu|tchau|adeus|até logo|até mais|tenha um bom dia|bom dia|boa noite|é só isso|só isso|isso é tudo|é tudo|mais nada",
    "grazie|grazie mille|tante grazie|mille grazie|arrivederci|buona giornata|buona serata|a presto|è tutto|tutto qui|nient'altro|niente altro",
    "bedankt|dank je|dank u|dank je wel|dankjewel|dank u wel|hartelijk dank|hartstikke bedankt|tot ziens|doei|fijne dag(?: nog)?|fijne avond|fijn weekend|dat was het|dat is alles|dat was alles",
    "tack|tack så mycket|tusen tack|tackar|hej då|hejdå|ha en (?:bra|trevlig|fin) dag|det var allt|det var allt för mig|inget mer",
    "tak|mange tak|tusind tak|tak for hjælpen|farvel|hav en god dag|det var det|det var alt",
    "takk|tusen takk|takk for hjelpen|ha det|ha det bra|ha en (?:fin|god) dag|det var alt",
    "kiitos|kiitoksia|kiitti|paljon kiitoksia|hei hei|heippa|näkemiin|hyvää päivänjatkoa|siinä kaikki|ei muuta",
    "dzięki|dziękuję|dziękuje|dziekuje|wielkie dzięki|dziękuję bardzo|bardzo dziękuję|do widzenia|pa pa|miłego dnia|to wszystko|to tyle",
    "děkuji|děkuju|díky|moc děkuji|děkuji moc|na shledanou|nashledanou|hezký den|pěkný den|to je vše|to je všechno",
    "ďakujem|vďaka|dík|ďakujem pekne|dovidenia|pekný deň|to je všetko",
    "köszönöm|köszi|köszönöm szépen|nagyon köszönöm|viszlát|viszontlátásra|szép napot|ennyi|ennyi volt|ez minden",
    "mulțumesc|multumesc|mersi|mulțumesc mult|mulțumesc frumos|la revedere|o zi bună|asta e tot|atât",
    "благодаря|мерси|много благодаря|довиждане|приятен ден|чао|това е всичко",
    "ευχαριστώ|ευχαριστω|ευχαριστώ πολύ|σας ευχαριστώ|αντίο|γεια σας|καλή σας μέρα|καλή συνέχεια|αυτό ήταν όλο|αυτά",
    "hvala|puno hvala|hvala lijepa|hvala puno|doviđenja|dovidjenja|хвала|хвала пуно|довиђења|to je sve|то је све|lijep pozdrav|prijatno",
    "ačiū|labai ačiū|dėkoju|viso gero|geros dienos|tai viskas|paldies|liels paldies|uz redzēšanos|jauku dienu|tas ir viss|aitäh|tänan|suur aitäh|head aega|nägemist|head päeva|see on kõik|hvala lepa|nasvidenje",
    "teşekkürler|teşekkür ederim|çok teşekkürler|çok teşekkür ederim|sağ ol|sağol|sağ olun|sağolun|hoşça kal|hoşçakalın|güle güle|görüşürüz|iyi günler|iyi akşamlar|hepsi bu|bu kadar",
    "спасибо|спс|благодарю|большое спасибо|спасибо большое|огромное спасибо|до свидания|пока|всего доброго|всего хорошего|хорошего дня|это всё|это все|больше ничего|вопросов больше нет",
    "дякую|дуже дякую|щиро дякую|спасибі|до побачення|гарного дня|бувайте|це все|це всe",
    "شكرا|شكراً|شكرا جزيلا|شكراً جزيلاً|شكرا لك|شكرا لكم|مشكور|مع السلامة|إلى اللقاء|وداعا|هذا كل شيء|يعطيك العافية",
    "תודה|תודה רבה|המון תודה|להתראות|ביי|יום טוב|זה הכל|זה הכול",
    "ممنون|ممنونم|متشکرم|مرسی|سپاس|سپاسگزارم|خیلی ممنون|خداحافظ|خدانگهدار|روز خوش|همین بود",
    "धन्यवाद|शुक्रिया|बहुत धन्यवाद|बहुत बहुत धन्यवाद|थैंक्स|थैंक यू|अलविदा|नमस्ते|बस इतना ही|dhanyavaad|shukriya",
    "ধন্যবাদ|অনেক ধন্যবাদ|বিদায়",
    "ขอบคุณ|ขอบคุณมาก|ขอบใจ|ลาก่อน|สวัสดี|บาย|แค่นี้|เท่านี้",
    "cảm ơn|cám ơn|cảm ơn bạn|cảm ơn nhiều|cảm ơn rất nhiều|tạm biệt|chào tạm biệt|chúc một ngày tốt lành|thế thôi|vậy thôi",
    "terima kasih|terimakasih|makasih|trims|terima kasih banyak|sampai jumpa|selamat tinggal|itu saja|cukup sekian|salamat|maraming salamat",
    "谢谢|多谢|謝謝|多謝|感谢|感謝|辛苦了|再见|再見|拜拜|没有了|没别的了|就这些|就這些",
    "ありがとうございます|ありがとうございました|ありがとう|どうも|感謝します|助かりました|さようなら|失礼します|失礼いたします|以上です|大丈夫です",
    "감사합니다|고맙습니다|고마워요|고마워|감사해요|감사|땡큐|안녕히 계세요|수고하세요|이상입니다|없어요|없습니다",
  ],
  "gu",
);

/** May stand beside it without asking for anything. */
const beside = phrases(
  [
    "ok|okay|okey|oki|k|alright|all right|right|great|perfect|super|cool|nice|fine|good|awesome|excellent|wonderful|amazing|brilliant|fantastic|lovely|got it|understood|i see|no|nope|nah|so much|very much|very|a lot|a million|again|anyway|though|for|your|the|all|all your|you|too|to|also|help|support|assistance|time|advice|info|information|quick|fast|prompt|reply|response|answer|service|patience|helping|helping me|now|then|and|and you|as well|everyone|team|guys|man|mate|sir|madam|dear|friend|for now|for today|i need|i needed|today|with you|from me|have|oh|ah|wow|yay|so|really|indeed|it|that|this|is|was|were|great help|best|best wishes|best regards|kind regards|regards|much|just|well|hi|hello|hey|later|everything|i|am|happy|in advance|solved|sorted",
    "gut|prima|toll|klasse|passt|in ordnung|verstanden|nein|nee|nö|sehr|für|die|ihre|deine|eure|schnelle|hilfe|antwort|auskunft|mühe|unterstützung|und|ihnen|dir|euch|auch|noch|einen|schönen|tag|abend|ebenfalls|gleichfalls|liebe grüße|viele grüße|mfg|lg|das|mir|sie|geholfen|hat|haben|dann|wunderbar|perfekt|na|ja dann|nochmal|nochmals|alles",
    "d'accord|parfait|super|très bien|bien|non|pour|votre|ton|aide|réponse|tout|et|à vous|vous|aussi|beaucoup|de|également|génial|excellent|cordialement|bonne|rapide",
    "vale|perfecto|genial|bien|muy|muy bien|no|por|su|tu|la|el|ayuda|todo|respuesta|atención|igualmente|y|a usted|a ti|de acuerdo|excelente|entendido|muchas|eso|es|saludos|de nuevo|estupendo",
    "perfeito|ótimo|certo|tá bom|está bem|beleza|não|pela|pelo|a|o|ajuda|atenção|tudo|resposta|e|igualmente|você|entendi|muito|abraço",
    "va bene|perfetto|ottimo|bene|no|per|l'aiuto|il|la|vostro|suo|tuo|aiuto|tutto|e|a lei|risposta|gentilissim[oiae]|capito|molto|disponibilità|altrettanto",
    "prima|oké|goed|top|fijn|nee|voor|je|uw|de|het|hulp|snelle|antwoord|reactie|duidelijk|hoor|en|ook|jullie|zo",
    "bra|toppen|perfekt|jättebra|nej|för|hjälpen|din|svaret|snabba|så|mycket|och|detsamma|fint|godt|nej tak|for|hjælpen|svaret|i lige måde|hjelpen|din|fin|supert|flott|nei|hyvä|selvä|ei|avusta|avustasi|paljon|hienoa",
    "dobrze|super|świetnie|nie|za|pomoc|odpowiedź|bardzo|i|wzajemnie|jasne|rozumiem|dobře|ne|za pomoc|pomoc|moc|výborně|skvěle|fajn|dobre|veľmi|nie|rendben|szuper|nem|a|segítséget|segítségét|szépen|nagyon|bine|perfect|nu|pentru|ajutor|mult|și|добре|не|за|помощта|много",
    "εντάξει|τέλεια|ωραία|όχι|για|τη|την|βοήθεια|πολύ|και|u redu|ne|za|pomoć|puno|у реду|не|gerai|ne|už|pagalbą|labi|nē|par|palīdzību|ei|abi|eest|tamam|peki|harika|hayır|yardımınız|yardımın|için|çok|ve|süper|anladım",
    "хорошо|ок|окей|отлично|понятно|понял|поняла|ясно|нет|за|помощь|ответ|вам|и|очень|большое|супер|ладно|добре|гаразд|ні|допомогу|дуже|чудово|зрозуміло",
    "حسنا|تمام|ممتاز|لا|على|المساعدة|مساعدتك|مساعدتكم|جزيلا|لك|لكم|اوكي|אוקיי|אוקי|בסדר|מעולה|לא|על|העזרה|רבה|מצוין|باشه|خوب|عالی|نه|از|کمک|کمکتون|شما|خیلی|ठीक है|ठीक|अच्छा|नहीं|आपकी|मदद|के लिए|सहायता|बहुत|ঠিক আছে|না|আপনার|সাহায্যের|জন্য",
    "ครับ|ค่ะ|คะ|นะ|มาก|โอเค|ดี|ไม่มี|ไม่|แล้ว|เลย|ที่ช่วย|ที่ช่วยเหลือ|จ้า|vâng|được rồi|tốt|không|nhiều|bạn|rất|ạ|nhé|đã|giúp|giúp đỡ|hỗ trợ|vì|oke|baik|tidak|atas|bantuannya|bantuan|banyak|sudah|ya|kak|min",
    "好的|好|行|可以|没事|不用|不用了|您|你|你的|您的|帮助|的|了|非常|太|啦|呢|哦|嗯|明白|知道|沒有|没有|很|也|祝|はい|いいえ|了解しました|了解です|了解|分かりました|わかりました|承知しました|とても|本当に|助かります|です|ました|では|結構です|お手数をおかけしました|네|아니요|아니오|알겠습니다|알겠어요|좋아요|정말|도와주셔서|답변|너무|됐어요|괜찮아요|더",
  ],
  "gu",
);

/** An answer that asks for something to be done: "yes, thanks". */
const affirmative = phrases([
  "yes|yep|yeah|yup|sure|please|ja|ja bitte|gerne|bitte|oui|si|sí|por favor|s'il vous plaît|svp|stp|sim|per favore|graag|alsjeblieft|alstublieft|snälla|joo|kyllä|tak proszę|proszę|prosím|ano|áno|igen|kérem|da|vă rog|да|пожалуйста|так|будь ласка|моля|ναι|παρακαλώ|molim|evet|lütfen|نعم|من فضلك|כן|בבקשה|بله|لطفا|हाँ|हां|कृपया|có|làm ơn|vui lòng|tolong|iya|请|請|是的|要|お願い|예|부탁",
]);

/** At most this long: a longer message says more than goodbye. */
const most = 240;

/** Asks nothing, thanks or says goodbye, and says nothing else but a name. */
export function closing(text: string): boolean {
  const said = simple(text, most + 1).trim();
  if (said === "" || said.length > most || /[?？؟;\u037e]|\p{Nd}/u.test(said)) return false;
  if (affirmative.test(said.replace(core, " "))) return false;
  const without = said.replace(core, " ");
  if (without === said) return false;
  const left = without.replace(beside, " ").match(/[\p{L}\p{M}'-]+/gu) ?? [];
  // A name, which has a capital: "Thanks Sam".
  const capital = (word: string) => text.includes(word.replace(/^./u, (first) => first.toUpperCase()));
  return (
    left.length <= 2 && left.every((word) => /^\p{Ll}/u.test(word) && capital(word)) && !unnamed.test(left.join(" "))
  );
}

/** Capitals at the start of what is no name: "But it is broken. Thanks". */
const unnamed =
  /^(?:but|however|still|not|aber|nicht|mais|pas|pero|mas|ma|maar|men|ale|но|wait|also|what|when|where|why|how|refund|order|help|cancel)\b/u;
