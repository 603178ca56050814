"""The pages of surveys: those without sign-in (answering), and those of the workspace."""
