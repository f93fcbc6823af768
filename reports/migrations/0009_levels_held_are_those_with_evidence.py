from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0008_covers_of_organisations"),
    ]

    operations = [
        migrations.RenameField("yearlyresult", "passes_strict", "passes_provisional"),
    ]
