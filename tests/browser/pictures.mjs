// SPDX-License-Identifier: Apache-2.0
// Takes the pictures of docs/status.md of the status page at WEIR_URL into the folder PICTURES. Started by run_browser.py.

import {mkdirSync} from 'node:fs';
import {open, withBrowser} from './harness.mjs';

const SIZES = [[390, 1500], [820, 1400], [1440, 1320]];

mkdirSync(process.env.PICTURES, {recursive: true});
await withBrowser(async browser => {
  for (const colorScheme of ['light', 'dark']) {
    for (const [width, height] of SIZES) {
      const page = await open(browser, {colorScheme, viewport: {width, height}});
      // Rates need a second look.
      await page.waitForTimeout(5000);
      await page.screenshot({path: `${process.env.PICTURES}/status-${colorScheme}-${width}.png`});
      await page.context().close();
    }
  }
});
