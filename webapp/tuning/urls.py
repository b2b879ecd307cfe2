"""Addresses of models and jobs, for administrators."""

from django.urls import path

from webapp.tuning.views import jobs, models

job = "models/jobs/<uuid:job_id>/"
version = "models/versions/<uuid:version_id>/"

urlpatterns = [
    path("models/", models.models, name="tuning_models"),
    path(job, jobs.job, name="tuning_job"),
    path(job + "curve.svg", jobs.curve, name="tuning_curve"),
    path(job + "cancel/", jobs.cancel, name="tuning_cancel"),
    path(job + "resume/", jobs.resume, name="tuning_resume"),
    path(version + "promote/", models.promote, name="tuning_promote"),
    path(version + "discard/", models.discard, name="tuning_discard"),
    path("models/<str:model>/back/", models.roll_back, name="tuning_roll_back"),
]
