"""Português (Brasil). What it is made of: texts.py."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "order_received": (
        "{greeting} Recebemos o seu pedido {number}:\n{lines}\n{charges}\nTotal: {total}"
    ),
    "order_resumed": "Vamos continuar o seu pedido {number}:\n{lines}\n{charges}\nTotal: {total}",
    "closed_now": "Agora estamos fechados. Voltamos {opens}.",
    "lines_changed": (
        "Alteramos o seu pedido {number}. Ele agora tem:\n{lines}\n{charges}\n"
        "Novo total: {total}\n{still_due}\n{money_back}"
    ),
    "ask_about_cart": (
        "Recebemos o seu novo carrinho:\n{lines}\n\nO seu pedido {other_number}, de "
        "{other_total}, ainda não foi concluído. O que fazemos com os dois?"
    ),
    "carts_merged": (
        "O pedido {number} agora reúne os dois carrinhos:\n{lines}\n{charges}\nTotal: {total}"
    ),
    "cart_replaced": (
        "O pedido {number} substitui o pedido {other_number}:\n{lines}\n{charges}\nTotal: {total}"
    ),
    "carts_kept": (
        "O pedido {number} segue separado do pedido {other_number}:\n{lines}\n{charges}\n"
        "Total: {total}"
    ),
    "ask_address_form": "Onde devemos entregar? Toque abaixo para informar o endereço.",
    "ask_address": (
        "Onde devemos entregar? Responda com o endereço completo em uma só mensagem: "
        "nome, casa e rua, bairro, cidade e código PIN."
    ),
    "ask_address_elsewhere": (
        "Onde devemos entregar? Responda com o endereço completo em uma só mensagem: "
        "nome, rua e número, bairro, cidade e CEP."
    ),
    "ask_location": (
        "Onde devemos entregar? Envie a sua localização ou responda com o endereço em uma só "
        "mensagem: nome, rua e número, bairro e cidade."
    ),
    "ask_phone": "Inclua um telefone para o entregador.",
    "ask_saved_address": "Podemos entregar neste endereço?\n{saved_address}",
    "ask_which_address": "Onde devemos entregar?",
    "change_address": "Vamos alterar o endereço do seu pedido {number}.",
    "address_kept": "Vamos entregar o pedido {number} em:\n{address}\n{new_total}",
    "address_incomplete": "Ainda não conseguimos entregar nesse endereço:\n{problems}",
    "place_not_served": "Infelizmente não entregamos em {postal_code}.",
    "no_cash_there": "Nesse endereço não é possível pagar em dinheiro na entrega.",
    "address_too_late": (
        "O seu pedido {number} já está a caminho. Vamos ver se ainda é possível mudar o endereço "
        "e avisamos você."
    ),
    "ask_payment": "Como você prefere pagar?",
    "verify_cash": (
        "Confirme o seu pedido {number}, por favor:\n{lines}\n{charges}\n"
        "Total: {total}, em dinheiro\nEntrega em: {address}"
    ),
    "cash_chosen": "Você paga {due} em dinheiro pelo pedido {number} quando ele chegar.",
    "cash_chosen_for_pickup": "Você paga {due} em dinheiro pelo pedido {number} na retirada.",
    "payment_link": "Pedido {number}: pague {due} aqui. Ele é confirmado assim que for pago.",
    "whatsapp_pay": (
        "Pedido {number}: confira os itens e pague. Ele é confirmado assim que for pago."
    ),
    "whatsapp_pay_footer": "{shop}",
    "transfer": (
        "Pedido {number}: envie {due}, por favor.\nFavorecido: {payee}\n{instructions}\n"
        "UPI: {upi_id}\nPix: {pix_key}\nReferência: {reference}\n"
        "Depois envie aqui uma foto do comprovante: vamos conferir e confirmar o seu pedido."
    ),
    "proof_received": (
        "Obrigado! Recebemos o comprovante do pedido {number}. Vamos conferir e confirmar o seu "
        "pedido."
    ),
    "claim_declined": (
        "Não encontramos o seu pagamento de {amount} pelo pedido {number}.\nMotivo: {reason}\n"
        "Ainda faltam {due}. Se você já pagou, fale com a gente por aqui."
    ),
    "payment_failed": (
        "O pagamento do pedido {number} não foi concluído, e nada foi cobrado.\n"
        "Tente de novo: {link}\n{or_cash}"
    ),
    "no_online_payment": (
        "No momento não conseguimos receber o pagamento on-line do pedido {number}."
    ),
    "payment_received": (
        "Recebemos {amount} pelo pedido {number}. Obrigado!\n{money_back}\n{still_due}"
    ),
    "already_paid": "O pedido {number} já está pago. Obrigado!",
    "refunded": "Devolvemos {amount} do pedido {number}.\n{days}",
    "waits_for_address": "Falta só o endereço para o seu pedido {number}, de {total}.",
    "waits_for_payment": "Falta só o pagamento do seu pedido {number}, de {total}.",
    "confirmed": (
        "O seu pedido {number} está confirmado.\n{payment}\nEntrega em: {address}\n{closed}\n{next}"
    ),
    "ready_for_pickup": (
        "O seu pedido {number} está pronto para retirada na loja {shop}.\n"
        "Apresente este código: {pickup_code}\n{cash_ready}"
    ),
    "shipped": (
        "O seu pedido {number} está a caminho com {carrier}.\n"
        "Código de rastreio: {tracking_number}\n{cash_ready}"
    ),
    "shipped_by_us": (
        "O seu pedido {number} está a caminho: nós mesmos fazemos a entrega.\n{cash_ready}"
    ),
    "part_shipped": (
        "Uma parte do seu pedido {number} está a caminho com {carrier}.\n"
        "Código de rastreio: {tracking_number}\n{contents}\nO restante vai depois."
    ),
    "part_shipped_by_us": (
        "Uma parte do seu pedido {number} está a caminho: nós mesmos fazemos a entrega.\n"
        "{contents}\nO restante vai depois."
    ),
    "rest_shipped": (
        "O restante do seu pedido {number} está a caminho com {carrier}.\n"
        "Código de rastreio: {tracking_number}\n{contents}\n{cash_ready}"
    ),
    "rest_shipped_by_us": (
        "O restante do seu pedido {number} está a caminho: nós mesmos fazemos a entrega.\n"
        "{contents}\n{cash_ready}"
    ),
    "tracking_changed": (
        "Seu pedido {number}: estes são os dados certos para acompanhar a entrega.\n"
        "{carrier}, código de rastreio: {tracking_number}"
    ),
    "tracking_changed_by_us": "Seu pedido {number}: nós mesmos fazemos esta entrega.",
    "delivered": "O seu pedido {number} foi entregue. Obrigado por comprar com {shop}!",
    "picked_up": "O seu pedido {number} foi retirado. Obrigado por comprar com {shop}!",
    "on_hold": "Estamos verificando um detalhe do seu pedido {number} e logo avisamos você.",
    "goes_on": "Boa notícia: o seu pedido {number} segue em frente. {next}",
    "cancelled": (
        "Sentimos muito: o seu pedido {number} foi cancelado.\nMotivo: {reason}\n{money_back}"
    ),
    "cancelled_as_asked": ("O seu pedido {number} foi cancelado, como você pediu.\n{money_back}"),
    "rejected": (
        "Sentimos muito: não podemos atender o seu pedido {number}.\nMotivo: {reason}\n{money_back}"
    ),
    "not_delivered": (
        "Não foi possível entregar o seu pedido {number}, e ele voltou para nós.\n"
        "Motivo: {reason}\n{money_back}"
    ),
    "returned": ("Recebemos de volta tudo do seu pedido {number}.\nMotivo: {reason}\n{money_back}"),
    "return_received": (
        "Recebemos o que você devolveu do pedido {number}:\n{contents}\n{money_back}"
    ),
    "order_status": (
        "Seu pedido {number}, de {total}: {stage}\n"
        "{carrier}, código de rastreio: {tracking_number}\nEntrega em: {address}\n{still_due}"
    ),
    "no_order": (
        "Não encontramos nenhum pedido seu. Escolha no nosso catálogo e envie o carrinho por aqui."
    ),
    "ask_which_order": "De qual pedido você está falando?",
    "cancel_asked": (
        "Recebemos o seu pedido de cancelamento do pedido {number}. Como ele já está sendo "
        "preparado, uma pessoa da loja vai ver e responder a você."
    ),
    "cannot_cancel": (
        "O pedido {number} não pode mais ser cancelado. Fale com a gente por aqui e "
        "encontramos uma solução."
    ),
    "invoice": "Aqui está o recibo do seu pedido {number}.",
    "menu": "O que você quer saber sobre o seu pedido {number}?",
    "ask_language": "Qual idioma você prefere?",
    "language_chosen": "A partir de agora escrevemos para você em português.",
    "opted_out": (
        "Você não vai mais receber mensagens de {shop}. Se mudar de ideia, escreva START. "
        "Os seus pedidos continuam normalmente."
    ),
    "opted_in": "Que bom ter você de volta! {shop} pode voltar a escrever para você.",
}
