"""Words of privacy for templates."""

from django import template

from vereda.privacy.wording import source_words

register = template.Library()


@register.filter
def told_source(source: str) -> str:
    """Where an answer or a request came from: {{ consent.source|told_source }}."""
    return source_words(source)
