"""What tables of vouchers call their columns, states, instruments and ways to pay, in English, Swedish and Arabic."""

from __future__ import annotations

from goodword.inbox.tables import tenders
from goodword.inbox.tables.kind import headings

HEADS = headings("""
serial: serial, serial number, serial no, voucher number, voucher no, voucher #, voucher id, certificate number,
    gift certificate number, certificate no, löpnummer, serienummer, presentkortsnummer, الرقم التسلسلي, رقم القسيمة
code: code, voucher code, gift code, gift card code, redemption code, card code, gift card number, gift card no,
    gift card #, card number, gift card, gan, kod, presentkortskod, kortnummer, الرمز, رمز القسيمة, رقم البطاقة
voucher_kind: kind, voucher kind, instrument, sold or promotional, gift card type, typ, النوع
value: value, face value, original value, initial value, original amount, initial balance, amount, voucher value,
    amount sold, starting balance, värde, ursprungligt värde, belopp, القيمة, القيمة الأصلية
balance: balance, remaining, remaining balance, current balance, balance left, amount remaining, remaining value,
    available balance, outstanding, saldo, kvar, återstår, kvarvarande saldo, الرصيد, المتبقي
redeemed: redeemed, redeemed so far, redeemed amount, amount redeemed, total redeemed, used amount, amount used,
    total used, value used, value redeemed, inlöst belopp, använt belopp, förbrukat, المستخدم, المبلغ المستخدم
service: service, service name, named service, treatment, treatment name, tjänst, behandling, الخدمة, اسم الخدمة
badges: badges, badge, job badges, märken, märke, الشارات, الشارة
sold_on: sold on, date sold, sold, sale date, purchase date, purchased on, purchased, date purchased, issue date,
    issued on, issued, date issued, activated, activation date, created, created at, date, såld, säljdatum, köpdatum,
    utfärdad, تاريخ البيع, تاريخ الإصدار, التاريخ
expires: expires, expires on, expiry, expiry date, expiration, expiration date, last day, valid until, valid to,
    giltig till, giltigt till, utgår, sista dag, تاريخ الانتهاء, صالحة حتى
status: status, state, voucher status, statusar, الحالة
reference: reference, payment reference, payment id, transaction id, order number, order id, receipt number, invoice
    number, referens, betalningsreferens, ordernummer, kvittonummer, المرجع, رقم الطلب
location: location, branch, store, shop, plats, butik, salong, الفرع
message: message, greeting, note to recipient, gift message, personal message, hälsning, meddelande, الرسالة
currency: currency, currency code, valuta, العملة
""")
BUYER = headings("""
id: buyer id, purchaser id, customer id, client id, customer number, kundnummer, رقم العميل
name: buyer, buyer name, purchaser, purchaser name, purchased by, bought by, sold to, sender, from, from name,
    customer name, customer, client name, client, köpare, köparens namn, avsändare, المشتري, اسم المشتري
phone: buyer phone, purchaser phone, sender phone, customer phone, client phone, köparens telefon, هاتف المشتري
email: buyer email, purchaser email, sender email, customer email, client email, köparens e post, بريد المشتري
""")
RECIPIENT = headings("""
id: recipient id
name: recipient, recipient name, given to, issued to, to, to name, beneficiary, mottagare, mottagarens namn, المستلم,
    اسم المستلم
phone: recipient phone, recipient mobile, mottagarens telefon, هاتف المستلم
email: recipient email, mottagarens e post, بريد المستلم
""")
STATE_WORDS = headings("""
active: open, valid, available, issued, sold, activated, unused, unredeemed, not redeemed, outstanding, live, enabled,
    partially redeemed, partly redeemed, partially used, partly used, in use, aktiv, giltig, såld, öppen, delvis inlöst,
    oanvänd, نشطة, سارية, فعالة, صالحة
redeemed: used, fully redeemed, fully used, completed, spent, closed, empty, zero balance, inlöst, använd, förbrukad,
    مستخدمة, مستردة
expired: lapsed, out of date, utgången, förfallen, منتهية, منتهية الصلاحية
void: voided, cancelled, canceled, refunded, deleted, inactive, disabled, deactivated, lost, makulerad, annullerad,
    avbruten, återbetald, ملغاة, ملغية
unpaid: not paid, pending, not activated, awaiting payment, payment due, balance due, draft, obetald, ej betald,
    غير مدفوعة, بانتظار الدفع
blocked: frozen, suspended, on hold, in dispute, disputed, spärrad, fryst, محظورة, مجمدة, موقوفة
""")
BADGE_WORDS = headings("""
voucher: vouchers, gift voucher, gift vouchers, gift card, gift certificate, presentkort, värdebevis, قسيمة, قسيمة هدية
""")
KIND_WORDS = headings("""
sold: sale, paid, purchased, gift card, gift voucher, gift certificate, såld, köpt, presentkort, مباعة, مدفوعة
promotional: promo, promotion, complimentary, free, gift from us, given, given away, given for free, compensation,
    reklam, gratis, kampanj, gåva, ترويجية, مجانية, هدية
""")
PAID_WORDS = {
    "till": (*tenders.WORDS["cash"], "cash", "in store", "counter", "pos", "i kassan", "kassa", "الصندوق"),
    "card": tuple(word for word in tenders.WORDS["card"] if word != "stripe"),
    "bank_transfer": tenders.WORDS["bank_transfer"],
    "other": (*tenders.WORDS["other"], *tenders.WORDS["gift_card"], "online", "web", "website", "invoice", "faktura"),
    "complimentary": (*tenders.WORDS["promotional"], "free", "comp", "no charge", "given", "مجانا"),
}
NEVER = {"never", "none", "no", "no expiry", "no expiration", "does not expire", "unlimited", "n a", "aldrig", "ingen",
         "tills vidare", "أبدا", "بلا", "لا تنتهي"}  # fmt: skip
