"""How `{{ form }}` and `{{ field.as_field_group }}` are drawn (settings.FORM_RENDERER)."""

from django.forms.renderers import DjangoTemplates


class FormRenderer(DjangoTemplates):
    """Vereda's forms: label, control, help and what is wrong, in words."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
