"""A customer is answered in the language that they surely write in, or chose."""

import pytest

from orderdesk.domain.shop.policy import Policy
from orderdesk.domain.shop.speech import Speech, language_of, language_written
from tests.builders import a_customer, a_store
from tests.whatsapp import Shop, a_cart, a_tap, a_text, said

SPOKEN = Speech(languages=("en", "hi", "pt_BR"))


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.stores.put(a_store(policy=Policy(speech=SPOKEN)))
    return shop


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("मेरा पता बदल दीजिए", "hi"),
        ("मेरा order कहाँ है?", "hi"),
        ("Is the कुर्ता in stock, please?", ""),
        ("Where is it?", ""),
        ("Onde está o meu pedido?", ""),
        ("जी", "hi"),
        ("411001 👍", ""),
        ("", ""),
    ],
)
def test_only_a_script_of_its_own_says_which_language_it_is(text: str, language: str) -> None:
    assert language_written(text, SPOKEN) == language


def test_a_language_that_the_shop_does_not_speak_is_not_noted() -> None:
    assert language_written("मेरा पता बदल दीजिए", Speech()) == ""


@pytest.mark.parametrize(
    ("chosen", "speech", "spoken"),
    [
        ("hi", SPOKEN, "hi"),
        ("", SPOKEN, "en"),
        ("", Speech(language="hi", languages=("hi", "en")), "hi"),
        ("pt_BR", Speech(), "en"),
        ("fr", SPOKEN, "en"),
    ],
)
def test_a_customer_hears_what_they_chose_if_the_shop_speaks_it(
    chosen: str, speech: Speech, spoken: str
) -> None:
    store = a_store(policy=Policy(speech=speech))

    assert language_of(a_customer(language=chosen), store) == spoken


def test_who_writes_hindi_is_asked_in_hindi(shop: Shop) -> None:
    shop.hears(said(a_text("नमस्ते, क्या यह कुर्ता मिलेगा?", "wamid.1")))
    shop.hears(said(a_cart()))
    shop.hears(said(a_tap(f"address:change:{shop.order('wamid.cart1').order_id}")))

    assert shop.thread[-1].text.startswith("हम इसे कहाँ पहुँचाएँ?")


def test_a_choice_is_not_overruled_by_what_is_written(shop: Shop) -> None:
    shop.hears(said(a_text("Hello", "wamid.1")))
    shop.hears(said(a_tap("language:pt_BR", "wamid.2")))
    shop.hears(said(a_text("मेरा पता बदल दीजिए", "wamid.3")))

    assert shop.customer.language == "pt_BR"
