"""The addresses that customers and friends see."""

from __future__ import annotations

from django.urls import path

from goodword.web.pages import (
    contact,
    home,
    landing,
    leaderboard,
    own_page,
    own_site,
    qr,
    robots,
    stopping,
    survey,
    voucher,
)  # fmt: skip

app_name = "pages"
urlpatterns = [
    path("", home.show, name="home"),
    path("r/", landing.find, name="find"),
    path("r/<str:code>", landing.show, name="landing"),
    path("r/<str:code>/terms", landing.terms, name="terms"),
    path("contact-us/<str:business>", contact.show, name="contact"),
    path("goodword.js", own_site.script, name="script"),
    path("callback/<str:business>", own_site.receive, name="callback"),
    path("robots.txt", robots.show, name="robots"),
    path("s/<str:token>", survey.show, name="survey"),
    path("s/<str:token>/comment", survey.comment, name="survey_comment"),
    path("leaderboard/<str:slug>", leaderboard.show, name="leaderboard"),
    path("share/<str:token>", own_page.show, name="own_page"),
    path("u/<str:token>", stopping.show, name="stop"),
    path("v/", voucher.find, name="voucher_find"),
    path("v/<str:code>", voucher.show, name="voucher"),
    path("qr/<str:code>.svg", qr.picture, name="qr"),
]
