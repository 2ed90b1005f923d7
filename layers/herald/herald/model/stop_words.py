"""Herald's keywords in all languages, by which people opt out, opt in again and ask for help.

Sources: the words that carriers of the United States and Canada ask for (CTIA's Short Code Monitoring
Handbook, AWS's required opt-out keywords, the FCC's list of 2025), those of Twilio's and other carriers'
lists for other languages, and the customs of countries (T and TD in China, RET in Turkey, UNREG in
Indonesia, the accents of Vietnam).
"""

from collections.abc import Mapping
from typing import Final

ANYWHERE: Final = "*"

Words = Mapping[str, tuple[str, ...]]

# By language; each holds wherever a number is from, for people keep their language when they move.
# Case, accents and what is neither letter nor digit do not count in them (herald.model.spoken).
STOP_BY_LANGUAGE: Final[Words] = {
    "English": (
        *("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "REMOVE", "UNSUB"),
        *("UNSUBSCRIBE ME", "OPT ME OUT", "REMOVE ME", "STOP ADS", "STOP PROMOTIONS", "STOP MARKETING"),
    ),
    "French": (
        *("ARRET", "ARRETER", "ARRETEZ", "STOPPER", "STOPPEZ", "DESABONNER", "DESABONNEMENT", "RESILIER"),
        *("SE DESABONNER", "ME DESABONNER", "DESABONNEZ MOI", "DESINSCRIPTION", "DESINSCRIRE", "ANNULER"),
        *("STOP PUB", "ARRETER LES PROMOTIONS"),
    ),
    "Spanish": (
        *("PARAR", "BAJA", "DAR DE BAJA", "DARME DE BAJA", "DETENER", "DETENGAN", "CANCELAR", "SALIR"),
        *("DESUSCRIBIR", "DESUSCRIBIRSE", "DESUSCRIBIRME", "ANULAR", "CANCELAR SUSCRIPCION", "TERMINAR"),
        *("ANULAR SUSCRIPCION", "DETENER PROMOCIONES", "STOP PROMOCIONES"),
    ),
    "Portuguese": (
        *("SAIR", "PARE", "DESCADASTRAR", "DESCADASTRE", "REMOVER", "CANCELAR INSCRICAO", "DESINSCREVER"),
        *("PARAR PROMOCOES", "INTERROMPER PROMOCOES"),
    ),
    "German": (
        *("STOPP", "ABMELDEN", "ABMELDUNG", "ABBESTELLEN", "ABBESTELLUNG", "KÜNDIGEN", "KUENDIGEN"),
        *("AUSTRAGEN", "BEENDEN", "WERBUNG STOPPEN", "KEINE WERBUNG"),
    ),
    "Dutch": ("AFMELDEN", "AFMELDING", "UITSCHRIJVEN", "OPZEGGEN", "STOPPEN"),
    "Italian": (
        *("FERMA", "FERMATI", "CANCELLA", "CANCELLAMI", "CANCELLARE", "ANNULLA", "DISISCRIVI", "RIMUOVI"),
        *(
            "DISISCRIVIMI",
            "DISISCRIZIONE",
            "CANCELLAZIONE",
            "ANNULLA ISCRIZIONE",
            "DISDETTA",
            "STOP PROMOZIONI",
        ),
    ),
    "Catalan": ("ATURAR", "ATURA", "DONAR DE BAIXA", "CANCEL·LAR"),
    "Romanian": ("DEZABONARE", "DEZABONEAZA", "OPRESTE", "OPRIRE", "ANULARE"),
    "Swedish": ("AVSLUTA", "AVREGISTRERA", "AVANMÄL", "AVPRENUMERERA", "STOPPA"),
    "Norwegian": ("AVSLUTT", "AVMELD", "MELD AV", "MELD MEG AV"),
    "Danish": ("AFMELD", "FRAMELD", "AFSLUT"),
    "Finnish": ("LOPETA", "PERUUTA", "SEIS TILAUS"),
    "Icelandic": ("HÆTTA", "AFSKRÁ"),
    "Estonian": ("LÕPETA", "LOOBU", "KATKESTA"),
    "Latvian": ("APTURĒT", "ATTEIKTIES", "PĀRTRAUKT"),
    "Lithuanian": ("SUSTABDYTI", "STABDYTI", "ATSISAKYTI", "ATSISAKAU", "NUTRAUKTI"),
    "Polish": ("WYPISZ", "WYPISZ MNIE", "REZYGNUJĘ", "REZYGNACJA", "ANULUJ", "ZATRZYMAJ", "KONIEC"),
    "Czech and Slovak": ("ODHLÁSIT", "ODHLÁSIT SE", "ODHLÁSIŤ", "ODHLÁSENIE", "ZRUŠIT", "ZRUŠIŤ", "KONEC"),
    "Hungarian": ("LEIRATKOZÁS", "LEIRATKOZOM", "LEÁLLÍT", "MEGSZÜNTET"),
    "Croatian, Serbian, Slovene": (
        *("ODJAVA", "ODJAVI", "ODJAVI ME", "PREKINI", "ZAUSTAVI", "PREKLIC", "ОДЈАВА", "ОДЈАВИ", "ПРЕКИНИ"),
    ),
    "Albanian": ("NDALO", "NDAL", "ÇREGJISTROHU"),
    "Greek": ("ΣΤΟΠ", "ΔΙΑΓΡΑΦΗ", "ΔΙΑΚΟΠΗ", "ΑΚΥΡΩΣΗ"),
    "Bulgarian": ("ОТПИСВАНЕ", "ОТПИШИ", "ОТПИШИ МЕ", "СПРИ", "ПРЕКРАТИ"),
    "Russian": (
        *("СТОП", "ОТПИСАТЬСЯ", "ОТПИСКА", "ОТПИСАТЬ", "ОТПИШИТЕ", "ОТПИШИТЕ МЕНЯ", "ОТМЕНА", "ОТКАЗ"),
        *("ПРЕКРАТИТЬ", "ОТКЛЮЧИТЬ", "СТОП РАССЫЛКА"),
    ),
    "Ukrainian": ("ВІДПИСАТИСЯ", "ВІДПИСАТИСЬ", "ВІДПИСКА", "СКАСУВАТИ", "ВІДМОВА", "ПРИПИНИТИ"),
    "Belarusian": ("АДПІСАЦЦА", "СПЫНІЦЬ"),
    "Kazakh": ("ТОҚТАТУ", "ТОҚТА", "ТОКТАТУ", "БАС ТАРТУ", "TOQTATU"),
    "Kyrgyz": ("ТОКТОТ", "ТОКТОТУУ", "ТОКТО"),
    "Uzbek": ("TO‘XTATISH", "ТЎХТАТИШ", "TOXTATISH", "BEKOR QILISH"),
    "Mongolian": ("ЗОГСООХ", "ЗОГС"),
    "Turkish": ("RET", "İPTAL", "DURDUR", "DURDURUN", "ABONELİKTEN ÇIK", "İPTAL ET"),
    "Azerbaijani": ("DAYANDIR", "DAYAN", "LƏĞV ET"),
    "Georgian": ("სტოპ", "შეწყვეტა", "გაუქმება"),
    "Armenian": ("ՍՏՈՊ", "ԴԱԴԱՐԵՑՆԵԼ", "ԿԱՆԳ"),
    "Hebrew": (
        *("הסר", "הסרה", "להסרה", "הסירו", "הסר אותי", "הסירו אותי", "הסירו אותי מהרשימה", "עצור", "עצרו"),
        *("ביטול", "בטל", "סטופ", "תפסיקו"),
    ),
    "Arabic": (
        *("توقف", "إيقاف", "أوقف", "أوقفوا", "وقف", "قف", "إلغاء", "إلغاء الاشتراك", "الغ الاشتراك", "ستوب"),
        *("انسحاب", "إيقاف الرسائل", "إيقاف العروض الترويجية"),
    ),
    "Persian": ("لغو", "لغو اشتراک", "انصراف", "قطع", "پایان"),
    "Urdu": ("روکیں", "بند کریں", "بند کرو", "منسوخ", "سٹاپ"),
    "Hindi, Marathi, Nepali": (
        *("रोकें", "रोको", "रोकिए", "रुकें", "रुको", "बंद", "बंद करें", "बंद करो", "स्टॉप", "रद्द करें"),
        *("सदस्यता रद्द करें", "सदस्यता समाप्त करें", "थांबा", "थांबवा", "बंद करा", "रोक्नुहोस्", "बन्द", "बन्द गर्नुहोस्"),
    ),
    "Bengali": ("বন্ধ", "বন্ধ করুন", "বন্ধ করো", "স্টপ", "থামুন", "থামান"),
    "Gujarati": ("રોકો", "બંધ", "બંધ કરો", "સ્ટોપ"),
    "Punjabi": ("ਰੋਕੋ", "ਬੰਦ", "ਬੰਦ ਕਰੋ", "ਸਟਾਪ"),
    "Tamil": ("நிறுத்து", "நிறுத்தவும்", "நிறுத்துக", "நிறுத்துங்கள்", "ஸ்டாப்"),
    "Telugu": ("ఆపు", "ఆపండి", "నిలిపివేయండి", "స్టాప్"),
    "Kannada": ("ನಿಲ್ಲಿಸಿ", "ನಿಲ್ಲಿಸು", "ಸ್ಟಾಪ್"),
    "Malayalam": ("നിർത്തുക", "നിർത്തൂ", "സ്റ്റോപ്പ്"),
    "Sinhala": ("නවත්වන්න", "නතර කරන්න"),
    "Thai": ("หยุด", "หยุดส่ง", "ยกเลิก", "เลิกรับ", "ยกเลิกรับข้อความ", "ยกเลิกการสมัคร", "สต็อป"),
    "Lao, Khmer, Burmese": ("ຢຸດ", "ຍົກເລີກ", "ឈប់", "បញ្ឈប់", "ရပ်", "ရပ်ပါ", "ရပ်တန့်"),
    "Vietnamese": ("TỪ CHỐI", "HỦY ĐĂNG KÝ", "HUỶ ĐĂNG KÝ", "NGỪNG NHẬN TIN", "DỪNG LẠI", "DỪNG GỬI"),
    "Indonesian and Malay": (
        *("BERHENTI", "HENTI", "HENTIKAN", "BATAL", "BATALKAN", "UNREG", "BERHENTI LANGGANAN", "TAMAT"),
    ),
    "Filipino": ("IHINTO", "ITIGIL", "TIGIL", "HUMINTO"),
    "Chinese": (
        *(
            "TD",
            "TD退订",
            "回T退订",
            "退订",
            "退訂",
            "取消",
            "取消订阅",
            "取消訂閱",
            "停止",
            "拒收",
            "拒绝接收",
            "拒絕接收",
            "终止",
            "終止",
        ),
        *("停止发送", "停止發送", "取消接收", "停止推广", "停止推廣"),
    ),
    "Japanese": (
        *(
            "配信停止",
            "配信解除",
            "登録解除",
            "購読解除",
            "解除",
            "停止希望",
            "停止してください",
            "退会",
            "中止",
        ),
        *("ストップ", "解約", "やめて", "キャンセル"),
    ),
    "Korean": (
        *(
            "수신거부",
            "수신거절",
            "수신차단",
            "거부",
            "중지",
            "정지",
            "중단",
            "해지",
            "그만",
            "스톱",
            "스탑",
            "취소",
        ),
        *("구독취소", "수신 중단"),
    ),
    "Swahili": ("SIMAMISHA", "SITISHA", "KOMESHA", "ONDOA", "JIONDOE"),
    "Afrikaans": ("STAAK", "KANSELLEER", "TEKEN UIT"),
    "Amharic": ("አቁም", "አቁሙ"),
    "Somali": ("JOOJI",),
    "Haitian": ("SISPANN",),
    "Maltese": ("IEQAF", "WAQQAF"),
}

# Stop keywords of one country that are everyday words, names or letters elsewhere.
_SPANISH: Final = (
    *("ES", "MX", "AR", "BO", "CL", "CO", "CR", "CU", "DO", "EC", "GT", "HN", "NI", "PA", "PE"),
    *("PR", "PY", "SV", "US", "UY", "VE"),
)
_STOP_BY_COUNTRY: Final[Words] = {
    **dict.fromkeys(_SPANISH, ("ALTO",)),
    **dict.fromkeys(("AT", "CH", "DE", "LI", "LU"), ("ENDE",)),
    **dict.fromkeys(("KE", "TZ", "UG"), ("ACHA",)),
    "CN": ("T", "TT", "R"),
    "NG": ("DAKATA", "DURO", "KWUSI"),
    "TR": ("RED", "DUR", "ÇIK"),
    "ZA": ("MISA", "YEKA"),
}
# Words that mean something else without their accents: dừng is "stop", đúng is "right", Huy a name.
WITH_ACCENTS: Final = ("DỪNG", "HỦY", "HUỶ", "NGỪNG")
# A number after one of these may be an order's: they count only with the sender's own number.
OF_ORDERS: Final = (
    *("CANCEL", "END", "QUIT", "REVOKE", "REMOVE", "ANNULER", "CANCELAR", "ANULAR", "TERMINAR", "REMOVER"),
    *("BEENDEN", "KÜNDIGEN", "KUENDIGEN", "CANCELLA", "CANCELLARE", "ANNULLA", "RIMUOVI", "DISDETTA"),
    *("AVSLUTA", "AVSLUTT", "AFSLUT", "PERUUTA", "ANULUJ", "ZRUŠIT", "ZRUŠIŤ", "ОТМЕНА", "СКАСУВАТИ"),
    *(
        "İPTAL",
        "ביטול",
        "בטל",
        "إلغاء",
        "BATAL",
        "BATALKAN",
        "取消",
        "취소",
        "キャンセル",
        "ยกเลิก",
        "OPZEGGEN",
    ),
    *("ANULARE", "解約", "T", "TT", "R", "RED", "DUR", "ENDE", "ALTO", "KONIEC", "KONEC"),
)

STOP: Final[Words] = {
    ANYWHERE: tuple(dict.fromkeys(word for words in STOP_BY_LANGUAGE.values() for word in words)),
    **_STOP_BY_COUNTRY,
}

_FRENCH: Final = ("FR", "BE", "CH", "LU", "MC", "CA")
_GERMAN: Final = ("DE", "AT", "CH", "LI", "LU")


def _words(*groups: tuple[tuple[str, ...], tuple[str, ...]]) -> Words:
    """Keywords by country, from groups of countries and their common keywords."""
    found: dict[str, tuple[str, ...]] = {}
    for countries, words in groups:
        for country in countries:
            found[country] = found.get(country, ()) + words
    return found


# People opt in again only by a keyword of their own country.
START: Final[Words] = _words(((ANYWHERE,), ("START", "UNSTOP", "YES")), (_SPANISH, ("ALTA",)))
HELP: Final[Words] = _words(
    ((ANYWHERE,), ("HELP", "INFO")),
    (_FRENCH, ("AIDE",)),
    (_SPANISH, ("AYUDA",)),
    (("BR", "PT"), ("AJUDA",)),
    (_GERMAN, ("HILFE",)),
)
