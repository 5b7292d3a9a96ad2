"""Template tags of the design system: ``{% load ui %}``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
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
def role_tone(code: str) -> str:
    """Return the tone of a role's badge."""
    return labels.ROLE_TONES.get(code, "neutral")


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


@register.simple_tag
def dot(colour: str) -> SafeString:
    """Draw a badge's colour: a dot, since no page may carry styles of its own."""
    return drawing.dot_svg(colour=colour)


def _word_of(words: Mapping[str, Any]) -> Callable[[str], Any]:
    """Return a filter that names a code: with its word, or the first of its word and icon."""

    def word(code: str) -> Any:
        found = words.get(code, code)
        return found[0] if isinstance(found, tuple) else found

    return word


def _icon_of(words: Mapping[str, tuple[Promise, str]], *, other: str) -> Callable[[str], str]:
    """Return a filter that gives a code's icon; ``other`` for a code nobody knows."""

    def icon_name(code: str) -> str:
        return words[code][1] if code in words else other

    return icon_name


# The filters that say what a code of ours means, and draw it; one that is not known is shown as it is written.
_WORDS: dict[str, Mapping[str, Any]] = {
    "role_label": labels.ROLE_NAMES,
    "how_label": labels.HOW,  # how a referral was learnt
    "share_source": labels.SHARE_SOURCES,  # by whom a link was passed on
    "channel_label": labels.CHANNELS,
    "kind_label": labels.REWARD_KINDS,
    "voucher_kind": labels.VOUCHER_KINDS,
    "paid": labels.PAID,  # how a voucher was paid for
}
_ICONS: dict[str, tuple[Mapping[str, tuple[Promise, str]], str]] = {
    "share_source_icon": (labels.SHARE_SOURCES, "send"),
    "channel_icon": (labels.CHANNELS, "send"),
    "kind_icon": (labels.REWARD_KINDS, "gift"),
    "voucher_kind_icon": (labels.VOUCHER_KINDS, "ticket-percent"),
}
for _name, _told in _WORDS.items():
    register.filter(_name, _word_of(_told))
for _name, (_drawn, _other) in _ICONS.items():
    register.filter(_name, _icon_of(_drawn, other=_other))
