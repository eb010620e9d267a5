"""What a customer can ask for in a word: only when the whole message is that word.

A message in which such a word merely occurs is for a person, and never answered by a robot.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final


class Wish(StrEnum):
    """Each but the last three is also a button, `order:<wish>:<order id>`."""

    TRACK = "track"
    CANCEL = "cancel"
    CHANGE_ADDRESS = "change_address"
    INVOICE = "invoice"
    PAY = "pay"
    MENU = "menu"
    LANGUAGE = "language"
    STOP = "stop"
    START = "start"


LONGEST: Final = 40  # characters; nothing longer is one of them
# English; Hindi, in its own letters and in Latin ones; Portuguese. Without accents and signs.
WORDS: Final[dict[Wish, tuple[str, ...]]] = {
    Wish.TRACK: (
        *("track", "track order", "track my order", "status", "order status", "where is it"),
        *("where is my order", "wheres my order", "my order", "tracking"),
        *("ट्रैक", "ट्रैक करें", "ऑर्डर ट्रैक करें", "स्टेटस", "ऑर्डर कहाँ है", "ऑर्डर कहां है"),
        *("मेरा ऑर्डर", "मेरा ऑर्डर कहाँ है", "मेरा ऑर्डर कहां है", "ऑर्डर की स्थिति"),
        *("order kahan hai", "order kaha hai", "mera order", "mera order kahan hai"),
        *("mera order kaha hai", "kahan hai", "track karo", "order track karo"),
        *("rastrear", "rastrear pedido", "rastreio", "meu pedido", "onde esta meu pedido"),
        *("cade meu pedido", "status do pedido", "onde esta"),
    ),
    Wish.CANCEL: (
        *("cancel", "cancel order", "cancel my order", "cancel it"),
        *("रद्द", "रद्द करें", "रद्द करो", "ऑर्डर रद्द करें", "ऑर्डर रद्द करो", "कैंसल", "कैंसिल"),
        *("कैंसल करें", "कैंसिल करें", "ऑर्डर कैंसल करें", "ऑर्डर कैंसिल करें"),
        *("cancel karo", "cancel kardo", "cancel kar do", "order cancel karo", "order cancel"),
        *("radd karo", "radd"),
        *("cancelar", "cancelar pedido", "cancelar meu pedido", "cancela", "cancele"),
    ),
    Wish.CHANGE_ADDRESS: (
        *("change address", "change my address", "new address", "wrong address"),
        *("पता बदलें", "पता बदलो", "पता बदलना है", "नया पता", "गलत पता"),
        *("pata badlo", "pata badle", "pata badalna hai", "address badlo", "address change"),
        *("address change karo", "naya pata", "galat pata"),
        *("mudar endereco", "trocar endereco", "alterar endereco", "novo endereco"),
        *("endereco errado",),
    ),
    Wish.INVOICE: (
        *("invoice", "bill", "receipt", "send invoice", "send bill"),
        *("बिल", "बिल भेजें", "बिल भेजो", "इनवॉइस", "रसीद"),
        *("bill bhejo", "bill bhej do", "rasid", "raseed", "invoice bhejo"),
        *("nota fiscal", "nota", "recibo", "fatura"),
    ),
    Wish.PAY: (
        *("pay", "pay now", "pay again", "payment", "payment link", "send payment link"),
        *("भुगतान", "भुगतान करें", "भुगतान करना है", "पेमेंट", "पेमेंट लिंक"),
        *("bhugtan", "payment karna hai", "paise dene hain", "payment link bhejo"),
        *("pagar", "pagar agora", "pagar de novo", "pagamento", "link de pagamento"),
    ),
    Wish.MENU: (
        *("help", "menu", "options"),
        *("मदद", "सहायता", "मेन्यू", "मेनू"),
        *("madad", "sahayata", "help karo"),
        *("ajuda", "opcoes"),
    ),
    Wish.LANGUAGE: (
        *("language", "languages", "change language"),
        *("भाषा", "भाषा बदलें", "भाषा बदलो"),
        *("bhasha", "bhasha badlo", "language badlo"),
        *("idioma", "lingua", "mudar idioma", "trocar idioma"),
    ),
    Wish.STOP: (
        *("stop", "stop all", "stop messages", "unsubscribe", "opt out", "optout"),
        *("रोकें", "रोको", "स्टॉप", "बंद करें", "बंद करो", "संदेश बंद करें"),
        *("band karo", "band kar do", "rok do", "stop karo", "message band karo"),
        *("parar", "pare", "sair", "descadastrar", "cancelar inscricao"),
    ),
    Wish.START: (
        *("start", "unstop", "subscribe", "opt in", "optin"),
        *("शुरू", "शुरू करें", "शुरू करो", "स्टार्ट", "चालू करें"),
        *("shuru karo", "chalu karo", "start karo"),
        *("iniciar", "comecar", "voltar", "inscrever"),
    ),
}


def wish_in(text: str) -> Wish | None:
    """None for whatever is not exactly one of the words, signs and pictures around it aside."""
    return KNOWN.get(bare(text)) if len(text) <= LONGEST else None


def bare(text: str) -> str:
    """Small letters with single blanks between them; no signs, no pictures, no accents of Latin."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (each for each in decomposed if not ACCENTS.match(each))
    letters = "".join(each if _counts(each) else " " for each in kept if each not in JOINERS)
    return unicodedata.normalize("NFC", " ".join(letters.split()))


def _counts(character: str) -> bool:
    """Letters, digits, and the signs that make up Hindi's syllables."""
    return unicodedata.category(character)[0] in "LMN"


ACCENTS: Final = re.compile("[\u0300-\u036f]")
# They take no room, and keyboards put them between the letters of Hindi and after pictures.
JOINERS: Final = frozenset("\u200b\u200c\u200d\ufe0e\ufe0f")
KNOWN: Final = {bare(word): wish for wish, words in WORDS.items() for word in words}
