"""First shape of the register."""

from __future__ import annotations

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=400, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("sample", models.BooleanField(default=False)),
                ("holder", models.CharField(blank=True, max_length=400)),
                ("issuer", models.CharField(blank=True, max_length=200)),
                ("issued", models.DateField(blank=True, null=True)),
                ("expires", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("key",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=400, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("sample", models.BooleanField(default=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("enterprise", "Enterprise"),
                            ("cooperative", "Cooperative"),
                            ("household", "Household"),
                            ("authority", "Authority"),
                            ("laboratory", "Laboratory"),
                            ("carrier", "Carrier"),
                            ("shop", "Shop"),
                        ],
                        default="enterprise",
                        max_length=20,
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=300)),
                ("commune", models.CharField(blank=True, max_length=120)),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator("^\\+?[0-9][0-9 .]{5,}\\Z")
                        ],
                    ),
                ),
                ("name_shared", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ("key",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=400, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("sample", models.BooleanField(default=False)),
                ("organisation", models.CharField(blank=True, max_length=400)),
                ("address", models.CharField(blank=True, max_length=300)),
                ("commune", models.CharField(blank=True, max_length=120)),
                (
                    "latitude",
                    models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True),
                ),
                (
                    "longitude",
                    models.DecimalField(blank=True, decimal_places=5, max_digits=8, null=True),
                ),
            ],
            options={
                "ordering": ("key",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=400, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("sample", models.BooleanField(default=False)),
                ("brand", models.CharField(blank=True, max_length=120)),
                ("description", models.CharField(blank=True, max_length=300)),
                ("description_en", models.CharField(blank=True, max_length=300)),
                (
                    "image",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[
                            django.core.validators.RegexValidator("^/(?:static|media)/[\\w./-]+\\Z")
                        ],
                    ),
                ),
                ("image_alt", models.CharField(blank=True, max_length=200)),
                ("image_alt_en", models.CharField(blank=True, max_length=200)),
                ("category", models.CharField(blank=True, max_length=60)),
                ("storage", models.CharField(blank=True, max_length=200)),
                ("storage_en", models.CharField(blank=True, max_length=200)),
                ("origin", models.CharField(blank=True, max_length=200)),
                ("origin_en", models.CharField(blank=True, max_length=200)),
                ("producer", models.CharField(blank=True, max_length=400)),
                ("standards", models.JSONField(blank=True, default=list)),
            ],
            options={
                "ordering": ("key",),
                "abstract": False,
            },
        ),
    ]
