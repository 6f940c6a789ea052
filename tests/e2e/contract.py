"""The API's contract: src/server/openapi.json, as a judge of answers.

Every answer that a test sees goes through Contract.check. What the document does not name - a
status, a field, a media type - fails, so that neither can drift from the other.
"""

import json
import re
from pathlib import Path

import jsonschema

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENT = REPOSITORY / "src" / "server" / "openapi.json"


def strict_json(text):
    """JSON without NaN, Infinity or a key that stands twice in one object."""

    def no_constant(name):
        raise AssertionError(f"{name} is not JSON")

    def unique(pairs):
        keys = [key for key, _ in pairs]
        assert len(set(keys)) == len(keys), f"a key stands twice: {keys}"
        return dict(pairs)

    return json.loads(text, parse_constant=no_constant, object_pairs_hook=unique)


class Contract:
    """Looks up the operation of a request and judges its answer."""

    def __init__(self, path=DOCUMENT):
        self.text = path.read_bytes()
        self.document = strict_json(self.text)
        self.validators = {}
        self.paths = [
            (re.compile(re.sub(r"\{symbol\}", ".+", template)), item)
            for template, item in self.document["paths"].items()
        ]

    def resolve(self, node):
        """What a local reference points to, or the node itself."""
        while "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def operation(self, method, path):
        """The operation, or None; and the path's item, or None."""
        for pattern, item in self.paths:
            if pattern.fullmatch(path):
                return item.get("get" if method == "HEAD" else method.lower()), item
        return None, None

    def documented(self, method, path, status):
        """The response object that speaks for this answer."""
        operation, item = self.operation(method, path)
        shared = self.document["components"]["responses"]
        if operation is not None:
            where = f"{method} {path}"
            assert str(status) in operation["responses"], f"{where}: {status} is not documented"
            return self.resolve(operation["responses"][str(status)])
        # What is no operation at all: another method, another path, or a refusal before either.
        fitting = {"405": item is not None, "404": item is None, "403": True, "400": True}
        assert fitting.get(str(status)), f"{method} {path}: {status} for what is not documented"
        names = {"405": "MethodNotAllowed", "404": "NotFound", "403": "Forbidden"}
        return shared[names.get(str(status), "BadRequest")]

    def validate(self, schema, value, where):
        """Fails with the place and the reason unless `value` is what `schema` says."""
        key = json.dumps(schema, sort_keys=True)
        if key not in self.validators:
            whole = {**schema, "components": self.document["components"]}
            self.validators[key] = jsonschema.Draft202012Validator(whole)
        error = jsonschema.exceptions.best_match(self.validators[key].iter_errors(value))
        if error is not None:
            raise AssertionError(f"{where}: {error.json_path}: {error.message[:600]}")

    def check_headers(self, documented, headers, where):
        for name, header in documented.get("headers", {}).items():
            if name not in headers:
                assert not header.get("required"), f"{where}: no {name}"
            elif header["schema"].get("type") == "integer":
                self.validate(header["schema"], int(headers[name]), f"{where} {name}")
            else:
                self.validate(header["schema"], headers[name], f"{where} {name}")

    def check(self, method, path, status, headers, body):
        """Judges one answer; gives its parsed JSON, or None when it is something else."""
        where = f"{method} {path} -> {status}"
        documented = self.documented(method, path, status)
        self.check_headers(documented, headers, where)
        content = documented.get("content")
        if method == "HEAD" or content is None:
            assert body == b"", f"{where}: has a body of {len(body)} bytes"
            return None
        media = headers.get("Content-Type", "").split(";")[0].strip()
        assert media in content, f"{where}: media type {media!r} is not documented"
        text = body.decode("utf-8")
        if media == "application/json":
            value = strict_json(text)
            self.validate(content[media]["schema"], value, where)
            return value
        if media == "application/x-ndjson":
            schema = {"$ref": "#/components/schemas/TrainingLine"}
            for line in text.splitlines():
                self.validate(schema, strict_json(line), where)
        return None
