# SPDX-License-Identifier: Apache-2.0
"""Finds the names of metrics in Airflow's source, and the names of their tags: the arguments of each call of Stats, followed to where they are written.

What cannot be known from the source becomes `*`, which stands for any text.
"""

import ast
import re

KINDS = {"incr": "counter", "decr": "counter", "gauge": "gauge", "timing": "timer", "timer": "timer"}
SENDERS = ("Stats", "stats", "DualStatsManager")
DEPTH_MAX = 8
REGISTRY_KEY = re.compile(r'\s*(?:- )?(name|type|legacy_name): "(.*)"\s*$')


def joined(parts):
    """Every concatenation of one text of each part, runs of `*` made one."""
    texts = {""}
    for part in parts:
        texts = {before + after for before in texts for after in part}
    return {re.sub(r"\*+", "*", text) for text in texts}


class Module:
    """One source file."""

    def __init__(self, source):
        self.tree = ast.parse(source)
        self.functions = {}
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.functions.setdefault(node.name, node)

    def calls(self):
        """(kind, names, tags) of every call that sends a metric."""
        yield from self._calls_in(self.tree, None)

    def _calls_in(self, node, function):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            function = node
        if isinstance(node, ast.Call) and is_sender(node.func):
            names = self._sent_names(node, function)
            if names:
                yield KINDS[node.func.attr], names, self._sent_tags(node, function)
        for child in ast.iter_child_nodes(node):
            yield from self._calls_in(child, function)

    def _sent_names(self, call, function):
        for keyword in call.keywords:
            if keyword.arg in ("stat", "metric"):
                return self.texts(keyword.value, function)
        if call.args:
            return self.texts(call.args[0], function)
        for keyword in call.keywords:
            # incr(**f()), where f returns {"stat": ...}.
            if keyword.arg is None and isinstance(keyword.value, ast.Call):
                return self._texts_of_call(keyword.value, function, {}, DEPTH_MAX, "stat")
        return set()

    def _sent_tags(self, call, function):
        tags = set()
        for keyword in call.keywords:
            if keyword.arg in ("tags", "extra_tags"):
                tags |= self.keys(keyword.value, function)
            elif keyword.arg is None:
                # timing(**x), where x is or returns {"tags": ...}.
                for values in self._dictionaries(keyword.value, function):
                    tags |= set().union(*(self.keys(value, function) for key, value in zip(values.keys, values.values) if getattr(key, "value", "") == "tags"))
        return tags

    def _dictionaries(self, node, function):
        values = [node]
        if isinstance(node, ast.Name):
            values = self._assigned(node.id, function)
        elif isinstance(node, ast.Call):
            values = self._returned(node.func)
        return [value for value in values if isinstance(value, ast.Dict)]

    def keys(self, node, function, depth=DEPTH_MAX):
        """The keys that the dictionary `node` may have."""
        if depth == 0:
            return {"*"}
        if isinstance(node, ast.Constant) and node.value is None:
            return set()
        if isinstance(node, ast.Dict):
            nested = [value for key, value in zip(node.keys, node.values) if key is None]
            own = {key.value if isinstance(key, ast.Constant) else "*" for key in node.keys if key is not None}
            return own.union(*(self.keys(value, function, depth - 1) for value in nested))
        if isinstance(node, ast.Name):
            values = self._assigned(node.id, function) or (self._given(node.id, function) if function else [])
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("dict", "prune_dict"):
            values = node.args
        elif isinstance(node, (ast.Call, ast.Attribute)):
            values = self._returned(node.func if isinstance(node, ast.Call) else node)
        else:
            values = {ast.IfExp: lambda: [node.body, node.orelse], ast.BinOp: lambda: [node.left, node.right],
                      ast.BoolOp: lambda: node.values}.get(type(node), list)()
        return set().union(*(self.keys(value, function, depth - 1) for value in values)) if values else {"*"}

    def texts(self, node, function, bound=None, depth=DEPTH_MAX):
        """The texts that the expression `node` of `function` may have. `bound`: what is known of the function's parameters."""
        bound = bound or {}
        if depth == 0:
            return {"*"}
        if isinstance(node, ast.Constant):
            return {str(node.value)}
        if isinstance(node, ast.JoinedStr):
            return joined(self.texts(part.value if isinstance(part, ast.FormattedValue) else part, function, bound, depth - 1) for part in node.values)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return joined(self.texts(part, function, bound, depth - 1) for part in (node.left, node.right))
        if isinstance(node, ast.IfExp):
            return self.texts(node.body, function, bound, depth - 1) | self.texts(node.orelse, function, bound, depth - 1)
        if isinstance(node, ast.Name):
            return bound.get(node.id) or self._texts_of_variable(node.id, function, bound, depth)
        if isinstance(node, ast.Call):
            return self._texts_of_call(node, function, bound, depth)
        return {"*"}

    def _texts_of_variable(self, name, function, bound, depth):
        values = self._assigned(name, function) or (self._given(name, function) if function else [])
        return set().union(*(self.texts(value, function, bound, depth - 1) for value in values)) if values else {"*"}

    def _assigned(self, name, function):
        """The values that a variable is given; `name[key] = value` counts as {key: value}."""
        found = []
        for node in ast.walk(function or self.tree):
            if isinstance(node, (ast.Assign, ast.AnnAssign)):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if getattr(target, "id", "") == name and node.value:
                        found.append(node.value)
                    if isinstance(target, ast.Subscript) and getattr(target.value, "id", "") == name:
                        found.append(ast.Dict([target.slice], [node.value]))
        return found

    def _returned(self, function):
        """The values that a function of this file, or a property, returns."""
        called = self.functions.get(getattr(function, "attr", getattr(function, "id", "")))
        return [node.value for node in ast.walk(called) if isinstance(node, ast.Return) and node.value is not None] if called else []

    def _given(self, parameter, function):
        """What callers in this file give for a parameter: `f(x)`, `f(parameter=x)`, `pool.submit(f, x)`."""
        names = [argument.arg for argument in function.args.args]
        found = []
        for call in (node for node in ast.walk(self.tree) if isinstance(node, ast.Call)):
            called = [call.func, *call.args]
            here = next((place for place, node in enumerate(called) if getattr(node, "id", "") == function.name), None)
            if here is not None:
                found += [value for name, value in zip(names, called[here + 1:]) if name == parameter]
                found += [keyword.value for keyword in call.keywords if keyword.arg == parameter]
        return found

    def _texts_of_call(self, call, function, bound, depth, key=None):
        """What a function of this file returns; of a dictionary, the value of `key`."""
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        called = self.functions.get(name)
        if not called:
            return {"*"}
        parameters = [argument.arg for argument in called.args.args if argument.arg != "self"]
        known = {parameter: self.texts(argument, function, bound, depth - 1) for parameter, argument in zip(parameters, call.args)}
        returned = [node.value for node in ast.walk(called) if isinstance(node, ast.Return) and node.value is not None]
        if key:
            returned = [value for node in returned if isinstance(node, ast.Dict)
                        for name, value in zip(node.keys, node.values) if isinstance(name, ast.Constant) and name.value == key]
        return set().union(*(self.texts(value, called, known, depth - 1) for value in returned)) if returned else {"*"}


def is_sender(function):
    if not isinstance(function, ast.Attribute) or function.attr not in KINDS:
        return False
    sender = function.value
    return (sender.attr if isinstance(sender, ast.Attribute) else getattr(sender, "id", "")) in SENDERS


def registry_names(text):
    """(kind, name) of each entry of Airflow's registry of metrics, its legacy names too. Its variables become `*`."""
    entry = {}
    for line in [*text.splitlines(), '- name: ""']:
        match = REGISTRY_KEY.match(line)
        if not match:
            continue
        key, value = match.groups()
        if key == "name":
            yield from names_of_entry(entry)
            entry = {}
        entry[key] = value


def names_of_entry(entry):
    for key in ("name", "legacy_name"):
        if entry.get(key, "-") != "-":
            yield entry["type"], re.sub(r"\{[^}]*\}", "*", entry[key])


def names_of_files(paths):
    """(kind, name, tags) of all that these files send, sorted."""
    found = {}
    for path in paths:
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.name == "metrics_template.yaml":
            for entry in registry_names(text):
                found.setdefault(entry, set())
        elif path.suffix == ".py" and re.search(r"\b[sS]tats|StatsManager", text):
            for kind, names, tags in Module(text).calls():
                for name in names:
                    found.setdefault((kind, name), set()).update(tags)
    return [(kind, name, found[kind, name]) for kind, name in sorted(found, key=lambda entry: entry[::-1])]
