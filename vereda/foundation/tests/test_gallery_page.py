import re

from django.template import engines

STYLE = re.compile(rb"""\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\bsrc=)|hx-on""")


def test_the_gallery_draws_every_component_without_anything_inline(client):
    answer = client.get("/gallery")

    assert answer.status_code == 200
    assert STYLE.findall(answer.content) == []


def test_the_theme_is_a_class_of_the_document(client):
    assert b"theme-dark" in client.get("/gallery?theme=dark").content
    assert b"theme-" not in client.get("/gallery?theme=hotdog").content.split(b">", 2)[1]


def test_a_cell_refuses_an_empty_stage_with_the_form_and_the_reason(client):
    answer = client.get("/gallery?cell=save&stage=+")

    assert answer.status_code == 422
    assert b"A stage needs a name." in answer.content


def test_errors_have_pages_of_their_own():
    template = engines["django"].get_template

    shown = [template(name).render() for name in ("403.html", "404.html", "500.html")]

    assert ["Vereda" in page for page in shown] == [True, True, True]
