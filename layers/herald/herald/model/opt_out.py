"""Recognises opt-outs: those that are acted upon, and those that are only shown.

A message is acted upon if it consists of a stop keyword, with the usual additions of people and phones:
"STOP 36111", "Stop!! 🙏", "STOP au 36111", "Reply STOP", a signature. A message is only shown if it
looks like an opt-out but may not be one: "please stop texting me", "STOP ACME", "take me off your list".
"""

import re
from collections.abc import Container, Iterator, Sequence
from typing import Final

from herald.model import spoken, stop_words
from herald.model.spoken import words_of


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What may follow a keyword: the kind of message to stop, and the short code that it came from.
_KINDS: Final = _set(
    """
    sms mms rcs whatsapp wa txt txts text texts msg msgs message messages all spam pub publicite promo
    promos promotion promotions ads ad marketing newsletter info infos news alerts notifications
    mensajes mensagens nachrichten werbung messaggi berichten publicidad смс рассылка рассылку спам
    реклама
    """
)
_TO: Final = _set(
    """
    to at on au a al ao an auf zu naar na no para til till do su per nr num number numero code ke на до
    по
    """
)
_LEADS: Final = _set(
    """
    reply replying text txt send sms answer repondre repondez envoyer envoyez responder enviar envia
    envie antwort antworten antworte sende senden rispondi invia stuur svara svar wyslij odeslat ketik
    balas kirim
    """
)
_NUMBER_AT_END: Final = re.compile(r"(.*?\D)(\d{3,15})")
# How many digits a short code has, or a number; one that is written in parts is no short code.
_CODES: Final = range(3, 16)
_NUMBERS: Final = range(7, 16)

_OF_ORDERS: Final = frozenset(map(spoken.folded, stop_words.OF_ORDERS))
_WITH_ACCENTS: Final = frozenset(map(spoken.exact, stop_words.WITH_ACCENTS))


def is_stop(text: str, known: Container[str], sender: str = "") -> bool:
    """Whether a text is nothing but one of the folded words `known`, as far as counts.

    `sender`: the address that it was written to, which may stand behind any word.
    """
    if spoken.exact(text) in _WITH_ACCENTS:
        return True
    words = words_of(text)
    return bool(words) and any(
        meant in known and not (number and meant in _OF_ORDERS and not sender.endswith(number))
        for said, number in _cores(words)
        for meant in spoken.variants(said)
    )


def _cores(words: list[str]) -> Iterator[tuple[str, str]]:
    """What a message may come down to, each with the number that stood behind it, or nothing."""
    yield "".join(words), ""
    if len(set(words)) == 1:
        yield words[0], ""
    if words[0] in _LEADS and len(words) > 1:
        words = words[1:]
        yield "".join(words), ""
    rest, number = _without_ending(words)
    if rest and rest != words:
        yield "".join(rest), number


def _without_ending(words: list[str]) -> tuple[list[str], str]:
    """Words without the kinds of messages and the number at their end, and that number."""
    rest, number = list(words), ""
    if found := _NUMBER_AT_END.fullmatch(rest[-1]):
        rest[-1], number = found[1], found[2]
    else:
        digits: list[str] = []
        while rest and rest[-1].isdigit():
            digits.insert(0, rest.pop())
        number = "".join(digits)
        if number and len(number) not in (_CODES if len(digits) == 1 else _NUMBERS):
            return words, ""
    if number:
        while len(rest) > 1 and rest[-1] in _TO:
            rest.pop()
    while len(rest) > 1 and rest[-1] in _KINDS:
        rest.pop()
    return rest, number


# -------------------------------------------------------------------------- what looks like one

# Words around a keyword that do not change its meaning.
_AROUND: Final = _set(
    """
    please pls plz kindly thanks thank thx ty you u now already ok okay immediately asap me it this that
    hi hey hello sir madam just no oh i want wanna wish would like to must need said say guys again god
    damn fucking fuckin f wtf ffs omg im id the from your list and por favor gracias quiero s il vous te
    plait svp stp merci je veux bitte danke ich will mochte sofort per favore grazie voglio subito mich
    alstublieft aub alsjeblieft graag tack takk tak venligst prosze prosim obrigado quero пожалуиста
    спасибо пж плз lutfen tolong mohon min fadlak من فضلك رجاء לי בבקשה תודה कृपया 请 請
    """
)
_NOT_WITH: Final = _set(
    """
    by at in for over on off there here and when if before after to sign light lights watch loss motion
    gap bit work trying being playing signs shop whining la le de the a an was is nr number
    """
)
# A message of a person has at most so many characters with any carrier that we know; the rest of a longer
# one is not looked at.
_LONGEST: Final = 4_096
# Quotes of our own message, as phones add when a person likes it.
_QUOTATION: Final = re.compile(r"[“„\"«][^“”„\"«»]{20,}[”“\"»]")
_INSTRUCTION: Final = re.compile(
    r"\b(?:reply|text|txt|send) stop to (?:opt.?out|unsubscribe|end|cancel|stop|quit)\b", re.IGNORECASE
)
_SENTENCES: Final = re.compile(r"[.!?;:,\n\r。！？、，]+")
_MESSAGING: Final = (
    r"(?:texting|txting|messaging|msging|sending|contacting|calling|emailing|mailing|spamming|bothering|harassing"
    r"|writing|pestering|annoying|subscription|texts?|txts?|msgs?|messages?|sms|mms|spam|promos?|promotions?|ads?"
    r"|adverts?|advertising|marketing|notifications?|alerts?|emails?)"
)
_THINGS: Final = (
    r"(?:text|txt|message|msg|sms|spam|promo|promotion|ad|notification|email|offer|update|alert)s?"
)
_MY_NUMBER: Final = r"meine (?:handy|telefon|mobil)?(?:nummer|daten)"
_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!dont )(?<!do not )(?<!cant )(?<!never )(?<!wont )\b(?:stop|quit|cease)"
        r" (?:(?:please|pls|plz|with|all|the|these|those|this|your|ur|any|more|me|us|fucking|damn) )*"
        rf"{_MESSAGING}\b",
        r"(?<!dont )(?<!do not )\b(?:unsubscribe\w*|unsub|opt(?:ing)? (?:me )?out|deregister)\b",
        r"\b(?:remove|delete|erase)"
        r" (?:me|my (?:phone )?(?:number|name|contact|info|details|data)|this number)\b",
        r"\b(?:take|get) (?:me|my \w+|this number) off\b",
        r"\b(?:dont|do not|never) (?:ever )?(?:text|txt|message|msg|contact|call|email|sms)"
        r" (?:me|us|this number)"
        r"(?: (?:again|any ?more|ever|please|pls))*$",
        rf"\b(?:dont|do not|no longer) (?:want|wish|need)\b.*\b{_THINGS}\b",
        rf"\bno more {_THINGS}\b",
        r"\b(?:leave me alone|lose (?:my|this) number)\b",
        # "Löschen Sie bitte meine Nummer", "meine Daten löschen": not an order or an appointment.
        rf"\b(?:(?:loe?sch|entfern|streich)\w*(?: (?:sie|bitte|doch|mal))* (?:mich|{_MY_NUMBER})"
        rf"|{_MY_NUMBER}(?: bitte)? (?:loe?sch|entfern|streich)\w*)\b",
    )
)
# Phrases of other languages, by how a word, or a text without spaces, begins.
_PHRASES: Final = """
    désabonn | désinscri | arrêtez de | arrêtez les | arrêtez vos | arrêter de m | plus de sms |
    retirez-moi | ne plus recevoir | ne plus m'envoyer | ne m'envoyez plus | ne m'écrivez plus |
    plus de messages | desuscrib | darme de baja | denme de baja | deme de baja | no me envíen |
    no me envíes | no me manden | no quiero recibir | no deseo recibir | dejen de enviar |
    dejen de mandar | dejen de escribir | bórrenme | no más mensajes | no más sms | elimínenme |
    quítenme | cancelar mi suscripción | no me escriban | descadastr | não quero receber |
    não quero mais | parem de | pare de enviar | pare de mandar | remova meu | remova-me | me remova |
    me tire | retirem meu | cancelar minha inscrição | não me envie | abbestell | bitte abmelden |
    mich abmelden | mich austragen | keine sms | keine nachrichten | keine werbung |
    keine weiteren nachrichten | hören sie auf | nicht mehr schreiben | nicht mehr anschreiben |
    hört auf | schicken sie mir keine | nicht mehr kontaktieren | lasst mich in ruhe |
    lassen sie mich in ruhe | disiscriv | cancellatemi | rimuovetemi | toglietemi | non voglio più |
    non voglio ricevere | smettete di | non mandatemi | non inviatemi | non scrivetemi | basta messaggi |
    basta sms | uitschrijv | meld mij af | meld me af | schrijf mij uit | geen sms | geen berichten |
    geen reclame | stop met | avregistrer | avprenumerer | sluta skicka | sluta smsa | inga fler sms |
    inga fler meddelanden | slutt å sende | slutt med | ikke send | ikke flere sms | meld meg av |
    afmeld | stop med at | lopettakaa | älkää lähettäkö | en halua | wypisz | wypiszcie | zrezygnow |
    proszę nie wysyłać | przestańcie | nie chcę otrzymywać | nie wysyłaj | odhlás | neposílejte |
    neposielajte | nechci dostávat | leiratkoz | ne küldjenek | ne küldjön | dezabon | nu mai trimite |
    nu mai doresc | odjavi me | nemojte slati | prestanite slati | διαγράψτε με | μη μου στέλνετε |
    σταματήστε | отпис | отпиш | не присылайте | не пишите | не отправляйте | не шлите | не хочу получать |
    прекратите | удалите меня | удалите мой | удалите номер | уберите меня | хватит писать |
    хватит слать | отключите | відпис | не надсилайте | не пишіть | припиніть | видаліть мій |
    отпишете ме | не ми пращайте | aboneliğimi iptal | mesaj göndermeyin | mesaj atmayın |
    listeden çıkar | mesaj istemiyorum | إلغاء اشتراكي | لا ترسل | لا ترسلوا | توقفوا عن |
    أوقفوا الرسائل | احذفوا رقمي | احذف رقمي | لا اريد رسائل | לא רוצה לקבל | תורידו אותי | להסיר אותי |
    אל תשלחו | תפסיקו לשלוח | לא מעוניין לקבל | پیام ندهید | پیامک ندهید | لغو عضویت | मैसेज मत |
    संदेश मत | मत भेजो | मत भेजें | मैसेज बंद | मेसेज बंद | message mat | band karo | msg mat |
    jangan kirim | jangan sms | jangan hubungi | hapus nomor | berhenti kirim | berhenti berlangganan |
    jangan hantar | huwag na | tigilan | hủy đăng ký | đừng gửi | không nhận tin | ngừng gửi | đừng nhắn |
    acheni kutuma | usinitumie | moenie | haal my af | ยกเลิกรับ | ยกเลิกการรับ | หยุดส่ง | เลิกส่ง |
    ไม่ต้องการรับ | ไม่รับข้อความ | อย่าส่ง | 退订 | 退訂 | 取消订阅 | 取消訂閱 | 不要再发 | 不要再發 |
    别再发 | 別再發 | 不想收 |
    停止发送 | 停止發送 | 配信停止 | 配信を停止 | 配信を止 |
    送らないで | 送信しないで | 配信解除 | メールを止 |
    수신거부 | 수신 거부 | 보내지 마 | 보내지마 |
    그만 보내 | 그만보내 | 문자 하지 |
    supprimez mon numéro | supprimer mon numéro | effacez mon numéro | supprimez-moi | effacez-moi |
    enlevez-moi | rayez-moi | borren mi número | borre mi número | eliminen mi número |
    elimine mi número | eliminar mi número | sáquenme | sáqueme | quíteme | chega de mensagens |
    chega de sms | apague meu número | apaguem meu número | apague o meu número | exclua meu número |
    excluam meu número | elimine o meu número | tire-me | retire meu número | tirem meu número |
    keine weiteren sms | keine weitere sms | keine weitere nachricht | nehmen sie mich aus |
    nehmt mich aus | nimm mich aus | aus dem verteiler | aus ihrem verteiler | aus eurem verteiler |
    vom verteiler | aus ihrer liste | von ihrer liste | streichen sie mich | entfernen sie mich |
    niente più messaggi | niente più sms | cancellate il mio numero | cancella il mio numero |
    cancelli il mio numero | eliminate il mio numero | rimuovete il mio numero | rimuovi il mio numero |
    mi tolga | toglimi | eliminatemi | mi cancelli dal | geen verdere sms | geen verdere berichten |
    verwijder mijn nummer | verwijder mij | verwijder me | wis mijn nummer | haal mij van |
    haal me van | haal mijn nummer | ta bort mitt nummer | radera mitt nummer | ta bort mig |
    stryk mig | ikke flere meldinger | slett nummeret mitt | slett mitt nummer | fjern nummeret mitt |
    fjern mitt nummer | fjern meg | ta meg av | stryk meg | ikke flere beskeder | slet mit nummer |
    fjern mit nummer | fjern mig | tag mig af | slet mig | ei enää viestejä | ei enää tekstiviestejä |
    poistakaa numeroni | poista numeroni | poistakaa minut | poista minut | nie chcę więcej |
    żadnych sms | dość sms | usuńcie mój numer | usuń mój numer | proszę usunąć mój numer |
    skasujcie mój numer | usuńcie mnie | usuń mnie | wykreślcie mnie | proszę mnie usunąć |
    žádné další sms | žádné další zprávy | už žádné sms | smažte mé číslo | smažte moje číslo |
    vymažte mé číslo | vymažte moje číslo | odstraňte mé číslo | odstraňte moje číslo | vyřaďte mě |
    odstraňte mě | vymažte mě | žiadne ďalšie sms | žiadne ďalšie správy | už žiadne sms |
    zmažte moje číslo | odstráňte moje číslo | odstráňte ma | vyraďte ma | vymažte ma | nem kérek több |
    töröljék a számom | törölje a számom | töröljék a telefonszámom | törölje a telefonszámom |
    töröljenek | vegyenek le | nu mai vreau | ștergeți numărul meu | șterge numărul meu |
    ștergeți-mi numărul | scoateți-mă | scoate-mă | ștergeți-mă | ne šaljite | više ne želim |
    obrišite moj broj | izbrišite moj broj | uklonite moj broj | uklonite me | skinite me | maknite me |
    izbrišite me | όχι άλλα μηνύματα | όχι άλλα sms | διαγράψτε τον αριθμό μου | σβήστε τον αριθμό μου |
    βγάλτε με | αφαιρέστε με | больше никаких | никаких смс | не надо больше | удалите мои данные |
    сотрите мой номер | вычеркните меня | исключите меня | більше ніяких | не треба смс |
    не треба повідомлень | видаліть мене | приберіть мене | викресліть мене | никакви съобщения |
    стига съобщения | изтрийте номера ми | изтрийте ми номера | премахнете номера ми | махнете ме |
    премахнете ме | изтрийте ме | başka mesaj istem | artık mesaj istem | daha fazla mesaj istem |
    numaramı sil | numaramı çıkar | listenizden çıkar | beni listeden | beni listenizden |
    لا مزيد من الرسائل | لا اريد المزيد | احذفوني | احذفني | ازيلوني | לא עוד הודעות | בלי הודעות |
    מחקו את המספר שלי | תמחקו את המספר | הסירו אותי | תסירו אותי | دیگر پیام | دیگه پیام |
    شماره من را حذف | شماره ام را حذف | شماره مرا حذف | مرا حذف | من را حذف | और मैसेज नहीं |
    और मेसेज नहीं | मेरा नंबर हटा | मेरा नंबर डिलीट | मुझे लिस्ट से | aur message nahi | aur sms nahi |
    mera number hata | mera number delete | mujhe list se | tidak mau sms | tidak mau terima |
    padam nombor | padamkan nombor | buang nombor | keluarkan saya | wala nang text |
    tanggalin ang number | tanggalin ang numero | burahin ang number | burahin ang numero |
    tanggalin mo ako | tanggalin nyo ako | alisin mo ako | alisin nyo ako | không muốn nhận | xóa số |
    xoá số | xóa tôi khỏi | xoá tôi khỏi | sitaki ujumbe | sitaki sms | futa namba yangu |
    futeni namba yangu | ondoa namba yangu | niondoe | geen boodskappe | verwyder my | haal my van |
    ไม่ต้องส่ง | ลบเบอร์ | ลบหมายเลข | ลบชื่อ | 别发了 | 別發了 |
    删除我的号码 | 刪除我的號碼 | 删掉我的号码 | 刪掉我的號碼 | 把我移除 |
    将我移除 | 將我移除 | もう要らない | もういりません |
    番号を削除 | 番号を消 | リストから外 | リストから削除 |
    문자 그만 | 번호 삭제 | 번호를 삭제 | 번호 지워 |
    번호를 지워 | 명단에서 빼 | 목록에서 빼 | 명단에서 삭제 | 목록에서 삭제
""".replace("\n", "|").split("|")
_FOLDED_PHRASES: Final = tuple(filter(None, (" ".join(words_of(each)) for each in _PHRASES)))
# From here on scripts have no spaces: Thai to Burmese, and East Asia.
_SPACELESS: Final = re.compile("[\u0e00-\u109f\u1100-\u11ff\u3040-\u9fff\uac00-\ud7ff]")
_AT_WORDS: Final = tuple(f" {each}" for each in _FOLDED_PHRASES if not _SPACELESS.match(each))
_INSIDE: Final = tuple(each for each in _FOLDED_PHRASES if _SPACELESS.match(each))


def looks_like_stop(text: str, known: Container[str]) -> bool:
    """Whether a text that is not a keyword may well be an opt-out: not acted upon, but worth a look."""
    text = _INSTRUCTION.sub(" ", _QUOTATION.sub(" ", text[:_LONGEST]))
    words = words_of(text)
    if not words:
        return False
    said = " ".join(words)
    return (
        _is_word_among_courtesies(words, known)
        or _is_word_of_a_brand(words, known)
        or any(pattern.search(said) for pattern in _PATTERNS)
        or any(phrase in f" {said}" for phrase in _AT_WORDS)
        or any(phrase in said for phrase in _INSIDE)
        or _is_a_sentence(text, known)
    )


def _is_plain(words: Sequence[str], known: Container[str]) -> bool:
    """Whether words are a stop keyword that is not also used about orders and appointments."""
    return any(
        meant in known and meant not in _OF_ORDERS for meant in spoken.variants("".join(words)) if meant
    )


def _is_word_among_courtesies(words: Sequence[str], known: Container[str]) -> bool:
    said = [each for each in words if each not in _AROUND]
    return bool(said) and (_is_plain(said, known) or (len(set(said)) == 1 and _is_plain(said[:1], known)))


def _is_word_of_a_brand(words: Sequence[str], known: Container[str]) -> bool:
    """STOP ACME."""
    return (
        len(words) == 2
        and _is_plain(words[:1], known)
        and words[1] not in _NOT_WITH
        and not words[1].isdigit()
        and not words[1].endswith("ing")
    )


def _is_a_sentence(text: str, known: Container[str]) -> bool:
    """Whether the first or the last sentence of several is a stop keyword."""
    sentences = [found for each in _SENTENCES.split(text) if (found := words_of(each))]
    return len(sentences) > 1 and any(
        _is_plain(each, known) or _is_word_among_courtesies(each, known)
        for each in (sentences[0], sentences[-1])
    )
