"""Opening somebody's text leaves a line, and no line can be taken back."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.webapp.usage.factories import GenerationFactory
from webapp.accounts.models import User
from webapp.generation.models import Generation
from webapp.usage.models import AccessRecord

pytestmark = pytest.mark.django_db


def opened(generation: Generation) -> str:
    return reverse("admin:generation_generation_change", args=[generation.pk])


def test_opening_a_text_notes_who_whose_what_and_when(
    root_client: Client, root: User, alice: User
) -> None:
    generation = GenerationFactory.create(person=alice)

    page = root_client.get(opened(generation)).content.decode()

    line = AccessRecord.objects.get()
    assert "What is the capital of France?" in page
    assert (line.reader, line.reader_email) == (root, "root@example.com")
    assert (line.person, line.generation_id) == (alice, generation.pk)
    assert line.read_at is not None


def test_each_opening_is_noted_and_ones_own_is_not(
    root_client: Client, root: User, alice: User
) -> None:
    theirs = GenerationFactory.create(person=alice)
    for _ in range(2):
        root_client.get(opened(theirs))
    root_client.get(opened(GenerationFactory.create(person=root)))

    assert AccessRecord.objects.count() == 2


def test_the_list_shows_no_text_and_notes_nothing(
    root_client: Client, alice: User
) -> None:
    GenerationFactory.create(person=alice)

    page = root_client.get(reverse("admin:generation_generation_changelist"))

    assert "Alice" in page.content.decode()
    assert "France" not in page.content.decode()
    assert not AccessRecord.objects.exists()


def test_who_may_not_open_it_sees_nothing_and_leaves_no_line(
    client: Client, clerk: User, alice: User
) -> None:
    generation = GenerationFactory.create(person=alice)
    client.force_login(clerk)

    assert client.get(opened(generation)).status_code == 403
    assert not AccessRecord.objects.exists()


def test_no_administrator_can_write_generations_or_the_ledger(
    root_client: Client, alice: User
) -> None:
    generation = GenerationFactory.create(person=alice)
    root_client.get(opened(generation))
    line = AccessRecord.objects.get()

    for name, pk in (
        ("generation_generation", generation.pk),
        ("usage_accessrecord", line.pk),
    ):
        add = reverse(f"admin:{name}_add")
        change = reverse(f"admin:{name}_change", args=[pk])
        delete = reverse(f"admin:{name}_delete", args=[pk])
        assert root_client.get(add).status_code == 403
        assert root_client.post(add, {"output": "forged"}).status_code == 403
        assert root_client.post(change, {"output": "forged"}).status_code == 403
        assert root_client.post(delete, {"post": "yes"}).status_code == 403
        every = {
            "action": "delete_selected",
            "_selected_action": str(pk),
            "post": "yes",
        }
        root_client.post(reverse(f"admin:{name}_changelist"), every)

    generation.refresh_from_db()
    assert generation.output == "The capital of France is Paris."
    assert AccessRecord.objects.filter(pk=line.pk).exists()


def test_the_line_outlives_the_people(root_client: Client, alice: User) -> None:
    root_client.get(opened(GenerationFactory.create(person=alice)))
    User.objects.all().delete()

    line = AccessRecord.objects.get()
    assert (line.reader, line.person) == (None, None)
    assert line.reader_email == "root@example.com"


def test_a_text_is_shown_as_text_and_never_runs(
    root_client: Client, alice: User
) -> None:
    attack = '<script>alert(1)</script><b x-data x-init="alert(2)">'
    generation = GenerationFactory.create(
        person=alice, output=attack, messages=[{"role": "user", "content": attack}]
    )

    page = root_client.get(opened(generation)).content.decode()

    assert attack not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2
