"""Reading source text for tidy.py: what is code in a C++ file, and where its functions are.

No parser: a scanner that is right about comments, literals, braces and headers, which is all the
house rules ask for, and takes milliseconds a file.
"""

import ast
import re
from dataclasses import dataclass

_COMMENT = r"//(?:\\\n|[^\n])*|/\*.*?\*/"
_RAW_STRING = r'R"(?P<fence>[^(\s]*)\(.*?\)(?P=fence)"'
_STRING = r'"(?:\\.|[^"\\\n])*"'
_CHARACTER = r"(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'"
_NOT_CODE = re.compile(
    f"(?P<comment>{_COMMENT})|(?P<literal>{_RAW_STRING}|{_STRING}|{_CHARACTER})", re.DOTALL
)
_PREPROCESSOR = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.MULTILINE)


_TEST_FILE = re.compile(r"_(?:test|fuzz)(?:_\w+)?\.[ch]pp$")


@dataclass(frozen=True)
class Function:
    name: str
    first_line: int
    line_count: int


def is_test(path):
    """Whether a C++ file belongs to the tests: x_test.cpp, x_fuzz.cpp, x_test_support.hpp."""
    return _TEST_FILE.search(path) is not None


def _blank(text):
    """The same text with everything but line ends turned into spaces, so that lines keep."""
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """C++ text without comments; literals stay (an include's path is one)."""
    return _NOT_CODE.sub(lambda m: _blank(m[0]) if m["comment"] else m[0], text)


def code_only(text):
    """C++ text without comments and without what stands in literals."""
    return _NOT_CODE.sub(lambda m: _blank(m[0]), text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


# What may stand between a function's parameter list and its body.
_AFTER_PARAMETERS = re.compile(
    r"\s*(?:(?:const|noexcept(?:\s*\([^()]*\))?|override|final|mutable|try|&&?)\s*)*"
    r"(?:->.*|requires\b.*|:(?!:).*)?",
    re.DOTALL,
)
_TYPE = re.compile(
    r"(?:\[\[.*?\]\]\s*|typedef\s+|static\s+|inline\s+|constexpr\s+|const\s+)*"
    r"(?:class|struct|union|enum)\b"
)
_NAME = re.compile(r"(operator\s*\(\s*\)|operator\s*[^\s\w(]+|~?[A-Za-z_][\w:~]*)\s*\(")
_NOT_NAMES = {"alignas", "decltype", "noexcept", "requires", "__attribute__"}
_TEST_MACRO = re.compile(r"((?:[A-Z]+_)*(?:TEST|PROP)(?:_[A-Z]+)*\s*\([^)]*\))")


def _balanced_end(text, start, opening, closing):
    """The offset after the bracket that closes the one at `start`."""
    depth = 0
    for at in range(start, len(text)):
        if text[at] == opening:
            depth += 1
        elif text[at] == closing:
            depth -= 1
            if depth == 0:
                return at + 1
    return len(text)


def _without_template(header):
    """`template <class T> void f(T)` without its first three words."""
    while header.startswith("template"):
        angle = header.find("<")
        if angle < 0:
            break
        header = header[_balanced_end(header, angle, "<", ">"):].lstrip()
    return header


def _function_of(header):
    """(name, what follows its parameter list) of the function a header declares, or None."""
    for match in _NAME.finditer(header):
        rest = header[_balanced_end(header, match.end() - 1, "(", ")"):]
        if match[1] not in _NOT_NAMES and _AFTER_PARAMETERS.fullmatch(rest):
            return match[1], rest
    return None


def _classify(header):
    """What a `{` after this header opens: ("function", name), ("scope", "") or ("value", "")."""
    header = _without_template(re.sub(r"\b(?:public|private|protected)\s*:", " ", header).strip())
    if re.match(r"(?:inline\s+)?namespace\b|extern\b\s*$", header):
        return "scope", ""
    if _TYPE.match(header) and not re.search(r"\)\s*(?:const|noexcept|override)*\s*$", header):
        return "scope", ""
    test = _TEST_MACRO.match(header)
    if test:
        return "function", test[1]
    if re.search(r"\[[^\]]*\]\s*(?:<.*>\s*)?\(", header) and "=" in header:
        return "function", "lambda " + header.split("=")[0].split()[-1]
    called = _function_of(header)
    if called is None:
        return "value", ""
    # A constructor's member{...} comes before the body, which follows a `)` or a `}`.
    if re.match(r"\s*(?:noexcept\s*)?:(?!:)", called[1]) and re.search(r"[\w>]\s*$", called[1]):
        return "value", ""
    return "function", called[0]


def cpp_functions(code):
    """The functions of C++ text that has been through code_only()."""
    code = _PREPROCESSOR.sub(lambda m: _blank(m[0]), code)
    found, stack, header_start = [], [], 0
    for match in re.finditer(r"[{};]", code):
        at, sign = match.start(), match[0]
        inside = stack[-1][0] if stack else "scope"
        if sign == "{":
            kind, name = _classify(code[header_start:at]) if inside == "scope" else ("inner", "")
            stack.append((kind, name, header_start))
            if kind == "scope":
                header_start = at + 1
        elif sign == "}" and stack:
            kind, name, start = stack.pop()
            if kind == "function":
                start += len(code[start:at]) - len(code[start:at].lstrip())
                first = line_of(code, start)
                found.append(Function(name, first, line_of(code, at) - first + 1))
            if kind in ("function", "scope"):
                header_start = at + 1
        elif sign == ";" and inside == "scope":
            header_start = at + 1
    return found


def python_functions(text):
    """The functions of Python text, nested ones too."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, kinds)]
    return [Function(n.name, n.lineno, n.end_lineno - n.lineno + 1) for n in nodes]
