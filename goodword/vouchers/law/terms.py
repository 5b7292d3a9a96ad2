"""The words for the law on vouchers, in three languages; ``wording`` puts them together."""

from __future__ import annotations

EN: dict[str, str | dict[str, str]] = {
    "years": {"one": "{n} year", "other": "{n} years"},
    "rule.none": "{place}: the law sets no shortest time for a sold voucher; say the last day clearly.",
    "rule.at_least": "{place}: a sold voucher is valid for at least {span}.",
    "rule.at_least_year_end": "{place}: a sold voucher is valid for at least {span} from the end of its year of sale.",
    "rule.no_expiry": "{place}: a sold voucher must not expire.",
    "rule.promotional": "A voucher that was given away may have any last day.",
    "rule.unknown": "We have no rule on record for this country. Please look it up before choosing a short time.",
    "past": "{day} lies before the day of the sale, {sold}.",
    "earliest": "The earliest last day is {day}.",
    "leave_empty": "Leave the last day empty.",
    "source": "Source: {source}.",
    "cash_out": "{place}: a rest below {amount} is paid out in cash when the customer asks for it.",
    "breakage.issuer": "What is never redeemed stays with the business.",
    "breakage.confirmed": "Your accountant has confirmed that what is never redeemed stays with the business.",
    "breakage.ask": "What is never redeemed may belong to the state. Ask your accountant before taking it as revenue.",
    "breakage.state": "What is never redeemed goes to the state; it is never revenue.",
    "verified": "Checked against published sources on {day}. Not legal advice.",
    "assumed": "Assumed, not checked; last looked at on {day}. Not legal advice: please ask a lawyer.",
}

SV: dict[str, str | dict[str, str]] = {
    "years": {"one": "{n} år", "other": "{n} år"},
    "rule.none": "{place}: lagen anger ingen kortaste tid för sålda presentkort. Ange sista dagen tydligt.",
    "rule.at_least": "{place}: ett sålt presentkort gäller i minst {span}.",
    "rule.at_least_year_end": "{place}: ett sålt presentkort gäller i minst {span} från slutet av försäljningsåret.",
    "rule.no_expiry": "{place}: ett sålt presentkort får inte upphöra att gälla.",
    "rule.promotional": "Ett presentkort som har skänkts får ha vilken sista dag som helst.",
    "rule.unknown": "Vi har ingen regel för det här landet. Ta reda på vad som gäller innan du väljer en kort tid.",
    "past": "{day} ligger före försäljningsdagen, {sold}.",
    "earliest": "Den tidigaste sista dagen är {day}.",
    "leave_empty": "Lämna sista dagen tom.",
    "source": "Källa: {source}.",
    "cash_out": "{place}: ett saldo under {amount} betalas ut kontant om kunden ber om det.",
    "breakage.issuer": "Det som aldrig löses in stannar i företaget.",
    "breakage.confirmed": "Din revisor har bekräftat att det som aldrig löses in stannar i företaget.",
    "breakage.ask": "Det som aldrig löses in kan tillhöra staten. Fråga din revisor innan du intäktsför det.",
    "breakage.state": "Det som aldrig löses in går till staten och är aldrig en intäkt.",
    "verified": "Kontrollerat mot publicerade källor {day}. Inte juridisk rådgivning.",
    "assumed": "Antaget, inte kontrollerat; senast sett över {day}. Inte juridisk rådgivning: fråga en jurist.",
}

AR: dict[str, str | dict[str, str]] = {
    "years": {"one": "سنة واحدة", "two": "سنتين", "few": "{n} سنوات", "many": "{n} سنة", "other": "{n} سنة"},
    "rule.none": "{place}: لا يحدد القانون مدة دنيا للقسائم المباعة، فاذكر اليوم الأخير بوضوح.",
    "rule.at_least": "{place}: تسري القسيمة المباعة مدة لا تقل عن {span}.",
    "rule.at_least_year_end": "{place}: تسري القسيمة المباعة مدة لا تقل عن {span} من نهاية سنة البيع.",
    "rule.no_expiry": "{place}: لا يجوز أن تنتهي صلاحية القسيمة المباعة.",
    "rule.promotional": "القسيمة الممنوحة مجانًا يجوز أن يكون لها أي يوم أخير.",
    "rule.unknown": "لا توجد لدينا قاعدة مسجلة لهذا البلد. تحقق من القانون قبل اختيار مدة قصيرة.",
    "past": "{day} يسبق يوم البيع، وهو {sold}.",
    "earliest": "أقرب يوم أخير مسموح به هو {day}.",
    "leave_empty": "اترك اليوم الأخير فارغًا.",
    "source": "المصدر: {source}.",
    "cash_out": "{place}: يُدفع الرصيد نقدًا إذا كان أقل من {amount} وطلب العميل ذلك.",
    "breakage.issuer": "ما لا يُستخدم أبدًا يبقى للمنشأة.",
    "breakage.confirmed": "أكّد محاسبك أن ما لا يُستخدم أبدًا يبقى للمنشأة.",
    "breakage.ask": "قد يعود ما لا يُستخدم أبدًا إلى الدولة. اسأل محاسبك قبل احتسابه إيرادًا.",
    "breakage.state": "ما لا يُستخدم أبدًا يؤول إلى الدولة، ولا يُحتسب إيرادًا.",
    "verified": "رُوجع على مصادر منشورة في {day}. ليس مشورة قانونية.",
    "assumed": "مفترض ولم يُراجع، وآخر نظر فيه كان في {day}. ليس مشورة قانونية، يُرجى سؤال محامٍ.",
}

TERMS = {"en": EN, "sv": SV, "ar": AR}
