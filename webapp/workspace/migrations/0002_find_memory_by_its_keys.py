import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workspace", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="memoryentry", name="memory_exact"),
        migrations.RemoveField(model_name="memoryentry", name="context_hash"),
        migrations.RemoveField(model_name="memoryentry", name="source_hash"),
        migrations.AddField(
            model_name="memoryentry",
            name="exact_key",
            field=models.BigIntegerField(db_index=True, default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="memoryentry",
            name="normal_key",
            field=models.BigIntegerField(db_index=True, default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="memoryentry",
            name="context_key",
            field=models.BigIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="MemoryKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key",
                        "length",
                        "entry_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("key", models.BigIntegerField()),
                ("length", models.SmallIntegerField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keys",
                        to="workspace.memoryentry",
                    ),
                ),
            ],
        ),
    ]
