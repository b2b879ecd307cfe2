"""The workspace's addresses, below /translate/."""

from django.urls import path

from webapp.workspace.views import (
    changes,
    document_list,
    documents,
    mentions,
    projects,
    segmentation_rules,
    segments,
    typing,
)

urlpatterns = [
    path("", projects.list_, name="workspace_projects"),
    path("new/", projects.new, name="workspace_project_new"),
    path("mentions/", mentions.page, name="workspace_mentions"),
    path("fit/", projects.fit, name="workspace_model_fit"),
    path("p/<uuid:project_id>/", projects.detail, name="workspace_project"),
    path("p/<uuid:project_id>/settings/", projects.edit, name="workspace_project_edit"),
    path(
        "p/<uuid:project_id>/delete/",
        projects.delete,
        name="workspace_project_delete",
    ),
    path(
        "p/<uuid:project_id>/restore/",
        projects.restore,
        name="workspace_project_restore",
    ),
    path(
        "p/<uuid:project_id>/members/<uuid:person_id>/",
        projects.member_role,
        name="workspace_member_role",
    ),
    path("p/<uuid:project_id>/people/", segments.people, name="workspace_people"),
    path("p/<uuid:project_id>/import/", document_list.import_, name="workspace_import"),
    path(
        "p/<uuid:project_id>/documents/",
        document_list.documents,
        name="workspace_documents",
    ),
    path(
        "p/<uuid:project_id>/translate/",
        document_list.translate_all,
        name="workspace_project_translate",
    ),
    path("p/<uuid:project_id>/figures/", projects.figures, name="workspace_figures"),
    path(
        "p/<uuid:project_id>/rules/", segmentation_rules.rules, name="workspace_rules"
    ),
    path("d/<uuid:document_id>/", documents.editor, name="workspace_document"),
    path("d/<uuid:document_id>/export/", documents.export, name="workspace_export"),
    path(
        "d/<uuid:document_id>/export/left-out/",
        documents.export_left_out,
        name="workspace_export_left_out",
    ),
    path(
        "d/<uuid:document_id>/delete/",
        document_list.remove,
        name="workspace_document_delete",
    ),
    path(
        "d/<uuid:document_id>/translate/",
        document_list.translate,
        name="workspace_document_translate",
    ),
    path(
        "d/<uuid:document_id>/restore/",
        document_list.bring_back,
        name="workspace_document_restore",
    ),
    path("d/<uuid:document_id>/index/", segments.index, name="workspace_index"),
    path("d/<uuid:document_id>/changes/", segments.changes, name="workspace_changes"),
    path("d/<uuid:document_id>/segments/", segments.rows, name="workspace_segments"),
    path(
        "d/<uuid:document_id>/segments/<int:segment_id>/",
        segments.detail,
        name="workspace_segment",
    ),
    path(
        "d/<uuid:document_id>/segments/<int:segment_id>/typed/",
        typing.look,
        name="workspace_typed",
    ),
    path("d/<uuid:document_id>/run/", changes.run_start, name="workspace_run_start"),
    path(
        "d/<uuid:document_id>/run/<slug:action>/",
        changes.run_change,
        name="workspace_run",
    ),
    path("d/<uuid:document_id>/bulk/", changes.bulk, name="workspace_bulk"),
    path("d/<uuid:document_id>/replace/", changes.replace, name="workspace_replace"),
    path("d/<uuid:document_id>/undo/", changes.undo, name="workspace_undo"),
    path(
        "d/<uuid:document_id>/operations/",
        changes.operation_list,
        name="workspace_operations",
    ),
    path("d/<uuid:document_id>/merge/", changes.merge, name="workspace_merge"),
    path("d/<uuid:document_id>/split/", changes.split, name="workspace_split"),
]
