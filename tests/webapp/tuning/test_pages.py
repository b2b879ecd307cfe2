"""What administrators see and do; to everybody else none of it exists."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from inference.contract import ModelInfo, ModelState, ModelStatus
from tests.webapp.tuning.factories import (
    MODEL,
    ModelVersionFactory,
    TuningJobFactory,
    running_job,
)
from webapp.accounts.models import User
from webapp.generation.heartbeats import WorkerStatus, heartbeat_send
from webapp.tuning.models import ModelVersion, TuningJob
from webapp.tuning.services import version_promote

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def addresses() -> list[tuple[str, str]]:
    job = TuningJobFactory.create()
    version = ModelVersionFactory.create()
    return [
        ("get", reverse("tuning_models")),
        ("post", reverse("tuning_models")),
        ("get", reverse("tuning_job", args=[job.pk])),
        ("get", reverse("tuning_curve", args=[job.pk])),
        ("post", reverse("tuning_cancel", args=[job.pk])),
        ("post", reverse("tuning_resume", args=[job.pk])),
        ("post", reverse("tuning_promote", args=[version.pk])),
        ("post", reverse("tuning_discard", args=[version.pk])),
        ("post", reverse("tuning_roll_back", args=[MODEL])),
    ]


def test_to_those_who_are_no_administrators_nothing_is_there(
    client: Client, alice: User, bob: User, charlie: User
) -> None:
    User.objects.filter(pk=charlie.pk).update(is_staff=True)  # with no rights of it
    for method, address in addresses():
        client.logout()
        assert getattr(client, method)(address).status_code == 302, "sign in first"
        for person in (alice, bob, charlie):
            client.force_login(person)
            assert getattr(client, method)(address).status_code == 404, address
    assert ModelVersion.objects.get().state == ModelVersion.State.CANDIDATE
    assert TuningJob.objects.get().status == TuningJob.Status.QUEUED


def test_the_menu_leads_administrators_there(page: Client, bob: User) -> None:
    link = f'href="{reverse("tuning_models")}"'
    assert link in page.get(reverse("accounts_settings")).content.decode()
    User.objects.filter(pk=bob.pk).update(is_staff=True)
    page.force_login(bob)
    assert link not in page.get(reverse("accounts_settings")).content.decode()


def test_a_job_is_started_by_an_upload(page: Client, admin: User) -> None:
    answer = page.post(
        reverse("tuning_models"),
        {
            "base": MODEL,
            "data_set": SimpleUploadedFile("edits.en-fr.tsv", b"a\tb\n"),
            "direction": "en-fr",
            "method": "lora",
            "epochs": 2,
        },
    )
    job = TuningJob.objects.get()
    assert answer.headers["Location"] == reverse("tuning_job", args=[job.pk])
    assert (job.person, job.data_name) == (admin, "edits.en-fr.tsv")
    assert job.settings == {"method": "lora", "epochs": 2}


def test_a_wrong_file_is_said_to_be_one(page: Client) -> None:
    answer = page.post(
        reverse("tuning_models"),
        {
            "base": MODEL,
            "data_set": SimpleUploadedFile("edits.exe", b"a"),
            "method": "lora",
            "epochs": 2,
        },
    )
    assert "must be one of these" in answer.content.decode()
    assert not TuningJob.objects.exists()


def test_a_running_job_says_how_far_it_is_and_asks_again(page: Client) -> None:
    progress = {
        "phase": "training",
        "done": 30,
        "total": 120,
        "loss": 1.25,
        "seconds_left": 200.0,
    }
    job = running_job(progress=progress)
    address = reverse("tuning_job", args=[job.pk])
    text = page.get(address).content.decode()
    assert "Step 30 of 120, loss 1.250 · about 3 min left" in text
    assert 'value="25"' in text and 'hx-trigger="every 2s"' in text
    part = page.get(address, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<div") and "<html" not in part


def test_a_failed_job_says_why_and_offers_to_go_on(page: Client) -> None:
    job = TuningJobFactory.create(
        status="failed", reason="The loss became nan at step 3"
    )
    text = page.get(reverse("tuning_job", args=[job.pk])).content.decode()
    assert "The loss became nan at step 3" in text
    assert reverse("tuning_resume", args=[job.pk]) in text
    assert "every 2s" not in text


def test_what_training_said_is_told_in_the_reader_s_language(
    page: Client, admin: User
) -> None:
    User.objects.filter(pk=admin.pk).update(language="zh-hans")
    failed = TuningJobFactory.create(
        status="failed", reason="All examples are longer than max_tokens = 64"
    )
    lost = TuningJobFactory.create(status="failed", attempts=3)
    done = TuningJobFactory.create(
        status="done", report=["12 examples are trained on, 3 are held out."]
    )
    for job, words in (
        (failed, "max_tokens = 64 更长"),
        (lost, "已丢失 3 次"),
        (done, "12 个样例用于训练，3 个留出"),
    ):
        text = page.get(reverse("tuning_job", args=[job.pk])).content.decode()
        assert words in text


def test_old_and_new_stand_side_by_side(page: Client) -> None:
    job = TuningJobFactory.create(status="done", version=ModelVersionFactory.create())
    text = page.get(reverse("tuning_job", args=[job.pk])).content.decode()
    assert "en-fr · chrF++" in text and "55.5" in text
    assert "On 75% of 12 held-out examples the new model finds the wanted" in text
    assert "Save &lt;b&gt;" in text, "what people wrote is text, not HTML"
    assert text.count("better") == 3 and text.count("worse") == 1


def test_promoting_and_one_step_back(page: Client, admin: User) -> None:
    version = ModelVersionFactory.create(number=3)
    promote = reverse("tuning_promote", args=[version.pk])
    text = page.post(promote, follow=True).content.decode()
    assert f"Version 3 of {MODEL} serves from now on." in text
    version.refresh_from_db()
    assert (version.state, version.decided_by) == ("promoted", admin)
    back = reverse("tuning_roll_back", args=[MODEL])
    assert (
        f"{MODEL} serves as shipped again."
        in page.post(back, follow=True).content.decode()
    )
    assert "there is no step back" in page.post(back, follow=True).content.decode()


def test_a_refused_version_is_told_with_the_worker_s_words(page: Client) -> None:
    version = ModelVersionFactory.create()
    version_promote(person=None, version=version)
    info = ModelInfo(MODEL, MODEL, "llama", "old", 512, "Apache-2.0")
    status = ModelStatus(
        MODEL, ModelState.READY, info=info, refused="/gone: is not a directory"
    )
    heartbeat_send(WorkerStatus("box:1", 8, 0, (status,)))
    text = page.get(reverse("tuning_models")).content.decode()
    assert "/gone: is not a directory" in text
    assert "what served before goes on" in text


def test_the_page_is_whole_without_any_version(page: Client) -> None:
    text = page.get(reverse("tuning_models")).content.decode()
    assert "Serves as shipped" in text and "Train on a data set" in text
