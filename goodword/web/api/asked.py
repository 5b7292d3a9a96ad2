"""The shapes of bodies: an unknown key is refused, nothing is coerced."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from goodword.web.api.reading import Asked, Reason

Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=2000)]
Word = Annotated[str, Field(min_length=1, max_length=100)]
Words = Annotated[list[Word], Field(max_length=100)]


class ContactNamed(Asked):
    """A contact named otherwise than by an id: of another source, by phone or by e-mail."""

    source: Name | None = None
    external_id: Name | None = None
    phone: Text | None = None
    email: Text | None = None


Named = Name | ContactNamed


class ReferredByAsked(Asked):
    code: Name | None = None
    contact: Named | None = None


class ContactChanged(Asked):
    """What may change; keys that are not brought stay as they are."""

    name: Text = ""
    phone: Text | None = None
    email: Text | None = None
    language: Annotated[str, Field(max_length=20)] | None = None
    address: Text | dict[str, Any] | None = None
    company: Text | bool | None = None
    tags: Words = []
    clubs: Words = []
    partner: bool = False
    blocked: bool = False


class ContactAsked(ContactChanged):
    """A contact; ``referred_by`` attributes a referral, ``how`` says how it was learnt."""

    external_id: Name | None = None
    referred_by: ReferredByAsked | None = None
    how: Literal["link", "code", "name", "import", "partner_site"] | None = None


class MergeAsked(Asked):
    into: Annotated[Name, Field(description="The contact that stays: its id or external:<external_id>.")]


class ReferralAsked(Asked):
    """``friend`` and ``referrer``: an id, an external id of this key's source, or an object that names one."""

    friend: Named
    referrer: Named
    how: Literal["link", "code", "name", "import", "partner_site"] = "name"


class RemovalAsked(Asked):
    reason: Reason


class StatusAsked(Asked):
    """Overrides: pending to issued or declined, issued to reversed, issued to redeemed (custom, gift card, cash)."""

    status: Literal["issued", "declined", "reversed", "redeemed"]
    reason: Reason
