from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StoreConfig(AppConfig):
    name = "store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # After the permissions: those are made by the same signal, connected by an app that comes before this one.
        from store.people import make_roles

        post_migrate.connect(make_roles, sender=self)
