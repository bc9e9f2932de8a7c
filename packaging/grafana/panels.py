# SPDX-License-Identifier: Apache-2.0
"""What the dashboards are made of. A dashboard is a title, variables and sections of panels; places and ids follow from the order.

In an expression `{@}` stands for the selector that its dashboard's variables make, `{@, state="failed"}` for that and more.
"""

COLUMNS = 24
SCHEMA_VERSION = 39
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
GRAPH_HEIGHT = 8
STAT_HEIGHT = 4
TAG = "weir"


def graph(title, unit, *targets, width=8, stack=False, description="", low=0):
    """Lines over time. `targets` are (expression, legend). `low` is the least value of the axis, None for the data's own."""
    custom = {"drawStyle": "line", "fillOpacity": 30 if stack else 8, "showPoints": "never", "spanNulls": False,
              "stacking": {"group": "A", "mode": "normal" if stack else "none"}}
    defaults = {"unit": unit, "custom": custom} | ({} if low is None else {"min": low})
    options = {"legend": {"calcs": ["lastNotNull", "max"], "displayMode": "table", "placement": "bottom", "showLegend": True},
               "tooltip": {"mode": "multi", "sort": "desc"}}
    return panel("timeseries", title, targets, width, GRAPH_HEIGHT, description, defaults, options)


def stat(title, unit, expression, legend="", width=4, description="", warn=None, bad=None, low_is_bad=False):
    """One number, green until `warn` or `bad`; with `low_is_bad` red below `bad`."""
    steps = [{"color": "red" if low_is_bad else "green", "value": None}]
    if low_is_bad:
        steps.append({"color": "green", "value": bad})
    else:
        steps += [{"color": color, "value": value} for color, value in (("orange", warn), ("red", bad)) if value is not None]
    defaults = {"unit": unit, "color": {"mode": "thresholds"}, "thresholds": {"mode": "absolute", "steps": steps}}
    options = {"colorMode": "value", "graphMode": "area", "textMode": "auto",
               "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
    return panel("stat", title, [(expression, legend)], width, STAT_HEIGHT, description, defaults, options)


def table(title, unit, *targets, width=12, description="", hidden=("Time", "job", "instance", "__name__")):
    """The values now, a row for each series; `targets` are (expression, the name of its column)."""
    made = panel("table", title, targets, width, GRAPH_HEIGHT, description, {"unit": unit, "custom": {"align": "auto", "filterable": True}},
                 {"showHeader": True, "cellHeight": "sm"})
    names = {f"Value #{target['refId']}": legend for target, (_, legend) in zip(made["targets"], targets)}
    for target in made["targets"]:
        target |= {"format": "table", "instant": True, "range": False}
    made["transformations"] = [
        {"id": "merge", "options": {}},
        {"id": "organize", "options": {"excludeByName": dict.fromkeys(hidden, True),
                                       "renameByName": names if len(targets) > 1 else {"Value": targets[0][1], **names}}}]
    return made


def panel(kind, title, targets, width, height, description, defaults, options):
    return {
        "type": kind, "title": title, "description": description, "datasource": DATASOURCE, "gridPos": {"w": width, "h": height},
        "fieldConfig": {"defaults": defaults, "overrides": []}, "options": options,
        "targets": [{"refId": chr(ord("A") + i), "datasource": DATASOURCE, "expr": expression, "legendFormat": legend, "range": True}
                    for i, (expression, legend) in enumerate(targets)],
    }


def query_variable(name, label, query, description=""):
    """A choice of several values of a label, all of them at first."""
    return {
        "name": name, "label": label, "description": description, "type": "query", "datasource": DATASOURCE,
        "query": {"query": query, "refId": name}, "refresh": 2, "sort": 1, "multi": True, "includeAll": True, "allValue": ".*",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]}, "hide": 0, "options": [], "regex": "",
    }


def datasource_variable():
    return {"name": "datasource", "label": "Data source", "description": "The Prometheus that scrapes weir.", "type": "datasource",
            "query": "prometheus", "refresh": 1, "multi": False, "includeAll": False, "hide": 0, "options": [], "regex": ""}


def place(sections):
    """The panels in order, each section below a row of its title, left to right until the line is full."""
    placed, y = [], 0
    for title, panels in sections:
        placed.append({"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": {"x": 0, "y": y, "w": COLUMNS, "h": 1}})
        x, y, line_height = 0, y + 1, 0
        for each in panels:
            size = each["gridPos"]
            if x + size["w"] > COLUMNS:
                x, y, line_height = 0, y + line_height, 0
            placed.append({**each, "gridPos": {"x": x, "y": y, **size}})
            x, line_height = x + size["w"], max(line_height, size["h"])
        y += line_height
    return [{"id": number, **each} for number, each in enumerate(placed, 1)]


def dashboard(uid, title, description, selector, variables, sections):
    panels = place(sections)
    for each in panels:
        for target in each.get("targets", []):
            target["expr"] = target["expr"].replace("@", selector)
    return {
        "uid": uid, "title": title, "description": description, "tags": [TAG], "schemaVersion": SCHEMA_VERSION, "version": 1, "id": None,
        "editable": True, "graphTooltip": 1, "refresh": "30s", "timezone": "browser", "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": [datasource_variable(), *variables]}, "annotations": {"list": []},
        "links": [{"type": "dashboards", "title": "weir", "tags": [TAG], "asDropdown": True, "includeVars": True, "keepTime": True,
                   "targetBlank": False, "icon": "external link", "tooltip": "", "url": ""}],
        "panels": panels,
    }
