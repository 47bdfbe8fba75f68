"""Finds the last escalation of a ticket by a person without reading all of theirs"""

from collections.abc import Sequence

from alembic import op

revision: str = "0034"
down_revision: str | None = "0033"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_escalations_person_id_ticket_id"), "escalations", ["person_id", "ticket_id"]
    )
    op.drop_index(op.f("ix_escalations_person_id"), table_name="escalations")


def downgrade() -> None:
    op.create_index(op.f("ix_escalations_person_id"), "escalations", ["person_id"])
    op.drop_index(op.f("ix_escalations_person_id_ticket_id"), table_name="escalations")
