"""Deciding about money: pure functions of terms and a day."""
