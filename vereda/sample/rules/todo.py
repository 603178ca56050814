"""The words of what is to do in the sample, by language."""

TASKS: dict[str, tuple[tuple[str, int, bool], ...]] = {
    "es": (
        ("Preparar la revisión trimestral", 1, True),
        ("Enviar el resumen de lo acordado", 0, False),
        ("Preguntar quién sustituye a la persona de contacto", 4, False),
    ),
    "en": (
        ("Prepare the quarterly review", 1, True),
        ("Send the summary of what was agreed", 0, False),
        ("Ask who stands in for the contact", 4, False),
    ),
}
"""Title, days until it is due, whether it is urgent."""

QUEUE: dict[str, tuple[str, str]] = {
    "es": ("Clientes sin responsable fijo", "Llamada de diez minutos: ¿qué les falta?"),
    "en": ("Tech touch", "A call of ten minutes: what do they miss?"),
}
"""The name of the queue, and the title of its tasks."""
