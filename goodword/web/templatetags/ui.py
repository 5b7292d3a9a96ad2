"""Template tags of the design system: ``{% load ui %}``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info

from goodword.money import Amount
from goodword.web import drawing, labels, showing

register = template.Library()
THEMES = frozenset({"light", "dark"})


@register.simple_tag
def icon(name: str, css: str = "size-5", label: str = "") -> SafeString:
    """Draw a lucide icon inline; with ``label`` a screen reader says it."""
    return drawing.icon_svg(name=name, css=css, label=label)


@register.simple_tag
def sparkline(values: Sequence[float], css: str = "text-primary") -> SafeString:
    """Draw a small line of ``values``."""
    return drawing.sparkline_svg(values=values, css=css)


@register.simple_tag
def bar(value: float, most: float, css: str = "text-primary") -> SafeString:
    """Draw a bar as long as ``value`` is of ``most``."""
    return drawing.bar_svg(value=value, most=most, css=css)


@register.simple_tag
def parts(values: Sequence[tuple[float, str]], most: float, label: str) -> SafeString:
    """Draw one bar made of parts, (value, colour's class) each, as long as they are of ``most``; ``label`` says it."""
    return drawing.parts_svg(parts=values, most=most, label=label)


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """Draw a QR code of ``text``."""
    return drawing.qr_svg(text=text, label=label)


@register.filter
def number(value: float) -> str:
    """Write a number the language's way."""
    return showing.number(value)


@register.filter
def percent(value: float) -> str:
    """Write a fraction (0.135) as a percentage."""
    return showing.percent(value)


@register.filter
def amount(value: Amount) -> SafeString:
    """Write an Amount, kept together and in its own direction."""
    return format_html('<bdi dir="ltr" data-num>{}</bdi>', showing.amount(value))


@register.filter
def day(value: date | datetime) -> SafeString:
    """Write a date for people and for machines."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), showing.day(value))


@register.filter
def month(value: date) -> str:
    """Write a month with its year."""
    return showing.month(value)


@register.filter
def moment(value: datetime) -> SafeString:
    """Write a day and a time for people and for machines."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), showing.moment(value))


@register.filter
def clock(value: datetime) -> SafeString:
    """Write a time of day for people and for machines."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), showing.clock(value))


@register.filter
def phone(value: str) -> str:
    """Write a telephone number as people read it; what is none (an e-mail address) stays as it is."""
    return showing.phone(value) if value.startswith("+") else value


@register.filter
def initials(name: str) -> str:
    """Return one or two letters that stand for a name."""
    words = [word for word in name.split() if word[0].isalpha()]
    if not words:
        return "·"
    first = words[0][0]
    return (first + words[-1][0] if len(words) > 1 else first).upper()


@register.filter
def look(code: str, group: str) -> labels.Look:
    """Return word, style and icon of a state; an unknown one is shown as it is written."""
    return labels.STATES[group].get(code) or labels.Look(code, "neutral", "circle-dot")  # type: ignore[arg-type]


@register.filter
def role_label(code: str) -> Any:
    """Name a role."""
    return labels.ROLE_NAMES.get(code, code)


@register.filter
def role_tone(code: str) -> str:
    """Return the tone of a role's badge."""
    return labels.ROLE_TONES.get(code, "neutral")


@register.filter
def how_label(code: str) -> Any:
    """Say how a referral was learnt."""
    return labels.HOW.get(code, code)


@register.filter
def share_source(code: str) -> Any:
    """Name by whom a link was passed on."""
    return labels.SHARE_SOURCES[code][0] if code in labels.SHARE_SOURCES else code


@register.filter
def share_source_icon(code: str) -> str:
    """Return the icon of the one who passed a link on."""
    return labels.SHARE_SOURCES[code][1] if code in labels.SHARE_SOURCES else "send"


@register.filter
def channel_label(code: str) -> Any:
    """Name a message channel."""
    return labels.CHANNELS[code][0] if code in labels.CHANNELS else code


@register.filter
def channel_icon(code: str) -> str:
    """Return a message channel's icon."""
    return labels.CHANNELS[code][1] if code in labels.CHANNELS else "send"


@register.filter
def kind_label(code: str) -> Any:
    """Name a kind of reward."""
    return labels.REWARD_KINDS[code][0] if code in labels.REWARD_KINDS else code


@register.filter
def kind_icon(code: str) -> str:
    """Return the icon of a kind of reward."""
    return labels.REWARD_KINDS[code][1] if code in labels.REWARD_KINDS else "gift"


@register.filter
def stage_steps(stage: str | None) -> list[dict[str, Any]]:
    """Return the five stages of work, each with its word and whether ``stage`` implies it."""
    codes = list(labels.STAGES)
    reached = codes.index(stage) if stage in labels.STAGES else -1
    return [
        {"code": code, "text": labels.STAGES[code], "done": i <= reached, "now": i == reached}
        for i, code in enumerate(codes)
    ]


@register.filter
def language_name(code: str) -> str:
    """Return a language's name in itself, as it stands in a list."""
    name = str(get_language_info(code)["name_local"])
    return name[:1].upper() + name[1:]


@register.simple_tag
def mail_leaves() -> bool:
    """Say whether this installation has a mail server."""
    return bool(getattr(settings, "MAIL_SERVER", False))


@register.simple_tag(takes_context=True)
def theme_attribute(context: template.Context) -> SafeString:
    """Write ``data-theme`` from the visitor's cookie, so the page never flashes the other theme; none: the system's."""
    request: HttpRequest | None = context.get("request")
    chosen = request.COOKIES.get("goodword_theme", "") if request is not None else ""
    return format_html(' data-theme="{}"', chosen) if chosen in THEMES else SafeString("")


@register.filter
def voucher_kind(code: str) -> Any:
    """Say whether a voucher was sold or given."""
    return labels.VOUCHER_KINDS[code][0] if code in labels.VOUCHER_KINDS else code


@register.filter
def voucher_kind_icon(code: str) -> str:
    """Return the icon of a kind of voucher."""
    return labels.VOUCHER_KINDS[code][1] if code in labels.VOUCHER_KINDS else "ticket-percent"


@register.filter
def paid(code: str) -> Any:
    """Say how a voucher was paid for."""
    return labels.PAID.get(code, code)


@register.simple_tag
def dot(colour: str) -> SafeString:
    """Draw a badge's colour: a dot, since no page may carry styles of its own."""
    return drawing.dot_svg(colour=colour)
