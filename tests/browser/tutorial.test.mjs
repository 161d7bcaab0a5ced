// SPDX-License-Identifier: MIT
// The tutorial in a real browser: two tabs of each page, what each shows, and pictures to look at.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { chromium } from "playwright-core";
import { start } from "../interop/server.mjs";

const screenshots = process.env.SCREENSHOTS || join(tmpdir(), "socketiopp-screenshots");
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let server;
let origin;
let browser;
before(async () => {
  mkdirSync(screenshots, { recursive: true });
  server = await start("TUTORIAL");
  origin = `http://localhost:${server.port}`;
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: flags,
  });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A browser window of its own, and the list of what its pages complained about. */
async function open_window(t, options) {
  const context = await browser.newContext(options);
  t.after(() => context.close());
  const complaints = [];
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(String(error.error())));
  context.on("request", (request) => {
    if (!/^(http|ws):\/\/localhost:/.test(request.url())) complaints.push(`a request to ${request.url()}`);
  });
  return { context, complaints };
}

/** A tab with the page, when its connection has been upgraded. */
async function open_tab({ context }, path) {
  const page = await context.newPage();
  await page.goto(origin + path);
  await shows(page, "#state", /^Connected by websocket, id [\w-]{20}$/);
  return page;
}

/** Waits until the element's text matches. */
async function shows(page, selector, pattern) {
  const matches = ({ selector, source }) =>
    new RegExp(source).test(document.querySelector(selector).textContent);
  await page
    .waitForFunction(matches, { selector, source: pattern.source }, { timeout: 20_000 })
    .catch(async () => {
      assert.match(await page.locator(selector).textContent(), pattern);
    });
}

/** The messages in the list of responses, the oldest first, when there are as many as asked for. */
async function responses(page, count) {
  const items = page.locator("#responses li");
  await items.nth(count - 1).waitFor({ timeout: 20_000 });
  return (await items.locator("span").allTextContents()).reverse();
}

async function press(page, button, text) {
  await page.fill("#input", text);
  await page.click(button);
}

/** Opens the paths in tabs of one window, runs the test with them, and makes sure that no page complained. */
function with_tabs(...paths) {
  return (test) => async (t) => {
    const window = await open_window(t);
    const tabs = [];
    for (const path of paths) tabs.push(await open_tab(window, path));
    await test(...tabs);
    assert.deepEqual(window.complaints, []);
  };
}

describe("browser: the first page", () => {
  const two_tabs = with_tabs("/", "/");

  it(
    "a message is shown in every tab, with its time",
    two_tabs(async (one, two) => {
      await press(one, "#message", "hello");
      assert.deepEqual(await responses(one, 1), ["hello"]);
      assert.deepEqual(await responses(two, 1), ["hello"]);
      const time = one.locator("#responses li time");
      assert.match(await time.textContent(), /\d/);
      assert.ok(Date.parse(await time.getAttribute("datetime")) > 0);
    }),
  );

  it(
    "an acknowledgement is shown where the message was sent",
    two_tabs(async (one, two) => {
      await press(one, "#message-and-ack", "received?");
      await shows(one, "#ack", /\d.* acknowledged: \{"ok":true\}$/);
      assert.deepEqual(await responses(one, 1), ["received?"]);
      assert.deepEqual(await responses(two, 1), ["received?"]);
      assert.equal(await two.locator("#ack").textContent(), "");
    }),
  );

  it(
    "a broadcast is not shown at its sender",
    two_tabs(async (one, two) => {
      await press(one, "#broadcast", "for the others");
      await press(one, "#message", "for all");
      assert.deepEqual(await responses(two, 2), ["for the others", "for all"]);
      assert.deepEqual(await responses(one, 1), ["for all"]);
    }),
  );

  it(
    "Enter sends, the text can be sent again or replaced, the newest is on top",
    two_tabs(async (one, two) => {
      await one.focus("#input");
      await one.keyboard.type("first");
      await one.keyboard.press("Enter");
      await one.keyboard.press("Enter");
      await one.keyboard.type("second");
      await one.keyboard.press("Enter");
      assert.deepEqual(await responses(two, 3), ["first", "first", "second"]);
      assert.equal(await two.locator("#responses li span").first().textContent(), "second");
    }),
  );

  it(
    "nothing is sent when nothing was written",
    two_tabs(async (one, two) => {
      for (const button of ["#message", "#message-and-ack", "#broadcast"]) await one.click(button);
      await press(one, "#message", "something");
      assert.deepEqual(await responses(two, 1), ["something"]);
    }),
  );

  it(
    "a message is text, whatever it looks like",
    two_tabs(async (one, two) => {
      const text = `<img src=x onerror="document.title='hacked'"><script>alert(1)</script>&amp; 🎉`;
      await press(one, "#message", text);
      assert.deepEqual(await responses(two, 1), [text]);
      assert.equal(await two.locator("#responses img, #responses script").count(), 0);
      assert.doesNotMatch(await two.title(), /hacked/);
    }),
  );

  it(
    "every control has a name",
    two_tabs(async (one) => {
      for (const name of ["Your message", "Room"])
        assert.equal(await one.getByLabel(name, { exact: true }).count(), 1);
      for (const name of ["Send", "Send and acknowledge", "Broadcast to others", "Enter"]) {
        assert.equal(await one.getByRole("button", { name, exact: true }).count(), 1);
      }
    }),
  );
});

describe("browser: namespace and rooms", () => {
  it(
    "a namespace is shown in its own tabs only",
    with_tabs(
      "/namespace",
      "/namespace",
      "/",
    )(async (one, two, main) => {
      await press(one, "#message", "in the namespace");
      assert.deepEqual(await responses(two, 1), ["in the namespace"]);
      await press(main, "#message", "in the main one");
      assert.deepEqual(await responses(main, 1), ["in the main one"]);
      await press(two, "#message", "again");
      assert.deepEqual(await responses(one, 2), ["in the namespace", "again"]);
      assert.deepEqual(await responses(main, 1), ["in the main one"]);
    }),
  );

  it(
    "a room is shown in its own tabs only",
    with_tabs(
      "/room/42",
      "/room/42",
      "/room/43",
    )(async (one, two, other) => {
      assert.equal(await one.locator("h1").textContent(), "Room 42");
      const said = async (tab, text, heard = tab) => {
        await press(tab, "#message", text);
        await shows(heard, "#responses", new RegExp(text));
      };
      for (const tab of [one, two, other]) await said(tab, "here"); // who hears itself has joined
      await said(one, "from one", two);
      await said(two, "from two", one);
      await said(other, "from other");
      await said(one, "last");
      for (const tab of [one, two])
        assert.doesNotMatch(await tab.locator("#responses").textContent(), /other/);
      assert.doesNotMatch(await other.locator("#responses").textContent(), /one|two|last/);
    }),
  );

  it(
    "the pages lead to each other, and to any room",
    with_tabs("/")(async (page) => {
      await page.click("nav >> text=Namespace");
      await page.waitForURL("**/namespace");
      await page.fill("#room", "a b, ü");
      await page.keyboard.press("Enter");
      await shows(page, "h1", /^Room a b, ü$/);
      await shows(page, "#state", /^Connected by websocket/);
      await press(page, "#message", "hello");
      assert.deepEqual(await responses(page, 1), ["hello"]);
      await page.click("nav >> text=Messages");
      await page.waitForURL(`${origin}/`);
    }),
  );
});

describe("browser: the connection", () => {
  it("polling is named as long as there is no WebSocket", async (t) => {
    const { context, complaints } = await open_window(t);
    await context.addInitScript(() => (window.WebSocket = undefined));
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    await shows(page, "#state", /^Connected by polling, id [\w-]{20}$/);
    await press(page, "#message-and-ack", "by polling");
    await shows(page, "#ack", /acknowledged/);
    assert.deepEqual(await responses(page, 1), ["by polling"]);
    assert.deepEqual(complaints, []);
  });

  it("a lost connection is shown, comes back, and the room is joined again", async (t) => {
    const first = await start("TUTORIAL");
    const { context } = await open_window(t);
    const page = await context.newPage();
    await page.goto(`http://localhost:${first.port}/room/42`);
    await shows(page, "#state", /^Connected by websocket/);
    await first.kill();
    await shows(page, "#state", /^(Disconnected: transport|Cannot connect: .*, trying again)/);
    await press(page, "#message", "said while offline");
    const second = await start("TUTORIAL", first.port);
    await shows(page, "#state", /^Connected by websocket/);
    assert.deepEqual(await responses(page, 1), ["said while offline"]);
    await page.close();
    await second.stop();
  });
});

describe("browser: pictures", () => {
  const sizes = { desktop: { width: 1100, height: 760 }, phone: { width: 390, height: 780 } };

  for (const [name, path] of Object.entries({ messages: "/", namespace: "/namespace", room: "/room/42" })) {
    for (const [device, viewport] of Object.entries(sizes)) {
      for (const colorScheme of ["light", "dark"]) {
        it(`${name}, ${device}, ${colorScheme}`, async (t) => {
          const page = await open_tab(await open_window(t, { viewport, colorScheme }), path);
          const texts = [
            "Hello!",
            "A message which is long enough to need a second line, at least on a phone.",
            "Bye",
          ];
          for (const text of texts) await press(page, "#message", text);
          await responses(page, texts.length);
          if (path === "/") {
            await press(page, "#message-and-ack", "Did it arrive?");
            await shows(page, "#ack", /acknowledged/);
          }
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth > window.innerWidth,
          );
          assert.ok(!overflow, "the page is wider than its window");
          await page.screenshot({ path: join(screenshots, `${name}-${device}-${colorScheme}.png`) });
        });
      }
    }
  }
});
