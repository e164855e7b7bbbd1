/** Whether a customer wants a person rather than a machine, or another person. */
import { phrases, simple } from "./phrases.ts";

const person =
  "(?:human|human being|real person|actual person|live person|person|agent|representative|rep|live agent|live chat|someone|somebody|manager|supervisor|operator|advisor|adviser|consultant|specialist|staff|member of staff|staff member|employee|team leader|people)s?";

const asks = phrases([
  `(?:speak|talk|chat|speaking|talking|chatting|connect|connected|transfer|transferred|transfer me|forward me|put me through|put through|switch me|escalate|pass me|hand me) … ${person}`,
  "(?:want|need|get|give|prefer|like|have|find|reach|contact) (?:me )?(?:to (?:see|have|get|reach|contact) )?(?:an? |the |your |some |with )?(?:real |actual |live |human )*(?:human|human being|person|agent|representative|manager|supervisor|operator|live agent)(?! (?:account|role|login|access|card|view|seat|id))",
  "(?:is there|are there) (?:an? |any )?(?:real |actual |live )?(?:human|person|people|someone|somebody) … (?:talk|speak|chat|there|here)",
  "(?:don't|do not|won't|stop|tired of|not|no more) … (?:bot|robot|chatbot|machine|computer|ai|automated)",
  "real (?:human|person|people)|actual (?:human|person)|live (?:agent|person|human|operator)|human (?:agent|being|support|help|representative|operator)",
  "(?:mit|zu|an|von) … (?:mensch(?:en)?|mitarbeiter(?:in)?|echten person|berater(?:in)?|vorgesetzten?|jemandem|kundenbetreuer(?:in)?) … (?:sprechen|reden|verbinden|verbunden|chatten|weiterleiten|telefonieren)|(?:sprechen|reden|verbinden) … (?:mensch(?:en)?|mitarbeiter(?:in)?|berater(?:in)?|vorgesetzten?)|(?:echten?|richtigen?) (?:mensch(?:en)?|person|mitarbeiter)|kein(?:en)? (?:bot|roboter|chatbot|computer)",
  "(?:parler|discuter|échanger|joindre|passer|transférer|contacter) … (?:humain|personne|conseill(?:er|ère)|agent|responsable|quelqu'un|opérateur|opératrice|supérieur)|(?:vrai|vraie|véritable) (?:humain|personne|conseiller)|être humain|pas (?:un|à un|avec un) robot",
  "(?:hablar|comunicar\\w*|contactar|chatear|pasar\\w*|transferir\\w*|hable) … (?:humano|humana|persona|agente|alguien|representante|operador|operadora|supervisor|supervisora|gerente|encargado|asesor)|persona (?:real|de verdad)|agente humano|no (?:un|con un) (?:bot|robot)",
  "(?:falar|conversar|contactar|transferir|transfira|passar) … (?:humano|humana|pessoa|atendente|agente|alguém|representante|operador|supervisor|gerente)|pessoa (?:real|de verdade)|atendente humano|não (?:com )?um (?:robô|bot)",
  "(?:parlare|parlo|comunicare|chattare|passare|passarmi|trasferire|contattare) … (?:umano|umana|persona|operatore|operatrice|agente|qualcuno|responsabile|supervisore|consulente)|persona (?:reale|vera)|operatore umano|non (?:con )?un (?:robot|bot)",
  "(?:spreken|praten|chatten|doorverbinden|doorverbonden|contact) … (?:mens|persoon|medewerker|iemand|manager|leidinggevende|collega)|(?:mens|persoon|medewerker|iemand|manager|leidinggevende) … (?:spreken|praten|chatten)|echt(?:e)? (?:mens|persoon|medewerker)|geen (?:bot|robot)",
  "(?:prata|tala|chatta|kopplas?|snacka) … (?:människa|person|någon|handläggare|medarbetare|chef|kundtjänst)|riktig (?:människa|person)|(?:tale|snakke|snakker|chatte|stilles?|sette?s?) … (?:menneske|person|medarbejder|medarbeider|nogen|noen|leder|kundebehandler)|(?:rigtig|ekte|virkeligt|rigtigt) (?:menneske|person)",
  "(?:puhua|jutella|keskustella|yhdistä\\w*) … (?:ihmis\\w*|henkilö\\w*|asiakaspalvelija\\w*|esimies\\w*|jonkun)|(?:ihmisen|henkilön|asiakaspalvelijan|oikean ihmisen|jonkun) … (?:kanssa|puhua)",
  "(?:rozmawiać|porozmawiać|połącz\\w*|przełącz\\w*|pogadać) … (?:człowiek\\w*|konsultant\\w*|osob\\w*|pracownik\\w*|kierownik\\w*|kimś|przełożon\\w*)|żyw\\w* (?:człowiek\\w*|osob\\w*)",
  "(?:mluvit|hovořit|promluvit|spojit|spojte|přepoj\\w*|hovoriť|rozprávať|spojiť|prepoj\\w*) … (?:člověk\\w*|človek\\w*|operátor\\w*|osob\\w*|někým|niekým|pracovník\\w*|vedoucím|nadřízen\\w*)|živ\\w* (?:člověk\\w*|človek\\w*|operátor\\w*)",
  "(?:beszélni|beszélnék|beszélhet\\w*|kapcsol\\w*) … (?:ember\\w*|ügyintéző\\w*|valaki\\w*|munkatárs\\w*|vezető\\w*|operátor\\w*)|(?:ember\\w*|ügyintézővel|valakivel|munkatárssal) … (?:beszél\\w*|kapcsol\\w*)|élő ember\\w*",
  "(?:vorbesc|vorbi|vorbească|discut\\w*|transfer\\w*) … (?:om|persoan\\w*|operator\\w*|cineva|agent\\w*|uman\\w*|consultant\\w*|manager\\w*)|(?:persoană|om) real\\w*|operator uman",
  "(?:говоря|поговоря|говорим|свърж\\w*) … (?:човек|оператор\\w*|служител\\w*|някого|някой|представител\\w*)|жив човек|истински човек",
  "(?:μιλήσω|μιλησω|μιλάω|συνδέσ\\w*|συνδεθώ) … (?:άνθρωπο|ανθρωπο|εκπρόσωπο|κάποιον|υπάλληλο|υπεύθυνο|προϊστάμενο|πραγματικό)|πραγματικ\\w* άνθρωπο",
  "(?:razgovara\\w*|priča\\w*|pričam|spoji\\w*|разговара\\w*|прича\\w*|споји\\w*) … (?:čovjek\\w*|čovek\\w*|osob\\w*|operater\\w*|agent\\w*|nekim|човек\\w*|оператер\\w*|особ\\w*|неким)|živ\\w* (?:osob\\w*|čov\\w*)",
  "(?:kalbėti|pakalbėti|sujun\\w*) … (?:žmogumi|žmogum|darbuotoju|operatoriumi|konsultantu|vadovu)|su (?:žmogumi|gyvu žmogumi|operatoriumi|darbuotoju)|(?:runāt|savieno\\w*) … (?:cilvēk\\w*|operator\\w*|darbiniek\\w*|kādu)|(?:rääkida|ühenda\\w*) … (?:inimese\\w*|klienditeenindaja\\w*|kellegagi)|(?:inimesega|klienditeenindajaga) … rääkida",
  "(?:insanla|bir insanla|gerçek bir kişiyle|temsilciyle|temsilci ile|yetkiliyle|yetkili ile|operatörle|müdürle|biriyle|birisiyle|gerçek biriyle|canlı destek\\w*) … (?:konuş\\w*|görüş\\w*|bağla\\w*|istiyorum)|müşteri temsilcisi\\w* … (?:bağla\\w*|konuş\\w*|görüş\\w*|istiyorum)|canlı destek|gerçek insan",
  "(?:поговорить|говорить|связаться|свяж\\w*|соедин\\w*|переключ\\w*|позов\\w*|переведите|общаться) … (?:человек\\w*|оператор\\w*|сотрудник\\w*|менеджер\\w*|специалист\\w*|начальник\\w*|руковод\\w*|кем-то|кем-нибудь|представител\\w*)|жив\\w* (?:человек\\w*|оператор\\w*)|реальн\\w* человек\\w*|(?:нужен|хочу) (?:оператор|человек|живой человек)|не (?:с )?бот\\w*",
  "(?:поговорити|говорити|зв'яза\\w*|з'єдна\\w*|переключ\\w*|покли\\w*) … (?:людин\\w*|оператор\\w*|співробітник\\w*|менеджер\\w*|кимось|керівник\\w*)|жив\\w* людин\\w*",
  "(?:التحدث|أتحدث|اتحدث|أتكلم|اتكلم|التكلم|تحويلي|حولني|أكلم|اكلم|الحديث|كلموني) … (?:شخص|إنسان|انسان|موظف|ممثل|مدير|أحد|احد|وكيل|مشرف|بشري|حقيقي)|شخص حقيقي|موظف بشري|(?:أريد|اريد) (?:موظف|إنسان|انسان|شخص)w*",
  "(?:לדבר|לשוחח|העבירו|תעבירו|תעביר|לעבור|להתחבר) … (?:נציג|נציגה|אדם|בן אדם|בנאדם|מישהו|מנהל|מנהלת|אנושי)|נציג אנושי|(?:רוצה|צריך|צריכה) נציג|בן אדם אמיתי",
  "(?:با|به) … (?:انسان|اپراتور|کارشناس|پشتیبان|شخص|یک نفر|مدیر|مسئول|فرد|آدم) … (?:صحبت|حرف|وصل|گفتگو)w*|(?:صحبت|حرف|وصل) … (?:انسان|اپراتور|کارشناس|مدیر)|انسان واقعی|آدم واقعی",
  "(?:इंसान|व्यक्ति|एजेंट|प्रतिनिधि|मैनेजर|अधिकारी|किसी|कर्मचारी) … (?:से|को) … (?:बात|जोड़|कनेक्ट)w*|असली (?:इंसान|व्यक्ति)|(?:insaan|agent|manager|kisi) … se … baat",
  "(?:মানুষ|এজেন্ট|প্রতিনিধি|ম্যানেজার|কারও|কারো)w* … (?:কথা|যোগাযোগ)",
  "(?:คุย|พูด|ติดต่อ|สนทนา|ต่อสาย|โอนสาย).{0,15}(?:คน|เจ้าหน้าที่|พนักงาน|ผู้จัดการ|แอดมิน|ตัวแทน)|คนจริง|ขอสายเจ้าหน้าที่",
  "(?:nói chuyện|gặp|trao đổi|kết nối|chat|liên hệ|chuyển) … (?:người thật|nhân viên|con người|tổng đài viên|quản lý|ai đó|tư vấn viên|người)|người thật",
  "(?:bicara|berbicara|ngobrol|terhubung|hubungkan|sambungkan|chat|bercakap) … (?:manusia|orang|agen|petugas|cs|staf|operator|manajer|seseorang|pengurus|kakitangan|wakil)|orang (?:asli|sungguhan|sebenar)|agen manusia|(?:makausap|kausapin) … (?:tao|ahente|manager|representative)",
  "转人工|轉人工|人工客服|人工服务|人工服務|真人|找人工|(?:和|跟|与|與|找|接).{0,6}(?:人工|真人|客服人员|客服人員|经理|經理|主管|专员|負責人|工作人员).{0,6}|不要机器人|不要機器人|转接人工",
  "(?:人間|オペレーター|担当者|責任者|上司|スタッフ|人)(?:の方)?(?:と|に|へ).{0,8}(?:話|つない|繋い|代わ|替わ|チャット|相談|変わ|おつなぎ)|有人(?:対応|チャット)|人と話|ロボットではなく|ボットではなく",
  "(?:상담원|상담사|사람|직원|담당자|매니저|책임자|관리자).{0,10}(?:연결|통화|이야기|얘기|대화|상담|바꿔|말하)|실제 사람|진짜 사람",
]);

/** The whole message: "agent", "Human please!", "real person now". */
const alone =
  /^[^\p{L}]*(?:(?:an?|the|live|real|human|actual|speak to|talk to)\s+)*(?:human|agent|person|representative|rep|operator|manager|supervisor|advisor|mensch|mitarbeiter|humain|conseiller|humano|agente|persona|operador|atendente|operatore|umano|medewerker|mens|människa|konsultant|operátor|оператор|человек|оператора|temsilci|müşteri temsilcisi|موظف|إنسان|נציג|相談員|客服|人工|オペレーター|상담원|상담사)(?:\s+(?:please|pls|now|bitte|por favor|s'il vous plaît|svp|per favore|пожалуйста|lütfen|من فضلك|בבקשה))*[^\p{L}]*$/u;

/** Told of the past or refused: "I spoke to an agent", "no need to talk to a human". */
const not =
  /(?<!\p{L})(?:(?:no need|don't (?:want|need)|do not (?:want|need)|not necessary|rather not|without having|instead of|avoid) (?:to )?(?:speak|talk|chat|speaking|talking|chatting|call)\w*(?: to| with)? (?:an? |any )?(?:real |live |human )?(?:human|person|agent|representative|anyone|someone|somebody|manager)\w*|(?:was|were|been|am|after|finished|just|by) (?:speaking|talking|chatting|connected|transferred)[^.!?\n]{0,40}|(?:keine?n?|nicht mit einem) (?:mensch\w*|mitarbeiter\w*) (?:sprechen|nötig))/gu;

export function wantsHuman(text: string): boolean {
  const said = simple(text).replace(not, " ");
  return alone.test(said.trim()) || asks.test(said);
}
