"""What a person may say in the wizard; strings become formats, mappings and repairs."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vereda.foundation.importing import FieldType, IdentityKey, ImportableKind, ImportField
from vereda.imports.contracts import (
    ENCODINGS,
    PASTED_CHARACTERS,
    ColumnPlan,
    Combination,
    DateOrder,
    Detected,
    Formats,
    Keep,
    Mapping,
)

if TYPE_CHECKING:
    Upload: TypeAlias = UploadedFile[Any]

_BLOCK = 1 << 20
DELIMITER_NAMES: dict[str, tuple[str, Promise | str]] = {
    "comma": (",", _("comma ,")),
    "semicolon": (";", _("semicolon ;")),
    "tab": ("\t", _("tab")),
    "bar": ("|", _("vertical bar |")),
}
DATE_ORDERS = [
    (DateOrder.YEAR_FIRST.value, _("year first: 2026-12-31")),
    (DateOrder.DAY_FIRST.value, _("day first: 31/12/2026")),
    (DateOrder.MONTH_FIRST.value, _("month first: 12/31/2026")),
]
DECIMAL_MARKS = [(".", _("point: 1,234.56")), (",", _("comma: 1.234,56"))]


class UploadForm(forms.Form):
    """The kind of rows and the file, or pasted cells."""

    kind = forms.ChoiceField(label=_("What does the file hold?"))
    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_(
            "CSV, TSV or Excel (.xlsx), also compressed (.gz). At most 200 MB and 5 million rows."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.ods,.gz"}),
    )
    pasted = forms.CharField(
        label=_("Or paste cells"),
        required=False,
        strip=False,
        max_length=PASTED_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Copy them from a spreadsheet, with the header."),
    )

    def __init__(self, *args: object, kinds: Sequence[ImportableKind], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["kind"].choices = [(kind.name, kind.label) for kind in kinds]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """One of the two is there."""
        cleaned: dict[str, object] = super().clean() or {}
        if not cleaned.get("file") and not str(cleaned.get("pasted") or "").strip():
            raise ValidationError(_("Choose a file or paste cells."))
        return cleaned

    @property
    def file_name(self) -> str:
        """The uploaded file's name, or a word for pasted cells."""
        file: Upload | None = self.cleaned_data.get("file")
        return file.name or "" if file else gettext("Pasted cells")

    def blocks(self) -> Iterator[bytes]:
        """The bytes, some at a time."""
        file: Upload | None = self.cleaned_data.get("file")
        if file:
            yield from file.chunks(_BLOCK)
        else:
            yield self.cleaned_data["pasted"].encode()


class FormatsForm(forms.Form):
    """How the file is written: what was detected, for the person to correct."""

    encoding = forms.ChoiceField(
        label=_("Encoding"),
        choices=[(name, name) for name in ENCODINGS],
        help_text=_("If letters like ñ or é look wrong, try another one."),
    )
    delimiter = forms.ChoiceField(
        label=_("Between cells"),
        choices=[(name, label) for name, (_mark, label) in DELIMITER_NAMES.items()],
    )
    header_line = forms.IntegerField(
        label=_("Line with the column names"),
        min_value=0,
        max_value=1000,
        help_text=_("0 if the file has no header."),
    )
    decimal = forms.ChoiceField(label=_("Decimal mark"), choices=DECIMAL_MARKS)
    dates = forms.ChoiceField(label=_("Order of dates"), choices=DATE_ORDERS)
    missing = forms.CharField(
        label=_("Also means empty"),
        required=False,
        max_length=200,
        help_text=_("Marks for “nothing here”, separated by spaces: ? NA n/a"),
    )
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    time_zone = forms.CharField(label=_("Time zone of clock times"), max_length=64)

    def __init__(self, *args: object, sheets: Sequence[str], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        if len(sheets) > 1:
            self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]
        else:
            del self.fields["sheet"]

    @staticmethod
    def initial_of(formats: Formats) -> dict[str, object]:
        """What the form shows for these formats."""
        names = {mark: name for name, (mark, _label) in DELIMITER_NAMES.items()}
        return {
            "encoding": formats.encoding,
            "delimiter": names[formats.delimiter],
            "header_line": formats.header_line,
            "decimal": formats.decimal,
            "dates": formats.dates.value,
            "missing": " ".join(formats.missing),
            "sheet": formats.sheet,
            "time_zone": formats.time_zone,
        }

    def clean_time_zone(self) -> str:
        """A zone that exists."""
        name: str = self.cleaned_data["time_zone"]
        if name not in available_timezones():
            raise ValidationError(_("There is no such time zone. Write one like Europe/Madrid."))
        return name

    def formats(self, before: Formats) -> Formats:
        """What the person said."""
        said = self.cleaned_data
        return Formats(
            encoding=said["encoding"],
            delimiter=DELIMITER_NAMES[said["delimiter"]][0],
            header_line=said["header_line"],
            decimal=said["decimal"],
            dates=DateOrder(said["dates"]),
            missing=tuple(dict.fromkeys(said["missing"].split())),
            sheet=said.get("sheet") or before.sheet,
            time_zone=said["time_zone"],
        )


class IdentityForm(forms.Form):
    """The key by which rows are recognised."""

    identity = forms.ChoiceField(
        label=_("How is a row recognised?"), widget=forms.RadioSelect, choices=()
    )

    def __init__(self, *args: object, keys: Sequence[IdentityKey], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self.fields["identity"].choices = [(key.name, key.label) for key in keys]  # type: ignore[attr-defined]


class NewFieldForm(forms.Form):
    """A custom field made on the way."""

    label = forms.CharField(label=_("Name of the new field"), max_length=60)
    type = forms.ChoiceField(
        label=_("What it holds"),
        choices=[
            (FieldType.TEXT.value, _("text")),
            (FieldType.INTEGER.value, _("whole number")),
            (FieldType.DECIMAL.value, _("number")),
            (FieldType.DATE.value, _("date")),
            (FieldType.BOOLEAN.value, _("yes or no")),
        ],
    )


class MappingFileForm(forms.Form):
    """A mapping file made by an earlier import."""

    file = forms.FileField(label=_("Mapping file (.toml)"))

    def clean_file(self) -> str:
        """Its text."""
        file: Upload = self.cleaned_data["file"]
        if (file.size or 0) > 200_000:
            raise ValidationError(_("The mapping file is too long."))
        try:
            return bytes(file.read()).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(_("The mapping file is not UTF-8 text.")) from error


def mapping_said(post: QueryDict, *, before: Mapping, detected: Detected) -> Mapping:
    """The mapping that the columns page sends: one row of controls per column, by position."""
    earlier = {plan.name: plan for plan in before.columns}
    columns = [
        _column_said(post, number, earlier.get(name, ColumnPlan(name)))
        for number, name in enumerate(detected.columns)
    ]
    combined = [
        Combination(plan.to, (plan.name, time))
        for number, plan in enumerate(columns)
        if plan.to and (time := post.get(f"time-{number}", "")) in detected.columns
    ]
    joined = {one.columns[0] for one in combined}
    plans = [ColumnPlan(plan.name) if plan.name in joined else plan for plan in columns]
    constants = {
        key.removeprefix("constant-"): text.strip()
        for key, text in post.items()
        if key.startswith("constant-") and isinstance(text, str) and text.strip()
    }
    keep = post.get("keep", before.keep.value)
    return Mapping(
        kind=before.kind,
        identity=before.identity,
        formats=detected.formats,
        columns=tuple(plans),
        constants=constants,
        combined=tuple(combined),
        keep=Keep(keep) if keep in list(Keep) else Keep.ALL,
        last_by=post.get("last_by", ""),
    )


def _column_said(post: QueryDict, number: int, plan: ColumnPlan) -> ColumnPlan:
    dates = post.get(f"dates-{number}", plan.dates)
    decimal = post.get(f"decimal-{number}", plan.decimal)
    return ColumnPlan(
        name=plan.name,
        to=post.get(f"to-{number}", ""),
        by=post.get(f"by-{number}", plan.by),
        values=_words_said(post.get(f"values-{number}", "")),
        split=post.get(f"split-{number}", plan.split)[:5],
        decimal=decimal if decimal in (".", ",") else "",
        dates=dates if dates in list(DateOrder) else "",
        missing=plan.missing,
        empty="clear" if post.get(f"empty-{number}") == "clear" else "keep",
        invalid="empty" if post.get(f"invalid-{number}") == "empty" else "reject",
    )


def _words_said(text: str) -> dict[str, str]:
    """Lines like "Alta = high"."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {word.strip(): value.strip() for word, _mark, value in pairs if word.strip()}


def words_shown(plan: ColumnPlan) -> str:
    """The lines that `mapping_said` reads back."""
    return "\n".join(f"{word} = {value}" for word, value in plan.values.items())


def fields_shown(fields: Sequence[ImportField]) -> list[tuple[str, str, bool]]:
    """Name, label and whether it must be mapped, for a list to choose from."""
    return [(field.name, str(field.label), field.required) for field in fields]
