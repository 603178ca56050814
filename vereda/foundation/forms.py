"""A form that answers for the action behind it."""

from collections.abc import Callable

from django import forms

from vereda.foundation.errors import Refused


class AnsweringForm(forms.Form):
    """A form that shows a refusal of its action as its own, and knows the status to answer."""

    answer_status = 200

    def accepts(self, act: Callable[[], object]) -> bool:
        """Whether what was sent is valid and `act` did it; a refusal stands in the form."""
        if not self.is_bound:
            return False
        self.answer_status = 422
        if not self.is_valid():
            return False
        try:
            act()
        except Refused as refused:
            self.answer_status = refused.status
            self.show_refusal(refused)
            return False
        return True

    def show_refusal(self, refused: Refused) -> None:
        """Say in the form why the action was refused."""
        self.add_error(None, str(refused))
