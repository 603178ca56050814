"""Files of an account: put there, fetched, removed."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.console.pages.account import files_tab, frame_of, opened_account
from vereda.customers.actions.files import add_file, remove_file
from vereda.customers.queries.accounts import account_with_key
from vereda.customers.queries.files import file_with_id, opened_file
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.downloads import as_download
from vereda.foundation.errors import Refused
from vereda.foundation.pages import answer, answer_after, notice


@page(may="customers.edit_account", methods=("POST",))
def upload(request: MemberRequest, account: str) -> HttpResponse:
    """Keep a file for the account."""
    row = account_with_key(request.member.workspace, account)
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise Refused(_("Choose a file first."))
        add_file(row, name=sent.name or "", content=sent.file, by=request.member, now=now())  # type: ignore[arg-type]
    except Refused as refused:
        opened = opened_account(request, account)
        context = {**frame_of(opened, "files"), **files_tab(opened), "refusal": refused.sentence}
        return answer(request, "console/account_files.html#tab", context, status=refused.status)
    notice(request, _("The file is kept."))
    return answer_after(request, to=files_url(request, row.key))


@page(may="customers.see", methods=READING)
def download(request: MemberRequest, account: str, file: UUID) -> FileResponse:
    """The file, always as an attachment: a browser never opens it as a page of ours."""
    row = file_with_id(account_with_key(request.member.workspace, account), file)
    return as_download(opened_file(row), name=row.name, media_type=row.media_type)


@page(may="customers.edit_account", methods=("POST",))
def remove(request: MemberRequest, account: str, file: UUID) -> HttpResponse:
    """Forget the file."""
    row = account_with_key(request.member.workspace, account)
    remove_file(file_with_id(row, file), by=request.member)
    notice(request, _("The file is gone."))
    return answer_after(request, to=files_url(request, row.key))


def files_url(request: MemberRequest, key: str) -> str:
    """The account's Files tab."""
    slug = request.member.workspace.slug
    names = {"workspace": slug, "account": key, "tab": "files"}
    return reverse("console:account-tab", kwargs=names)
