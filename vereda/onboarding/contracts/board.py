"""The columns of the board."""

from enum import StrEnum


class BoardColumn(StrEnum):
    """Where a plan stands: before the sale, in one of the sets, or at its end."""

    PRE_SALE = "pre_sale"
    SET_1 = "set_1"
    SET_2 = "set_2"
    SET_3 = "set_3"
    SET_4 = "set_4"
    SET_5 = "set_5"
    SET_6 = "set_6"
    SOLD = "sold"
    ONBOARDED = "onboarded"
