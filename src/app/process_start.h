// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weir::app {

// What Go's runtime does for the reference before its main function begins. Each before the first
// thread.

// Opens /dev/null in the place of standard descriptors that the parent closed: the first socket
// would become standard error otherwise, and get the log. To be called before anything is opened.
// Ends the process where that cannot be done.
void open_standard_descriptors();

// As many file descriptors as the process may have without asking anybody: the soft limit becomes
// the hard one.
void raise_descriptor_limit();

// One heap for all threads: what workers free is used by a scrape. Large blocks of it, such as
// tables that have grown, go back to the system when they are freed, whatever was freed before.
void give_large_blocks_back();

// What a daemon must not die of, what it must, and what it does on request, whatever the parent
// ignored or blocked.
void set_signal_dispositions();

}  // namespace weir::app
