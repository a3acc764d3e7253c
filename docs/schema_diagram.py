"""Writes docs/schema.md from the models: `python docs/schema_diagram.py`. A test holds the page against them."""

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from sqlalchemy import Table

from tenants.database import Base, TenantOwned

PAGE = Path(__file__).with_name("schema.md")
FLOORS = ("tenants", "messages", "people", "complaints", "configuration", "onboarding")
INTRODUCTION = """# The schema

Made from the models by `python docs/schema_diagram.py`; a test fails when it is out of date. **Tenant-owned** tables
have the primary key `(tenant_id, id)`, forced row-level security, and only foreign keys that start with `tenant_id`;
the arrows below leave `tenant_id` out. Between the two kinds of table there is no foreign key. The job queue's own
tables (`procrastinate_*`) are left out.

"""


def import_models() -> None:
    """Import every module of the floors that have tables, so that none is missing from the page."""
    for floor in FLOORS:
        for module in walk_packages(import_module(floor).__path__, f"{floor}."):
            import_module(module.name)


def kinds() -> tuple[list[Table], list[Table]]:
    """The platform-wide tables and the tenant-owned ones, by name."""
    import_models()
    walled = {mapper.local_table for mapper in Base.registry.mappers if issubclass(mapper.class_, TenantOwned)}
    tables = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
    return [table for table in tables if table not in walled], [table for table in tables if table in walled]


def page() -> str:
    """The whole page, in Markdown with two diagrams."""
    platform_wide, owned = kinds()
    return (
        INTRODUCTION
        + f"## Tenant-owned ({len(owned)})\n\n{_diagram(owned)}\n"
        + f"\n## Platform-wide ({len(platform_wide)})\n\n{_diagram(platform_wide)}\n"
    )


def _diagram(tables: list[Table]) -> str:
    lines = ["```mermaid", "erDiagram"]
    for table in tables:
        for key in sorted(table.foreign_key_constraints, key=lambda key: key.column_keys):
            column = key.column_keys[-1]
            lines.append(f"    {key.referred_table.name} ||--o{{ {table.name} : {column}")
    for table in tables:
        if not table.foreign_key_constraints:
            lines.append(f"    {table.name}")
    return "\n".join([*lines, "```"])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
