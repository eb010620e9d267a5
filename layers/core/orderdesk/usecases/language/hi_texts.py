"""हिन्दी. What it is made of: texts.py."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "order_received": (
        "{greeting} हमें आपका ऑर्डर {number} मिल गया है:\n{lines}\n{charges}\nकुल: {total}"
    ),
    "order_resumed": ("हम आपका ऑर्डर {number} आगे बढ़ा रहे हैं:\n{lines}\n{charges}\nकुल: {total}"),
    "closed_now": "अभी दुकान बंद है। हम {opens} फिर से काम शुरू करेंगे।",
    "lines_changed": (
        "हमने आपके ऑर्डर {number} में बदलाव किया है। अब इसमें है:\n{lines}\n{charges}\n"
        "नया कुल: {total}\n{still_due}\n{money_back}"
    ),
    "ask_about_cart": (
        "धन्यवाद, हमें आपका नया कार्ट मिल गया है:\n{lines}\n\nआपका ऑर्डर {other_number} "
        "({other_total}) अभी पूरा नहीं हुआ है। इन दोनों का हम क्या करें?"
    ),
    "carts_merged": ("अब दोनों कार्ट ऑर्डर {number} में हैं:\n{lines}\n{charges}\nकुल: {total}"),
    "cart_replaced": (
        "ऑर्डर {other_number} की जगह अब ऑर्डर {number} है:\n{lines}\n{charges}\nकुल: {total}"
    ),
    "carts_kept": (
        "ऑर्डर {number} और ऑर्डर {other_number} अलग-अलग रहेंगे। ऑर्डर {number}:\n"
        "{lines}\n{charges}\nकुल: {total}"
    ),
    "ask_address_form": "हम इसे कहाँ पहुँचाएँ? अपना पता देने के लिए नीचे टैप करें।",
    "ask_address": (
        "हम इसे कहाँ पहुँचाएँ? कृपया अपना पूरा पता एक ही मैसेज में भेजें: "
        "नाम, मकान और गली, इलाका, शहर और पिन कोड।"
    ),
    "ask_address_elsewhere": (
        "हम इसे कहाँ पहुँचाएँ? कृपया अपना पूरा पता एक ही मैसेज में भेजें: नाम, मकान और सड़क, शहर और पोस्टल कोड।"
    ),
    "ask_location": (
        "हम इसे कहाँ पहुँचाएँ? अपनी लोकेशन भेजें, या अपना पता एक ही मैसेज में लिखें: "
        "नाम, मकान और गली, इलाका और शहर।"
    ),
    "ask_phone": "कृपया कूरियर के लिए एक फ़ोन नंबर भी लिखें।",
    "ask_saved_address": "क्या हम इसे इस पते पर पहुँचाएँ?\n{saved_address}",
    "ask_which_address": "हम इसे कहाँ पहुँचाएँ?",
    "change_address": "आपका ऑर्डर {number}: हम पता बदल रहे हैं।",
    "address_kept": "हम ऑर्डर {number} यहाँ पहुँचाएँगे:\n{address}\n{new_total}",
    "address_incomplete": "इस पते पर अभी डिलीवरी नहीं हो सकती:\n{problems}",
    "place_not_served": "माफ़ कीजिए, हम {postal_code} पर डिलीवरी नहीं करते।",
    "no_cash_there": "इस पते पर कैश ऑन डिलीवरी नहीं हो सकती।",
    "address_too_late": (
        "आपका ऑर्डर {number} रास्ते में है। हम देखते हैं कि पता अब भी बदला जा सकता है या नहीं, और आपको बताते हैं।"
    ),
    "ask_payment": "आप भुगतान कैसे करना चाहेंगे?",
    "verify_cash": (
        "कृपया अपने ऑर्डर {number} की पुष्टि करें:\n{lines}\n{charges}\nकुल: {total}, नकद\nपता: {address}"
    ),
    "cash_chosen": "ऑर्डर {number} के लिए आप डिलीवरी के समय {due} नकद देंगे।",
    "cash_chosen_for_pickup": "ऑर्डर {number} के लिए आप इसे लेते समय {due} नकद देंगे।",
    "payment_link": ("ऑर्डर {number}: कृपया यहाँ {due} का भुगतान करें। भुगतान होते ही ऑर्डर पक्का हो जाएगा।"),
    "whatsapp_pay": ("ऑर्डर {number}: कृपया इसे देखकर भुगतान करें। भुगतान होते ही ऑर्डर पक्का हो जाएगा।"),
    "whatsapp_pay_footer": "{shop}",
    "transfer": (
        "ऑर्डर {number}: कृपया {due} भेजें।\nखाताधारक: {payee}\n{instructions}\nUPI: {upi_id}\n"
        "Pix: {pix_key}\nरेफ़रेंस: {reference}\n"
        "फिर रसीद की फ़ोटो यहाँ भेजें: हम जाँच करके आपका ऑर्डर पक्का करेंगे।"
    ),
    "proof_received": ("धन्यवाद! ऑर्डर {number} की रसीद हमें मिल गई है। हम जाँच करके आपका ऑर्डर पक्का करेंगे।"),
    "claim_declined": (
        "ऑर्डर {number} के लिए {amount} का आपका भुगतान हमें नहीं मिला।\nकारण: {reason}\n"
        "{due} अभी बाकी है। अगर आपने भुगतान किया है, तो कृपया हमें यहाँ लिखें।"
    ),
    "payment_failed": (
        "ऑर्डर {number} का आपका भुगतान नहीं हो पाया, और कोई पैसा नहीं कटा।\n"
        "फिर से कोशिश करें: {link}\n{or_cash}"
    ),
    "no_online_payment": "ऑर्डर {number} का ऑनलाइन भुगतान हम अभी नहीं ले सकते।",
    "payment_received": (
        "ऑर्डर {number} के लिए हमें {amount} मिल गए हैं। धन्यवाद!\n{money_back}\n{still_due}"
    ),
    "already_paid": "ऑर्डर {number} का भुगतान हो चुका है। धन्यवाद!",
    "refunded": "हमने ऑर्डर {number} के {amount} आपको लौटा दिए हैं।\n{days}",
    "waits_for_address": "आपके ऑर्डर {number} ({total}) के लिए अभी आपका पता चाहिए।",
    "waits_for_payment": "आपके ऑर्डर {number} ({total}) का बस भुगतान बाकी है।",
    "confirmed": ("आपका ऑर्डर {number} पक्का हो गया है।\n{payment}\nपता: {address}\n{closed}\n{next}"),
    "ready_for_pickup": (
        "आपका ऑर्डर {number} तैयार है। आप इसे {shop} से ले सकते हैं।\n"
        "कृपया यह कोड दिखाएँ: {pickup_code}\n{cash_ready}"
    ),
    "shipped": (
        "आपका ऑर्डर {number} अब {carrier} के साथ रास्ते में है।\n"
        "ट्रैकिंग नंबर: {tracking_number}\n{cash_ready}"
    ),
    "shipped_by_us": "आपका ऑर्डर {number} रवाना हो गया है: हम खुद पहुँचाएँगे।\n{cash_ready}",
    "part_shipped": (
        "आपके ऑर्डर {number} का एक हिस्सा {carrier} से रवाना हो गया है।\n"
        "ट्रैकिंग नंबर: {tracking_number}\n{contents}\nबाकी सामान बाद में आएगा।"
    ),
    "part_shipped_by_us": (
        "आपके ऑर्डर {number} का एक हिस्सा रवाना हो गया है: हम खुद पहुँचाएँगे।\n"
        "{contents}\nबाकी सामान बाद में आएगा।"
    ),
    "rest_shipped": (
        "आपके ऑर्डर {number} का बाकी सामान {carrier} से रवाना हो गया है।\n"
        "ट्रैकिंग नंबर: {tracking_number}\n{contents}\n{cash_ready}"
    ),
    "rest_shipped_by_us": (
        "आपके ऑर्डर {number} का बाकी सामान रवाना हो गया है: हम खुद पहुँचाएँगे।\n{contents}\n{cash_ready}"
    ),
    "tracking_changed": (
        "आपका ऑर्डर {number}: पार्सल की सही ट्रैकिंग जानकारी यह है।\n"
        "{carrier}, ट्रैकिंग नंबर: {tracking_number}"
    ),
    "tracking_changed_by_us": "आपका ऑर्डर {number}: यह पार्सल हम खुद पहुँचाएँगे।",
    "delivered": "आपका ऑर्डर {number} पहुँचा दिया गया है। {shop} से खरीदने के लिए धन्यवाद!",
    "picked_up": "आपका ऑर्डर {number} आपको दे दिया गया है। {shop} से खरीदने के लिए धन्यवाद!",
    "on_hold": "हम आपके ऑर्डर {number} में कुछ जाँच रहे हैं और जल्द ही आपको लिखेंगे।",
    "goes_on": "अच्छी खबर: आपका ऑर्डर {number} आगे बढ़ रहा है। {next}",
    "cancelled": ("माफ़ कीजिए, आपका ऑर्डर {number} रद्द कर दिया गया है।\nकारण: {reason}\n{money_back}"),
    "cancelled_as_asked": "आपके कहने पर ऑर्डर {number} रद्द कर दिया गया है।\n{money_back}",
    "rejected": ("माफ़ कीजिए, हम आपका ऑर्डर {number} नहीं ले सकते।\nकारण: {reason}\n{money_back}"),
    "not_delivered": (
        "आपका ऑर्डर {number} पहुँचाया नहीं जा सका और हमारे पास वापस आ गया है।\n"
        "कारण: {reason}\n{money_back}"
    ),
    "returned": ("आपके ऑर्डर {number} का पूरा सामान हमें वापस मिल गया है।\nकारण: {reason}\n{money_back}"),
    "return_received": (
        "ऑर्डर {number} का जो सामान आपने लौटाया, वह हमें मिल गया है:\n{contents}\n{money_back}"
    ),
    "order_status": (
        "आपका ऑर्डर {number} ({total}): {stage}\n"
        "{carrier}, ट्रैकिंग नंबर: {tracking_number}\nपता: {address}\n{still_due}"
    ),
    "no_order": "हमें आपका कोई ऑर्डर नहीं मिला। हमारे कैटलॉग से चुनें और अपना कार्ट यहाँ भेजें।",
    "ask_which_order": "आप किस ऑर्डर की बात कर रहे हैं?",
    "cancel_asked": (
        "ऑर्डर {number} रद्द करने का आपका अनुरोध हमें मिल गया है। इस पर काम शुरू हो चुका है, "
        "इसलिए हमारी टीम इसे देखकर आपको लिखेगी।"
    ),
    "cannot_cancel": ("ऑर्डर {number} अब रद्द नहीं किया जा सकता। हमें यहाँ लिखें, हम कोई रास्ता निकालेंगे।"),
    "invoice": "यह रहा आपके ऑर्डर {number} का बिल।",
    "menu": "आप अपने ऑर्डर {number} के बारे में क्या जानना चाहेंगे?",
    "ask_language": "आप कौन-सी भाषा पसंद करेंगे?",
    "language_chosen": "अब से हम आपको हिन्दी में लिखेंगे।",
    "opted_out": (
        "अब आपको {shop} से मैसेज नहीं मिलेंगे। मन बदले तो START लिखें। आपके ऑर्डर पहले की तरह चलते रहेंगे।"
    ),
    "opted_in": "आपका फिर से स्वागत है! अब {shop} आपको मैसेज भेज सकता है।",
}
