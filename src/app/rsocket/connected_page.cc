// SPDX-License-Identifier: Apache-2.0
#include "app/rsocket/connected_page.h"

#include <utility>

#include "weir/passthrough/text_writer.h"

namespace weir::app {

std::string merged_page(const std::vector<SharedPage>& pages, passthrough::MergeCounts& counts) {
  passthrough::Merger merger;
  for (const SharedPage& page : pages) {
    if (page.use_count() == 1) {
      merger.add(std::move(page->families));
    } else {
      merger.add(page->families);
    }
  }
  std::string all;
  passthrough::write_text(merger.take(), all);
  counts = merger.counts();
  return all;
}

std::string joined_page(const std::vector<SharedPage>& pages) {
  std::string all;
  for (const SharedPage& page : pages) {
    all += page->text;
    if (!all.empty() && all.back() != '\n') all += '\n';
  }
  return all;
}

}  // namespace weir::app
