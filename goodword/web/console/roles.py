"""Which role may open which page: two literal tables, walked whole by tests/web/console/test_roles.py."""

from __future__ import annotations

SEE_ALL = frozenset({
    "figures.see", "referrals.see", "customers.see", "rewards.see", "messages.see", "problems.see", "programmes.see",
})  # fmt: skip
ENTER = frozenset({"customers.enter", "work.enter", "referrals.attribute"})
OFFICE = SEE_ALL | ENTER | {"rewards.change", "messages.retry", "problems.handle", "todos.handle", "customers.merge"}
MANAGER = OFFICE | {"messages.edit", "programmes.edit"}
ADMIN = MANAGER | {"referrals.remove", "people.manage", "keys.manage", "audit.see", "contacts.export", "contacts.erase"}
OWNER = ADMIN | {"demo.remove", "backups.make", "people.reset"}

# A technician stands at the customer's door: customers, their links, their words; no figures, no rewards (R123).
ROLES: dict[str, frozenset[str]] = {
    "owner": OWNER,
    "admin": ADMIN,
    "manager": MANAGER,
    "office": OFFICE,
    "technician": frozenset({"customers.see"}) | ENTER,
    "viewer": SEE_ALL,
}

# Every address of the console and what it asks for. "" asks for a membership only.
PAGES: dict[str, str] = {
    "overview": "figures.see",
    "referrals": "referrals.see",
    "referrals_sheet": "referrals.see",
    "referral": "referrals.see",
    "referral_remove": "referrals.remove",
    "customers": "customers.see",
    "customer_new": "customers.enter",
    "customer": "customers.see",
    "customer_why": "customers.see",
    "customer_attribute": "referrals.attribute",
    "customer_link": "customers.see",
    "customer_share": "work.enter",
    "customer_invite": "work.enter",
    "customer_edit": "customers.enter",
    "customer_consent": "customers.enter",
    "customer_complaint": "customers.enter",
    "customer_block": "customers.enter",
    "customer_alias": "customers.enter",
    "customer_statement": "customers.see",
    "customer_statement_pdf": "customers.see",
    "customer_statement_csv": "customers.see",
    "customer_merge": "customers.merge",
    "customer_export": "contacts.export",
    "customer_erase": "contacts.erase",
    "customer_job": "work.enter",
    "customer_score": "work.enter",
    "customer_individual": "programmes.edit",
    "programme_individual": "programmes.edit",
    "customer_todo": "todos.handle",
    "todo": "todos.handle",
    "todo_done": "todos.handle",
    "todo_reopen": "todos.handle",
    "customer_visit": "work.enter",
    "today": "work.enter",
    "leaderboard": "figures.see",
    "reports": "figures.see",
    "report_customers": "figures.see",
    "report_sharing": "figures.see",
    "rewards": "rewards.see",
    "rewards_sheet": "rewards.see",
    "rewards_bulk": "rewards.change",
    "reward": "rewards.see",
    "reward_status": "rewards.change",
    "messages": "messages.see",
    "message": "messages.see",
    "message_retry": "messages.retry",
    "message_sent": "messages.retry",
    "wordings": "messages.edit",
    "wording": "messages.edit",
    "wording_ours": "messages.edit",
    "wording_test": "messages.edit",
    "problems": "problems.see",
    "problem_retry": "problems.handle",
    "problem_close": "problems.handle",
    "programmes": "programmes.see",
    "programme_new": "programmes.edit",
    "programme": "programmes.see",
    "programme_draft": "programmes.edit",
    "programme_publish": "programmes.edit",
    "backups": "backups.make",
    "backup_make": "backups.make",
    "backup_download": "backups.make",
    "backup_remove": "backups.make",
    "team": "people.manage",
    "team_invite": "people.manage",
    "invitation_renew": "people.manage",
    "invitation_withdraw": "people.manage",
    "member": "people.manage",
    "member_role": "people.manage",
    "member_remove": "people.manage",
    "member_reset": "people.reset",
    "keys": "keys.manage",
    "key_new": "keys.manage",
    "key_revoke": "keys.manage",
    "audit": "audit.see",
    "audit_sheet": "audit.see",
    "account": "",
    "business": "",
    "demo_remove": "demo.remove",
}
# These stand before the door: they choose or open a business.
OPEN = frozenset({"start", "start_demo", "start_own"})
