"""The addresses of the console; what each asks for stands in roles.py."""

from __future__ import annotations

from django.urls import path

from goodword.web.console import (
    attributing,
    backups,
    businesses,
    customer,
    customers,
    letters,
    overview,
    problems,
    programmes,
    referrals,
    reward,
    rewards,
    rewards_bulk,
    sharing,
    standing,
    start,
    todos,
    working,
)
from goodword.web.console.desk import View, page

app_name = "console"
READ, FORM, ACT = ("GET", "HEAD"), ("GET", "HEAD", "POST"), ("POST",)
DOORS: list[tuple[str, View, str, tuple[str, ...]]] = [
    ("", overview.show, "overview", READ),
    ("referrals", referrals.show, "referrals", READ),
    ("referrals/<str:ref>", referrals.one, "referral", READ),
    ("referrals/<str:ref>/remove", referrals.remove, "referral_remove", FORM),
    ("customers", customers.show, "customers", READ),
    ("customers/new", customers.new, "customer_new", FORM),
    ("customers/<str:ref>", customer.show, "customer", READ),
    ("customers/<str:ref>/attribute", attributing.show, "customer_attribute", FORM),
    ("customers/<str:ref>/link", sharing.show, "customer_link", READ),
    ("customers/<str:ref>/share", sharing.share, "customer_share", ACT),
    ("customers/<str:ref>/invite", sharing.invite, "customer_invite", ACT),
    ("customers/<str:ref>/edit", standing.edit, "customer_edit", FORM),
    ("customers/<str:ref>/consent", standing.consent, "customer_consent", FORM),
    ("customers/<str:ref>/complaint", standing.complaint, "customer_complaint", FORM),
    ("customers/<str:ref>/block", standing.block, "customer_block", FORM),
    ("customers/<str:ref>/alias", standing.alias, "customer_alias", FORM),
    ("customers/<str:ref>/job", working.job, "customer_job", FORM),
    ("customers/<str:ref>/score", working.score, "customer_score", ACT),
    ("customers/<str:ref>/todo", todos.new, "customer_todo", FORM),
    ("todo", todos.show, "todo", READ),
    ("todo/<str:ref>/done", todos.done, "todo_done", ACT),
    ("todo/<str:ref>/reopen", todos.reopen, "todo_reopen", ACT),
    ("rewards", rewards.show, "rewards", READ),
    ("rewards/bulk", rewards_bulk.decide, "rewards_bulk", ACT),
    ("rewards.csv", rewards.as_sheet, "rewards_sheet", READ),
    ("rewards/<str:ref>", reward.show, "reward", READ),
    ("rewards/<str:ref>/status", reward.change, "reward_status", FORM),
    ("messages", letters.show, "messages", READ),
    ("messages/<str:ref>/retry", letters.retry, "message_retry", ACT),
    ("problems", problems.show, "problems", READ),
    ("problems/<str:ref>/retry", problems.retry, "problem_retry", ACT),
    ("problems/<str:ref>/close", problems.close, "problem_close", ACT),
    ("programmes", programmes.show, "programmes", READ),
    ("programmes/new", programmes.new, "programme_new", FORM),
    ("programmes/<str:ref>", programmes.one, "programme", READ),
    ("programmes/<str:ref>/draft", programmes.draft, "programme_draft", FORM),
    ("programmes/<str:ref>/publish", programmes.publish_draft, "programme_publish", ACT),
    ("backups", backups.show, "backups", READ),
    ("backups/make", backups.make, "backup_make", ACT),
    ("backups/<str:ref>/download", backups.download, "backup_download", READ),
    ("backups/<str:ref>/remove", backups.remove, "backup_remove", FORM),
    ("business", businesses.choose, "business", FORM),
    ("demo/remove", businesses.remove_demo, "demo_remove", FORM),
]
urlpatterns = [
    path("start", start.show, name="start"),
    path("start/demo", start.demo, name="start_demo"),
    path("start/own", start.own, name="start_own"),
    *[path(address, page(name, view, methods=methods), name=name) for address, view, name, methods in DOORS],
]
