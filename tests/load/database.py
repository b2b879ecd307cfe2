"""The product's own database, before the crowd comes and after it has gone.

Imported once Django is set up for the product's data directory.
"""

from tests.factories import PASSWORD, MembershipFactory, TeamFactory, UserFactory
from tests.load.plan import Plan, Stage
from tests.load.verdict import Revision, Stored
from tests.webapp.workspace.factories import document_make
from webapp.accounts.models import Membership
from webapp.workspace.models import Segment


def stage_make(plan: Plan, base_url: str) -> Stage:
    """A team, all of whom may do everything, and a document with nothing done."""
    team = TeamFactory.create(name="Crowd")
    people = [
        UserFactory.create(email=f"editor{number}@example.com", active_team=team)
        for number in range(plan.people)
    ]
    for person in people:
        MembershipFactory.create(team=team, user=person, role=Membership.Role.OWNER)
    sources = [f"This is sentence {number}." for number in range(plan.segments)]
    document = document_make(team, sources)
    return Stage(
        base_url=base_url,
        document=str(document.pk),
        segments=list(document.segments.values_list("pk", flat=True)),
        emails=[person.email for person in people],
        password=PASSWORD,
    )


def stored_read(stage: Stage) -> list[Stored]:
    rows = Segment.objects.filter(document_id=stage.document)
    return [_stored(row) for row in rows.prefetch_related("revisions__person")]


def _stored(segment: Segment) -> Stored:
    revisions = sorted(segment.revisions.all(), key=lambda each: each.number)
    return Stored(
        segment=segment.pk,
        version=segment.version,
        target=segment.target,
        revisions=[
            Revision(
                number=each.number,
                person=each.person.email if each.person else None,
                operation=str(each.operation_id) if each.operation_id else None,
                before=each.before,
                before_state=each.before_state,
                after=each.after,
            )
            for each in revisions
        ],
    )
