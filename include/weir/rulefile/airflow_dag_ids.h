// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace weir::rulefile {

// Whether `text` can be part of a glob as the id of an Airflow DAG: segments of letters, digits,
// `_` and `-` joined by dots, none of which is empty or begins with `-`.
[[nodiscard]] bool is_dag_id(std::string_view text);

// The mapping file `text` with rules put in front of its own. Airflow writes a DAG's id into the
// middle of names, so of an id with dots `*` takes the first segment only. Each glob rule with a
// label `dag_id` that is the capture of a whole segment is copied for each of `dag_ids`, with the
// id in the place of that segment. Ids that pass `is_dag_id`, in any order; `file` is what messages
// call the text. Throws ConfigError when the text cannot be read, or not with these rules in it.
[[nodiscard]] std::string split_dag_ids(std::string_view text, const std::string& file,
                                        std::span<const std::string> dag_ids);

}  // namespace weir::rulefile
