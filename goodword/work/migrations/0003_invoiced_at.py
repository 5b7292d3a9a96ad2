"""When a job was invoiced gets a column of its own, so that summing the jobs of many friends reads an index only."""

import django.db.models.deletion
from django.db import migrations, models

_TOLD = {
    "postgresql": "(reached ->> 'invoiced')::timestamptz",
    # Django's own way of writing an instant in SQLite.
    "sqlite": "replace(replace(json_extract(reached, '$.invoiced'), 'T', ' '), '+00:00', '')",
}


def fill(_apps, editor):
    editor.execute(f"UPDATE work_job SET invoiced_at = {_TOLD[editor.connection.vendor]}")  # noqa: S608 - a constant


class Migration(migrations.Migration):
    dependencies = [
        ("business", "0002_staff_and_look"),
        ("people", "0003_found_by_anything"),
        ("work", "0002_finished_lately"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="invoiced_at",
            field=models.DateTimeField(blank=True, help_text="as ``reached`` says, for sums over many jobs", null=True),
        ),
        migrations.AlterField(
            model_name="job",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="jobs",
                to="people.contact",
            ),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["contact", "invoiced_at", "total"], name="job_of_contact"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
