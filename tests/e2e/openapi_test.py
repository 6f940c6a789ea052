"""Is the OpenAPI document whole, and the one that is served?"""

import re
import unittest

import jsonschema

from contract import REPOSITORY, Contract, strict_json
from harness import Scanner

CONTRACT = Contract()
DOCUMENT = CONTRACT.document


def nodes(value, where="#"):
    """Every object of the document with its place."""
    if isinstance(value, dict):
        yield where, value
        for key, member in value.items():
            yield from nodes(member, f"{where}/{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from nodes(item, f"{where}/{index}")


def operations():
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


class DocumentTest(unittest.TestCase):
    def test_references_lead_somewhere(self):
        for where, node in nodes(DOCUMENT):
            if "$ref" in node:
                self.assertTrue(CONTRACT.resolve(node), where)

    def test_nothing_is_defined_in_vain(self):
        used = {node["$ref"] for _, node in nodes(DOCUMENT) if "$ref" in node}
        spoken_by_tests = {"#/components/schemas/TrainingLine",
                           "#/components/responses/MethodNotAllowed"}
        for kind in ("schemas", "responses", "parameters"):
            for name in DOCUMENT["components"][kind]:
                place = f"#/components/{kind}/{name}"
                self.assertTrue(place in used or place in spoken_by_tests, place)

    def test_schemas_are_schemas(self):
        for name, schema in DOCUMENT["components"]["schemas"].items():
            with self.subTest(name=name):
                jsonschema.Draft202012Validator.check_schema(schema)

    def test_objects_are_closed(self):
        for where, node in nodes(DOCUMENT["components"]["schemas"]):
            if node.get("type") == "object" and "/examples/" not in where:
                self.assertIn("additionalProperties", node, where)
                self.assertTrue(set(node.get("required", [])) <= set(node.get("properties", {})))

    def test_examples_are_true(self):
        count = 0
        for name, schema in DOCUMENT["components"]["schemas"].items():
            for example in schema.get("examples", []):
                CONTRACT.validate({"$ref": f"#/components/schemas/{name}"}, example, name)
                count += 1
        self.assertGreater(count, 15)

    def test_operations_say_what_they_are(self):
        names = [operation["operationId"] for _, _, operation in operations()]
        self.assertEqual(len(set(names)), len(names))
        for method, path, operation in operations():
            with self.subTest(path=path):
                self.assertTrue(operation["summary"] and operation["tags"])
                self.assertTrue({"200", "400", "403"} <= set(operation["responses"]))
                described = [CONTRACT.resolve(p) for p in operation.get("parameters", [])]
                in_path = {p["name"] for p in described if p["in"] == "path"}
                self.assertEqual(in_path, set(re.findall(r"\{(\w+)\}", path)))

    def test_every_route_is_documented(self):
        source = (REPOSITORY / "src" / "server").glob("*_routes.cpp")
        routed = set()
        for path in source:
            for method, pattern in re.findall(r'\{"([A-Z]+)", "(/[^"]*)"', path.read_text()):
                routed.add((method.lower(), pattern))
        self.assertEqual(routed, {(method, path) for method, path, _ in operations()})

    def test_the_served_document_is_the_file(self):
        with Scanner() as scanner:
            served = scanner.get("/api/openapi.json").body
            self.assertEqual(strict_json(served), DOCUMENT)
            self.assertEqual(served.strip(), CONTRACT.text.strip())


if __name__ == "__main__":
    unittest.main(verbosity=2)
