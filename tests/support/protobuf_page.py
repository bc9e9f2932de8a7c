# SPDX-License-Identifier: Apache-2.0
"""Reads a page in the delimited protobuf form: just as much of the wire format, and of io.prometheus.client.MetricFamily, as it needs."""

import struct

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class WireError(ValueError):
    pass


# Of google.protobuf.Timestamp.
SECONDS = 1

# Of each message: field number -> (name, kind). A kind that is a dict is a message. "present" hides a value that differs from run to run, and "time" too unless it is asked for.
LABEL = {1: ("name", "text"), 2: ("value", "text")}
EXEMPLAR = {1: ("label", LABEL), 2: ("value", "double"), 3: ("timestamp", "present")}
GAUGE = {1: ("value", "double")}
COUNTER = {1: ("value", "double"), 2: ("exemplar", EXEMPLAR), 3: ("created", "time")}
QUANTILE = {1: ("quantile", "double"), 2: ("value", "double")}
SUMMARY = {1: ("count", "unsigned"), 2: ("sum", "double"), 3: ("quantile", QUANTILE), 4: ("created", "time")}
BUCKET = {1: ("count", "unsigned"), 2: ("bound", "double"), 3: ("exemplar", EXEMPLAR), 4: ("count_float", "double")}
SPAN = {1: ("offset", "signed"), 2: ("length", "unsigned")}
HISTOGRAM = {
    1: ("count", "unsigned"), 2: ("sum", "double"), 3: ("bucket", BUCKET), 4: ("count_float", "double"), 5: ("schema", "signed"),
    6: ("zero_threshold", "double"), 7: ("zero_count", "unsigned"), 8: ("zero_count_float", "double"), 9: ("negative_span", SPAN),
    10: ("negative_delta", "signed list"), 11: ("negative_count", "double list"), 12: ("positive_span", SPAN),
    13: ("positive_delta", "signed list"), 14: ("positive_count", "double list"), 15: ("created", "time"), 16: ("exemplar", EXEMPLAR),
}
METRIC = {
    1: ("label", LABEL), 2: ("gauge", GAUGE), 3: ("counter", COUNTER), 4: ("summary", SUMMARY), 5: ("untyped", GAUGE),
    6: ("timestamp", "present"), 7: ("histogram", HISTOGRAM),
}
FAMILY = {1: ("name", "text"), 2: ("help", "text"), 3: ("type", "unsigned"), 4: ("metric", METRIC), 5: ("unit", "text")}


def varint(data, position):
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, position
        shift += 7


def raw_field(data, position):
    """(number, wire type, value, position behind it)"""
    key, position = varint(data, position)
    number, wire_type = key >> 3, key & 7
    if wire_type == VARINT:
        value, position = varint(data, position)
        return number, wire_type, value, position
    length = {FIXED64: 8, FIXED32: 4}.get(wire_type)
    if wire_type == BYTES:
        length, position = varint(data, position)
    if length is None or position + length > len(data):
        raise WireError(f"wire type {wire_type}, length {length}")
    return number, wire_type, data[position:position + length], position + length


def zigzag(value):
    return (value >> 1) ^ -(value & 1)


def varints(data):
    position, values = 0, []
    while position < len(data):
        value, position = varint(data, position)
        values.append(value)
    return values


def seconds_of(timestamp):
    position = 0
    while position < len(timestamp):
        number, _, value, position = raw_field(timestamp, position)
        if number == SECONDS:
            return value
    return 0


def one_value(kind, wire_type, value, has_times):
    if isinstance(kind, dict):
        return read_message(value, kind, has_times)
    if kind == "time":
        return seconds_of(value) if has_times else "present"
    if kind == "text":
        return value.decode()
    if kind == "double":
        # Told apart as text, so that NaN is like NaN.
        return repr(struct.unpack("<d", value)[0])
    if kind == "signed list":
        return [zigzag(item) for item in (varints(value) if wire_type == BYTES else [value])]
    if kind == "double list":
        return [repr(item[0]) for item in struct.iter_unpack("<d", value)]
    return {"unsigned": lambda: value, "signed": lambda: zigzag(value), "present": lambda: "present"}[kind]()


def read_message(data, fields, has_times):
    """Name -> list of values, in the order written. A field nobody knows is an error."""
    message, position = {}, 0
    while position < len(data):
        number, wire_type, value, position = raw_field(data, position)
        if number not in fields:
            raise WireError(f"field {number} in a message of {[name for name, _ in fields.values()]}")
        name, kind = fields[number]
        read = one_value(kind, wire_type, value, has_times)
        message.setdefault(name, []).extend(read if isinstance(read, list) else [read])
    return message


def read_page(data, has_times=False):
    """Family name -> message, in the order written. Times are seconds since the epoch, or "present"."""
    families, position = {}, 0
    while position < len(data):
        length, position = varint(data, position)
        if position + length > len(data):
            raise WireError("the last message is cut off")
        family = read_message(data[position:position + length], FAMILY, has_times)
        families[family["name"][0]] = family
        position += length
    return families
