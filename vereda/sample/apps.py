from django.apps import AppConfig


class SampleConfig(AppConfig):
    name = "vereda.sample"
    label = "sample"
