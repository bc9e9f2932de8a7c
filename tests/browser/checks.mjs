// SPDX-License-Identifier: Apache-2.0
// Looks at the status page of the daemon at WEIR_URL, whose process is WEIR_PID, and of another at GUARDED_URL. Started by run_browser.py.

import {checkAccess} from './access_checks.mjs';
import {report, withBrowser} from './harness.mjs';
import {checkPage} from './page_checks.mjs';

await withBrowser(async browser => {
  await checkAccess(browser);
  await checkPage(browser);
});
report();
