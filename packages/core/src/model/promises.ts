/** Which sentences of a rep promise something to this customer: quoted in a summary, never inferred. */
import { phrases, simple } from "../guard/phrases.ts";

/** Somebody says what they will do, or have set in motion, or what the customer will get. `…` stands for up to 40 characters. */
const promise = phrases([
  "i'll|i will|i shall|we'll|we will|we shall|i am going to|i'm going to|we are going to|we're going to|you'll (?:get|receive|hear|have|see)|you will (?:get|receive|hear|have|see)|i promise|we promise|i can promise|(?:i am|i'm|we are|we're) (?:asking|checking|looking into|passing|forwarding|sending|arranging|opening|ordering|escalating|contacting|transferring|handing|refunding|cancelling|removing|investigating)|i (?:have|'ve) … (?:asked|arranged|requested|ordered|forwarded|escalated|passed|scheduled|initiated)|we (?:have|'ve) … (?:asked|arranged|requested|ordered|forwarded|escalated|passed|scheduled|initiated)|(?:i|we) (?:open|start|send|pass|refund|remove|check|ask|write|call) … (?:today|tomorrow|at once|right away|this week)|will be (?:refunded|sent|shipped|credited|with you|on its way)",
  "(?:ich|wir) werde|(?:ich|wir) werden|werde ich|werden wir|(?:wir|ich) melden? (?:uns|mich)|melden wir uns|melde ich mich|ich (?:prüfe|kläre|veranlasse|schicke|sende|leite|frage|kümmere|erstatte|storniere|buche|gebe … weiter|informiere|reiche|entferne|beauftrage|bestelle|verspreche)|(?:prüfe|kläre|veranlasse|schicke|sende|erstatte|storniere|entferne) ich|(?:habe ich|ich habe|haben wir|wir haben) … (?:veranlasst|beauftragt|angestoßen|eingeleitet|weitergeleitet|weitergegeben|bestellt|storniert|angewiesen)|(?:sie|du) (?:erhalten|bekommen|hören|erhältst|bekommst|hörst) … (?:bis|heute|morgen|innerhalb|spätestens|in den nächsten|von (?:uns|mir))|(?:erhalten|bekommen|hören) (?:sie|du) … (?:bis|heute|morgen|innerhalb|spätestens|in den nächsten|von (?:uns|mir))",
  "je vais|nous allons|(?:je|j'|nous)(?: (?:vous|te|t'|le|la|les|l'))* ?\\w*(?:erai|irai|drai|rrai|erons|irons|drons|rrons)|vous (?:recevrez|aurez|serez)|je (?:vérifie|transmets|m'en occupe|vous tiens|vous envoie|demande)|nous (?:revenons vers|vous tenons)|(?:j'ai|nous avons) … (?:demandé|lancé|transmis|commandé|signalé)",
  "\\w*(?:aré|eré|iré|dré|aremos|eremos|iremos|dremos)|(?:voy|vamos) a|recibirá|recibirás|le llegará|te llegará|(?:he|hemos) … (?:solicitado|pedido|tramitado|enviado|abierto)",
  "\\w*(?:arei|erei|irei|aremos|eremos|iremos)|(?:eu )?vou (?:verificar|enviar|pedir|encaminhar|ver|tratar|contactar)|vamos (?:verificar|enviar|pedir|encaminhar|tratar|contactar)|receberá|irá receber|já (?:solicitei|pedi|encaminhei|enviei)",
  "(?!però)\\w*(?:erò|irò|arò|eremo|iremo|aremo)|riceverà|riceverai|(?:ho|abbiamo) … (?:richiesto|inoltrato|avviato|segnalato|ordinato)|(?:mi|ci) (?:occupo|occupiamo)|la (?:ricontatto|ricontattiamo|aggiorno|aggiorniamo)",
  "(?:ik|we|wij) (?:zal|zullen|ga|gaan|stuur|sturen|laat|laten|neem|nemen|vraag|controleer|zoek|regel|regelen)|(?:zal|zullen|ga|gaan|stuur|neem|nemen) (?:ik|we|wij)|(?:u|je) (?:ontvangt|krijgt|hoort) … (?:binnen|morgen|vandaag|voor|van)|(?:heb|hebben) … (?:aangevraagd|doorgestuurd|besteld|gevraagd)",
  "(?:jag|vi) (?:ska|kommer att|återkommer|hör av|skickar|kollar|undersöker|ber)|du (?:får|kommer att) … (?:senast|inom|idag|imorgon)|(?:jeg|vi) (?:vil|skal|vender tilbage|kommer tilbake|kommer tilbage|sender|undersøger|undersøker|sjekker|tjekker|spørger|spør)|du (?:modtager|hører|får) … (?:senest|inden|innen|i dag|i morgen)",
  "(?:palaan|palaamme|lähetän|lähetämme|tarkistan|tarkistamme|selvitän|selvitämme|ilmoitan|ilmoitamme|hoidan|pyydän)|otan yhteyttä|otamme yhteyttä",
  "sprawdzę|sprawdzimy|wyślę|wyślemy|odezwę się|odezwiemy się|skontaktuję|skontaktujemy|przekażę|przekażemy|zwrócimy|zwrócę|poinformuję|poinformujemy|zlecę|zlecimy|napiszę|napiszemy|zadzwonię|wyjaśnię|wyjaśnimy|dopytam|otrzyma (?:pan|pani)|otrzymają państwo|zlecił(?:em|am)|przekazał(?:em|am)",
  "ověřím|ověříme|prověřím|prověříme|pošlu|pošleme|zašlu|zašleme|ozvu se|ozveme se|zjistím|zjistíme|předám|předáme|zajistím|zajistíme|vrátíme|budu vás|budeme vás|obdržíte|overím|overíme|preverím|preveríme|pošlem|pošleme|ozvem sa|ozveme sa|zistím|zistíme|odovzdám|zabezpečím|vrátime|dostanete|budem vás",
  "(?:meg)?(?:fogom|fogjuk)|jelentkezem|jelentkezünk|elküldöm|elküldjük|utánanézek|utánanézünk|megnézem|megnézzük|intézem|intézzük|visszaírok|értesítem|értesítjük|továbbítom|továbbítjuk",
  "voi (?:verifica|trimite|reveni|scrie|suna|întreba|transmite|anula)|vom (?:verifica|trimite|reveni|scrie|suna|întreba|transmite|anula|rambursa)|veți primi|ще (?:ви|проверя|проверим|изпратя|изпратим|се свърж\\w*|върна|върнем|получите|попитам)|θα (?:σας|ελέγξω|ελέγξουμε|στείλω|στείλουμε|επικοινωνήσ\\w*|ρωτήσω|λάβετε)",
  "проверю|проверим|отправлю|отправим|свяжусь|свяжемся|вернусь|вернёмся|вернемся|вернём|вернем|напишу|напишем|уточню|уточним|сообщу|сообщим|передам|передадим|оформлю|оформим|вы получите|перевірю|перевіримо|надішлю|надішлемо|зв'яжуся|зв'яжемося|повернуся|повернемо|напишу|уточню|повідомлю|повідомимо|передам|ви отримаєте|проверићу|проверићемо|послаћу|послаћемо|јавићу|јавићемо|добићете",
  "saadan teile|saadame teile|võtan ühendust|võtame ühendust|kontrollin|kontrollime|annan teada|anname teada|patikrinsiu|patikrinsime|išsiųsiu|išsiųsime|susisieksiu|susisieksime|pranešiu|pranešime|gausite|pārbaudīšu|pārbaudīsim|nosūtīšu|nosūtīsim|sazināšos|sazināsimies|paziņošu|jūs saņemsiet",
  "\\w*(?:eceğim|acağım|eceğiz|acağız)|alacaksınız|ulaşacaktır|(?:tôi|chúng tôi|em|mình) sẽ|bạn sẽ nhận|(?:saya|kami) akan|anda akan (?:menerima|mendapat\\w*)",
  "سأ\\w*|سنقوم|سنرسل|سنتواصل|سنعيد|سنراجع|سنتحقق|سنرد|سنبلغك|سنوافيك|سوف \\w*|ستصلك|ستتلقى|سيصلك|אבדוק|נבדוק|אשלח|נשלח|אחזור אלי\\w*|נחזור אלי\\w*|אעדכן|נעדכן|תקבלו?|خواهم|خواهیم|می‌فرستم|پیگیری می‌کن\\w*|(?:करूँगा|करूंगा|करूँगी|करूंगी|करेंगे|भेजेंगे|भेजूँगा|भेजूंगा|मिलेगा|मिल जाएगा)",
  "(?:จะ(?:ตรวจสอบ|ส่ง|แจ้ง|ติดต่อ|ดำเนินการ))|(?:我|我们|我們)(?:会|會|将|將)|您(?:将|會|会)收到|ご連絡(?:いたします|します|差し上げます)|お送り(?:いたします|します)|確認(?:いたします|します)|手配(?:いたします|します|いたしました|しました)|折り返し|(?:연락|보내|확인해|안내해|알려)\\s?드리겠습니다|하겠습니다",
]);

/** "If …, we will pay": a rule for a case that may not be there. One's own word counts also then: "Wenn Sie mir die Nummer schicken, prüfe ich …". */
const conditional =
  /^(?:if|when|where|as soon as|once|wenn|falls|sobald|sofern|si|cuando|quand|lorsque|dès que|se|quando|als|wanneer|om|når|hvis|jos|jeśli|jeżeli|gdy|pokud|když|ak|ha|dacă|если|якщо|ако|αν|eğer|إذا|אם|اگر|यदि|अगर|nếu|jika|如果)(?!\p{L})/iu;
const firstPerson =
  /(?<!\p{L})(?:i|i'll|ich|je|j'\p{L}+|ik|jag|jeg|\p{L}+(?:aré|eré|iré|arei|erei|irei|erò|irò|arò|eceğim|acağım)|sprawdzę|wyślę|odezwę|ověřím|pošlu|ozvu|проверю|напишу|сообщу)(?!\p{L})/iu;

/** "I will not be able to", "kann ich leider nicht versprechen". */
const denied =
  /(?:will not|won't|can't|cannot|not) (?:be able|promise)|unable to|nicht (?:\p{L}+ ){0,3}(?:können|versprechen)/u;

/** `sentence` is one of a rep's or a bot's public message, a question never promises. */
export function promises(sentence: string): boolean {
  if (/[?？؟]["'”’)\]]*\s*$/u.test(sentence)) return false;
  const said = simple(sentence);
  if (!promise.test(said) || denied.test(said)) return false;
  return !conditional.test(said.trimStart()) || firstPerson.test(said);
}
