import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { UserError } from "../../core/errors.ts";
import type { Inventory } from "../../core/inventory.ts";

// Debian's Chromium, told not to call home: the machine may have no way out.
const executablePath = "/usr/bin/chromium";
const args = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"];

/** Opens Icinga Web in a real browser and logs in as the inventory says; `use` gets the page. */
export async function loggedIn<T>(web: Inventory["web"], use: (page: Page) => Promise<T>): Promise<T> {
  if (!existsSync(executablePath)) {
    throw new UserError(`no browser at ${executablePath}: install Debian's package chromium, as npm test does`);
  }
  const browser: Browser = await chromium.launch({ executablePath, args });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.goto(new URL("/icingaweb2/authentication/login", web.url).href);
    await page.fill("input[name=username]", web.login.user);
    await page.fill("input[name=password]", web.login.password);
    await page.click("input[type=submit]");
    await page.waitForSelector("#menu");
    return await use(page);
  } finally {
    await browser.close();
  }
}
