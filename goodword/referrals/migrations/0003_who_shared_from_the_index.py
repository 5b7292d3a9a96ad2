from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("business", "0002_staff_and_look"),
        ("inbox", "0003_faster_lists"),
        ("people", "0003_found_by_anything"),
        ("referrals", "0002_closings_and_who_shared"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="share", name="share_source"),
        migrations.AddIndex(
            model_name="share",
            index=models.Index(fields=["business", "source", "at", "event"], name="share_source"),
        ),
    ]
