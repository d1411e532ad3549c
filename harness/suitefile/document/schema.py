"""The JSON Schema editors check suite files with while they are written."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from harness.suitefile.document.base import Shape
from harness.suitefile.document.suite import SuiteShape


class _EditorSchema(GenerateJsonSchema):
    """Leaves out null: a key without a value is a fault, what is empty unless written is simply not written."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        default = schema.get("default")
        if (not default and not isinstance(default, bool | int | float)) or isinstance(default, Shape):
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        document = super().dict_schema(schema)
        return {**document, "additionalProperties": False} if "patternProperties" in document else document


def suite_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of suite files and of the files they include.

    It holds every rule one key can break by itself. What needs several files, such as the name of a persona, is checked
    when the suite is loaded.
    """
    schema = SuiteShape.model_json_schema(schema_generator=_EditorSchema)
    return {
        "$schema": _EditorSchema.schema_dialect,
        **schema,
        "title": "voipbin-harness suite",
    }
