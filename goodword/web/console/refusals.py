"""Refusals in the words of the page's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from goodword.engine.wording import reason
from goodword.engine.wording.reasons import REASONS
from goodword.errors import Refused
from goodword.vouchers.law import wording as law

SENTENCES: dict[str, Promise] = {
    "contact_erased": _("This customer was erased; nothing more is written about them."),
    "bad_alias": _("At most 40 characters, in one line."),
    "already_merged": _("The two are one customer already."),
    "reason_required": _("Please say why: it is kept with your name."),
    "not_allowed": _("That is no longer possible: its state has changed meanwhile."),
    "nothing_left": _("Nothing of it is left."),
    "already_active": _("It was sold before."),
    "already_expired": _("That last day is over. Choose a later one."),
    "amount_required": _("What is it worth? Write an amount above zero."),
    "bad_count": _("How many? A whole number from 1 to 100,000."),
    "bad_payment": _("Choose how it was paid."),
    "bad_range": _("That is no range: first and last need one prefix, the smaller number first."),
    "bad_refund": _("Choose how it is paid back."),
    "bad_serial": _("That is no serial. Write it like FERN-000123."),
    "badge_exists": _("There is a badge of that name already."),
    "badge_not_found": _("There is no such badge any more."),
    "badge_required": _("Choose a badge."),
    "code_unreadable": _("The code was kept under another secret key. Bring back the key it was made with."),
    "invalid_contact": _("Leave a name, a phone number or an e-mail address."),
    "location_not_found": _("There is no such location."),
    "mixed_kinds": _("Cards to be sold and cards to be given away do not go together."),
    "not_an_extension": _("The new last day has to be later than the old one, and not over."),
    "not_cash": _("It was given away, so it is never paid out."),
    "recipient_of_many": _("Name the recipient of each voucher by itself, afterwards."),
    "serial_taken": _("There is a voucher of that serial already."),
    "too_many_serials": _("At most 10,000 cards at once."),
    "value_fixed": _("A card was printed with another value: %(serial)s. Leave the value empty."),
    "voucher_expired": _("Its last day has passed."),
    "voucher_frozen": _("It is on hold while a question about it is open."),
    "voucher_not_active": _("This card was not sold yet."),
    "voucher_not_found": _("We know no such voucher."),
    "voucher_void": _("It was cancelled."),
    "card_too_full": _(
        "Not all that %(serial)s has to say stands on a card of this size. Print backs, or choose a larger card."
    ),
    "closed_default": _(
        "The design that is used where no other is chosen stays on offer. Choose another one for that first."
    ),
    "design_exists": _("There is a design of that name already."),
    "design_not_found": _("There is no such design."),
    "heading_too_long": _("That is too long: at most %(most)s characters."),
    "no_cards": _("There is no card to print."),
    "not_printable": _("It is used up, expired or cancelled, so no card of it is printed."),
    "small_print_too_long": _(
        "There is no room for so much small print on a card. Shorten it, print backs, or choose a larger card."
    ),
    "too_many_cards": _("At most %(most)s cards go into one file."),
    "unknown_grid": _("Choose one of these."),
    "unknown_layout": _("Choose one of these."),
    "contact_not_found": _("We know nobody of that name."),
    "name_required": _("Please say who it was."),
    "changed_meanwhile": _("This has changed since you looked. Please look again: below is what would happen now."),
    "already_removed": _("This referral was removed before."),
    "reach_unusable": _("That phone number or e-mail address cannot be right."),
    "reach_required": _("Leave a phone number or an e-mail address."),
    "rule_not_found": _("Choose the rule it stands instead of."),
    "group_pays_the_dearest": _(
        "This rule competes with others, and the dearest pays. An individual reward there has to be written by hand."
    ),
    "programme_ended": _("This programme has ended."),
    "too_many_rewards": _("That is too many at once. Choose fewer."),
    "text_required": _("Please say what is to be done."),
    "bad_day": _("That is no day near enough. Choose one from the calendar."),
    "todo_is_done": _("Somebody was faster: it was done before."),
    "todo_is_open": _("It waits already."),
    "todo_is_over": _("The referral it was about no longer counts, so there is nothing left to do."),
    "not_money": _("That is not an amount. Write it like 25.00."),
    "too_many_digits": _("That has more decimals than the currency."),
    "amount_out_of_range": _("That amount is too large."),
    "invalid_ticket": _("Write the number of the ticket as the till does."),
    "job_required": _("Choose the job it will pay for."),
    "job_not_found": _("There is no such job any more."),
    "job_cancelled": _("That job was cancelled. Choose another one."),
    "insufficient_balance": _("There is not that much left on it."),
    "not_booked": _("No job is attached to this voucher."),
    "already_restored": _("That was given back before."),
    "redemption_not_found": _("There is no such redemption of this voucher."),
    "programme_exists": _("There is a programme of that id already. Open it and write its draft."),
    "programme_id_changed": _("A programme keeps its id."),
    "already_started": _("This installation has its business already. Please sign in."),
    "email_taken": _("This e-mail address has an account already."),
    "bad_email": _("That is no e-mail address."),
    "bad_password": _("Choose a longer or less common password: at least ten characters."),
    "backup_running": _("A backup is being made already."),
    "export_running": _("An export is being made already."),
    "not_a_table": _("This file is no table of text. Save it as CSV where it comes from, and choose it again."),
    "empty_table": _("This file holds no rows. Choose another one."),
    "file_too_large": _("This file is too large. Divide it into several, each with the line of headings."),
    "upload_gone": _(
        "The file itself is no longer kept here, for example after a backup was brought back. Choose it again and it "
        "goes on."
    ),
    "other_file": _("That is not the file this import was begun with."),
    "import_begun": _("This import has begun already."),
    "import_taken": _("Somebody is working on this import. Please look again in a minute."),
    "not_stoppable": _("It cannot be stopped any more."),
    "stopped": _("It was stopped. What it had brought in counts for nothing until it goes on."),
    "nothing_to_undo": _("There is nothing to undo: nothing of it was brought in."),
    "mapping_not_ready": _("The columns are not all matched yet."),
    "mapping_not_found": _("There is no way of reading saved under this name."),
    "no_descriptions": _("A price list is a CSV file with a column “Description”, “Name” or “Item”."),
    "unknown_line_kind": _("Choose one of these."),
    "unknown_kind": _("Choose one of these."),
    "unknown_preset": _("Choose one of these."),
    "unknown_form": _("Choose one of these."),
    "busy": _("Several files arrived at once. Please try again."),
    "bad_name": _("Please give a name."),
    "not_permitted": _("Only an owner or an administrator may do that."),
    "owners_only": _("Only an owner makes owners, changes them or lets them go."),
    "last_owner": _("A business keeps an owner. Make somebody else an owner first."),
    "unknown_role": _("Choose one of these roles."),
    "member_not_found": _("This person is not in the team any more."),
    "already_member": _("This person is in the team already."),
    "already_invited": _("There is an invitation to this address already. You can send it anew."),
    "invitation_not_found": _("There is no such invitation."),
    "invitation_over": _("This invitation was used, withdrawn or is too old."),
    "belongs_elsewhere": _(
        "This person also belongs to a business that you do not own, and the link would open that too. They can ask "
        "for a link at the sign-in, or the one who runs this server can make one."
    ),
    "no_scope": _("Choose at least one thing that the key may do."),
    "unknown_scope": _("Choose among these."),
    "bad_key_name": _("A key’s name has 1 to 100 characters."),
    "bad_source": _("Small letters, digits, dot, hyphen and _ only; “goodword” is ours."),
    "source_taken": _("Another key has, or had, this source."),
    "key_not_found": _("There is no such key."),
    "unknown_language": _("Choose one of these languages."),
    "wording_empty": _("Write something here, or go back to the original words."),
    "wording_too_long": _("That is too long: at most %(name)s characters."),
    "unbalanced_braces": _("A brace { or } stands alone. A variable is written like {first_name}."),
    "unknown_variable": _("This message has no variable %(name)s. Pick one from the list."),
    "subject_variable": _("%(name)s may be empty, so it cannot stand in the subject."),
    "variable_missing": _(
        "The message makes no sense without %(name)s. Put it on a line without other variables that may be empty."
    ),
    "always_empty": _("One line at least must need no variable that may be empty, or the message could be blank."),
    "wording_unusable": _("Your own words for a message could not be used. The original words were sent instead."),
    "too_many_tests": _("That is enough tests for this hour. Please try again later."),
    "test_failed": _("The provider did not take the test message. Nothing else was sent."),
    "not_a_duration": _("Write how long as a whole number from 1."),
    "words_needed": _("Say what it is."),
    "no_tiers": _("This kind is the same every time."),
    "not_rising": _("Each step begins later than the one before, at a whole number from 2."),
    "not_points": _("Points are a whole number from 1."),
    "not_a_percentage": _("Write a percentage from 1 to 100."),
    "not_a_time": _("Write a time like 21:00."),
    "not_a_web_address": _("That is no web address. Write it like https://www.example.com."),
    "not_a_choice": _("Choose one of these."),
    "not_in_range": _("Write a whole number from %(low)s to %(high)s."),
    "too_many": _("At most %(most)s of them."),
    "bad_words": _("Write at most %(most)s characters on one line."),
    "none_chosen": _("Choose at least one."),
    "unknown_country": _("Choose one of these."),
    "unknown_timezone": _("Choose one of these."),
    "unknown_currency": _("Choose one of these."),
    "bad_address": _("An address has at most six lines and 400 characters."),
    "bad_phone": _("That number cannot be right. Write it with its country code, like +1 303 555 0142."),
    "bad_region": _("Write the region in letters of its own, like CA, without the country."),
    "bad_colour": _("Write the colour like #0b6b57."),
    "currency_fixed": _("Amounts are on record in this currency, so it stays."),
    "link_target_loops": _("The link would lead to itself. Name a page of your own site."),
    "bad_location_id": _("Write 1 to 100 characters, as your other systems name the location."),
    "location_exists": _("There is a location of that id already."),
    "picture_too_big": _("That file is larger than 8 MB. Save it smaller and try again."),
    "picture_svg": _("SVG files can hold programs, so we do not take them. Save the picture as PNG."),
    "picture_kind": _("That is no picture we can use. Choose a PNG, JPEG or WebP file."),
    "picture_too_many_pixels": _("That picture has more than 30 million pixels. Save it smaller and try again."),
    "photo_required": _("Choose a photo of the code first."),
    "no_code_found": _(
        "No code was found in the photo. Hold the camera closer and straight above it, with enough light."
    ),
    "several_codes_found": _("There are several codes in the photo. Photograph one alone."),
    "too_many_pictures": _("Too many photos at once. Wait a minute, or type what is on the card."),
    "too_many_guesses": _(
        "That was tried too often. Please wait a quarter of an hour, or ask the office to look it up."
    ),
    "picture_too_small": _("That picture is smaller than 32 pixels. Choose a larger one."),
    "not_due": _("The law does not ask that this be paid out. Say why it is paid all the same."),
    "recipient_required": _("Say first whose it is, with a phone number or an e-mail address."),
    "not_in_days": _("Count in days or months: a last day has no hours."),
    "too_many_vouchers": _("That is too many at once. Choose fewer."),
    "voucher_not_enclosed": _("The e-mail with the voucher left without its PDF file."),
    "vouchers_guessed": _("Too many numbers and codes were asked for that nobody was given."),
    "policy_not_found": _("This version does not know the law that the voucher was sold under. Please update it."),
    "too_little_history": _(
        "There is too little history to estimate from: %(found)s months, and %(needed)s are needed."
    ),
    "picture_broken": _("That file is damaged or was not sent whole. Please choose it again."),
}


def sentence_of(refusal: Refused, *, lang: str) -> str:
    """Return why not, in one sentence; a code without words of its own is told as the core said it."""
    if refusal.code == "expiry_too_short":  # which law, and what it allows
        return law.refusal(refusal, lang)
    if refusal.code in SENTENCES:
        said = fault_sentence(refusal.code, str(refusal.facts.get("name", "")))
        return said % refusal.facts if "%(" in said else said
    if refusal.code in REASONS["en"]:
        return reason(refusal.code, lang)
    return refusal.detail


def fault_sentence(code: str, name: str = "") -> str:
    """Return the sentence of a code of ``SENTENCES`` with what it is about: a variable, or a number."""
    words = str(SENTENCES[code])
    shown = f"{{{name}}}" if name and not name.isdecimal() else name
    return words.replace("%(name)s", shown)
