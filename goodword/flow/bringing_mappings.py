"""How tables of a business are read, kept under a name for the next one of the kind."""

from __future__ import annotations

from datetime import datetime

import msgspec

from goodword.business.models import Business
from goodword.errors import Invalid, NotFound
from goodword.flow.bringing_file import form_of
from goodword.flow.bringing_upload import configure
from goodword.inbox.models import Import, SavedMapping
from goodword.inbox.tables.forms import Form


def save_mapping(*, import_: Import, name: str, now: datetime) -> SavedMapping:
    """Keep how this import is read under a name, for the next file of the kind; the same name is written over.

    Raises:
        Invalid: ``bad_name``.
    """
    name = " ".join(name.split())
    if not name or len(name) > 100:
        raise Invalid("bad_name", "a name has 1 to 100 characters", field="name")
    kept, _ = SavedMapping.objects.update_or_create(
        business_id=import_.business_id, kind=import_.kind, name=name,
        defaults={"source": import_.source, "form": import_.form, "mapping": import_.mapping, "words": import_.words,
                  "changed_at": now},
    )  # fmt: skip
    return kept


def use_mapping(import_: Import, *, name: str) -> Import:
    """Read a draft as was kept under a name; in which row its header stands is of this file.

    Raises:
        NotFound: ``mapping_not_found``.
        Refused: what :func:`configure` refuses.
    """
    found = SavedMapping.objects.filter(business_id=import_.business_id, name=name)
    if import_.kind:
        found = found.filter(kind=import_.kind)
    kept = found.order_by("pk").first()
    if kept is None:
        raise NotFound("mapping_not_found", f"there is no saved mapping “{name}”")
    if not import_.kind:
        configure(import_, kind=kept.kind)
    form = msgspec.structs.replace(msgspec.convert(kept.form, Form), header=form_of(import_).header)
    return configure(import_, source=kept.source, form=form, mapping=kept.mapping, words=kept.words)


def saved_mappings(*, business: Business, kind: str = "") -> list[SavedMapping]:
    """Return what is kept, by name."""
    found = SavedMapping.objects.filter(business=business).order_by("name", "kind")
    return list(found.filter(kind=kind) if kind else found)


def forget_mapping(*, business: Business, kind: str, name: str) -> None:
    """Remove a saved mapping.

    Raises:
        NotFound: ``mapping_not_found``.
    """
    gone, _ = SavedMapping.objects.filter(business=business, kind=kind, name=name).delete()
    if not gone:
        raise NotFound("mapping_not_found", f"there is no saved mapping “{name}”")
