from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workspace", "0003_number_what_comes_and_goes"),
    ]

    operations = [
        migrations.RenameField(
            model_name="segmentrevision",
            old_name="before_people",
            new_name="before_values",
        ),
        migrations.AddField(
            model_name="segment",
            name="plural_group",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
