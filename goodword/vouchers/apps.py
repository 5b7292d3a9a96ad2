from django.apps import AppConfig


class VouchersConfig(AppConfig):
    name = "goodword.vouchers"
    label = "vouchers"
